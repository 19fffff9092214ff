import assert from 'node:assert/strict';
import test from 'node:test';
import { parseClientMetadata } from '../client/client-registration.ts';
import { Scope } from '../client/scope.ts';
import { createAuthenticatorChain } from './authenticator-chain.ts';
import type { KnownClient } from './client-directory.ts';
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
  const known: KnownClient = {
    client: {
      client_id: 'c1',
      client_id_issued_at: 0,
      metadata: parseClientMetadata({ client_name: 'C', ...metadata }),
      enabled: true,
      revision: 1,
    },
    certificates: new Map(),
    trustAnchors: [],
    jwksKeys: [],
    scopes: Scope.none,
    grant_types: new Set(),
  };
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
