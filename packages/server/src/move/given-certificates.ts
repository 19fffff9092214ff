import { Certificate, certificatesIn, MalformedCertificate } from '@countersign/x509';
import { entryCertificate, isKeyStore, readKeyStore } from '@countersign/x509/key-store';
import type { GivenCertificate } from './source.ts';

/** A file of certificates, whole. */
export type CertificateFile = { readonly name: string; readonly bytes: Uint8Array };

/** Thrown for a file that cannot be read as certificates; the message names it and the cause. */
export class UnreadableCertificates extends Error {
  override readonly name = 'UnreadableCertificates';
}

/** Thrown where an authority is named that is not among the certificates. */
export class UnknownAuthority extends Error {
  override readonly name = 'UnknownAuthority';
  readonly authority: string;

  constructor(authority: string, aliases: readonly string[]) {
    const there = aliases.length === 0 ? 'is none' : `are ${aliases.join(', ')}`;
    super(`no certificate that is given has the alias or thumbprint ${authority}; there ${there}`);
    this.authority = authority;
  }
}

/** @throws UnreadableCertificates */
async function certificatesOf(
  { name, bytes }: CertificateFile,
  password: string,
): Promise<readonly Omit<GivenCertificate, 'isAuthority'>[]> {
  try {
    if (isKeyStore(bytes)) {
      return (await readKeyStore(bytes, password)).flatMap((entry) => {
        const certificate = entryCertificate(entry);
        return certificate ? [{ alias: entry.alias, der: certificate.der }] : [];
      });
    }
    const alias = (name.split('/').at(-1) ?? name).replace(/\.[^.]+$/, '');
    return certificatesIn(Buffer.from(bytes)).map(({ der }, index) => ({
      alias: index === 0 ? alias : `${alias}-${index + 1}`,
      der,
    }));
  } catch (error) {
    if (!isKeyStore(bytes) && !(error instanceof MalformedCertificate)) throw error;
    throw new UnreadableCertificates(`${name}: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * Whether a name is that of a certificate: its alias, whose case says nothing in key stores, or its SHA-256 thumbprint in
 * base64url or in hexadecimal digits with or without colons.
 */
export const isCertificateNamed = (
  name: string,
  { alias, thumbprint }: { readonly alias: string; readonly thumbprint: string },
): boolean =>
  alias.toLowerCase() === name.toLowerCase() ||
  thumbprint === name ||
  Buffer.from(thumbprint, 'base64url').toString('hex') === name.replaceAll(':', '').toLowerCase();

/**
 * The certificates that are given beside the files of another server, each once.
 * @param password of those files that are key stores
 * @param authorities aliases or thumbprints of those that vouch for clients
 * @throws UnreadableCertificates, UnknownAuthority
 */
export async function givenCertificates(
  files: readonly CertificateFile[],
  password: string,
  authorities: readonly string[],
): Promise<readonly GivenCertificate[]> {
  const given = new Map<string, Omit<GivenCertificate, 'isAuthority'>>();
  for (const file of files) {
    for (const certificate of await certificatesOf(file, password)) {
      const { thumbprint } = Certificate.fromDer(certificate.der);
      if (!given.has(thumbprint)) given.set(thumbprint, certificate);
    }
  }
  const named = new Set<string>();
  for (const authority of authorities) {
    const found = [...given].find(([thumbprint, { alias }]) =>
      isCertificateNamed(authority, { alias, thumbprint }),
    );
    if (!found)
      throw new UnknownAuthority(
        authority,
        [...given.values()].map(({ alias }) => alias),
      );
    named.add(found[0]);
  }
  return [...given].map(([thumbprint, certificate]) => ({
    ...certificate,
    isAuthority: named.has(thumbprint),
  }));
}
