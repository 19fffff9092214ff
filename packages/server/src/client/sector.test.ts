import assert from 'node:assert/strict';
import test from 'node:test';
import { InvalidClientMetadata, parseClientMetadata } from './client-registration.ts';
import { sectorOf } from './sector.ts';

const PAIRWISE = { client_name: 'c', subject_type: 'pairwise' };
const CIBA = {
  ...PAIRWISE,
  grant_types: ['urn:openid:params:grant-type:ciba'],
  backchannel_token_delivery_mode: 'poll',
};
const sector = (metadata: Record<string, unknown>) =>
  sectorOf({ client_id: 'c1', metadata: parseClientMetadata({ ...PAIRWISE, ...metadata }) });
const refuses = (metadata: Record<string, unknown>, field: string, message: RegExp) =>
  assert.throws(
    () => parseClientMetadata({ ...PAIRWISE, ...metadata }),
    (error) => error instanceof InvalidClientMetadata && error.field === field && message.test(error.message),
  );

test('the sector is the host of the redirect URIs, whatever their port and path', () => {
  const redirect_uris = ['https://one.example/cb', 'https://ONE.example:8443/other?x=1'];
  assert.equal(sector({ redirect_uris: redirect_uris.slice(0, 1) }), 'one.example');
  assert.equal(
    sector({ redirect_uris: ['https://one.example/cb', 'https://one.example:8443/b'] }),
    'one.example',
  );
});

test('redirect URIs of several hosts need a sector_identifier_uri, whose host is the sector', () => {
  const redirect_uris = ['https://one.example/cb', 'https://two.example/cb'];
  refuses({ redirect_uris }, 'sector_identifier_uri', /several hosts: one\.example, two\.example/);
  const sector_identifier_uri = 'https://sector.example:444/uris.json';
  assert.equal(sector({ redirect_uris, sector_identifier_uri }), 'sector.example');
  assert.equal(sector({ redirect_uris: redirect_uris.slice(1), sector_identifier_uri }), 'sector.example');
});

test('what is nobody’s host makes no sector of several clients', () => {
  const loopback = { redirect_uris: ['http://127.0.0.1/cb', 'http://localhost:1234/cb', 'http://[::1]/cb'] };
  assert.equal(sector(loopback), 'client c1');
  assert.equal(sector({ redirect_uris: ['com.example.app:/cb'] }), 'client c1');
  assert.equal(sector({ grant_types: ['urn:ietf:params:oauth:grant-type:device_code'] }), 'client c1');
  refuses(
    { redirect_uris: ['https://victim.example/cb', 'com.evil.app:/cb'], application_type: 'native' },
    'sector_identifier_uri',
    /several hosts/,
  );
});

test('the sector_identifier_uri is an https address', () => {
  for (const sector_identifier_uri of [
    'http://one.example/s.json',
    'http://localhost/s.json',
    'urn:x',
    'https://u@one.example/',
  ]) {
    refuses(
      { redirect_uris: ['https://one.example/cb'], sector_identifier_uri },
      'sector_identifier_uri',
      /"/,
    );
  }
});

test('a CIBA client proves the keys at its jwks_uri, whose host is its sector', () => {
  refuses(CIBA, 'jwks_uri', /CIBA §4/);
  const jwks_uri = 'https://keys.example/jwks';
  refuses(
    { ...CIBA, jwks_uri, token_endpoint_auth_method: 'client_secret_basic' },
    'token_endpoint_auth_method',
    /private_key_jwt/,
  );
  const proven = { ...CIBA, jwks_uri, token_endpoint_auth_method: 'private_key_jwt' };
  assert.equal(sector(proven), 'keys.example');
  assert.equal(
    sector({
      ...CIBA,
      jwks_uri,
      token_endpoint_auth_method: 'client_secret_basic',
      backchannel_authentication_request_signing_alg: 'ES256',
    }),
    'keys.example',
  );
  const both = {
    ...proven,
    grant_types: [...CIBA.grant_types, 'authorization_code'],
    redirect_uris: ['https://one.example/cb'],
  };
  refuses(both, 'sector_identifier_uri', /one\.example, keys\.example/);
});

test('clients of public subjects are asked for no sector', () => {
  const redirect_uris = ['https://one.example/cb', 'https://two.example/cb'];
  for (const subject_type of ['public', undefined]) {
    parseClientMetadata({ client_name: 'c', redirect_uris, ...(subject_type && { subject_type }) });
  }
  assert.throws(() => parseClientMetadata({ client_name: 'c', redirect_uris, subject_type: 'other' }));
});
