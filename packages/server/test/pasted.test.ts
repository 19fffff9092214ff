import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parsePemCertificates } from '@countersign/x509';
import { writePkcs12 } from '@countersign/x509/key-store';
import { z } from 'zod';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { call } from './token-client.ts';

/** What stands where one certificate is wanted: bytes of a file, and whether it is read or how it is refused. */
type Case = {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly refused?: RegExp;
  /** It does not say that it is no authority, so that a stranger registers it by its handshake, once it is read. */
  readonly proven?: true;
  /** Whoever only looks into a file asks for none of the keys in it, and is shown the certificates beside them. */
  readonly shown?: true;
};

const stored = (name: string) => new Uint8Array(readFileSync(join(import.meta.dirname, 'pasted', name)));
const utf8 = (text: string) => new Uint8Array(Buffer.from(text));
const utf16be = (text: string) => new Uint8Array(Buffer.from(`\ufeff${text}`, 'utf16le').swap16());

const identity: Identity = await createIdentity('CN=client,O=Example');
const other: Identity = await createIdentity('CN=other,O=Example');
const { pem } = identity;
const [certificate] = parsePemCertificates(pem);
assert.ok(certificate);
const { der } = certificate;
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const privatePem = keys.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
const secret = privatePem.split('\n')[1] ?? '';
const pkcs12 = await writePkcs12([{ kind: 'trusted-certificate', alias: 'a', certificate }], 'changeit');
const base64 = Buffer.from(der).toString('base64');
const openSshKey = `ssh-ed25519 ${Buffer.alloc(51, 7).toString('base64')} somebody@example`;

const CASES: readonly Case[] = [
  { name: 'PEM', bytes: utf8(pem) },
  { name: 'PEM with Windows line ends, indented', bytes: utf8(pem.replaceAll('\n', '\r\n  ')) },
  { name: 'PEM with a byte order mark', bytes: utf8(`\ufeff${pem}`) },
  { name: 'PEM in UTF-16BE', bytes: utf16be(pem) },
  { name: 'PEM in UTF-16LE', bytes: stored('certificate-utf16le.pem'), proven: true },
  { name: 'PEM in one line with \\n', bytes: utf8(pem.replaceAll('\n', '\\n')) },
  { name: 'PEM as a JSON string', bytes: utf8(JSON.stringify(pem)) },
  {
    name: 'PEM in quoted-printable',
    bytes: utf8(pem.replaceAll('=', '=3D').replaceAll(/[^=\n]{40}(?=[^\n])/g, '$&=\n')),
  },
  { name: 'percent-encoded PEM', bytes: utf8(encodeURIComponent(pem)) },
  { name: 'PEM quoted in mail', bytes: utf8(pem.replaceAll(/^/gm, '> ')) },
  { name: 'PEM below what openssl prints', bytes: utf8(`subject=CN = client\nissuer=CN = x\n${pem}`) },
  { name: 'PEM with header lines', bytes: utf8(pem.replace('-----\n', '-----\nSubject: CN=client\n\n')) },
  { name: 'the older label', bytes: utf8(pem.replaceAll(' CERTIFICATE', ' X509 CERTIFICATE')) },
  { name: 'DER', bytes: der },
  { name: 'base64 of DER', bytes: utf8(base64) },
  { name: 'base64 in a file', bytes: stored('certificate-bare-base64.txt'), proven: true },
  { name: 'base64url of DER', bytes: utf8(Buffer.from(der).toString('base64url')) },
  {
    name: 'hexadecimal',
    bytes: utf8(
      Buffer.from(der)
        .toString('hex')
        .replaceAll(/..(?=.)/g, '$&:'),
    ),
  },
  { name: 'PKCS#7', bytes: stored('certificate-pkcs7.pem'), proven: true },
  { name: 'nothing', bytes: utf8(' \n'), refused: /empty|Too small|characters/i },
  { name: 'a private key', bytes: utf8(privatePem), refused: /private key.*keep it to yourself/ },
  {
    name: 'a certificate with its private key',
    bytes: utf8(pem + privatePem),
    refused: /private key.*leave it out/,
    shown: true,
  },
  {
    name: 'a private key in DER',
    bytes: new Uint8Array(keys.privateKey.export({ format: 'der', type: 'pkcs8' })),
    refused: /a private key, not a certificate/,
  },
  {
    name: 'a public key',
    bytes: utf8(keys.publicKey.export({ format: 'pem', type: 'spki' }).toString()),
    refused: /a public key, not a certificate/,
  },
  { name: 'an OpenSSH key', bytes: utf8(openSshKey), refused: /OpenSSH/ },
  { name: 'a web page', bytes: utf8('<!DOCTYPE html><html></html>'), refused: /web page.*download/ },
  {
    name: 'a JWK',
    bytes: utf8(JSON.stringify(keys.publicKey.export({ format: 'jwk' }))),
    refused: /a JWK.*jwks/,
  },
  {
    name: 'a private JWK',
    bytes: utf8(JSON.stringify(keys.privateKey.export({ format: 'jwk' }))),
    refused: /a private JWK.*keep it/,
  },
  { name: 'a name', bytes: utf8('CN=client,O=Example'), refused: /a name, not a certificate/ },
  { name: 'a fingerprint', bytes: utf8(certificate.x509.fingerprint256), refused: /fingerprint/ },
  {
    name: 'a truncated PEM',
    bytes: utf8(pem.slice(0, 200)),
    refused: /ends before ["']-----END CERTIFICATE-----["']/,
  },
  {
    name: 'openssl’s trusted certificate',
    bytes: utf8(pem.replaceAll(' CERTIFICATE', ' TRUSTED CERTIFICATE')),
    refused: /openssl x509 -in/,
  },
  {
    name: 'a key of PEM with scrypt',
    bytes: stored('key-store-pem-scrypt.pem'),
    refused: /private key/,
    shown: true,
  },
];

/** Key stores: refused where a certificate is wanted, told how they become one the trust store reads. */
const KEY_STORES: readonly (Case & { readonly imported?: true; readonly refused: RegExp })[] = [
  { name: 'PKCS#12', bytes: pkcs12, refused: /PKCS#12.*openssl pkcs12 -in/, imported: true },
  { name: 'BCFKS', bytes: stored('key-store.bcfks'), refused: /BCFKS.*keytool .*BCFKS/ },
  {
    name: 'JCEKS',
    bytes: new Uint8Array(Buffer.from('cececece0000000200000000', 'hex')),
    refused: /JCEKS.*keytool .*JCEKS/,
  },
  {
    name: 'BKS',
    bytes: new Uint8Array(
      Buffer.from(`0000000200000014${'11'.repeat(20)}0000040000${'22'.repeat(20)}`, 'hex'),
    ),
    refused: /BKS.*keytool .*BKS/,
  },
  {
    name: 'UBER',
    bytes: new Uint8Array(Buffer.from(`0000000200000014${'11'.repeat(20)}00000400${'9f'.repeat(64)}`, 'hex')),
    refused: /UBER.*keytool .*UBER/,
  },
  { name: 'PVK', bytes: new Uint8Array(Buffer.from(`1ef1b5b0${'00'.repeat(40)}`, 'hex')), refused: /\.pvk/ },
];

const Told = z.object({ error: z.literal('refused'), error_description: z.string() });
const Imported = z.object({ added: z.array(z.object({ alias: z.string() })) });

/** How the console sends a file: text as it stands, else base64 of its bytes. */
function asPasted(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? Buffer.from(bytes).toString('base64') : text;
  } catch {
    return Buffer.from(bytes).toString('base64');
  }
}

describe('what a person pastes', { timeout: 600_000 }, () => {
  let home: TestHome;
  let server: RunningCountersign;
  let api: AdminApi;
  let made = 0;

  before(async () => {
    home = await createTestHome({ registration: { mode: 'open' } });
    server = await home.start();
    api = adminApiOf(home.issuer);
  });
  after(async () => {
    const output = server?.output() ?? '';
    await server?.stop();
    await home?.remove();
    assert.ok(secret.length > 20 && !output.includes(secret), 'no part of a private key is printed');
  });

  const doors = {
    'POST /clients': (content: string) =>
      api.request('POST', '/clients', { client_name: `p${++made}`, certificates: [content] }),
    'POST /certificates/check': (content: string) =>
      api.request('POST', '/certificates/check', { certificate: content }),
    'POST /truststore/certificates': async (content: string) => {
      const answer = await api.request('POST', '/truststore/certificates', { content, password: 'changeit' });
      // What stands there is no stranger's to register.
      for (const { alias } of Imported.safeParse(answer.json()).data?.added ?? []) {
        await api.json('DELETE', `/truststore/certificates/${encodeURIComponent(alias)}`);
      }
      return answer;
    },
  } as const;

  for (const { name, bytes, refused, proven, shown } of CASES) {
    test(`${name} is ${refused ? 'refused with what it is' : 'read'} at every door`, async () => {
      for (const [door, send] of Object.entries(doors)) {
        const { status, text } = await send(asPasted(bytes));
        const about = `${door}: ${status} ${text}`;
        if (!refused) {
          assert.ok(status < 300, about);
          continue;
        }
        assert.equal(status, 400, about);
        assert.match(text.replaceAll('\\"', '"'), refused, about);
        assert.ok(!text.includes(secret), about);
        assert.match(text, /certificate|content/);
      }
      const registered = await call(`${home.issuer}/oauth2/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          client_name: `d${++made}`,
          token_endpoint_auth_method: 'self_signed_tls_client_auth',
          grant_types: ['client_credentials'],
          certificates: [asPasted(bytes)],
        }),
      });
      if (proven) assert.match(registered.text, /presenting it in the handshake/);
      else assert.equal(registered.status < 300, refused === undefined, registered.text);
      if (refused) assert.match(registered.text, /certificates/);
      await writeFile(join(home.home, 'pasted'), bytes);
      const inspected = await home.command('certificate', 'inspect', join(home.home, 'pasted'), '--json');
      assert.ok(!`${inspected.stdout}${inspected.stderr}`.includes(secret));
      assert.equal(inspected.code, refused && !shown ? 1 : 0, inspected.stderr);
      if (!refused || shown) return;
      assert.match(Told.parse(JSON.parse(inspected.stderr)).error_description, refused);
    });
  }

  for (const { name, bytes, refused, imported } of KEY_STORES) {
    test(`a key store of type ${name} is told`, async () => {
      for (const door of ['POST /clients', 'POST /certificates/check'] as const) {
        const { status, text } = await doors[door](asPasted(bytes));
        assert.equal(status, 400, `${door}: ${text}`);
        assert.match(text, refused, door);
      }
      const trusted = await doors['POST /truststore/certificates'](Buffer.from(bytes).toString('base64'));
      assert.equal(trusted.status, imported ? 201 : 400, trusted.text);
      if (!imported) assert.match(trusted.text, refused);
    });
  }

  test('two certificates where one is wanted are refused, and checked as leaf and chain', async () => {
    const both = pem + other.pem;
    const { status, text } = await doors['POST /clients'](both);
    assert.equal(status, 400);
    assert.match(text, /certificates\.0.*holds 2 certificates; one is expected/);
    assert.equal((await doors['POST /certificates/check'](both)).status, 200);
  });

  test('a subject DN on several lines is registered; one that may mean another says what to write', async () => {
    const register = (tls_client_auth_subject_dn: string) =>
      api.request('POST', '/clients', {
        client_name: `n${++made}`,
        token_endpoint_auth_method: 'tls_client_auth',
        tls_client_auth_subject_dn,
      });
    const lines = await register('subject=\n    C = GB\n    O = Example\n    CN = client\n');
    assert.equal(lines.status, 201, lines.text);
    assert.equal(lines.json().tls_client_auth_subject_dn, 'CN=client,O=Example,C=GB');
    const slashes = await register('CN=client/O=Example');
    assert.equal(slashes.status, 400);
    assert.match(slashes.text, /tls_client_auth_subject_dn: .*write CN=client,O=Example {2}or/);
  });

  test('a JWK set is read in the writings that are met with, and a private key in one is refused', async () => {
    const jwk = { ...certificate.x509.publicKey.export({ format: 'jwk' }), kid: 'k' };
    const hex = Buffer.from(certificate.thumbprint, 'base64url').toString('hex');
    // Not through `api`, which holds what is sent against the description: one key or a string is none of its forms.
    const register = (jwks: unknown) =>
      call(`${home.issuer}/api/admin/v1/clients`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from('admin:admin').toString('base64')}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ client_name: `j${++made}`, jwks }),
      });
    for (const jwks of [
      { keys: [{ ...jwk, x5c: [base64], 'x5t#S256': `${certificate.thumbprint}=` }] },
      { keys: [{ ...jwk, 'x5t#S256': hex }] },
      { keys: [{ ...jwk, x5c: [pem] }] },
      jwk,
      [jwk],
      JSON.stringify({ keys: [jwk] }),
      { keys: [jwk, { kty: 'PQC' }] },
    ]) {
      const { status, text } = await register(jwks);
      assert.equal(status, 201, text);
    }
    for (const [jwks, message] of [
      [{ keys: [{ ...jwk, 'x5t#S256': 'AAAA' }] }, /jwks: keys\[0\].*3 bytes/],
      [
        { keys: [jwk, { ...keys.privateKey.export({ format: 'jwk' }), kid: 'leak' }] },
        /keys\[1\].*private half/,
      ],
      [{ keys: [jwk, { kty: 'oct', k: 'c2VjcmV0' }] }, /keys\[1\].*secret/],
    ] as const) {
      const { status, text } = await register(jwks);
      assert.equal(status, 400, text);
      assert.match(text.replaceAll('\\"', '"'), message);
    }
  });
});
