import assert from 'node:assert/strict';
import test from 'node:test';
import { otlpHeaders } from './otlp-headers.ts';

test('pairs with commas between, values percent-encoded', () => {
  assert.deepEqual(otlpHeaders('api-key=abc, Authorization=Bearer%20x%3D%2Cy ,'), {
    'api-key': 'abc',
    authorization: 'Bearer x=,y',
  });
  assert.deepEqual(otlpHeaders('x=a=b=='), { x: 'a=b==' });
});

for (const [why, text] of [
  ['nothing', ''],
  ['no value', 'api-key'],
  ['no name', '=abc'],
  ['a name that is none', 'api key=abc'],
  ['a colon in place of the equals sign', 'api-key: abc'],
  ['an encoding that is none', 'api-key=%zz'],
  ['a line break', 'api-key=a%0d%0ab'],
  ['the same name twice', 'api-key=a,API-Key=b'],
  ["a header that is the protocol's own", 'content-type=text/plain'],
] as const) {
  test(`refused: ${why}`, () => assert.equal(otlpHeaders(text), undefined));
}
