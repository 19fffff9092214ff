import assert from 'node:assert/strict';
import test from 'node:test';
import { isVisible, printable, printableLine, visible } from './printable.ts';

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

const INVISIBLE = [
  '\0 \u001b \u007f \u009b \r \t',
  '\u00ad \u034f \u061c \u115f \u1160 \u17b4 \u180e \u2800 \u3164 \uffa0',
  '\u200b \u200c \u200d \u200e \u200f \u2028 \u2029 \u2060 \u2063 \ufeff \ufffe',
  '\u202a \u202b \u202c \u202d \u202e \u2066 \u2067 \u2068 \u2069 \u206a',
  '\ufe00 \ufe0f \u180b \u{e0100} \u{e01ef} \u{e0001} \u{e0041} \u{e007f}',
  '\ue000 \u{f0000} \ud800 \udc00 \u0378',
].flatMap((line) => line.split(' '));

test('attack 10: what nobody sees is found, and written out where it is shown', () => {
  for (const character of INVISIBLE) {
    const text = `a${character}b`;
    const written = JSON.stringify(character);
    assert.equal(isVisible(text), false, written);
    assert.match(visible(text), /^a(\\u[0-9a-f]{4}){1,2}b$/, written);
    assert.equal(isVisible(visible(text)), true, written);
    assert.equal(JSON.parse(`"${visible(text)}"`), text, written);
  }
  for (const text of ['Zoë Müller', '数据', 'שלום', '✓ 👍', 'a b', '']) {
    assert.ok(isVisible(text), text);
    assert.equal(visible(text), text);
  }
  assert.equal(visible('a\nb'), 'a\nb');
});
