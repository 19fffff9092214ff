import type { Certificate } from '../certificate.ts';
import type { DistinguishedName } from '../distinguished-name.ts';
import { type AlgorithmRules, DEFAULT_ALGORITHMS } from '../signed-data/algorithms.ts';
import { SignatureBudget, type SignatureProblem, signatureProblem } from '../signed-data.ts';
import { asRefusal, signatureAlgorithmProblem } from './algorithm-refusals.ts';
import { checkPath, malformed, unreadableProblem } from './path-check.ts';
import type { PathRefusal } from './path-refusal.ts';
import {
  type CertificateProfile,
  DEFAULT_LIMITS,
  DEFAULT_POLICIES,
  type PathLimits,
  type PathRules,
  type PathUsage,
  type PolicyRules,
} from './path-rules.ts';

/** What `validatePath` is asked. */
export type PathRequest = {
  readonly leaf: Certificate;
  /** Certificates that may help to build a path, unverified and in any order. */
  readonly intermediates: readonly Certificate[];
  /** The certificates trusted, each by its key and its name together. */
  readonly anchors: readonly Certificate[];
  /** When the path must be valid, milliseconds since the epoch. */
  readonly at: number;
  readonly usage: PathUsage;
  /** Default `none`. */
  readonly profile?: CertificateProfile;
  readonly algorithms?: Partial<AlgorithmRules>;
  readonly policies?: Partial<PolicyRules>;
  readonly limits?: Partial<PathLimits>;
  /** What the whole decision may verify, shared with its other parts. Default: `limits.signatureChecks` of its own. */
  readonly budget?: SignatureBudget;
  /**
   * Asked of each path that is valid otherwise, leaf first and anchor last: the revocation check, as far as
   * it needs no waiting. A refusal makes the search go on to the next path.
   */
  readonly revocation?: (path: readonly Certificate[]) => PathRefusal | undefined;
};

/** A path that was looked at, leaf first, and why it was given up. */
export type TriedPath = { readonly path: readonly Certificate[]; readonly refusal: PathRefusal };

/** A valid path, or why there is none. */
export type PathResult =
  | {
      readonly valid: true;
      /** The leaf first, the trust anchor last; one certificate when the leaf is an anchor itself. */
      readonly path: readonly Certificate[];
      readonly anchor: Certificate;
      /** The policies valid for the path in the anchor's domain (RFC 5280 §6.1.6), as OIDs. */
      readonly policies: readonly string[];
    }
  | ({
      readonly valid: false;
      /** Every path looked at, in order; the refusal beside it is of the one that came furthest. */
      readonly tried: readonly TriedPath[];
    } & PathRefusal);

/** Dead ends kept for the report; those after them are counted only. */
const TRIED_KEPT = 64;

const isSame = (one: Certificate, other: Certificate): boolean =>
  one === other || Buffer.from(one.der).equals(other.der);

/** The certificates by the name in their subject; those without a readable one can issue nothing. */
function bySubject(certificates: readonly Certificate[], limits: PathLimits): Map<string, Certificate[]> {
  const found = new Map<string, Certificate[]>();
  for (const certificate of certificates) {
    if (certificate.der.length > limits.certificateBytes) continue;
    let subject: DistinguishedName;
    try {
      subject = certificate.subject;
    } catch (error) {
      malformed(certificate, error);
      continue;
    }
    const key = subject.matchingKey;
    const others = found.get(key);
    if (!others) found.set(key, [certificate]);
    else if (!others.some((other) => isSame(other, certificate))) others.push(certificate);
  }
  return found;
}

/** Those whose key identifier the child names first, those that contradict it last (RFC 4158 §3.5.12). */
function ranked(candidates: readonly Certificate[], child: Certificate): readonly Certificate[] {
  if (candidates.length < 2) return candidates;
  // What cannot be read prefers nobody; no candidate is left out for it.
  const named = child.readExtension('authorityKeyIdentifier');
  const issuer = named.kind === 'value' ? named.value.keyIdentifier : undefined;
  if (!issuer) return candidates;
  const rank = (candidate: Certificate): number => {
    const own = candidate.readExtension('subjectKeyIdentifier');
    return own.kind !== 'value' ? 1 : Buffer.from(own.value).equals(issuer) ? 0 : 2;
  };
  return candidates
    .map((candidate) => ({ candidate, rank: rank(candidate) }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ candidate }) => candidate);
}

class PathSearch {
  readonly #request: PathRequest;
  readonly #rules: PathRules;
  readonly #anchors: Map<string, Certificate[]>;
  readonly #intermediates: Map<string, Certificate[]>;
  readonly #verified = new Map<Certificate, Map<Certificate, SignatureProblem | undefined>>();
  readonly #tried: TriedPath[] = [];
  #best: { readonly refusal: PathRefusal; readonly progress: number } | undefined;
  #candidates = 0;
  #paths = 0;
  #exhausted: PathRefusal | undefined;

  constructor(request: PathRequest) {
    const limits = { ...DEFAULT_LIMITS, ...request.limits };
    this.#request = request;
    this.#rules = {
      usage: request.usage,
      at: request.at,
      profile: request.profile ?? 'none',
      algorithms: {
        ...DEFAULT_ALGORITHMS,
        wholeOctetModulus: request.profile === 'web-pki',
        ...request.algorithms,
      },
      policies: { ...DEFAULT_POLICIES, ...request.policies },
      limits,
      budget: request.budget ?? new SignatureBudget(limits.signatureChecks),
    };
    this.#anchors = bySubject(request.anchors, limits);
    this.#intermediates = bySubject(request.intermediates.slice(0, limits.intermediates), limits);
  }

  run(): PathResult {
    const { leaf } = this.#request;
    const { certificateBytes } = this.#rules.limits;
    // What a leaf breaks by itself is said before anything of its issuers: no other issuer would mend it.
    const broken =
      leaf.der.length > certificateBytes
        ? this.#limit(leaf, `a certificate of at most ${certificateBytes} octets`)
        : unreadableProblem(leaf, 'leaf', this.#rules.profile);
    const found = broken ? this.#giveUp([leaf], broken, 0) : this.#extend([leaf], leaf);
    if (found) return found;
    const refusal = this.#exhausted ?? this.#best?.refusal;
    if (!refusal) throw new TypeError('a search without a path has a refusal');
    return { valid: false, ...refusal, tried: this.#tried };
  }

  #limit(certificate: Certificate, expected: string): PathRefusal {
    return {
      reason: 'limit-exceeded',
      certificate,
      field: 'certificate',
      expected,
      presented: 'more',
    };
  }

  /** @param progress complete paths count most, then longer ones */
  #giveUp(path: readonly Certificate[], refusal: PathRefusal, progress: number): undefined {
    if (this.#tried.length < TRIED_KEPT) this.#tried.push({ path, refusal });
    const best = this.#best;
    // Of two that came as far, what is wrong with the leaf itself tells its holder more.
    const nearer =
      best?.progress === progress &&
      refusal.certificate === this.#request.leaf &&
      best.refusal.certificate !== this.#request.leaf;
    if (!best || progress > best.progress || nearer) this.#best = { refusal, progress };
    return undefined;
  }

  #spend(kind: 'candidates' | 'paths', certificate: Certificate): boolean {
    const spent = kind === 'candidates' ? ++this.#candidates : ++this.#paths;
    const limit = this.#rules.limits[kind];
    if (spent <= limit) return true;
    const names = { candidates: 'issuers tried', paths: 'paths' };
    this.#exhausted ??= this.#limit(certificate, `at most ${limit} ${names[kind]}`);
    return false;
  }

  /** What is wrong with `issuer` as the signer of `child`, asked once for each pair. */
  #signatureProblem(child: Certificate, issuer: Certificate): SignatureProblem | undefined {
    const asked = this.#verified.get(child) ?? new Map<Certificate, SignatureProblem | undefined>();
    if (asked.has(issuer)) return asked.get(issuer);
    const { algorithms, budget } = this.#rules;
    const problem = signatureProblem(child.signed, issuer.publicKey, algorithms, budget);
    this.#verified.set(child, asked.set(issuer, problem));
    return problem;
  }

  /** What forbids even trying a key on the child's signature. */
  #unverifiable(child: Certificate): PathRefusal | undefined {
    try {
      return signatureAlgorithmProblem(child, this.#rules.algorithms);
    } catch (error) {
      return malformed(child, error);
    }
  }

  /** Whether `issuer` signed `child`; else the issuer's weakness, or why the search ends. */
  #signs(issuer: Certificate, child: Certificate): { signed: boolean; weakness?: PathRefusal | undefined } {
    let problem: SignatureProblem | undefined;
    try {
      problem = this.#signatureProblem(child, issuer);
    } catch (error) {
      return { signed: false, weakness: malformed(issuer, error) };
    }
    switch (problem?.reason) {
      case undefined:
        return { signed: true };
      case 'limit-exceeded':
        this.#exhausted ??= this.#limit(child, problem.expected);
        return { signed: false };
      case 'weak-key':
      case 'unsupported-key':
        return { signed: false, weakness: asRefusal(issuer, problem) };
      default:
        return { signed: false };
    }
  }

  /** Tries every issuer of the path's last certificate. */
  #extend(path: readonly Certificate[], child: Certificate): PathResult | undefined {
    const unverifiable = this.#unverifiable(child);
    if (unverifiable) return this.#giveUp(path, unverifiable, path.length);
    const name = child.issuer.matchingKey;
    const anchors = ranked(this.#anchors.get(name) ?? [], child);
    if (path.length === 1) {
      const pinned = this.#anchors.get(child.subject.matchingKey)?.find((anchor) => isSame(anchor, child));
      const found = pinned && this.#complete(path);
      if (found) return found;
    }
    const intermediates = ranked(this.#intermediates.get(name) ?? [], child);
    let tried = false;
    let weak: PathRefusal | undefined;
    const among = [
      ...anchors.map((issuer) => ({ issuer, isAnchor: true })),
      ...intermediates.map((issuer) => ({ issuer, isAnchor: false })),
    ];
    for (const { issuer, isAnchor } of among) {
      if (this.#exhausted) return undefined;
      if (path.some((certificate) => isSame(certificate, issuer))) continue;
      if (!this.#spend('candidates', child)) return undefined;
      const { signed, weakness } = this.#signs(issuer, child);
      weak ??= weakness;
      if (!signed) continue;
      tried = true;
      const longer = [...path, issuer];
      const found = isAnchor ? this.#complete(longer) : this.#lengthen(longer, issuer);
      if (found) return found;
    }
    if (tried || this.#exhausted) return undefined;
    return this.#giveUp(
      path,
      weak ??
        this.#deadEnd(
          child,
          among.map(({ issuer }) => issuer),
        ),
      path.length,
    );
  }

  #lengthen(path: readonly Certificate[], last: Certificate): PathResult | undefined {
    const { pathCertificates } = this.#rules.limits;
    if (path.length < pathCertificates) return this.#extend(path, last);
    return this.#giveUp(
      path,
      this.#limit(last, `a path of at most ${pathCertificates} certificates`),
      path.length,
    );
  }

  #deadEnd(child: Certificate, named: readonly Certificate[]): PathRefusal {
    const others = named.filter((certificate) => !isSame(certificate, child));
    return others.length === 0
      ? {
          reason: 'unknown-issuer',
          certificate: child,
          field: 'tbsCertificate.issuer',
          expected: `the subject of one of ${this.#request.anchors.length} trust anchors or of a certificate given`,
          presented: child.issuer.toString() || 'an empty name',
        }
      : {
          reason: 'signature-invalid',
          certificate: child,
          field: 'signatureValue',
          expected: `a signature by the key of ${child.issuer}`,
          presented: `a signature by none of the ${others.length} keys known under that name`,
        };
  }

  #complete(path: readonly Certificate[]): PathResult | undefined {
    const [leaf] = path;
    const anchor = path.at(-1);
    if (!leaf || !anchor || !this.#spend('paths', leaf)) return undefined;
    const checked = checkPath(path, this.#rules);
    const complete = this.#rules.limits.pathCertificates + 1;
    if (!checked.valid) return this.#giveUp(path, checked.refusal, complete);
    const revoked = this.#request.revocation?.(path);
    if (revoked) return this.#giveUp(path, revoked, complete + 1);
    return { valid: true, path, anchor, policies: checked.policies };
  }
}

/**
 * Builds and validates a certification path from a leaf to a trust anchor (RFC 5280 §6.1, RFC 4158). It
 * touches nothing but its arguments: no socket, no clock, no store.
 *
 * An anchor counts by key and name together: a certificate that only bears an anchor's name signs nothing
 * here. Constraints in an anchor's certificate hold for what is below it (RFC 5937), and the anchor must be
 * within its own validity. A leaf that is an anchor itself is accepted only as the very same octets.
 *
 * The work is bounded by `limits` whatever is presented; what they leave out is refused as
 * `limit-exceeded`. Nothing is thrown for what a peer sent.
 */
export function validatePath(request: PathRequest): PathResult {
  return new PathSearch(request).run();
}
