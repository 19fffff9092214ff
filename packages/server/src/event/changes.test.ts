import assert from 'node:assert/strict';
import test from 'node:test';
import { createIdentity } from '../../test/client-identity.ts';
import { changesBetween, REDACTED } from './changes.ts';
import { clipped } from './clipped.ts';

test('what differs is told with both values, and what does not is not', () => {
  assert.deepEqual(
    changesBetween(
      {
        client_name: 'a',
        scope: 'read',
        redirect_uris: ['https://a.example'],
        jwks_uri: 'https://a.example/jwks',
      },
      { client_name: 'b', scope: 'read', redirect_uris: ['https://a.example'], contacts: ['a@b.example'] },
    ),
    {
      client_name: { old: 'a', new: 'b' },
      jwks_uri: { old: 'https://a.example/jwks' },
      contacts: { new: ['a@b.example'] },
    },
  );
  assert.deepEqual(changesBetween(undefined, { enabled: true }), { enabled: { new: true } });
  assert.deepEqual(changesBetween({ enabled: true }, undefined), { enabled: { old: true } });
});

test('a secret is told to have changed, never its value', () => {
  const jwk = (d: string) => ({ keys: [{ kty: 'EC', crv: 'P-256', x: 'x', d }] });
  const before = {
    client_secret: 'one',
    client_secret_sha256: 'one',
    client_secret_sealed: 'one',
    password_hash: 'one',
    registration_access_token_sha256: 'one',
    initial_access_token: 'one',
    jwks: jwk('one'),
    claims: { nested: [{ password: 'one' }] },
    token_endpoint_auth_method: 'client_secret_basic',
  };
  const after = {
    ...Object.fromEntries(Object.keys(before).map((name) => [name, 'two'])),
    jwks: jwk('two'),
    claims: { nested: [{ password: 'two' }] },
    token_endpoint_auth_method: 'none',
  };
  const changes = changesBetween(before, after);
  assert.doesNotMatch(JSON.stringify(changes), /"(?:one|two)"/);
  assert.deepEqual(changes.client_secret, { old: REDACTED, new: REDACTED });
  assert.deepEqual(changes.token_endpoint_auth_method, { old: 'client_secret_basic', new: 'none' });
  assert.deepEqual(changes.claims?.new, { nested: [{ password: REDACTED }] });
});

test('a certificate is told by its names and thumbprint', async () => {
  const { pem, thumbprint } = await createIdentity('CN=told');
  const { certificates } = changesBetween({ certificates: [] }, { certificates: [pem] });
  assert.deepEqual(certificates?.old, []);
  const [told] = Array.isArray(certificates?.new) ? certificates.new : [];
  assert.equal(told['x5t#S256'], thumbprint);
  assert.equal(told.subject, 'CN=told');
  assert.doesNotMatch(JSON.stringify(certificates), /BEGIN/);
});

test('whoever makes an event cannot put a secret or more of the actor than belongs there into it', () => {
  const actor = { name: 'alice', through: 'admin-api', user: { password_hash: 'hash' } } as const;
  const event = clipped({
    type: 'user.updated',
    outcome: 'success',
    actor,
    changes: { password_hash: { old: 'a', new: 'b' } },
  });
  assert.deepEqual(event.actor, { name: 'alice', through: 'admin-api' });
  assert.deepEqual(event.changes, { password_hash: { old: REDACTED, new: REDACTED } });
});
