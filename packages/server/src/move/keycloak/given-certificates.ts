import {
  Certificate,
  DistinguishedName,
  InvalidDistinguishedName,
  MalformedCertificate,
  normaliseRegisteredSubjectDn,
} from '@countersign/x509';
import type { GivenCertificate } from '../source.ts';

/** A certificate given beside the files, with its subject as names are compared. */
export type Given = GivenCertificate & {
  readonly certificate: Certificate;
  readonly name: DistinguishedName | undefined;
};

/** Reads those that are given, once for all clients; one that cannot be read is nobody's. */
export const readGiven = (given: readonly GivenCertificate[]): readonly Given[] =>
  given.flatMap((each) => {
    try {
      const certificate = Certificate.fromDer(each.der);
      return [{ ...each, certificate, name: nameOf(`${certificate.subject}`) }];
    } catch (error) {
      if (error instanceof MalformedCertificate) return [];
      throw error;
    }
  });

/** A name as it is compared, in whichever order it was written; undefined for what is no name. */
export function nameOf(written: string): DistinguishedName | undefined {
  try {
    return DistinguishedName.parse(normaliseRegisteredSubjectDn(written).canonical);
  } catch (error) {
    if (error instanceof InvalidDistinguishedName) return undefined;
    throw error;
  }
}
