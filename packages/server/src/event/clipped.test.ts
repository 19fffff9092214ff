import assert from 'node:assert/strict';
import test from 'node:test';
import { clipped } from './clipped.ts';

const about = { type: 'token.refused', outcome: 'refused' } as const;

test('an event of usual size stays as it is', () => {
  const event = {
    ...about,
    client_id: 'client',
    username: 'person',
    remote_address: '127.0.0.1',
    because: 'client_unknown',
    certificate: { subject: 'CN=client' },
    evidence: { expected: ['a', { b: 1 }], presented: null },
    detail: { fields: [] },
  } as const;
  assert.deepEqual(clipped(event), event);
});

test('every text, list and nesting that a request could make is cut', () => {
  let nested: unknown = 'end';
  for (let depth = 0; depth < 10_000; depth++) nested = [nested];
  const text = 'x'.repeat(1_000_000);
  const event = clipped({
    ...about,
    client_id: text,
    username: text,
    certificate: { subject: text },
    evidence: {
      presented: { [text]: [text] },
      expected: Array.from({ length: 10_000 }, () => 'y'),
      nested,
      ...Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`m${index}`, 1])),
    },
    detail: { text },
  });
  assert.ok(JSON.stringify(event).length < 20_000);
  assert.match(event.username ?? '', /… \(1000000 characters\)$/);
});

test('control characters are written out, wherever they stand', () => {
  const hostile = '\u001b[2J\u009b31m\u202e';
  const event = clipped({
    ...about,
    client_id: hostile,
    username: hostile,
    certificate: { subject: hostile },
    evidence: { [hostile]: [{ presented: hostile }] },
  });
  assert.doesNotMatch(JSON.stringify(event), /\p{Cc}|\p{Bidi_Control}|[^\\]\\u/u);
});
