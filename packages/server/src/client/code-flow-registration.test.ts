import assert from 'node:assert/strict';
import test from 'node:test';
import { InvalidClientMetadata, parseClientMetadata } from './client-registration.ts';

const web = { client_name: 'Web', redirect_uris: ['https://client.example/cb'] };
const refused = (input: Record<string, unknown>, field: string) =>
  assert.throws(
    () => parseClientMetadata({ ...web, ...input }),
    (error: unknown) => error instanceof InvalidClientMetadata && error.field === field,
    JSON.stringify(input),
  );

test('redirect URIs mean the code flow with the scopes of OpenID Connect', () => {
  const metadata = parseClientMetadata(web);
  assert.deepEqual(metadata.grant_types, ['authorization_code', 'refresh_token']);
  assert.deepEqual(metadata.response_types, ['code']);
  assert.equal(metadata.scope, 'openid profile email address phone offline_access');
  assert.equal(metadata.application_type, 'web');
  assert.equal(metadata.access_token_type, 'jwt');
  assert.equal(parseClientMetadata({ ...web, scope: '' }).scope, '');
  assert.equal(
    parseClientMetadata({ ...web, grant_types: ['authorization_code'] }).scope,
    'openid profile email address phone',
  );
});

test('a machine client asks for no scope unless registered for it', () => {
  const metadata = parseClientMetadata({ client_name: 'Machine' });
  assert.equal(metadata.scope, '');
  assert.deepEqual(metadata.response_types, []);
});

test('response_types follow grant_types, and none brings an access token', () => {
  const { response_types } = parseClientMetadata({ ...web, response_types: [] });
  assert.deepEqual(response_types, ['code']);
  for (const response_type of [
    'token',
    'id_token',
    'code token',
    'code id_token token',
    'code code',
    'none',
  ]) {
    refused({ response_types: ['code', response_type] }, 'response_types');
  }
  refused({ redirect_uris: [], grant_types: ['authorization_code'] }, 'redirect_uris');
});

test('the hybrid flow is for those who register it, with openid, and never by query', () => {
  const hybrid = (more: Record<string, unknown> = {}) =>
    parseClientMetadata({ ...web, response_types: ['id_token code'], ...more });
  assert.deepEqual(hybrid().response_types, ['code id_token'], 'in whatever order');
  assert.deepEqual(hybrid({ response_types: ['code id_token', 'code'] }).response_types, [
    'code',
    'code id_token',
  ]);
  assert.deepEqual(hybrid({ response_types: ['code id_token', 'id_token code'] }).response_types, [
    'code id_token',
  ]);
  assert.deepEqual(hybrid({ grant_types: ['authorization_code', 'implicit'] }).grant_types, [
    'authorization_code',
  ]);
  refused({ grant_types: ['authorization_code', 'implicit'] }, 'grant_types');
  refused({ response_types: ['code id_token'], scope: 'read' }, 'scope');
  for (const mode of ['query', 'query.jwt']) {
    refused({ response_types: ['code id_token'], response_modes: [mode] }, 'response_modes');
    assert.ok(hybrid({ response_types: ['code', 'code id_token'], response_modes: [mode, 'fragment'] }));
  }
  assert.deepEqual(hybrid({ grant_types: ['client_credentials'] }).response_types, []);
});

test('loopback addresses and private schemes mean a native application', () => {
  for (const uri of ['http://127.0.0.1/cb', 'http://[::1]/cb', 'com.example.app:/cb']) {
    assert.equal(parseClientMetadata({ ...web, redirect_uris: [uri] }).application_type, 'native', uri);
  }
  refused({ application_type: 'web', redirect_uris: ['com.example.app:/cb'] }, 'redirect_uris');
});

test('what pages show as links can only be a web address', () => {
  for (const field of ['client_uri', 'logo_uri', 'policy_uri', 'tos_uri']) {
    refused({ [field]: 'javascript:alert(1)' }, field);
    refused({ [field]: 'data:image/svg+xml,x' }, field);
    refused({ [field]: '//client.example/' }, field);
    assert.ok(parseClientMetadata({ ...web, [field]: 'https://client.example/x.png' }));
  }
});

test('logout addresses are checked as redirect URIs are', () => {
  refused({ post_logout_redirect_uris: ['https://client.example/#x'] }, 'post_logout_redirect_uris');
  refused({ post_logout_redirect_uris: ['javascript:alert(1)'] }, 'post_logout_redirect_uris');
  refused({ backchannel_logout_uri: 'http://client.example/logout' }, 'backchannel_logout_uri');
  refused({ backchannel_logout_uri: 'com.example.app:/logout' }, 'backchannel_logout_uri');
  assert.ok(parseClientMetadata({ ...web, backchannel_logout_uri: 'http://localhost:8080/logout' }));
});

test('signature algorithms are those this server has', () => {
  for (const field of ['id_token_signed_response_alg', 'userinfo_signed_response_alg']) {
    refused({ [field]: 'none' }, field);
    refused({ [field]: 'HS256' }, field);
    assert.ok(parseClientMetadata({ ...web, [field]: 'RS256' }));
  }
});
