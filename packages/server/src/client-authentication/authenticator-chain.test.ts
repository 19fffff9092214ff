import assert from 'node:assert/strict';
import test from 'node:test';
import { knownClient } from '../../test/known-client.ts';
import type { Client } from '../client/client.ts';
import { hashClientSecret } from '../client/client-secret.ts';
import { Refusal } from '../refusal/refusal.ts';
import { createAuthenticatorChain } from './authenticator-chain.ts';
import type { ClientAuthenticator } from './client-authenticator.ts';
import { clientSecret } from './client-secret.ts';
import { none } from './none.ts';
import type { Presentation } from './presentation.ts';

const presentation: Presentation = {
  client_id: 'c1',
  client_secret: undefined,
  basic: undefined,
  client_assertion: undefined,
  client_assertion_type: undefined,
  certificate: undefined,
  remote_address: '127.0.0.1',
  endpoint: 'https://as.example/oauth2/token',
};

const chainFor = (metadata: Record<string, unknown>) => {
  const known = knownClient(metadata);
  const plugIn = { kind: 'plug-in', name: 'vouching', identify: async () => 'c1' } as const;
  return createAuthenticatorChain([plugIn], { find: async () => known });
};

test('a plug-in vouches for a client, but not for one whose profile names the methods', async () => {
  assert.equal((await chainFor({})(presentation)).method, 'vouching');
  const profiled = {
    profile: 'fapi2-security',
    token_endpoint_auth_method: 'tls_client_auth',
    tls_client_auth_san_dns: 'client.example',
  };
  await assert.rejects(chainFor(profiled)(presentation), {
    error: 'invalid_client',
    because: 'profile_rule_broken',
  });
});

/** Authenticators of the other methods, which let in whoever reaches them. */
const lenient: ClientAuthenticator = {
  kind: 'method',
  name: 'lenient',
  methods: ['tls_client_auth', 'self_signed_tls_client_auth', 'private_key_jwt', 'client_secret_jwt'],
  authenticate: async () => {},
};

const METADATA: Readonly<Record<string, Record<string, unknown>>> = {
  client_secret_basic: {},
  client_secret_post: {},
  client_secret_jwt: {},
  tls_client_auth: { tls_client_auth_san_dns: 'client.example' },
  self_signed_tls_client_auth: { jwks_uri: 'https://client.example/jwks' },
  private_key_jwt: { jwks_uri: 'https://client.example/jwks' },
  none: { grant_types: ['urn:ietf:params:oauth:grant-type:device_code'] },
};
const METHODS = Object.keys(METADATA);
const SECRET = 'the secret of c1';

/** How a request ends for a client of `method` that has a secret, whether or not its method uses one. */
const endOf = async (method: string, sent: Partial<Presentation>, more: Partial<Client['metadata']> = {}) => {
  const known = knownClient(
    { ...METADATA[method], token_endpoint_auth_method: method },
    { client_secret_sha256: hashClientSecret(SECRET) },
  );
  const client = { ...known.client, metadata: { ...known.client.metadata, ...more } };
  const chain = createAuthenticatorChain([clientSecret({ matches: async () => false }), none, lenient], {
    find: async () => ({ ...known, client }),
  });
  try {
    return (await chain({ ...presentation, ...sent })).method;
  } catch (error) {
    if (error instanceof Refusal) return error.because;
    throw error;
  }
};

const inHeader = (client_secret: string) => ({ basic: { client_id: 'c1', client_secret } });
const inBody = (client_secret: string) => ({ client_secret });

for (const method of ['client_secret_basic', 'client_secret_post']) {
  test(`${method}: the secret is taken in either place, and a wrong one in neither`, async () => {
    assert.equal(await endOf(method, inHeader(SECRET)), method);
    assert.equal(await endOf(method, inBody(SECRET)), method);
    for (const wrong of ['wrong', '']) {
      assert.equal(await endOf(method, inHeader(wrong)), 'client_secret_wrong');
    }
    assert.equal(await endOf(method, inBody('wrong')), 'client_secret_wrong');
    assert.equal(await endOf(method, {}), 'client_secret_absent');
  });

  test(`${method}: under a security profile only the registered place counts`, async () => {
    for (const profile of ['fapi2-security', 'fapi2-message-signing', 'fapi1-advanced'] as const) {
      const isBasic = method === 'client_secret_basic';
      const right = isBasic ? inHeader(SECRET) : inBody(SECRET);
      const other = isBasic ? inBody(SECRET) : inHeader(SECRET);
      assert.equal(await endOf(method, right, { profile }), method);
      assert.equal(await endOf(method, other, { profile }), 'other_method_registered');
    }
  });
}

test('no method but the two takes a secret, a leftover one included', async () => {
  for (const method of METHODS) {
    if (method === 'client_secret_basic' || method === 'client_secret_post') continue;
    const because = method === 'client_secret_jwt' ? 'client_secret_in_clear' : 'other_method_registered';
    for (const secret of [SECRET, 'another']) {
      assert.equal(await endOf(method, inHeader(secret)), because, method);
      assert.equal(await endOf(method, inBody(secret)), because, method);
    }
  }
});

test('a secret in clear of client_secret_jwt: the operator learns whether it was its own', async () => {
  const known = knownClient(
    { token_endpoint_auth_method: 'client_secret_jwt' },
    { client_secret_sha256: hashClientSecret(SECRET) },
  );
  const chain = createAuthenticatorChain([lenient], { find: async () => known });
  for (const [sent, its_own] of [
    [SECRET, true],
    ['another', false],
  ] as const) {
    await assert.rejects(chain({ ...presentation, ...inBody(sent) }), {
      error: 'invalid_client',
      because: 'client_secret_in_clear',
      evidence: {
        client_id: 'c1',
        expected: 'a client_assertion that the client secret signs',
        presented: 'client_secret_post',
        its_own,
      },
    });
  }
});

test('an empty Basic password is none for methods that send no credentials, and for no other', async () => {
  for (const method of METHODS) {
    const without = ['tls_client_auth', 'self_signed_tls_client_auth', 'none'].includes(method);
    const end = await endOf(method, inHeader(''));
    if (without) assert.equal(end, method);
    else assert.match(end, /^(client_secret_wrong|other_method_registered)$/, method);
  }
});
