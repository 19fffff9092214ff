import {
  type Certificate,
  certificateDescription,
  MalformedCertificate,
  matchTlsClientAuthSubject,
  type TlsClientAuthSubject,
  timeText,
} from '@countersign/x509';
import type { PathRefusal } from '@countersign/x509/path-validation';
import { evaluateRevocation, type RevocationOutcome } from '@countersign/x509/revocation';
import { LRUCache } from 'lru-cache';
import { atMost } from '../at-most.ts';
import type { CacheUses } from '../cache-use.ts';
import { claimsOn } from '../client/authority-claim.ts';
import type { ClientMetadata } from '../client/client-metadata.ts';
import type { Clock } from '../clock.ts';
import type { Cause } from '../refusal/causes.ts';
import { invalidClient, temporarilyUnavailable } from '../refusal/error-codes.ts';
import type { AuthorityClaims } from './authority-claims.ts';
import type { CertificateUses } from './certificate-uses.ts';
import type { ClientAuthenticator } from './client-authenticator.ts';
import type { KnownClient } from './client-directory.ts';
import { noAuthorityAbove } from './no-authority.ts';
import { createPresentedPaths, type PresentedPaths } from './presented-path.ts';
import type { TrustSet, TrustSets } from './trust-set.ts';
import { wasNotAsked } from './trusted-certificate.ts';

export type TlsClientAuthOptions = {
  readonly clock: Clock;
  readonly trustSets: TrustSets;
  readonly claims: AuthorityClaims;
  /** Where the memory of decisions tells how it is used. */
  readonly caches: CacheUses;
  readonly uses: CertificateUses;
  /** Told when a certificate was accepted from an authority that nobody confirmed. */
  readonly onUnconfirmedAuthority: (client_id: string, authority: Certificate) => void;
  /** Told when a certificate was accepted although its revocation could not be determined (`prefer`). */
  readonly onRevocationUnknown: (client_id: string, evidence: Readonly<Record<string, unknown>>) => void;
};

/** A decision that stays right while nothing it was made from has changed. */
type Decision = {
  readonly client: KnownClient;
  readonly generation: string;
  readonly until: number;
  readonly authority: Certificate | undefined;
};

const DECISIONS_LIMIT = 20_000;

/** The one registered subject value; registration has seen to it that there is exactly one. */
function registeredSubject(metadata: ClientMetadata): TlsClientAuthSubject | undefined {
  const { tls_client_auth_subject_dn, tls_client_auth_san_dns, tls_client_auth_san_uri } = metadata;
  const { tls_client_auth_san_ip, tls_client_auth_san_email } = metadata;
  if (tls_client_auth_subject_dn !== undefined) return { tls_client_auth_subject_dn };
  if (tls_client_auth_san_dns !== undefined) return { tls_client_auth_san_dns };
  if (tls_client_auth_san_uri !== undefined) return { tls_client_auth_san_uri };
  if (tls_client_auth_san_ip !== undefined) return { tls_client_auth_san_ip };
  if (tls_client_auth_san_email !== undefined) return { tls_client_auth_san_email };
  return undefined;
}

const describe = (certificate: Certificate) => certificateDescription(certificate).subject;

/** The cause that a path's refusal comes under: what is wrong with the leaf itself has causes of its own. */
function causeOf({ reason, certificate }: PathRefusal, leaf: Certificate): Cause {
  if (certificate.thumbprint !== leaf.thumbprint) return 'certificate_not_trusted';
  switch (reason) {
    case 'expired':
      return 'certificate_expired';
    case 'not-yet-valid':
      return 'certificate_not_yet_valid';
    case 'malformed-certificate':
      return 'certificate_unreadable';
    default:
      return 'certificate_not_trusted';
  }
}

/**
 * Nobody vouches for itself: above the client's certificate stands another one, with another key.
 * @throws Refusal
 */
function checkVouchedFor(path: readonly Certificate[], client_id: string, trust: TrustSet): void {
  const [leaf, ...above] = path;
  const anchor = above.at(-1);
  const own = new Set(leaf ? claimsOn(leaf) : []);
  if (anchor && !claimsOn(anchor).some((claim) => own.has(claim))) return;
  throw invalidClient('certificate_not_trusted', {
    client_id,
    reason: 'its-own-authority',
    expected: 'a certificate that an authority issued, with a key that is not the authority’s',
    presented: leaf?.thumbprint,
    trust: trust.name,
  });
}

/** The valid path from the presented certificate to an anchor, or the refusal that names what fails. */
function pathOf(
  certificate: Certificate,
  intermediates: readonly Certificate[],
  trust: TrustSet,
  client_id: string,
  now: number,
  paths: PresentedPaths,
): readonly Certificate[] {
  const result = paths.pathOf({ leaf: certificate, intermediates, anchors: trust.anchors, at: now });
  if (result.valid) {
    checkVouchedFor(result.path, client_id, trust);
    return result.path;
  }
  throw invalidClient(causeOf(result, certificate), {
    client_id,
    reason: result.reason,
    certificate: describe(result.certificate),
    field: result.field,
    expected: result.expected,
    presented: result.presented,
    trust: trust.name,
    ...noAuthorityAbove([result.certificate], trust),
    tried: result.tried.slice(0, 5).map(({ path, refusal }) => ({
      path: path.map(describe),
      reason: refusal.reason,
      field: refusal.field,
    })),
  });
}

function checkSubject(certificate: Certificate, { client }: KnownClient): void {
  const { client_id, metadata } = client;
  const subject = registeredSubject(metadata);
  if (!subject) {
    throw invalidClient('certificate_subject_differs', {
      client_id,
      expected: 'one registered tls_client_auth_* value',
      presented: 'none is registered',
    });
  }
  try {
    const match = matchTlsClientAuthSubject(certificate, subject);
    if (match.matches) return;
    const { matches: _matches, ...evidence } = match;
    throw invalidClient('certificate_subject_differs', { client_id, ...evidence, registered: subject });
  } catch (error) {
    if (!(error instanceof MalformedCertificate)) throw error;
    const { field, reason } = error.unreadable;
    throw invalidClient('certificate_unreadable', {
      client_id,
      registered: subject,
      field,
      expected: 'what RFC 5280 §4 defines for the field, as the registered value is compared with it',
      presented: reason,
    });
  }
}

function revocationEvidence(outcome: RevocationOutcome): Readonly<Record<string, unknown>> {
  if (outcome.status === 'revoked') {
    return {
      certificate: describe(outcome.certificate),
      source: outcome.source,
      revoked_at: timeText(outcome.at),
      reason: outcome.reason,
    };
  }
  if (outcome.status !== 'undetermined') return {};
  return {
    undetermined: outcome.undetermined.map(({ certificate, why }) => ({
      certificate: describe(certificate),
      why,
    })),
  };
}

/**
 * `tls_client_auth` (RFC 8705 §2.1): the certificate has a valid path to one of the client's trust anchors and
 * carries the one registered subject value. A decision is remembered by client, certificate and what came beside it,
 * for as long as client, anchors and revocation data stand unchanged and every certificate of the path is valid.
 */
export function tlsClientAuth(options: TlsClientAuthOptions): ClientAuthenticator {
  const { clock, trustSets, claims, uses, onUnconfirmedAuthority, onRevocationUnknown } = options;
  const decisions = new LRUCache<string, Decision>(atMost(DECISIONS_LIMIT));
  const lookups = options.caches.of('certificate_decisions', () => decisions.size);
  const paths = createPresentedPaths();

  const checkRevocation = async (
    path: readonly Certificate[],
    trust: TrustSet,
    client_id: string,
    now: number,
  ) => {
    const { revocation: policy, sources } = trust;
    const outcome = await evaluateRevocation({ path, policy, sources, at: now });
    if (outcome.decision === 'refuse') {
      const because = outcome.status === 'revoked' ? 'certificate_revoked' : 'certificate_revocation_unknown';
      throw invalidClient(because, { client_id, ...revocationEvidence(outcome), trust: trust.name, policy });
    }
    if (wasNotAsked(outcome)) {
      throw temporarilyUnavailable('Try again later.', 'certificate_revocation_unknown', {
        client_id,
        ...revocationEvidence(outcome),
        trust: trust.name,
        policy,
      });
    }
    if (outcome.status === 'undetermined') onRevocationUnknown(client_id, revocationEvidence(outcome));
    return outcome.until;
  };

  return {
    kind: 'method',
    name: 'tls_client_auth',
    methods: ['tls_client_auth'],
    async authenticate({ certificate: presented }, known) {
      const { client_id, metadata } = known.client;
      if (!presented) {
        throw invalidClient('certificate_absent', {
          client_id,
          expected: 'a client certificate',
          presented: 'none',
        });
      }
      const trust = await trustSets({ trust_group: metadata.trust_group, trust_anchors: known.trustAnchors });
      if (!trust) {
        throw invalidClient('certificate_not_trusted', {
          client_id,
          expected: `a [[trust_group]] named ${metadata.trust_group}`,
          presented: 'none of that name in deployment.toml',
        });
      }
      const now = clock();
      const { certificate } = presented;
      const key = [client_id, ...[certificate, ...presented.chain].map(({ thumbprint }) => thumbprint)].join(
        ' ',
      );
      const decided = decisions.get(key);
      if (decided?.client === known && decided.generation === trust.generation && now <= decided.until) {
        lookups.hits++;
        uses.came(client_id, certificate, decided.authority);
        return;
      }
      lookups.misses++;
      decisions.delete(key);
      const path = pathOf(certificate, presented.chain, trust, client_id, now, paths);
      checkSubject(certificate, known);
      const revocationUntil = await checkRevocation(path, trust, client_id, now);
      const until = Math.min(revocationUntil, ...path.map(({ notAfter }) => notAfter));
      const authority = path.at(-1);
      decisions.set(key, { client: known, generation: trust.generation, until, authority });
      claims.proven(client_id, certificate);
      uses.came(client_id, certificate, authority);
      if (authority && trust.isUnconfirmed(authority)) onUnconfirmedAuthority(client_id, authority);
    },
  };
}
