import assert from 'node:assert/strict';
import test from 'node:test';
import { certificatesOf } from './certificates-of-event.ts';
import { kindOf } from './event-kind.ts';
import { EVENT_TYPES } from './event-types.ts';

test('every type has a kind, and few have none of their own', () => {
  const ofServer = Object.keys(EVENT_TYPES)
    .filter((type) => kindOf({ type }) === 'server')
    .map((type) => type.split('.')[0]);
  assert.deepEqual(Array.from(new Set(ofServer)).sort(), [
    'audit',
    'backup',
    'database',
    'listener',
    'logout_token',
    'ping',
    'plug_in',
    'record',
    'webhook',
    'worker',
  ]);
});

test('a person who is refused is a sign-in wherever it was tried', () => {
  for (const type of ['sign_in.refused', 'token.refused', 'admin.refused', 'account.refused'])
    assert.equal(kindOf({ type, because: 'password_wrong', username: 'alice' }), 'sign_in', type);
  assert.equal(kindOf({ type: 'token.refused', because: 'second_factor_wrong' }), 'sign_in');
  assert.equal(kindOf({ type: 'token.refused', because: 'client_secret_wrong' }), 'token');
});

test('guesses at a person are a sign-in, guesses at a client are none', () => {
  const because = 'guessing_limited';
  assert.equal(kindOf({ type: 'token.refused', because, username: 'alice' }), 'sign_in');
  assert.equal(kindOf({ type: 'token.refused', because }), 'token');
});

test('a handshake is noise unless it failed for the certificate', () => {
  assert.equal(kindOf({ type: 'handshake.refused', because: 'tls_failed' }), 'connection');
  assert.equal(kindOf({ type: 'handshake.refused', because: 'certificate_unreadable' }), 'certificate');
  assert.equal(kindOf({ type: 'token.refused', because: 'certificate_expired' }), 'token');
  assert.equal(kindOf({ type: 'route.refused', because: 'internal_error' }), 'server');
});

test('the certificates of an event are what was presented, watched or changed, each once', () => {
  const certificate = (name: string) => ({ subject: `CN=${name}`, 'x5t#S256': name });
  assert.deepEqual(certificatesOf({}), []);
  assert.deepEqual(certificatesOf({ certificate: { subject: 'CN=unreadable', 'x5t#S256': 1 } }), []);
  assert.deepEqual(
    certificatesOf({
      certificate: certificate('presented'),
      object: { kind: 'certificate', id: 'watched' },
      changes: {
        certificates: {
          old: [certificate('stays'), certificate('goes')],
          new: [certificate('stays'), certificate('comes'), certificate('presented')],
        },
        one: { new: certificate('alone') },
        client_name: { old: 'a', new: 'b' },
      },
    }),
    ['presented', 'watched', 'comes', 'goes', 'alone'],
  );
  assert.deepEqual(certificatesOf({ object: { kind: 'client', id: 'no certificate' } }), []);
});
