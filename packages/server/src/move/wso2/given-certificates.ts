import { Certificate, MalformedCertificate } from '@countersign/x509';
import type { GivenCertificate } from '../source.ts';

/** A given certificate as a value; undefined for what is none. */
function readGiven({ der }: GivenCertificate): Certificate | undefined {
  try {
    return Certificate.fromDer(new Uint8Array(der));
  } catch (error) {
    if (error instanceof MalformedCertificate) return undefined;
    throw error;
  }
}

/** A thumbprint in base64url, for what may be written in hexadecimal digits with or without colons. */
function thumbprintOf(text: string): string {
  const digits = text.replaceAll(':', '');
  return /^[0-9a-f]{64}$/i.test(digits) ? Buffer.from(digits, 'hex').toString('base64url') : text;
}

/** The given certificate of an alias, whose case says nothing in key stores, or of a SHA-256 thumbprint. */
export function givenCertificate(given: readonly GivenCertificate[], named: string): Certificate | undefined {
  const byAlias = given.find(({ alias }) => alias.toLowerCase() === named.toLowerCase());
  if (byAlias) return readGiven(byAlias);
  const thumbprint = thumbprintOf(named);
  return given.map(readGiven).find((certificate) => certificate?.thumbprint === thumbprint);
}
