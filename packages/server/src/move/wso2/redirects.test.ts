import assert from 'node:assert/strict';
import test from 'node:test';
import { fixedTexts } from './redirects.ts';

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
    'https://a.example/(a|a)': ['https://a.example/a'],
    'https://a.example|https://b.example': ['https://a.example', 'https://b.example'],
  };
  for (const [pattern, expected] of Object.entries(texts))
    assert.deepEqual(fixedTexts(pattern), expected, pattern);
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
    assert.equal(fixedTexts(pattern), undefined, pattern);
  }
});
