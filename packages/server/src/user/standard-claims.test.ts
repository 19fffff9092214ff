import assert from 'node:assert/strict';
import test from 'node:test';
import { claimsAbout, claimsOfScopes } from './standard-claims.ts';

const user = {
  sub: 'ada',
  username: 'ada.lovelace',
  password_hash: '$argon2id$secret',
  roles: [],
  claims: { name: 'Ada Lovelace', email: 'ada@example.com', email_verified: false, note: 'internal' },
  enabled: true,
  created_at: 0,
  revision: 1,
};

test('a scope gives its claims and no others', () => {
  assert.deepEqual(claimsAbout(user, claimsOfScopes(['openid', 'email'])), {
    email: 'ada@example.com',
    email_verified: false,
  });
  assert.deepEqual(claimsAbout(user, claimsOfScopes(['profile'])), {
    preferred_username: 'ada.lovelace',
    name: 'Ada Lovelace',
  });
  assert.deepEqual(claimsOfScopes(['openid', 'offline_access', 'admin:read', 'constructor']), []);
});

test('what is no standard claim stays here, whoever asks for it', () => {
  assert.deepEqual(claimsAbout(user, ['note', 'password_hash', 'roles', 'sub', '__proto__']), {});
});

test('an account may have a preferred_username of its own', () => {
  const named = { ...user, claims: { preferred_username: 'countess' } };
  assert.deepEqual(claimsAbout(named, ['preferred_username']), { preferred_username: 'countess' });
});
