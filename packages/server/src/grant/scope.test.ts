import assert from 'node:assert/strict';
import test from 'node:test';
import { Scope } from '../client/scope.ts';
import type { Refusal } from '../refusal/refusal.ts';
import { grantedScope, isClientScope, requestedScope } from './scope.ts';

const client = (...scopes: string[]) => ({ scopes: Scope.from(scopes) });
const accounts = { identifier: 'https://api.example', scopes: ['accounts'] };
const everything = { allowed: () => true, resources: [accounts] };
const ofClients = { allowed: isClientScope, resources: [] };
const because = (cause: Refusal['because']) => ({ error: 'invalid_scope', because: cause });

test('what was asked for is granted, once each', () => {
  assert.equal(`${grantedScope('b a b', client('a', 'b', 'c'), everything)}`, 'b a');
});

test('blanks around a scope and several between two mean nothing, and alone they name none', () => {
  for (const written of [' a b', 'a b ', 'a  b', '   a   b   ']) {
    assert.equal(`${grantedScope(written, client('a', 'b', 'c'), everything)}`, 'a b', written);
  }
  for (const written of ['', ' ', '   ']) {
    assert.equal(requestedScope(written), undefined);
    assert.equal(`${grantedScope(written, client('a', 'b'), everything)}`, 'a b');
  }
});

test('a scope the client is not registered for is refused, not dropped', () => {
  for (const asked of ['a d', 'd', 'a accounts', 'a email']) {
    assert.throws(() => grantedScope(asked, client('a'), everything), because('scope_not_registered'));
  }
});

test('of a request of OpenID Connect what means nothing here is ignored (OIDC Core §3.1.2.1)', () => {
  const registered = client('openid', 'email', 'payments');
  for (const [asked, granted] of [
    ['openid groups', 'openid'],
    ['groups openid  email roles', 'openid email'],
    ['openid OpenID EMAIL', 'openid'],
    ['openid https://graph.example/.default', 'openid'],
    ['openid payments', 'openid payments'],
  ] as const) {
    assert.equal(`${grantedScope(asked, registered, everything)}`, granted, asked);
  }
});

test('what means something here and is not the client’s is refused all the same', () => {
  for (const known of ['profile', 'phone', 'admin:read', 'admin:whatever', 'accounts']) {
    assert.throws(
      () => grantedScope(`openid ${known}`, client('openid', 'email'), everything),
      because('scope_not_registered'),
      known,
    );
  }
  assert.throws(
    () => grantedScope('openid email', client('email'), everything),
    because('scope_not_registered'),
    'openid itself',
  );
});

test('offline_access that cannot be had is ignored (OIDC Core §11), but not without openid', () => {
  assert.equal(`${grantedScope('openid offline_access', client('openid'), everything)}`, 'openid');
  const refreshing = client('openid', 'offline_access');
  assert.equal(`${grantedScope('openid offline_access', refreshing, everything)}`, 'openid offline_access');
  assert.throws(
    () => grantedScope('a offline_access', client('a'), everything),
    because('scope_not_registered'),
  );
});

test('nothing asked for means what is registered and given unasked, never the admin API', () => {
  const registered = client('a', 'openid', 'admin:clients');
  assert.equal(`${grantedScope(undefined, registered, ofClients)}`, 'a');
  assert.equal(`${grantedScope(undefined, registered, everything)}`, 'a openid');
  assert.equal(`${grantedScope(undefined, registered, { ...everything, unasked: isClientScope })}`, 'a');
});

test('a client has no scope of a person, and none of the admin API, for itself', () => {
  for (const scope of ['openid', 'offline_access', 'admin:read', 'openid unknown']) {
    assert.throws(
      () => grantedScope(scope, client(...scope.split(' ')), ofClients),
      because('scope_not_registered'),
    );
  }
});

for (const malformed of ['a"b', 'a\\b', 'ä', 'a\tb', 'openid\nemail', 'openid a"b']) {
  test(`malformed: ${JSON.stringify(malformed)}`, () => {
    assert.throws(
      () => grantedScope(malformed, client('a', 'openid'), everything),
      because('scope_malformed'),
    );
  });
}

test('a client’s default scopes are what it gets unasked, of what it can have, and never the admin API', () => {
  const registered = {
    ...client('a', 'b', 'openid', 'admin:read'),
    default_scope: Scope.of('b openid admin:read unregistered'),
  };
  const person = { ...everything, unasked: isClientScope };
  assert.equal(`${grantedScope(undefined, registered, ofClients)}`, 'b');
  assert.equal(`${grantedScope('  ', registered, person)}`, 'b openid');
  assert.equal(`${grantedScope('a', registered, person)}`, 'a');
  assert.equal(`${grantedScope(undefined, { ...registered, default_scope: Scope.none }, person)}`, '');
  assert.equal(`${grantedScope(undefined, registered, { ...everything, unasked: 'nothing' })}`, '');
});
