import type { AlgorithmRules } from '../signed-data/algorithms.ts';
import type { SignatureBudget } from '../signed-data.ts';

/** What the leaf's key is to be used for. */
export type PathUsage = 'client-auth' | 'server-auth' | 'any';

/**
 * What is asked of every certificate of a path, anchor included, beyond what path validation needs.
 * - `none`: the algorithm of RFC 5280 §6.1 alone. The default: what §4 adds binds issuers, makes no path
 *   safer, and is broken by the certificates that plain openssl commands make (no key identifiers).
 * - `rfc5280`: also what §4 says certificates must be: key identifiers, criticality, serial numbers, names.
 * - `web-pki`: also what the CA/Browser Forum's Baseline Requirements say of server certificates.
 */
export type CertificateProfile = 'none' | 'rfc5280' | 'web-pki';

/** Where on a path a certificate stands. A leaf that is itself an anchor is judged as a leaf. */
export type PathRole = 'leaf' | 'intermediate' | 'anchor';

/** One way in which a certificate breaks a profile. */
export type Finding = readonly [field: string, expected: string, presented: string];

/** The policy inputs of RFC 5280 §6.1.1 (c), (e), (f), (g). */
export type PolicyRules = {
  /** Acceptable policies as OIDs; any policy when undefined. */
  readonly initialPolicySet: readonly string[] | undefined;
  readonly requireExplicitPolicy: boolean;
  readonly inhibitPolicyMapping: boolean;
  readonly inhibitAnyPolicy: boolean;
};

/** Bounds on the work that one validation may take, whatever a peer presents. */
export type PathLimits = {
  /** Intermediates on a path that are not self-issued (RFC 5280's path length). */
  readonly pathLength: number;
  /** Certificates on a path, leaf and anchor and self-issued ones included. */
  readonly pathCertificates: number;
  /** Intermediates that are looked at; those after them are not. */
  readonly intermediates: number;
  /** Issuers tried while building. */
  readonly candidates: number;
  /** Signatures verified, unless the request brings a budget of its own. */
  readonly signatureChecks: number;
  /** Complete paths validated before giving up. */
  readonly paths: number;
  /** Octets of one certificate. */
  readonly certificateBytes: number;
  /** Names compared with name constraints on one path. */
  readonly nameComparisons: number;
  /** Policies, or mappings, that one certificate may list. */
  readonly policies: number;
};

/** Everything that one validation goes by. */
export type PathRules = {
  readonly usage: PathUsage;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly profile: CertificateProfile;
  readonly algorithms: AlgorithmRules;
  readonly policies: PolicyRules;
  readonly limits: PathLimits;
  readonly budget: SignatureBudget;
};

/** Any policy, none required (RFC 5280 §6.1.1). */
export const DEFAULT_POLICIES: PolicyRules = {
  initialPolicySet: undefined,
  requireExplicitPolicy: false,
  inhibitPolicyMapping: false,
  inhibitAnyPolicy: false,
};

/** The limits of a validation that states none. */
export const DEFAULT_LIMITS: PathLimits = {
  pathLength: 8,
  pathCertificates: 16,
  intermediates: 256,
  candidates: 512,
  signatureChecks: 128,
  paths: 32,
  certificateBytes: 65_536,
  nameComparisons: 100_000,
  policies: 128,
};
