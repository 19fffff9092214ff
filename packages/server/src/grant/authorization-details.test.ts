import assert from 'node:assert/strict';
import test from 'node:test';
import { knownClient } from '../../test/known-client.ts';
import { Refusal } from '../refusal/refusal.ts';
import { narrowedDetails, requestedDetails } from './authorization-details.ts';

const TYPES = [
  { type: 'payment', description: 'Pay', fields: ['amount', 'to'], required_fields: ['amount'] },
  { type: 'account', description: 'See', required_fields: [] },
];
const payment = { type: 'payment', amount: '1.00' };
const read = (details: unknown, by = knownClient()) => requestedDetails(JSON.stringify(details), by, TYPES);
const invalid = (error: unknown) =>
  error instanceof Refusal && error.error === 'invalid_authorization_details';

test('known types with their fields are accepted, and so is nothing', () => {
  const details = [payment, { type: 'account', anything: [1], actions: ['read'], locations: ['https://a'] }];
  assert.deepEqual(read(details), details);
  assert.equal(requestedDetails(undefined, knownClient(), TYPES), undefined);
});

const REFUSED: Record<string, unknown> = {
  'an object': payment,
  'an empty list': [],
  'an unknown type': [{ type: 'other' }],
  'no type': [{ amount: '1' }],
  'a missing field': [{ type: 'payment' }],
  'an unknown field': [{ ...payment, extra: 1 }],
  'a common field of another kind': [{ ...payment, actions: 'read' }],
  'too many': Array.from({ length: 21 }, () => payment),
  'too deep': [{ type: 'account', a: JSON.parse(`${'['.repeat(20)}${']'.repeat(20)}`) }],
};
for (const [name, details] of Object.entries(REFUSED)) {
  test(`refused: ${name}`, () => assert.throws(() => read(details), invalid));
}

test('refused: no JSON', () => assert.throws(() => requestedDetails('{', knownClient(), TYPES), invalid));

test('a client is held to its own types', () => {
  const narrow = knownClient({ authorization_details_types: ['account'] });
  assert.ok(read([{ type: 'account' }], narrow));
  assert.throws(() => read([payment], narrow), invalid);
});

test('a token request names some of what was granted, never more (RFC 9396 §6)', () => {
  const granted = [payment, { type: 'account' }];
  assert.deepEqual(narrowedDetails(undefined, granted, knownClient()), granted);
  assert.deepEqual(narrowedDetails('[{"amount":"1.00","type":"payment"}]', granted, knownClient()), [
    payment,
  ]);
  for (const more of ['[{"type":"payment","amount":"2.00"}]', '[{"type":"account","all":true}]']) {
    assert.throws(() => narrowedDetails(more, granted, knownClient()), invalid);
  }
  assert.throws(() => narrowedDetails('[{"type":"account"}]', undefined, knownClient()), invalid);
});
