import { type Certificate, MalformedCertificate, type Reading } from '../certificate.ts';
import { READ_EXTENSIONS, type ReadExtensionName, readWhole } from '../certificate-extensions.ts';
import { CERTIFICATE_FIELDS } from '../certificate-fields.ts';
import { ANY_POLICY, EXTENSION } from '../object-identifiers.ts';
import { timeText } from '../time-text.ts';
import { publicKeyProblem, signatureAlgorithmProblem } from './algorithm-refusals.ts';
import { criticalExtensionsProblem, profileProblem } from './certificate-profile.ts';
import { extendedKeyUsageProblem } from './extended-key-usage.ts';
import { constrainedNamesProblem, type NameConstraints, nameConstraintsProblem } from './name-constraints.ts';
import type { PathRefusal } from './path-refusal.ts';
import type { CertificateProfile, PathRole, PathRules } from './path-rules.ts';
import { PolicyGraph } from './policy-graph.ts';

/** A certificate that cannot be read, as a refusal. @throws what is given, when it is any other failure */
export function malformed(certificate: Certificate, error: unknown): PathRefusal {
  if (!(error instanceof MalformedCertificate)) throw error;
  const { field, reason } = error.unreadable;
  return {
    reason: 'malformed-certificate',
    certificate,
    field,
    expected: 'what RFC 5280 §4 defines for the field, in DER',
    presented: reason,
  };
}

/** The extensions of a leaf that decide about it wherever it is used. */
const DECIDING: readonly ReadExtensionName[] = [
  'basicConstraints',
  'keyUsage',
  'extKeyUsage',
  'nameConstraints',
  'policyConstraints',
];

/**
 * Reads of one certificate what decides about it: every field, and of the extensions all in what issues others and
 * under a profile, in a leaf those that decide and those that are critical (RFC 5280 §4.2). Alternative names are read
 * where they are compared or constrained.
 * @returns undefined when all of it can be read
 */
export function unreadableProblem(
  certificate: Certificate,
  role: 'leaf' | 'issuer',
  profile: CertificateProfile,
): PathRefusal | undefined {
  try {
    const { fields, extensions } = certificate;
    for (const field of CERTIFICATE_FIELDS) fields[field];
    certificate.publicKey;
    const critical = new Set(fields.extensions.flatMap(({ oid, critical }) => (critical ? [oid] : [])));
    const all = role === 'issuer' || profile !== 'none';
    for (const name of READ_EXTENSIONS) {
      if (all || DECIDING.includes(name) || critical.has(EXTENSION[name])) readWhole(extensions, name);
    }
    return undefined;
  } catch (error) {
    return malformed(certificate, error);
  }
}

/** @throws MalformedCertificate */
function validityProblem(certificate: Certificate, at: number): PathRefusal | undefined {
  const { notBefore, notAfter } = certificate.fields;
  // Both bounds are whole seconds and inclusive, so the instant counts as the second it lies in.
  const second = Math.floor(at / 1000) * 1000;
  const presented = timeText(second);
  if (second < notBefore.at) {
    return {
      reason: 'not-yet-valid',
      certificate,
      field: 'tbsCertificate.validity.notBefore',
      expected: `a time from ${timeText(notBefore.at)} on`,
      presented,
    };
  }
  if (second > notAfter.at) {
    return {
      reason: 'expired',
      certificate,
      field: 'tbsCertificate.validity.notAfter',
      expected: `a time up to ${timeText(notAfter.at)}`,
      presented,
    };
  }
  return undefined;
}

/**
 * RFC 5280 §6.1.4 (k), (n): the certificate is a CA's and its key may sign certificates. It is asked of
 * anchors too, or any client certificate in a trust store could issue others.
 */
function authorityProblem(certificate: Certificate): PathRefusal | undefined {
  const { basicConstraints, keyUsage } = certificate.extensions;
  if (!basicConstraints?.cA) {
    return {
      reason: 'not-a-ca',
      certificate,
      field: 'extensions.basicConstraints.cA',
      expected: 'TRUE, as the certificate issued another',
      presented: basicConstraints ? 'FALSE' : 'no basicConstraints',
    };
  }
  if (keyUsage && !keyUsage.has('keyCertSign')) {
    return {
      reason: 'key-usage',
      certificate,
      field: 'extensions.keyUsage',
      expected: 'keyCertSign, as the certificate issued another',
      presented: [...keyUsage].join(', '),
    };
  }
  return undefined;
}

/** A client's key signs the handshake (RFC 8446 §4.4.2.2, §4.4.3). */
function leafKeyUsageProblem(certificate: Certificate, rules: PathRules): PathRefusal | undefined {
  const { keyUsage } = certificate.extensions;
  if (rules.usage !== 'client-auth' || !keyUsage || keyUsage.has('digitalSignature')) return undefined;
  return {
    reason: 'key-usage',
    certificate,
    field: 'extensions.keyUsage',
    expected: 'digitalSignature, as the key signs the TLS handshake',
    presented: [...keyUsage].join(', '),
  };
}

/** What is asked of one certificate wherever on the path it stands. */
function certificateProblem(
  certificate: Certificate,
  role: PathRole,
  rules: PathRules,
): PathRefusal | undefined {
  const { nameConstraints } = certificate.extensions;
  return (
    signatureProblem(certificate, role, rules) ??
    validityProblem(certificate, rules.at) ??
    publicKeyProblem(certificate, rules.algorithms) ??
    criticalExtensionsProblem(certificate) ??
    (nameConstraints && nameConstraintsProblem(certificate, nameConstraints)) ??
    profileProblem(certificate, role, rules) ??
    extendedKeyUsageProblem(certificate, rules.usage) ??
    (role === 'leaf' ? leafKeyUsageProblem(certificate, rules) : authorityProblem(certificate))
  );
}

function signatureProblem(
  certificate: Certificate,
  role: PathRole,
  rules: PathRules,
): PathRefusal | undefined {
  const problem = signatureAlgorithmProblem(certificate, rules.algorithms);
  // Nothing rests on the signature on an anchor; only a contradiction in it, and the web PKI, speak of it.
  return role === 'anchor' &&
    rules.profile !== 'web-pki' &&
    problem?.reason !== 'signature-algorithm-mismatch'
    ? undefined
    : problem;
}

const valueIn = <T>(reading: Reading<T>): T | undefined =>
  reading.kind === 'value' ? reading.value : undefined;

/** The policies a certificate was issued under; none where they cannot be read, so that none is relied on. */
const policiesOf = (certificate: Certificate): readonly string[] | undefined =>
  valueIn(certificate.readExtension('certificatePolicies'));

function policyListProblem(certificate: Certificate, rules: PathRules): PathRefusal | undefined {
  const certificatePolicies = policiesOf(certificate);
  const policyMappings = valueIn(certificate.readExtension('policyMappings'));
  const mappedAny = policyMappings?.some(
    (mapping) => mapping.issuerDomainPolicy === ANY_POLICY || mapping.subjectDomainPolicy === ANY_POLICY,
  );
  if (mappedAny) {
    return {
      reason: 'policy',
      certificate,
      field: 'extensions.policyMappings',
      expected: 'no mapping from or to anyPolicy (RFC 5280 §6.1.4 (a))',
      presented: 'anyPolicy',
    };
  }
  const most = Math.max(certificatePolicies?.length ?? 0, policyMappings?.length ?? 0);
  if (most <= rules.limits.policies) return undefined;
  return {
    reason: 'limit-exceeded',
    certificate,
    field: 'extensions.certificatePolicies',
    expected: `at most ${rules.limits.policies} policies and mappings`,
    presented: `${most}`,
  };
}

/** The state of RFC 5280 §6.1.2 that goes from certificate to certificate. */
class PathState {
  readonly graph = new PolicyGraph();
  readonly constraints: NameConstraints[] = [];
  explicitPolicy: number;
  policyMapping: number;
  inhibitAnyPolicy: number;
  maxPathLength: number;

  /** @param length the number of certificates below the anchor */
  constructor(rules: PathRules, length: number) {
    this.explicitPolicy = rules.policies.requireExplicitPolicy ? 0 : length + 1;
    this.policyMapping = rules.policies.inhibitPolicyMapping ? 0 : length + 1;
    this.inhibitAnyPolicy = rules.policies.inhibitAnyPolicy ? 0 : length + 1;
    this.maxPathLength = rules.limits.pathLength;
  }

  /** §6.1.4 (g), (i), (j), (m), and §6.1.1's inputs from an anchor (RFC 5937 §3). */
  takeConstraints(certificate: Certificate): void {
    const { nameConstraints, policyConstraints, inhibitAnyPolicy, basicConstraints } = certificate.extensions;
    if (nameConstraints) this.constraints.push(nameConstraints);
    this.explicitPolicy = Math.min(
      this.explicitPolicy,
      policyConstraints?.requireExplicitPolicy ?? this.explicitPolicy,
    );
    this.policyMapping = Math.min(
      this.policyMapping,
      policyConstraints?.inhibitPolicyMapping ?? this.policyMapping,
    );
    this.inhibitAnyPolicy = Math.min(this.inhibitAnyPolicy, inhibitAnyPolicy ?? this.inhibitAnyPolicy);
    this.maxPathLength = Math.min(
      this.maxPathLength,
      basicConstraints?.pathLenConstraint ?? this.maxPathLength,
    );
  }

  /** §6.1.4 (h). */
  countDown(): void {
    this.explicitPolicy = Math.max(0, this.explicitPolicy - 1);
    this.policyMapping = Math.max(0, this.policyMapping - 1);
    this.inhibitAnyPolicy = Math.max(0, this.inhibitAnyPolicy - 1);
  }
}

const noPolicy = (certificate: Certificate, presented: string): PathRefusal => ({
  reason: 'policy',
  certificate,
  field: 'extensions.certificatePolicies',
  expected: 'a policy that holds for the whole path and is acceptable',
  presented,
});

/** §6.1.3 (d), (e), (f). */
function processPolicies(
  certificate: Certificate,
  state: PathState,
  counted: boolean,
): PathRefusal | undefined {
  const reading = certificate.readExtension('certificatePolicies');
  if (reading.kind === 'value') state.graph.addPolicies(reading.value, counted);
  else state.graph.clear();
  if (state.explicitPolicy > 0 || !state.graph.isNull) return undefined;
  switch (reading.kind) {
    case 'value':
      return noPolicy(certificate, reading.value.slice(0, 10).join(', '));
    case 'absent':
      return noPolicy(certificate, 'no certificatePolicies');
    case 'unreadable':
      return noPolicy(certificate, `certificatePolicies that cannot be read: ${reading.reason}`);
  }
}

/** §6.1.4 (l), (m): counts an intermediate that is not self-issued against the path length. */
function pathLengthProblem(
  certificate: Certificate,
  state: PathState,
  limit: number,
): PathRefusal | undefined {
  if (state.maxPathLength > 0) {
    state.maxPathLength--;
    return undefined;
  }
  return {
    reason: 'path-too-long',
    certificate,
    field: 'extensions.basicConstraints.pathLenConstraint',
    expected: `no further intermediate below (pathLenConstraint above, or at most ${limit} intermediates)`,
    presented: `the intermediate ${certificate.subject}`,
  };
}

/** What became of one path. */
export type CheckedPath =
  | { readonly valid: true; readonly policies: readonly string[] }
  | { readonly valid: false; readonly refusal: PathRefusal };

function check(path: readonly Certificate[], rules: PathRules): CheckedPath {
  const refused = (refusal: PathRefusal): CheckedPath => ({ valid: false, refusal });
  const [anchor, ...below] = path.toReversed();
  if (!anchor) throw new TypeError('a path has at least one certificate');
  const own = certificateProblem(anchor, below.length === 0 ? 'leaf' : 'anchor', rules);
  if (own) return refused(own);

  const state = new PathState(rules, below.length);
  if (below.length > 0) state.takeConstraints(anchor);
  let comparisons = rules.limits.nameComparisons;
  for (const [index, certificate] of below.entries()) {
    const last = index === below.length - 1;
    const problem =
      certificateProblem(certificate, last ? 'leaf' : 'intermediate', rules) ??
      policyListProblem(certificate, rules);
    if (problem) return refused(problem);
    const selfIssued = certificate.subject.equals(certificate.issuer);
    if (last || !selfIssued) {
      const named = constrainedNamesProblem(certificate, state.constraints, comparisons);
      if (named.refusal) return refused(named.refusal);
      comparisons = named.budget;
    }
    const unacceptable = processPolicies(
      certificate,
      state,
      state.inhibitAnyPolicy > 0 || (!last && selfIssued),
    );
    if (unacceptable) return refused(unacceptable);
    if (last) break;
    const { policyMappings } = certificate.extensions;
    if (policyMappings) state.graph.map(policyMappings, state.policyMapping > 0);
    if (!selfIssued) {
      state.countDown();
      const tooLong = pathLengthProblem(certificate, state, rules.limits.pathLength);
      if (tooLong) return refused(tooLong);
    }
    state.takeConstraints(certificate);
  }
  return wrapUp(path, below, state, rules);
}

/** §6.1.5 (a), (b), (g). */
function wrapUp(
  path: readonly Certificate[],
  below: readonly Certificate[],
  state: PathState,
  rules: PathRules,
): CheckedPath {
  const [leaf] = path;
  if (!leaf || below.length === 0) return { valid: true, policies: [] };
  const required = leaf.extensions.policyConstraints?.requireExplicitPolicy === 0;
  const explicit = required ? 0 : Math.max(0, state.explicitPolicy - 1);
  const policies = state.graph.userConstrainedPolicies(rules.policies.initialPolicySet);
  if (explicit === 0 && policies.length === 0) {
    const acceptable = rules.policies.initialPolicySet?.join(', ') ?? 'any';
    return { valid: false, refusal: noPolicy(leaf, `none (acceptable: ${acceptable})`) };
  }
  return { valid: true, policies };
}

/**
 * RFC 5280 §6.1 along one path whose signatures are verified already, and whose leaf `unreadableProblem` has passed.
 * @param path the leaf first, its trust anchor last
 */
export function checkPath(path: readonly Certificate[], rules: PathRules): CheckedPath {
  const [leaf, ...issuers] = path;
  if (!leaf) throw new TypeError('a path has at least one certificate');
  for (const issuer of issuers.toReversed()) {
    const unreadable = unreadableProblem(issuer, 'issuer', rules.profile);
    if (unreadable) return { valid: false, refusal: unreadable };
  }
  try {
    return check(path, rules);
  } catch (error) {
    // Issuers are read whole above: what cannot be read is the leaf's, and something came to need it.
    return { valid: false, refusal: malformed(leaf, error) };
  }
}
