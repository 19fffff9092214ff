import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { base32, generateTotpSecret, stepOfCode, totpCode, totpStep, totpUri } from './totp.ts';

/** The secret of RFC 6238 Appendix B and RFC 4226 Appendix D. */
const SECRET = base32(Buffer.from('12345678901234567890'));

test('base32 is RFC 4648 §6 without padding', () => {
  const vectors = { '': '', f: 'MY', fo: 'MZXQ', foo: 'MZXW6', foob: 'MZXW6YQ', fooba: 'MZXW6YTB' };
  for (const [text, encoded] of Object.entries(vectors)) {
    assert.equal(base32(Buffer.from(text)), encoded);
  }
});

test('codes of RFC 6238 Appendix B, the last six digits of each', () => {
  const vectors: readonly (readonly [seconds: number, code: string])[] = [
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ];
  for (const [seconds, code] of vectors) {
    assert.equal(totpCode(SECRET, totpStep(seconds * 1000)), code);
  }
});

test('codes of RFC 4226 Appendix D', () => {
  assert.deepEqual(
    Array.from({ length: 10 }, (_, counter) => totpCode(SECRET, counter)),
    ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489'],
  );
});

test('a code counts one step early and one late, and says which step it is', () => {
  const now = 1_111_111_111_000;
  const step = totpStep(now);
  for (const offset of [-1, 0, 1]) {
    assert.equal(stepOfCode(SECRET, totpCode(SECRET, step + offset), now), step + offset);
  }
  for (const offset of [-2, 2]) {
    assert.equal(stepOfCode(SECRET, totpCode(SECRET, step + offset), now), undefined);
  }
});

test('spaces in what was typed do not matter, everything else does', () => {
  assert.equal(stepOfCode(SECRET, ' 287 082 ', 59_000), 1);
  for (const typed of ['', '28708', '2870821', '287083', '28708٢', 'abcdef']) {
    assert.equal(stepOfCode(SECRET, typed, 59_000), undefined, typed);
  }
});

test('every secret is decoded as it was encoded', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
      // Equal codes over many steps mean equal keys: the HMAC depends on every bit.
      const [a, b] = [base32(bytes), base32(Uint8Array.from(bytes))];
      assert.equal(totpCode(a, 1), totpCode(b, 1));
      const flipped = bytes.with(bytes.length - 1, (bytes.at(-1) ?? 0) ^ 1);
      const codes = (secret: string) => Array.from({ length: 4 }, (_, step) => totpCode(secret, step)).join();
      assert.notEqual(codes(base32(flipped)), codes(a));
    }),
    { numRuns: 50 },
  );
  assert.match(generateTotpSecret(), /^[A-Z2-7]{32}$/);
});

test('the URI survives names with reserved characters', () => {
  const uri = new URL(totpUri(SECRET, 'Acme: Sign & In', 'anna@example.com'));
  assert.equal(uri.protocol, 'otpauth:');
  assert.equal(uri.searchParams.get('secret'), SECRET);
  assert.equal(uri.searchParams.get('issuer'), 'Acme: Sign & In');
  assert.equal(decodeURIComponent(uri.pathname.split('/').at(-1) ?? ''), 'Acme  Sign & In:anna@example.com');
});

test('codes of RFC 6238 Appendix B with eight digits and each hash', () => {
  const seed = '1234567890'.repeat(7);
  const vectors: readonly (readonly [seconds: number, ...codes: readonly string[]])[] = [
    [59, '94287082', '46119246', '90693936'],
    [1111111109, '07081804', '68084774', '25091201'],
    [20000000000, '65353130', '77737706', '47863826'],
  ];
  const kinds = [
    ['SHA1', 20],
    ['SHA256', 32],
    ['SHA512', 64],
  ] as const;
  for (const [seconds, ...codes] of vectors) {
    for (const [index, [algorithm, length]] of kinds.entries()) {
      const secret = base32(Buffer.from(seed.slice(0, length)));
      const parameters = { algorithm, digits: 8, period: 30 } as const;
      assert.equal(totpCode(secret, totpStep(seconds * 1000), parameters), codes[index]);
      assert.notEqual(stepOfCode(secret, codes[index] ?? '', seconds * 1000, parameters), undefined);
      assert.equal(stepOfCode(secret, codes[index] ?? '', seconds * 1000), undefined, 'not with the usual');
    }
  }
});

test('a code of another period counts for its own steps', () => {
  const parameters = { algorithm: 'SHA1', digits: 6, period: 60 } as const;
  const now = 1_111_111_111_000;
  const step = totpStep(now, parameters);
  assert.equal(step, Math.floor(now / 60_000));
  assert.equal(stepOfCode(SECRET, totpCode(SECRET, step - 1), now, parameters), step - 1);
  assert.equal(stepOfCode(SECRET, totpCode(SECRET, step - 2), now, parameters), undefined);
});
