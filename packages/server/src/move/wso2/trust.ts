import { certificateToPem } from '@countersign/x509';
import type { MovedItem, SourceInput } from '../source.ts';
import { readGiven } from './given-certificates.ts';

/**
 * What becomes of the certificates of the other server's trust store. One that nobody named is no authority here, whatever
 * it was there: a client's own certificate is registered with the client, and public roots come with every installation.
 */
export function trustOf({ certificates }: SourceInput): readonly MovedItem[] {
  return certificates.map((given): MovedItem => {
    const { alias, isAuthority } = given;
    const item = { kind: 'trusted_certificate', name: alias } as const;
    const certificate = readGiven(given);
    if (!certificate) {
      const why = 'It cannot be read as a certificate.';
      return { ...item, findings: [{ field: 'certificate', outcome: 'lost', why }] };
    }
    if (!isAuthority) {
      const why = `Not taken: nobody named it as an authority. A client’s own certificate needs no entry; an authority comes with --authority ${alias}.`;
      return { ...item, findings: [{ field: 'certificate', outcome: 'lost', why }] };
    }
    return {
      ...item,
      record: {
        kind: 'trusted_certificate',
        alias,
        certificate: certificateToPem(certificate),
        role: 'authority',
      },
      findings: [{ field: 'certificate', ours: 'authority', outcome: 'same', why: 'Named as an authority.' }],
    };
  });
}
