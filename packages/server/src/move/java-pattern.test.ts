import assert from 'node:assert/strict';
import test from 'node:test';
import { fixedTexts, oneTextOf } from './java-pattern.ts';

test('a regular expression that means one name is that name', () => {
  const meant = {
    'CN=a, O=B': 'CN=a, O=B',
    '^CN=a, O=B$': 'CN=a, O=B',
    'CN=a\\.b, O=B\\, Inc\\.': 'CN=a.b, O=B, Inc.',
    '\\QCN=a.b (c)\\E, O=B': 'CN=a.b (c), O=B',
    '\\QCN=a.b': 'CN=a.b',
    'CN=a[.]b': 'CN=a.b',
    'CN=a\\$': 'CN=a$',
    'CN=(a), O=(?:B|B)': 'CN=a, O=B',
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

test('a pattern of fixed texts is these', () => {
  const texts: Readonly<Record<string, readonly string[]>> = {
    '(https://a.example/cb1|https://a.example/cb2)': ['https://a.example/cb1', 'https://a.example/cb2'],
    'https://a\\.example/cb': ['https://a.example/cb'],
    '^https:\\/\\/a\\.example\\/cb$': ['https://a.example/cb'],
    'https://a.example/(one|two)/(?:x|y)': [
      'https://a.example/one/x',
      'https://a.example/one/y',
      'https://a.example/two/x',
      'https://a.example/two/y',
    ],
    'https://a.example/cb\\?x=1': ['https://a.example/cb?x=1'],
    'https://a[.]example/(\\Qx?\\E|y)': ['https://a.example/x?', 'https://a.example/y'],
    'https://a.example/(a|a)': ['https://a.example/a'],
    'https://a.example|https://b.example': ['https://a.example', 'https://b.example'],
  };
  for (const [pattern, expected] of Object.entries(texts))
    assert.deepEqual(fixedTexts(pattern, 'a dot'), expected, pattern);
});

test('a pattern that stands for more, or for too much, is none', () => {
  for (const pattern of [
    'https://[a-z]+\\.a\\.example/cb',
    'https://.*\\.example/cb',
    'https://a.example/cb.+',
    'https://a.example/cb?x=1',
    'https://a.example/(cb)?',
    'https://a.example/\\d',
    'https://a.example/a{2}',
    'https://a.example/(cb',
    'https://a.example/cb)',
    'https://a.example/cb\\',
    'https://a.example/^x',
    '(?=x)https://a.example',
    `${'(a|b)'.repeat(10)}`,
    `${'('.repeat(50)}a${')'.repeat(50)}`,
  ]) {
    assert.equal(fixedTexts(pattern, 'a dot'), undefined, pattern);
  }
});
