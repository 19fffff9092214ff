import assert from 'node:assert/strict';
import test from 'node:test';
import { makeCertificate } from '../../../x509/test/made-certificate.ts';
import { AliasTaken, importedEntries } from './imported-entries.ts';

const [one, other] = ['one', 'other'].map((subject) => makeCertificate({ subject }).certificate);
assert.ok(one && other);
const names = (entries: readonly { readonly alias: string }[]) => entries.map(({ alias }) => alias);

test('a certificate that is given twice, or stands in the store, is added once', () => {
  const added = importedEntries([one, other, one], [], undefined, 1);
  assert.deepEqual(names(added), [one.thumbprint.toLowerCase(), other.thumbprint.toLowerCase()]);
  assert.deepEqual(names(importedEntries([one, other], added.slice(0, 1), 'mine', 1)), ['mine']);
  assert.deepEqual(importedEntries([one], added, 'another', 1), []);
});

test("a name is the first one's, numbered after it, and taken whatever its case", () => {
  const added = importedEntries([one, other], [], 'Mine', 1);
  assert.deepEqual(names(added), ['Mine', 'Mine-2']);
  assert.throws(() => importedEntries([one], importedEntries([other], [], 'MINE', 1), 'mine', 1), AliasTaken);
  assert.throws(
    () =>
      importedEntries(
        [one],
        added.toReversed().concat(importedEntries([other], [], 'theirs', 1)),
        'theirs',
        1,
      ),
    AliasTaken,
  );
});
