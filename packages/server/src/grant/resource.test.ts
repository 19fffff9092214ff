import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestStorage } from '../../test/test-storage.ts';
import { UNCHANGED } from '../../test/unchanged-registry.ts';
import { ClientMetadata } from '../client/client-metadata.ts';
import { Scope } from '../client/scope.ts';
import { createClientDirectory, type KnownClient } from '../client-authentication/client-directory.ts';
import { Refusal } from '../refusal/refusal.ts';
import { audiencesOf, checkResources, requestedTarget, targetOf } from './resource.ts';

const ISSUER = 'https://issuer.example';
const ACCOUNTS = {
  identifier: 'https://api.example/accounts',
  scopes: ['accounts'],
  access_token_lifetime: 300,
};
const PAYMENTS = {
  identifier: 'https://api.example/payments',
  scopes: ['payments'],
  access_token_lifetime: 60,
};
const ANYTHING = { identifier: 'urn:example:anything', scopes: [] };
const configured = [ACCOUNTS, PAYMENTS, ANYTHING];

const because = (cause: string) => (error: unknown) =>
  error instanceof Refusal && error.error === 'invalid_target' && error.because === cause;

async function client(
  t: Parameters<typeof openTestStorage>[0],
  allowed_resources?: readonly string[],
): Promise<KnownClient> {
  const storage = await openTestStorage(t);
  await storage.clients.insert({
    client_id: 'client',
    client_id_issued_at: 1,
    metadata: ClientMetadata.parse({
      client_name: 'Client',
      token_endpoint_auth_method: 'none',
      grant_types: [],
      ...(allowed_resources && { allowed_resources }),
    }),
    enabled: true,
    revision: 1,
  });
  const known = await createClientDirectory(storage.clients, UNCHANGED).find('client');
  assert.ok(known);
  return known;
}

test('a client may name the resources of the deployment, or those it is allowed', async (t) => {
  const any = await client(t);
  assert.deepEqual(checkResources([ACCOUNTS.identifier, ACCOUNTS.identifier], any, configured), [
    ACCOUNTS.identifier,
  ]);
  assert.throws(
    () => checkResources(['https://other.example'], any, configured),
    because('resource_not_allowed'),
  );
  const own = await client(t, ['https://own.example']);
  assert.deepEqual(checkResources(['https://own.example'], own, configured), ['https://own.example']);
  assert.throws(
    () => checkResources([ACCOUNTS.identifier], own, configured),
    because('resource_not_allowed'),
  );
});

test('a resource is an absolute URI without a fragment', async (t) => {
  const any = await client(t, ['accounts', 'https://a.example#part']);
  for (const resource of ['accounts', '/accounts', 'https://a.example#part', '']) {
    assert.throws(() => checkResources([resource], any, configured), because('resource_malformed'));
  }
  assert.deepEqual(checkResources(['accounts'], any, configured, 'names too'), ['accounts']);
});

test('a target has the audience, the scopes and the shortest lifetime of its resources', () => {
  const scope = Scope.of('accounts payments other');
  assert.deepEqual(targetOf([], scope, ISSUER, configured), {
    audience: ISSUER,
    scope: 'accounts payments other',
  });
  assert.deepEqual(targetOf([ACCOUNTS.identifier], scope, ISSUER, configured), {
    audience: ACCOUNTS.identifier,
    scope: 'accounts',
    access_token_lifetime: 300,
  });
  assert.deepEqual(targetOf([ACCOUNTS.identifier, PAYMENTS.identifier], scope, ISSUER, configured), {
    audience: [ACCOUNTS.identifier, PAYMENTS.identifier],
    scope: 'accounts payments',
    access_token_lifetime: 60,
  });
  assert.deepEqual(targetOf([ANYTHING.identifier], scope, ISSUER, configured), {
    audience: ANYTHING.identifier,
    scope: 'accounts payments other',
  });
});

test('a token request stays within the resources of the authorization', async (t) => {
  const any = await client(t);
  const granted = [ACCOUNTS.identifier, ANYTHING.identifier];
  const target = (requested: readonly string[], of: readonly string[] | undefined = granted) =>
    requestedTarget({ requested, granted: of, scope: Scope.of('accounts') }, any, ISSUER, configured)
      .audience;
  assert.deepEqual(target([]), granted);
  assert.equal(target([ACCOUNTS.identifier]), ACCOUNTS.identifier);
  assert.throws(() => target([PAYMENTS.identifier]), because('resource_not_granted'));
  assert.equal(target([PAYMENTS.identifier], []), PAYMENTS.identifier);
});

test('each scope speaks for its audiences, one that has none for the others, offline_access for nobody', () => {
  const known = {
    scope_audiences: new Map([
      ['a', ['one', 'two']],
      ['b', ['two', 'three']],
    ]),
  };
  const of = (scope: string) => audiencesOf(Scope.of(scope), known, [ISSUER]);
  assert.deepEqual(of('a b'), ['one', 'two', 'three']);
  assert.deepEqual(of('b c'), ['two', 'three', ISSUER]);
  assert.deepEqual(of('offline_access a'), ['one', 'two']);
  for (const scope of ['', 'offline_access', 'c', 'constructor', '__proto__'])
    assert.deepEqual(of(scope), [ISSUER]);
});
