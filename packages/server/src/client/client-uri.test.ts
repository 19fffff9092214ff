import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { ClientMetadata } from './client-metadata.ts';
import { InvalidClientMetadata, parseClientMetadata } from './client-registration.ts';
import { URI_RULES, type UriField, uriProblem, uriRulesInWords } from './client-uri.ts';

const FIELDS = Object.keys(URI_RULES).filter((field): field is UriField => Object.hasOwn(URI_RULES, field));
const OTHERS: readonly UriField[] = ['allowed_resources', 'allowed_cors_origins', 'plain_http_redirect_uris'];
const WEB = FIELDS.filter((field) => !OTHERS.includes(field));

test('every URI that a client can name has its rule, and the page says it', () => {
  const named = Object.keys(ClientMetadata.shape).filter((field) =>
    /_uris?$|_endpoint$|_resources$|_origins$/.test(field),
  );
  // Compared with what a certificate says, and never gone to.
  assert.deepEqual(
    named.filter((field) => field !== 'tls_client_auth_san_uri').toSorted(),
    FIELDS.toSorted(),
  );
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/dynamic-registration.md'), 'utf8');
  const rows = uriRulesInWords().join('\n');
  assert.ok(page.includes(rows), `docs/dynamic-registration.md should say\n${rows}`);
});

test('attack 10: a host is a name or an address, written as browsers read it', () => {
  const hosts = [
    ...'!$&\'()*+,;=~%"<>^`{|}\\ '.split('').map((character) => `a${character}b.example`),
    'b%2ecom',
    'bänk.example',
    'b\u202ek.example',
    '127.1',
    '0x7f.0.0.1',
    '2130706433',
    '[0:0::1]',
    'client.example.',
    '-client.example',
    'client..example',
    'user@client.example',
    ':x@client.example',
    '@client.example',
    'client.example:',
    'client.example:0',
    'client.example:99999',
    'client.example:0443',
    `${'a'.repeat(64)}.example`,
    '',
    '/client.example',
  ];
  for (const field of WEB) {
    const rule = URI_RULES[field];
    for (const host of hosts) {
      assert.notEqual(uriProblem(`https://${host}/cb`, rule), undefined, `${field} https://${host}/cb`);
    }
    for (const uri of [
      'https:client.example/cb',
      'https:/client.example/cb',
      'https:\\\\client.example/cb',
    ]) {
      assert.notEqual(uriProblem(uri, rule), undefined, `${field} ${uri}`);
    }
    for (const host of [
      'client.example',
      'CLIENT.example',
      'a_b.example:8443',
      '192.0.2.1',
      '[2001:db8::1]:8443',
    ]) {
      assert.equal(uriProblem(`https://${host}/cb?a=b`, rule), undefined, `${field} ${host}`);
    }
  }
});

test('no URI has a path that is read in two ways, nor control characters in any writing', () => {
  for (const field of WEB) {
    for (const rest of [
      '/../x',
      '/a/%2e%2E/b',
      '/a\\b',
      '/a b',
      '/a\nb',
      '/a%0d%0aSet-Cookie:x',
      '/%00',
      '/%zz',
      '/ä',
      '/a\u200b',
    ]) {
      assert.notEqual(
        uriProblem(`https://client.example${rest}`, URI_RULES[field]),
        undefined,
        `${field} ${rest}`,
      );
    }
  }
});

test('each field has its schemes, and a fragment only where nothing is sent along or it is a hash', () => {
  const names = (uri: string) => FIELDS.filter((field) => uriProblem(uri, URI_RULES[field]) === undefined);
  const redirects = ['redirect_uris', 'post_logout_redirect_uris'];
  const links = ['logo_uri', 'client_uri', 'policy_uri', 'tos_uri'];
  assert.deepEqual(names('https://client.example/#x'), ['request_uris', ...links]);
  assert.deepEqual(names('http://client.example/'), [
    'plain_http_redirect_uris',
    ...links,
    'allowed_resources',
  ]);
  assert.deepEqual(names('http://127.0.0.1/'), [
    ...redirects,
    'backchannel_logout_uri',
    ...links,
    'allowed_resources',
  ]);
  assert.deepEqual(names('com.example.app:/cb'), [...redirects, 'allowed_resources']);
  assert.deepEqual(names('harbour-api'), ['allowed_resources'], 'a name, which token exchange takes');
  assert.deepEqual(names('harbour-api#x'), []);
  for (const uri of [
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'ftp://client.example/',
  ]) {
    assert.deepEqual(names(uri), ['allowed_resources'], uri);
  }
});

test('attack 10: no name and no text of a client hides anything', () => {
  const hidden = 'Bank\u202e';
  for (const [field, value] of Object.entries({
    client_name: hidden,
    contacts: ['a@b.example', hidden],
    software_id: hidden,
    software_version: hidden,
    trust_group: hidden,
    default_acr_values: [hidden],
    authorization_details_types: [hidden],
    request_object_signing_alg: hidden,
  })) {
    assert.throws(
      () => parseClientMetadata({ client_name: 'a', [field]: value }),
      (error: unknown) => error instanceof InvalidClientMetadata && error.field === field,
      field,
    );
  }
});

test('a redirect URI that is plain http to another machine is one where the operator accepted it, and no other', () => {
  const uri = 'http://wso2is.local:8080/playground2/oauth2client';
  const client = (accepted: unknown, more: Readonly<Record<string, unknown>> = {}) => ({
    client_name: 'c',
    redirect_uris: [uri],
    post_logout_redirect_uris: [uri],
    plain_http_redirect_uris: accepted,
    ...more,
  });
  const { redirect_uris, application_type } = parseClientMetadata(client([uri]));
  assert.deepEqual([redirect_uris, application_type], [[uri], 'web']);
  const refused = (input: Readonly<Record<string, unknown>>, field: string) =>
    assert.throws(
      () => parseClientMetadata(input),
      (error: unknown) => error instanceof InvalidClientMetadata && error.field === field,
    );
  refused(client(undefined), 'redirect_uris');
  refused(client([]), 'redirect_uris');
  refused(client([`${uri}/other`]), 'redirect_uris');
  refused(
    client([uri], { profile: 'fapi2-security', tls_client_auth_san_dns: 'client.example' }),
    'redirect_uris',
  );
  for (const other of [
    'https://client.example/cb',
    'http://localhost/cb',
    'http://client.example/*',
    'http://client.example/cb#x',
    'http://user@client.example/cb',
    'http://client.example/cb?code=1',
    'com.example.app:/cb',
    'javascript:alert(1)',
  ]) {
    refused(client([uri, other]), 'plain_http_redirect_uris');
  }
});
