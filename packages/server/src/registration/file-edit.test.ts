import assert from 'node:assert/strict';
import test from 'node:test';
import { issueCertificate } from '@countersign/x509/issuance';
import { certificatesOf, editSince, takenFrom } from './file-edit.ts';
import type { TrustedEntry } from './imported-entries.ts';

async function entry(alias: string): Promise<TrustedEntry> {
  const { certificate } = await issueCertificate({
    subject: `CN=${alias}`,
    keyType: 'EC-P256',
    days: 1,
    usage: 'ca',
    now: Date.now(),
  });
  return { kind: 'trusted-certificate', alias, certificate };
}
const [one, two, three] = [await entry('one'), await entry('two'), await entry('three')];
const thumbprintOf = ({ certificate }: TrustedEntry) => certificate.thumbprint;

test('an edit is the difference to what was taken, and nothing where the file holds the same under other names', () => {
  const before = takenFrom('store.jks', [one, two], []);
  const edit = editSince(before, [two, three]);
  assert.deepEqual(edit?.added, [three]);
  assert.deepEqual([...(edit?.removed ?? [])], [thumbprintOf(one)]);
  assert.equal(editSince(before, [two, { ...one, alias: 'renamed' }]), undefined);
  assert.equal(editSince(before, [one, two]), undefined);
});

test('an edit has one name until the file was taken again, so that it is taken up once', () => {
  const before = takenFrom('store.jks', [one], []);
  const named = editSince(before, [one, two])?.edit_id;
  assert.equal(editSince(before, [two, one])?.edit_id, named);
  assert.notEqual(editSince(before, [one, three])?.edit_id, named);
  assert.notEqual(editSince(takenFrom('store.jks', [one], []), [one, two])?.edit_id, named);
});

test('what is being written into the file is no edit, whichever of the two the file holds', () => {
  const before = { ...takenFrom('store.jks', [one], []), writing: [thumbprintOf(two)] };
  assert.equal(editSince(before, [one]), undefined);
  assert.equal(editSince(before, [two]), undefined);
  assert.deepEqual(editSince(before, [one, three])?.added, [three]);
});

test('of a certificate that stands under two names one entry is taken', () => {
  const entries = certificatesOf([one, { ...one, alias: 'again' }, two], 5);
  assert.deepEqual(
    entries.map(({ alias, created_at }) => [alias, created_at]),
    [
      ['one', 5],
      ['two', 5],
    ],
  );
});
