import assert from 'node:assert/strict';
import test from 'node:test';
import { takingOffBasePath } from './base-path.ts';

const CASES: readonly (readonly [base: string, target: string, expected: string])[] = [
  ['https://id.example', '/oauth2/token', '/oauth2/token'],
  ['https://id.example/auth', '/auth/oauth2/token?a=/auth', '/oauth2/token?a=/auth'],
  ['https://id.example/auth', '/oauth2/token', '/oauth2/token'],
  ['https://id.example/auth', '/auth', '/'],
  ['https://id.example/auth', '/auth/', '/'],
  ['https://id.example/auth', '/auth?x=1', '/?x=1'],
  ['https://id.example/auth', '/authoauth2/token', '/authoauth2/token'],
  ['https://id.example/auth', '/auth/auth/oauth2/token', '/auth/auth/oauth2/token'],
  [
    'https://id.example/auth',
    '/.well-known/oauth-authorization-server/auth',
    '/.well-known/oauth-authorization-server/auth',
  ],
  ['https://id.example/auth', '/auth/.well-known/openid-configuration', '/.well-known/openid-configuration'],
  ['https://id.example/a/b', '/a/b/console/clients', '/console/clients'],
  ['https://id.example/a/b', '/a/console/clients', '/a/console/clients'],
  // A path that is called like a place of this server.
  ['https://id.example/oauth2', '/oauth2/oauth2/token', '/oauth2/token'],
  ['https://id.example/oauth2', '/oauth2/token', '/oauth2/token'],
  ['https://id.example/console', '/console', '/console'],
  ['https://id.example/console', '/console/console/clients', '/console/clients'],
  ['https://id.example/console', '/console/clients', '/console/clients'],
];

for (const [base, target, expected] of CASES) {
  test(`${target} at ${base}`, () => assert.equal(takingOffBasePath([base])(target), expected));
}

test('each listener has its own path, and both are taken off', () => {
  const takeOff = takingOffBasePath(['https://id.example/auth', 'https://mtls.example/mtls']);
  assert.equal(takeOff('/mtls/oauth2/token'), '/oauth2/token');
  assert.equal(takeOff('/auth/oauth2/token'), '/oauth2/token');
});
