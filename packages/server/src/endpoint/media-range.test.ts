import assert from 'node:assert/strict';
import test from 'node:test';
import { prefersMediaType } from './media-range.ts';

const JWT = 'application/token-introspection+jwt';
const prefersJwt = (accept: string | undefined) => prefersMediaType(accept, JWT, 'application/json');

test('a form is given that is asked for and wanted no less than the usual one', () => {
  for (const accept of [
    JWT,
    JWT.toUpperCase(),
    `${JWT};q=1`,
    `${JWT};q=1.000`,
    `${JWT} ; Q=0.5`,
    `${JWT};q=0.001`,
    `${JWT}, application/json`,
    `application/json, ${JWT}`,
    `application/json;q=0.9, ${JWT}`,
    `application/json;q=0.5, ${JWT};q=0.5`,
    `text/html, ${JWT}`,
    `text/html;x="a,b;c\\"d", ${JWT}`,
    `${JWT}, */*`,
    `${JWT}, */*;q=0.1`,
    `${JWT};q=0.5, */*;q=0.1`,
    `${JWT};q=0.5, */*, application/json;q=0.2`,
    `${JWT};q=0.5, application/*;q=0.4, */*`,
    `${JWT};charset=utf-8`,
    `${JWT};charset="utf-8;q=0";q=0.7`,
    `,, ${JWT},`,
    `${JWT};`,
    `${JWT};q=0.2, ${JWT};q=0.9, application/json;q=0.5`,
    `application/json;q=0, ${JWT};q=0.1`,
    `application/json;q=2, ${JWT};q=0.1`,
  ]) {
    assert.equal(prefersJwt(accept), true, accept);
  }
});

test('everything else is answered in the usual form', () => {
  for (const accept of [
    undefined,
    '',
    '*/*',
    'application/*',
    '*/*, application/json;q=0.1',
    'application/json',
    'application/json;q=0',
    'text/html',
    `${JWT};q=0`,
    `${JWT};q=0.000`,
    `${JWT};q=0, */*`,
    `${JWT}; q=0`,
    `${JWT};q=0.9, application/json`,
    `application/json, ${JWT};q=0.999`,
    `${JWT};q=0.5, */*`,
    `${JWT};q=0.5, application/*;q=0.6, */*;q=0.1`,
    `application/json;charset=utf-8, ${JWT};q=0.5`,
    `${JWT}x`,
    `x${JWT}`,
    `application/token-introspection`,
    `text/html;x="${JWT}"`,
    `text/html;x=", ${JWT}, "`,
    `${JWT};q=2`,
    `${JWT};q=-1`,
    `${JWT};q=x`,
    `${JWT};q=`,
    `${JWT};q=0.1234`,
    `a ${JWT}`,
  ]) {
    assert.equal(prefersJwt(accept), false, String(accept));
  }
});

test('a long header is read in a time that grows with its length', () => {
  const started = performance.now();
  for (const text of [
    'a;'.repeat(8000),
    'a;b="'.repeat(3001),
    `"${'\\"'.repeat(8000)}`,
    'a;b=c'.repeat(3000),
  ]) {
    prefersJwt(text);
  }
  assert.ok(performance.now() - started < 500);
});
