import assert from 'node:assert/strict';
import test from 'node:test';
import { certificateToPem } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';
import { itemOf, movedClient, NO_INPUT, sourceOf } from '../../test/moved-items.ts';
import { withGiven } from './with-given.ts';

const issued = async (subject: string) =>
  (await issueCertificate({ subject, keyType: 'EC-P256', days: 30, usage: 'ca', now: Date.now() }))
    .certificate;

test('what the files say of a given certificate counts, whatever stands before it; the others come before clients', async () => {
  const [said, unsaid] = [await issued('CN=Said'), await issued('CN=Unsaid')];
  const certificate = certificateToPem(said);
  const source = sourceOf([
    itemOf({ kind: 'subject_secret', secret: 'A'.repeat(43) }),
    itemOf({ kind: 'trusted_certificate', alias: 'as they say', certificate, role: 'authority' }),
    itemOf(movedClient('crane')),
  ]);
  const certificates = [
    { alias: 'said', der: said.der, isAuthority: false },
    { alias: 'unsaid', der: unsaid.der, isAuthority: false },
  ];
  const items = await Array.fromAsync(withGiven(source).read({ ...NO_INPUT, certificates }));
  assert.deepEqual(
    items.map(({ kind, name }) => [kind, name]),
    [
      ['subject_secret', 'secret of pairwise subjects'],
      ['trusted_certificate', 'as they say'],
      ['trusted_certificate', 'unsaid'],
      ['client', 'crane'],
    ],
  );
});
