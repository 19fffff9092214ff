import { type Certificate, MalformedCertificate } from '@countersign/x509';
import { type Claim, claimsOn } from '../client/authority-claim.ts';
import type { NamedRole, TrustRole } from '../client/trust-role.ts';

/** What an entry of a trust store is, and why: the one rule by which every door of the trust store opens. */
export type Standing =
  | { readonly role: TrustRole; readonly because: 'named'; readonly named: NamedRole }
  | { readonly role: 'authority'; readonly because: 'certificate-authority' | 'trust-group' }
  | {
      readonly role: 'handshake';
      readonly because: 'not-a-certificate-authority' | 'unnamed' | 'unreadable';
    }
  /** Clients have or had the certificate itself, or another one of its key. */
  | {
      readonly role: 'handshake';
      readonly because: 'certificate-of-a-client' | 'key-of-a-client';
      readonly clients: readonly string[];
    };

/** What is known beside the certificate itself. */
export type Known = {
  /** By thumbprint. */
  readonly named: ReadonlyMap<string, NamedRole>;
  readonly claimants: ReadonlyMap<Claim, readonly string[]>;
  /** What an entry is that nobody named; a trust group is made of authorities. */
  readonly unnamed: 'by-rule' | 'handshake' | 'trust-group';
};

/** Whether the certificate says that it issues others (RFC 5280 §4.2.1.9, §4.2.1.3). */
function issues(certificate: Certificate): boolean | 'unreadable' {
  try {
    const { basicConstraints, keyUsage } = certificate.extensions;
    return basicConstraints?.cA === true && (keyUsage === undefined || keyUsage.has('keyCertSign'));
  } catch (error) {
    if (error instanceof MalformedCertificate) return 'unreadable';
    throw error;
  }
}

/**
 * The role of a trust store's entry. A role that somebody gave stands. Otherwise it is an authority only if it says so
 * itself, and no client has or had its certificate or its key.
 */
export function standingOf(certificate: Certificate, { named, claimants, unnamed }: Known): Standing {
  const given = named.get(certificate.thumbprint);
  if (given) return { role: given.role, because: 'named', named: given };
  const [ofCertificate, ...ofKey] = claimsOn(certificate).map((claim) => claimants.get(claim) ?? []);
  if (ofCertificate && ofCertificate.length > 0) {
    return { role: 'handshake', because: 'certificate-of-a-client', clients: ofCertificate };
  }
  const clients = ofKey.flat();
  if (clients.length > 0) return { role: 'handshake', because: 'key-of-a-client', clients };
  const issuing = issues(certificate);
  if (issuing === 'unreadable') return { role: 'handshake', because: 'unreadable' };
  if (!issuing) return { role: 'handshake', because: 'not-a-certificate-authority' };
  if (unnamed === 'trust-group') return { role: 'authority', because: 'trust-group' };
  if (unnamed === 'handshake') return { role: 'handshake', because: 'unnamed' };
  return { role: 'authority', because: 'certificate-authority' };
}

/** The standing in a sentence, for people. */
export function standingText(standing: Standing): string {
  switch (standing.because) {
    case 'named':
      return `named ${standing.role} by ${standing.named.named_by}`;
    case 'certificate-authority':
      return 'a certificate authority, and no client’s own';
    case 'trust-group':
      return 'an authority of its trust group, and no client’s own';
    case 'not-a-certificate-authority':
      return 'no certificate authority: its basicConstraints or keyUsage do not say so';
    case 'unnamed':
      return 'nobody named it, and [truststore] unnamed is "handshake"';
    case 'unreadable':
      return 'its extensions cannot be read';
    case 'certificate-of-a-client':
      return `the certificate of ${standing.clients.slice(0, 5).join(', ')}`;
    case 'key-of-a-client':
      return `its key is that of ${standing.clients.slice(0, 5).join(', ')}`;
  }
}
