import assert from 'node:assert/strict';
import test from 'node:test';
import { Refusal } from '../../refusal/refusal.ts';
import { parametersOf, readParameters } from './parameters.ts';

const because = (cause: string) => (error: unknown) => error instanceof Refusal && error.because === cause;

test('an empty parameter counts as absent, an unknown one is ignored', () => {
  const parameters = readParameters('state=&nonce=n&utm_source=x&utm_source=y');
  assert.equal(parameters.get('state'), undefined);
  assert.equal(parameters.get('nonce'), 'n');
  assert.deepEqual(parameters.all(), { nonce: 'n' });
});

test('a repeated parameter spoils itself and no other', () => {
  const parameters = readParameters('state=a&state=a&nonce=n');
  assert.throws(() => parameters.get('state'), because('parameter_repeated'));
  assert.equal(parameters.get('nonce'), 'n');
  assert.throws(() => parameters.all(), because('parameter_repeated'));
});

test('sizes are limited: of one parameter, of all, and of their number', () => {
  assert.ok(readParameters(`nonce=${'n'.repeat(1000)}`).get('nonce'));
  assert.throws(
    () => readParameters(`nonce=${'n'.repeat(1001)}`).get('nonce'),
    because('parameter_too_long'),
  );
  assert.throws(() => readParameters('x'.repeat(60_001)), because('request_too_large'));
  assert.throws(() => readParameters('a=1&'.repeat(101)), because('malformed_request'));
});

test('kept parameters read as those that were sent', () => {
  const sent = readParameters('client_id=c&scope=openid+email');
  assert.deepEqual(parametersOf(sent.all()).all(), { client_id: 'c', scope: 'openid email' });
});
