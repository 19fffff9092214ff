import { type Certificate, isoTime, isSelfSigned, nearestTime } from '@countersign/x509';
import { type Claim, claimsOn } from '../client/authority-claim.ts';
import {
  type ConfiguredRole,
  type ConfiguredRoles,
  configuredRole,
  type NamedRole,
  type TrustRole,
} from '../client/trust-role.ts';

/** What the rule says of an entry that nobody named. */
export type RuledStanding =
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

/**
 * What an entry of a trust store is, and why: the one rule by which every door of the trust store opens. Of one that was
 * named, `otherwise` is what it would be.
 */
export type Standing =
  | RuledStanding
  | {
      readonly role: TrustRole;
      readonly because: 'configured';
      readonly configured: ConfiguredRole;
      readonly otherwise: RuledStanding;
    }
  | {
      readonly role: TrustRole;
      readonly because: 'named';
      readonly named: NamedRole;
      readonly otherwise: RuledStanding;
    };

/** Every reason a standing can have. */
export const STANDING_REASONS = [
  'configured',
  'named',
  'certificate-authority',
  'trust-group',
  'not-a-certificate-authority',
  'unnamed',
  'unreadable',
  'certificate-of-a-client',
  'key-of-a-client',
] as const satisfies readonly Standing['because'][];

/** What is known beside the certificate itself. */
export type Known = {
  readonly configured: ConfiguredRoles;
  /** By thumbprint. */
  readonly named: ReadonlyMap<string, NamedRole>;
  readonly claimants: ReadonlyMap<Claim, readonly string[]>;
  /** What an entry is that nobody named; a trust group is made of authorities. */
  readonly unnamed: 'by-rule' | 'handshake' | 'trust-group';
};

/** Whether the certificate says that it issues others (RFC 5280 §4.2.1.9, §4.2.1.3). */
function issues(certificate: Certificate): boolean | 'unreadable' {
  const basicConstraints = certificate.readExtension('basicConstraints');
  const keyUsage = certificate.readExtension('keyUsage');
  if (basicConstraints.kind === 'unreadable' || keyUsage.kind === 'unreadable') return 'unreadable';
  const isAuthority = basicConstraints.kind === 'value' && basicConstraints.value.cA;
  return isAuthority && (keyUsage.kind === 'absent' || keyUsage.value.has('keyCertSign'));
}

/** An authority only if it says so itself, and no client has or had its certificate or its key. */
function ruled(certificate: Certificate, { claimants, unnamed }: Known): RuledStanding {
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

/**
 * The role of a trust store's entry: what deployment.toml says; otherwise what somebody said; otherwise what the rule
 * says.
 */
export function standingOf(certificate: Certificate, known: Known): Standing {
  const otherwise = ruled(certificate, known);
  const configured = configuredRole(certificate.thumbprint, known.configured);
  if (configured) return { role: configured.role, because: 'configured', configured, otherwise };
  const named = known.named.get(certificate.thumbprint);
  return named ? { role: named.role, because: 'named', named, otherwise } : otherwise;
}

/** Whether nobody confirmed that an authority is one: the rule alone says so, and its own signature. */
export const isUnconfirmed = (certificate: Certificate, { because }: Standing): boolean =>
  because === 'certificate-authority' && isSelfSigned(certificate);

/** The clients that have or had the certificate of an entry, or its key, whether or not it was named. */
function clientsInTheWay(standing: Standing): readonly string[] {
  const rule = 'otherwise' in standing ? standing.otherwise : standing;
  return 'clients' in rule ? rule.clients : [];
}

/** The standing in words that follow its role, for people. */
export function standingText(standing: Standing): string {
  switch (standing.because) {
    case 'configured':
      return `${standing.configured.key} of deployment.toml names it`;
    case 'named':
      return `named by ${standing.named.named_by} on ${isoTime(standing.named.named_at)?.slice(0, 10) ?? 'some day'}`;
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

/** What is wrong with a role that somebody gave; it stands all the same. Undefined where nothing is. */
function roleWarning(certificate: Certificate, standing: Standing): string | undefined {
  if (!('otherwise' in standing) || standing.role !== 'authority') return undefined;
  if (issues(certificate) !== true) {
    return 'is named an authority, but nothing chains to it (RFC 5280 §6.1.4): its basicConstraints or keyUsage do not say that it is one';
  }
  const { otherwise } = standing;
  if (!('clients' in otherwise)) return undefined;
  const what = otherwise.because === 'key-of-a-client' ? 'and' : 'and is';
  return `is named an authority, ${what} ${standingText(otherwise)}: whoever has that key can be any client`;
}

/** A standing as it is answered and printed. */
export type DescribedStanding = {
  readonly role: TrustRole;
  readonly because: Standing['because'];
  /** The same for people. */
  readonly why: string;
  readonly unconfirmed: boolean;
  /** The clients in the way, where there are any. */
  readonly clients?: string[];
  readonly named_by?: string;
  readonly named_at?: string;
  /** The label of the files that keep it. */
  readonly managed_by?: string;
  /** What is wrong with the role that somebody gave, as a predicate: `is named an authority, and …`. */
  readonly warning?: string;
};

export function describeStanding(certificate: Certificate, standing: Standing): DescribedStanding {
  const clients = clientsInTheWay(standing);
  const warning = roleWarning(certificate, standing);
  return {
    role: standing.role,
    because: standing.because,
    why: standingText(standing),
    unconfirmed: isUnconfirmed(certificate, standing),
    ...(clients.length > 0 && { clients: [...clients] }),
    ...(standing.because === 'named' && {
      named_by: standing.named.named_by,
      named_at: nearestTime(standing.named.named_at),
      ...(standing.named.managed_by !== undefined && { managed_by: standing.named.managed_by }),
    }),
    ...(warning !== undefined && { warning }),
  };
}

/** What is told on one line of an entry, after its name. */
export const standingLine = ({
  role,
  why,
  unconfirmed,
}: Pick<DescribedStanding, 'role' | 'why' | 'unconfirmed'>): string =>
  `${role}, ${why}${unconfirmed ? '; nobody confirmed it' : ''}`;

/** A name as a shell takes it for one argument that is no option. */
function argument(name: string): string {
  const word = /^[\w.@:+/-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
  return name.startsWith('-') ? `-- ${word}` : word;
}

/**
 * What gives an entry the role.
 * @param entry its alias in the trust store, or its thumbprint in RFC 8705 §3.1 form
 */
export const howToName = (entry: string, standing: Standing, role: TrustRole): string =>
  standing.because === 'configured'
    ? `take the thumbprint out of ${standing.configured.key} of deployment.toml`
    : namingCommand(entry, role);

/** The command that gives an entry the role, where deployment.toml does not. @param entry as for {@link howToName} */
export const namingCommand = (entry: string, role: TrustRole): string =>
  `countersign truststore set-role ${role} ${argument(entry)}`;
