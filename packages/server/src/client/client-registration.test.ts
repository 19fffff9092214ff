import assert from 'node:assert/strict';
import test from 'node:test';
import { certificateToPem } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';
import { InvalidClientMetadata, parseClientMetadata } from './client-registration.ts';

const { certificate, privateKey } = await issueCertificate({
  subject: 'CN=client',
  keyType: 'EC-P256',
  days: 1,
  usage: 'client',
  now: Date.now(),
});
const pem = certificateToPem(certificate);
const privatePem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
const jwk = { ...certificate.x509.publicKey.export({ format: 'jwk' }), kid: 'k' };
const parse = (metadata: Record<string, unknown>) => parseClientMetadata({ client_name: 'c', ...metadata });

const INFERRED: readonly (readonly [string, Record<string, unknown>, string, readonly string[]])[] = [
  ['nothing', {}, 'client_secret_basic', ['client_credentials']],
  ['a certificate', { certificates: [pem] }, 'self_signed_tls_client_auth', ['client_credentials']],
  ['a JWK set', { jwks: { keys: [jwk] } }, 'self_signed_tls_client_auth', ['client_credentials']],
  ['a subject', { tls_client_auth_san_dns: 'a.example' }, 'tls_client_auth', ['client_credentials']],
  [
    'a redirect URI',
    { redirect_uris: ['https://c.example/cb'] },
    'client_secret_basic',
    ['authorization_code', 'refresh_token'],
  ],
];
for (const [what, metadata, method, grants] of INFERRED) {
  test(`${what} means ${method} and ${grants.join(', ')}`, () => {
    const parsed = parse(metadata);
    assert.equal(parsed.token_endpoint_auth_method, method);
    assert.deepEqual(parsed.grant_types, grants);
  });
}

const tls = { token_endpoint_auth_method: 'tls_client_auth' };
const REFUSED: readonly (readonly [string, Record<string, unknown>, string])[] = [
  ['no name', { client_name: '' }, 'client_name'],
  ['an unknown field', { surprise: 1 }, 'surprise'],
  ['an unknown method', { token_endpoint_auth_method: 'magic' }, 'token_endpoint_auth_method'],
  ['an unknown grant', { grant_types: ['implicit'] }, 'grant_types'],
  ['no grant a public client may have', { token_endpoint_auth_method: 'none' }, 'grant_types'],
  ['a scope with a tab', { scope: 'a\tb' }, 'scope'],
  ['a scope with a quotation mark', { scope: 'a"b' }, 'scope'],
  ['a truncated certificate', { certificates: [pem.slice(0, 200)] }, 'certificates.0'],
  ['two certificates in one text', { certificates: [pem, pem + pem] }, 'certificates.1'],
  ['a private key', { certificates: [pem + privatePem] }, 'certificates.0'],
  [
    'self-signed without a certificate',
    { token_endpoint_auth_method: 'self_signed_tls_client_auth' },
    'certificates',
  ],
  ['jwks beside jwks_uri', { jwks: { keys: [jwk] }, jwks_uri: 'https://c.example/jwks' }, 'jwks'],
  ['a jwks without a usable key', { jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } }, 'jwks'],
  ['a jwks with a private key', { jwks: { keys: [privateKey.export({ format: 'jwk' })] } }, 'jwks'],
  ['jwks_uri over http', { jwks_uri: 'http://c.example/jwks' }, 'jwks_uri'],
  ['private_key_jwt without keys', { token_endpoint_auth_method: 'private_key_jwt' }, 'jwks'],
  ['tls_client_auth without a subject', tls, 'tls_client_auth_subject_dn'],
  [
    'two subjects',
    { tls_client_auth_san_dns: 'a.example', tls_client_auth_san_ip: '192.0.2.1' },
    'tls_client_auth_san_ip',
  ],
  [
    'a subject with another method',
    { token_endpoint_auth_method: 'client_secret_basic', tls_client_auth_san_dns: 'a.example' },
    'tls_client_auth_san_dns',
  ],
  ['a subject DN that is none', { tls_client_auth_subject_dn: 'not a name' }, 'tls_client_auth_subject_dn'],
  ['a wildcard', { tls_client_auth_san_dns: '*.example' }, 'tls_client_auth_san_dns'],
  ['an IP address that is none', { tls_client_auth_san_ip: '300.1.1.1' }, 'tls_client_auth_san_ip'],
  ['a relative URI', { tls_client_auth_san_uri: 'relative/path' }, 'tls_client_auth_san_uri'],
  ['an email address that is none', { tls_client_auth_san_email: 'nobody' }, 'tls_client_auth_san_email'],
  [
    'anchors beside a group',
    { ...tls, tls_client_auth_san_dns: 'a.example', trust_group: 'g', trust_anchors: [pem] },
    'trust_anchors',
  ],
  ['a redirect URI with a fragment', { redirect_uris: ['https://c.example/cb#x'] }, 'redirect_uris'],
  ['a redirect URI with a wildcard', { redirect_uris: ['https://*.example/cb'] }, 'redirect_uris'],
  ['a redirect URI over http', { redirect_uris: ['http://c.example/cb'] }, 'redirect_uris'],
  ['a script for a redirect URI', { redirect_uris: ['javascript:alert(1)'] }, 'redirect_uris'],
];
for (const [what, metadata, field] of REFUSED) {
  test(`refused: ${what}`, () => {
    assert.throws(
      () => parse(metadata),
      (error) => error instanceof InvalidClientMetadata && error.field === field,
    );
  });
}

test('a scope is kept with single blanks, once each', () => {
  assert.equal(parse({ scope: '  read   write read ' }).scope, 'read write');
  assert.equal(parse({ scope: '   ' }).scope, '');
});

test('a request_uri may say by its fragment which version is meant (OIDC Registration §2)', () => {
  const request_uris = [
    'https://c.example/r#GkurKxf5T0Y-mnPFCHqWOMiZi4VS138cQO_V7PZHAdM',
    'https://c.example/r',
  ];
  assert.deepEqual(parse({ request_uris }).request_uris, request_uris);
});

test('a subject DN is kept in one form, however it was written', () => {
  const kept = (tls_client_auth_subject_dn: string) =>
    parse({ tls_client_auth_subject_dn }).tls_client_auth_subject_dn;
  assert.equal(kept('C = LK, O = Example, CN = client'), kept('CN=client,O=Example,C=LK'));
  assert.equal(kept('/C=LK/O=Example/CN=client'), kept('CN=client,O=Example,C=LK'));
});
