import assert from 'node:assert/strict';
import test from 'node:test';
import { parseForm } from './token-form.ts';

test('an empty parameter counts as absent (RFC 6749 §3.2)', () => {
  const form = parseForm('scope=&grant_type=password');
  assert.equal(form.get('scope'), undefined);
  assert.equal(form.get('grant_type'), 'password');
  assert.throws(() => form.require('scope'), /invalid_request/);
});

test('a repeated parameter is refused, with the same value and when empty too', () => {
  for (const body of ['a=1&a=2', 'a=1&a=1', 'a=&a=1', 'client_id=x&client_id=x']) {
    assert.throws(() => parseForm(body), { because: 'parameter_repeated' });
  }
});

test('resource and audience may be repeated (RFC 8707 §2, RFC 8693 §2.1)', () => {
  assert.deepEqual(parseForm('resource=a&resource=b').getAll('resource'), ['a', 'b']);
});

test('a flood of parameters is refused', () => {
  const body = Array.from({ length: 101 }, (_, index) => `p${index}=1`).join('&');
  assert.throws(() => parseForm(body), { because: 'malformed_request' });
});

test('names of the prototype are ordinary names', () => {
  assert.equal(parseForm('').get('constructor'), undefined);
  assert.equal(parseForm('__proto__=x').get('__proto__'), 'x');
});
