import { type Certificate, certificateDescription } from '@countersign/x509';

/** An entry of a trust store that vouches for nobody. */
export type NoAuthority = {
  readonly alias: string;
  readonly certificate: Certificate;
  readonly role: 'handshake';
  /** For people. */
  readonly why: string;
  /** What would make it an authority: a command, or what to write into deployment.toml. */
  readonly to_change: string;
};

/** The same as evidence. */
export type ToldNoAuthority = Pick<NoAuthority, 'role' | 'why' | 'to_change'> & {
  /** Its alias. */
  readonly entry: string;
  /** The subject. */
  readonly certificate: string;
  readonly 'x5t#S256': string;
};

/** Whether one certificate bears the name that the other says issued it. */
function isNamedIssuer(one: Certificate, other: Certificate): boolean {
  const subject = one.readField('subject');
  const issuer = other.readField('issuer');
  return subject.kind === 'value' && issuer.kind === 'value' && subject.value.equals(issuer.value);
}

/** Entries told of one refusal: of more than these none is the one in question. */
const TOLD = 5;

/**
 * Evidence of the entries that bear the name of what issued one of the certificates, and are no authorities: what an
 * operator took for one may be among them. Empty where there are none.
 */
export function noAuthorityAbove(
  certificates: readonly Certificate[],
  { others }: { readonly others: readonly NoAuthority[] },
): { readonly no_authority?: ToldNoAuthority[] } {
  const named = others.filter((other) =>
    certificates.some((certificate) => isNamedIssuer(other.certificate, certificate)),
  );
  if (named.length === 0) return {};
  return {
    no_authority: named.slice(0, TOLD).map(({ alias, certificate, role, why, to_change }) => ({
      entry: alias,
      certificate: certificateDescription(certificate).subject,
      'x5t#S256': certificate.thumbprint,
      role,
      why,
      to_change,
    })),
  };
}
