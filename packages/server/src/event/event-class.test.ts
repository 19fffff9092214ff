import assert from 'node:assert/strict';
import test from 'node:test';
import { classOf } from './event-class.ts';

test('changes, security and traffic are told apart by type', () => {
  const classes = {
    administrative: ['client.updated', 'user.password_set', 'signing_key.removed', 'audit.file_incomplete'],
    security: ['sign_in.succeeded', 'grant.revoked', 'token.revoked', 'session.ended', 'made_later.known'],
    traffic: [
      'token.issued',
      'token.refused',
      'admin.refused',
      'client.refused',
      'ping.delivered',
      'device.begun',
      'plug_in.failed',
    ],
  };
  for (const [expected, types] of Object.entries(classes)) {
    for (const type of types) assert.equal(classOf({ type }), expected, type);
  }
});

test('a refusal that ended what was issued is kept as the ending that it is', () => {
  assert.equal(
    classOf({ type: 'token.refused', object: { kind: 'grant', id: 'of a stolen code' } }),
    'security',
  );
  assert.equal(classOf({ type: 'token.refused' }), 'traffic');
});
