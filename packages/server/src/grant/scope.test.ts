import assert from 'node:assert/strict';
import test from 'node:test';
import { Scope } from '../client/scope.ts';
import type { Refusal } from '../refusal/refusal.ts';
import { grantedScope, isClientScope } from './scope.ts';

const client = (...scopes: string[]) => ({ scopes: Scope.from(scopes) });
const always = () => true;
const because = (cause: Refusal['because']) => ({ error: 'invalid_scope', because: cause });

test('what was asked for is granted, once each', () => {
  assert.equal(`${grantedScope('b a b', client('a', 'b', 'c'), always)}`, 'b a');
});

test('a scope the client is not registered for is refused, not dropped', () => {
  assert.throws(() => grantedScope('a d', client('a'), always), because('scope_not_registered'));
});

test('nothing asked for means what is registered and allowed, never the admin API', () => {
  const registered = client('a', 'openid', 'admin:clients');
  assert.equal(`${grantedScope(undefined, registered, isClientScope)}`, 'a');
  assert.equal(`${grantedScope(undefined, registered, always)}`, 'a openid');
});

test('a client has no scope of a person, and none of the admin API, for itself', () => {
  for (const scope of ['openid', 'offline_access', 'admin:read']) {
    assert.throws(() => grantedScope(scope, client(scope), isClientScope), because('scope_not_registered'));
  }
});

for (const malformed of [' a', 'a ', 'a  b', 'a"b', 'a\\b', 'ä', '']) {
  test(`malformed: ${JSON.stringify(malformed)}`, () => {
    assert.throws(() => grantedScope(malformed, client('a'), always), because('scope_malformed'));
  });
}
