import assert from 'node:assert/strict';
import test from 'node:test';
import type { Client } from '../client/client.ts';
import { InvalidClientMetadata, parseClientMetadata } from '../client/client-registration.ts';
import { applyDelta } from './client-delta.ts';

const client = (metadata: Readonly<Record<string, unknown>> = {}): Client => ({
  client_id: 'c',
  client_id_issued_at: 1,
  metadata: parseClientMetadata({
    client_name: 'c',
    redirect_uris: ['https://c.example/cb'],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks_uri: 'https://c.example/jwks',
    ...metadata,
  }),
  enabled: true,
  revision: 1,
});
const changed = (before: Client, metadata: Readonly<Record<string, unknown>>) =>
  applyDelta(before, { metadata }, () => ({}), {}).metadata;

test('an algorithm the client never chose does not keep it from a profile', () => {
  const before = client();
  assert.equal(before.metadata.id_token_signed_response_alg, 'RS256');
  assert.equal(changed(before, { profile: 'fapi2-security' }).id_token_signed_response_alg, 'ES256');
  assert.equal(changed(before, { client_name: 'd' }).id_token_signed_response_alg, 'RS256');
  assert.equal(
    changed(client({ id_token_signed_response_alg: 'EdDSA' }), { profile: 'fapi2-security' })
      .id_token_signed_response_alg,
    'EdDSA',
    'one that the profile allows stays',
  );
});

test('one that it names with the profile does', () => {
  assert.throws(
    () => changed(client(), { profile: 'fapi2-security', id_token_signed_response_alg: 'RS256' }),
    (error) => error instanceof InvalidClientMetadata && error.field === 'id_token_signed_response_alg',
  );
});

test('an algorithm that is taken away is the standard one again', () => {
  const before = client({ id_token_signed_response_alg: 'ES256' });
  assert.equal(changed(before, { id_token_signed_response_alg: null }).id_token_signed_response_alg, 'RS256');
});
