import assert from 'node:assert/strict';
import test from 'node:test';
import { decryptRc2Cbc } from './rc2.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

for (const [key, ciphertext, plaintext] of [
  ['ffffffffffffffff', '278b27e42e2f0d49', 'ffffffffffffffff'],
  ['3000000000000000', '30649edf9be7d2c2', '1000000000000001'],
  ['88bca90e90875a7f0f79c384627bafb2', '2269552ab0f85ca6', '0000000000000000'],
] as const) {
  test(`RFC 2268 §5: ${ciphertext} under ${key}`, () => {
    const decrypted = decryptRc2Cbc(hex(key), new Uint8Array(8), hex(ciphertext));
    assert.equal(Buffer.from(decrypted).toString('hex'), plaintext);
  });
}

test('each block is chained to the ciphertext before it', () => {
  const key = hex('ffffffffffffffff');
  const decrypted = decryptRc2Cbc(key, hex('0100000000000000'), hex('278b27e42e2f0d49278b27e42e2f0d49'));
  assert.equal(Buffer.from(decrypted).toString('hex'), 'feffffffffffffffd874d81bd1d0f2b6');
});
