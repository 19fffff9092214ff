import assert from 'node:assert/strict';
import test from 'node:test';
import { parseClientMetadata } from './client-registration.ts';
import { RESPONSE_ALGORITHM_FIELDS } from './response-algorithm.ts';

const parse = (metadata: Readonly<Record<string, unknown>> = {}, signing_algorithm?: 'PS256' | 'EdDSA') =>
  parseClientMetadata(
    {
      client_name: 'c',
      redirect_uris: ['https://c.example/cb'],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: 'https://c.example/jwks',
      ...metadata,
    },
    { signing_algorithm },
  );
const algorithms = (metadata: ReturnType<typeof parse>) =>
  RESPONSE_ALGORITHM_FIELDS.map((field) => metadata[field]);
const all = (alg: string) => RESPONSE_ALGORITHM_FIELDS.map(() => alg);

test('what a client leaves out is RS256, as the standards have it, or what the deployment says', () => {
  assert.deepEqual(algorithms(parse()), all('RS256'));
  assert.deepEqual(algorithms(parse({}, 'EdDSA')), all('EdDSA'));
  assert.equal(parse().userinfo_signed_response_alg, undefined, 'plain JSON (OIDC Core §5.3.2)');
});

test('what a client names it gets', () => {
  const { id_token_signed_response_alg, authorization_signed_response_alg } = parse({
    id_token_signed_response_alg: 'ES256',
  });
  assert.equal(id_token_signed_response_alg, 'ES256');
  assert.equal(authorization_signed_response_alg, 'RS256');
});

test('under a profile it is PS256 or ES256, whatever the deployment says', () => {
  for (const profile of ['fapi2-security', 'fapi2-message-signing', 'fapi1-advanced']) {
    assert.deepEqual(algorithms(parse({ profile })), all('ES256'));
    assert.deepEqual(algorithms(parse({ profile }, 'PS256')), all('PS256'));
    assert.deepEqual(algorithms(parse({ profile }, 'EdDSA')), all('ES256'));
  }
});
