import assert from 'node:assert/strict';
import test from 'node:test';
import { certificateToPem } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';
import { endsAfter, hasEnded, NO_ENDS, type TokenEnds } from './token-ends.ts';

const ISSUED = 1_700_000_000;

async function certificates(count: number) {
  const made = Array.from({ length: count }, (_, index) =>
    issueCertificate({
      subject: `CN=${index}`,
      keyType: 'EC-P256',
      days: 1,
      usage: 'client',
      now: Date.now(),
    }),
  );
  return (await Promise.all(made)).map(({ certificate }) => certificate);
}

const client = (token_ends: TokenEnds | undefined, enabled = true, pems: readonly string[] = []) => ({
  client_id_issued_at: ISSUED,
  metadata: { certificates: [...pems] },
  enabled,
  ...(token_ends && { token_ends }),
});
const token = (client_generation?: number, bound?: string) => ({
  iat: ISSUED + 1,
  client_generation,
  ...(bound !== undefined && { cnf: { 'x5t#S256': bound } }),
});

test('where nothing ended nothing is kept', () => {
  assert.equal(endsAfter(client(undefined), client(undefined), false), NO_ENDS);
  assert.ok(!hasEnded(client(undefined), token()));
});

test('all tokens of before end at once, and none of after', () => {
  const ends = endsAfter(client(undefined), client(undefined), true);
  assert.ok(hasEnded(client(ends), token()));
  assert.ok(!hasEnded(client(ends), token(ends.generation)));
  const off = endsAfter(client(ends), client(ends, false), false);
  assert.ok(hasEnded(client(off), token(ends.generation)), 'a client that is switched off');
});

test('a token of another client that had this client_id has ended', () => {
  assert.ok(hasEnded(client(undefined), { iat: ISSUED - 1 }));
});

test('with a certificate the tokens bound to it end, though many are removed', async () => {
  const made = await certificates(60);
  const pems = made.map(certificateToPem);
  let ends: TokenEnds | undefined;
  for (let left = 59; left >= 0; left--) {
    ends = endsAfter(
      client(ends, true, pems.slice(0, left + 1)),
      client(ends, true, pems.slice(0, left)),
      false,
    );
  }
  assert.ok(ends);
  for (const { thumbprint } of made) assert.ok(hasEnded(client(ends), token(0, thumbprint)));
  const [last] = made;
  assert.ok(last && !hasEnded(client(ends), token(ends.generation, last.thumbprint)));
  assert.ok(Object.keys(ends.certificates).length <= 50);
});

test('tokens bound to a certificate that stays do not end', async () => {
  const [stays, goes] = await certificates(2);
  assert.ok(stays && goes);
  const [kept, gone] = [certificateToPem(stays), certificateToPem(goes)];
  const ends = endsAfter(client(undefined, true, [kept, gone]), client(undefined, true, [kept]), false);
  assert.ok(hasEnded(client(ends), token(0, goes.thumbprint)));
  assert.ok(!hasEnded(client(ends), token(0, stays.thumbprint)));
  assert.ok(!hasEnded(client(ends), token(0)));
});
