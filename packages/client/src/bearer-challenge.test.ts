import assert from 'node:assert/strict';
import test from 'node:test';
import { bearerError } from './bearer-challenge.ts';

test('the error of the Bearer challenge is found among those of others', () => {
  for (const [header, expected] of [
    ['Bearer error="invalid_token"', 'invalid_token'],
    ['bearer ERROR = invalid_token', 'invalid_token'],
    ['Bearer realm="a, error=\\"x\\"", error="invalid_token", error_description="no"', 'invalid_token'],
    ['DPoP error="use_dpop_nonce", algs="ES256", Bearer error="invalid_token"', 'invalid_token'],
    ['Negotiate YII=, Basic realm="a", Bearer scope="b",error="invalid_token"', 'invalid_token'],
    ['Bearer, DPoP error="invalid_token"', undefined],
    ['DPoP error="invalid_token"', undefined],
    ['Bearer realm="Bearer error=\\"invalid_token\\""', undefined],
    ['Bearer', undefined],
    ['Bearer error', undefined],
    ['Bearer error="invalid_token', ''],
    ['=====', undefined],
    ['', undefined],
    [null, undefined],
  ] as const) {
    assert.equal(bearerError(header), expected, String(header));
  }
});

test('a hostile header is read as fast as another', () => {
  const began = performance.now();
  for (const part of ['a ', 'a="\\', '\\"', ', ', 'Bearer error="', '= =']) {
    bearerError(`Bearer ${part.repeat(20_000)}`);
  }
  assert.ok(performance.now() - began < 1_000);
});
