import assert from 'node:assert/strict';
import test from 'node:test';
import { oneTextOf } from './one-name.ts';

test('a regular expression that means one name is that name', () => {
  const meant = {
    'CN=a, O=B': 'CN=a, O=B',
    '^CN=a, O=B$': 'CN=a, O=B',
    'CN=a\\.b, O=B\\, Inc\\.': 'CN=a.b, O=B, Inc.',
    '\\QCN=a.b (c)\\E, O=B': 'CN=a.b (c), O=B',
    '\\QCN=a.b': 'CN=a.b',
    'CN=a[.]b': 'CN=a.b',
    'CN=a\\$': 'CN=a$',
  };
  for (const [pattern, text] of Object.entries(meant)) assert.equal(oneTextOf(pattern), text, pattern);
});

test('one that may mean several is nobody’s', () => {
  for (const pattern of [
    'CN=tug-[0-9]+, O=B',
    'CN=a.b',
    'CN=(a|b)',
    'CN=a*',
    'CN=a\\.?b',
    'CN=a{2}',
    'CN=\\w+',
    'CN=a\\d',
    'CN=[ab]',
    'CN=[^a]',
    'CN=a\\',
    'CN=\\Qa\\E+',
    '(?i)CN=a',
    'CN=a$b',
    '',
    '^$',
  ]) {
    assert.equal(oneTextOf(pattern), undefined, pattern);
  }
});
