import assert from 'node:assert/strict';
import test from 'node:test';
import { printable, printableLine } from './printable.ts';

test('what a terminal would obey is written out', () => {
  assert.equal(printable('\u001b[2Jred\u009b31m'), '\\u001b[2Jred\\u009b31m');
  assert.equal(printable('user\u202etxt.exe'), 'user\\u202etxt.exe');
  assert.equal(printable('a\r\nb\tc\0'), 'a\\u000d\nb\\u0009c\\u0000');
  assert.equal(printableLine('name\nfake line\u2028'), 'name\\nfake line\\u2028');
});

test('what people write stays', () => {
  for (const text of ['Zoë Müller', '数据', 'שלום', '👩‍💻', 'CN=a\\, b, O=c'])
    assert.equal(printable(text), text);
});

test('JSON stays the same JSON', () => {
  const value = { name: 'a\u009bb\u202ec', nested: ['\u001b'] };
  assert.deepEqual(JSON.parse(printable(JSON.stringify(value, null, 2))), value);
});
