import type { Certificate } from '../certificate.ts';
import { extensionNamed } from '../extension.ts';
import { EXTENSION, type ExtensionName, extensionName } from '../object-identifiers.ts';
import { isSelfSigned } from '../self-signed.ts';
import { dnsNameProblem } from '../subject-alternative-name.ts';
import type { PathRefusal } from './path-refusal.ts';
import type { Finding, PathRole, PathRules } from './path-rules.ts';
import { webPkiFindings } from './web-pki-profile.ts';

type ProfileRules = Pick<PathRules, 'profile' | 'budget'>;

const isCritical = (certificate: Certificate, name: ExtensionName): boolean =>
  extensionNamed(certificate.fields.extensions, name)?.critical === true;
const has = (certificate: Certificate, name: ExtensionName): boolean =>
  extensionNamed(certificate.fields.extensions, name) !== undefined;

/** Extensions that RFC 5280 §4.2 asks to be marked one way. */
const NEVER_CRITICAL: readonly ExtensionName[] = [
  'authorityKeyIdentifier',
  'subjectKeyIdentifier',
  'freshestCRL',
  'authorityInfoAccess',
  'subjectInfoAccess',
];
const ALWAYS_CRITICAL: readonly ExtensionName[] = ['policyConstraints', 'inhibitAnyPolicy'];

/** What is understood, and so may be critical. Distribution points are read by the revocation check. */
const UNDERSTOOD = new Set<string>([
  EXTENSION.keyUsage,
  EXTENSION.subjectAltName,
  EXTENSION.issuerAltName,
  EXTENSION.basicConstraints,
  EXTENSION.nameConstraints,
  EXTENSION.cRLDistributionPoints,
  EXTENSION.certificatePolicies,
  EXTENSION.policyMappings,
  EXTENSION.policyConstraints,
  EXTENSION.extKeyUsage,
  EXTENSION.inhibitAnyPolicy,
  EXTENSION.authorityKeyIdentifier,
  EXTENSION.subjectKeyIdentifier,
]);

/** RFC 5280 §4.2: a critical extension that is not understood refuses its certificate. */
export function criticalExtensionsProblem(certificate: Certificate): PathRefusal | undefined {
  const unknown = certificate.fields.extensions.find(({ oid, critical }) => critical && !UNDERSTOOD.has(oid));
  return (
    unknown && {
      reason: 'unknown-critical-extension',
      certificate,
      field: `extensions.${extensionName(unknown.oid)}`,
      expected: 'no critical extension that is not understood',
      presented: unknown.oid,
    }
  );
}

const LAST_UTC_TIME = Date.UTC(2050, 0, 1);

function* serialNumberFindings({ fields }: Certificate): Generator<Finding> {
  const octets = fields.serialNumber;
  const field = 'tbsCertificate.serialNumber';
  const expected = 'a positive number of at most 20 octets (RFC 5280 §4.1.2.2)';
  const magnitude = octets[0] === 0 ? octets.subarray(1) : octets;
  if ((octets[0] ?? 0) >= 0x80) yield [field, expected, 'a negative number'];
  else if (magnitude.length === 0) yield [field, expected, '0'];
  else if (magnitude.length > 20) yield [field, expected, `${magnitude.length} octets`];
}

function* validityFindings({ fields }: Certificate): Generator<Finding> {
  for (const name of ['notBefore', 'notAfter'] as const) {
    const { at, encoding } = fields[name];
    const due = at < LAST_UTC_TIME ? 'UTCTime' : 'GeneralizedTime';
    if (encoding !== due && at >= Date.UTC(1950, 0, 1)) {
      yield [`tbsCertificate.validity.${name}`, `${due} (RFC 5280 §4.1.2.5)`, encoding];
    }
  }
}

function* nameFindings(certificate: Certificate): Generator<Finding> {
  const { subject, issuer, extensions } = certificate;
  if (issuer.isEmpty) yield ['tbsCertificate.issuer', 'a name that is not empty', 'an empty name'];
  if (subject.isEmpty && extensions.basicConstraints?.cA) {
    yield ['tbsCertificate.subject', 'a name that is not empty, as the subject is a CA', 'an empty name'];
  }
  if (subject.isEmpty && !isCritical(certificate, 'subjectAltName')) {
    yield [
      'extensions.subjectAltName',
      'critical, as the subject is empty (RFC 5280 §4.2.1.6)',
      has(certificate, 'subjectAltName') ? 'not critical' : 'absent',
    ];
  }
  for (const name of extensions.subjectAltName ?? []) {
    const problem = name.kind === 'dns' ? dnsNameProblem(name.value) : undefined;
    if (name.kind === 'dns' && problem !== undefined) {
      yield [
        'extensions.subjectAltName.dNSName',
        'the preferred name syntax (RFC 5280 §4.2.1.6)',
        `${JSON.stringify(name.value)}: ${problem}`,
      ];
    }
  }
}

function* extensionFindings(certificate: Certificate): Generator<Finding> {
  for (const name of NEVER_CRITICAL) {
    if (isCritical(certificate, name))
      yield [`extensions.${name}`, 'not critical (RFC 5280 §4.2)', 'critical'];
  }
  for (const name of ALWAYS_CRITICAL) {
    if (has(certificate, name) && !isCritical(certificate, name)) {
      yield [`extensions.${name}`, 'critical (RFC 5280 §4.2)', 'not critical'];
    }
  }
}

function* authorityFindings(
  certificate: Certificate,
  role: PathRole,
  rules: ProfileRules,
): Generator<Finding> {
  const { profile } = rules;
  const { basicConstraints, keyUsage, nameConstraints } = certificate.extensions;
  const cA = basicConstraints?.cA ?? false;
  if (role !== 'leaf' && !isCritical(certificate, 'basicConstraints')) {
    yield [
      'extensions.basicConstraints',
      'critical, as the certificate is a CA’s (RFC 5280 §4.2.1.9)',
      basicConstraints ? 'not critical' : 'absent',
    ];
  }
  if (!cA && keyUsage?.has('keyCertSign')) {
    yield ['extensions.keyUsage', 'no keyCertSign without cA (RFC 5280 §4.2.1.9)', 'keyCertSign'];
  }
  if (basicConstraints?.pathLenConstraint !== undefined && !(cA && (keyUsage?.has('keyCertSign') ?? true))) {
    yield [
      'extensions.basicConstraints.pathLenConstraint',
      'absent without cA and keyCertSign (RFC 5280 §4.2.1.9)',
      `${basicConstraints.pathLenConstraint}`,
    ];
  }
  if (nameConstraints && !cA) {
    yield [
      'extensions.nameConstraints',
      'absent, as the certificate is no CA’s (RFC 5280 §4.2.1.10)',
      'present',
    ];
  }
  // The Baseline Requirements §7.1.2.5.2 allow what RFC 5280 does not here.
  if (nameConstraints && profile === 'rfc5280' && !isCritical(certificate, 'nameConstraints')) {
    yield ['extensions.nameConstraints', 'critical (RFC 5280 §4.2.1.10)', 'not critical'];
  }
  if (cA && certificate.extensions.subjectKeyIdentifier === undefined) {
    yield ['extensions.subjectKeyIdentifier', 'present in a CA’s certificate (RFC 5280 §4.2.1.2)', 'absent'];
  }
  if (certificate.extensions.authorityKeyIdentifier?.keyIdentifier === undefined) {
    const present = has(certificate, 'authorityKeyIdentifier');
    if (present || !isSelfSigned(certificate, rules.budget)) {
      yield [
        'extensions.authorityKeyIdentifier',
        'keyIdentifier present, as the certificate is not self-signed (RFC 5280 §4.2.1.1)',
        present ? 'present without keyIdentifier' : 'absent',
      ];
    }
  }
}

function* profileFindings(certificate: Certificate, role: PathRole, rules: ProfileRules): Generator<Finding> {
  yield* serialNumberFindings(certificate);
  yield* validityFindings(certificate);
  yield* nameFindings(certificate);
  yield* extensionFindings(certificate);
  yield* authorityFindings(certificate, role, rules);
  if (rules.profile === 'web-pki') yield* webPkiFindings(certificate, role);
}

/**
 * Holds one certificate against what the asked profile says certificates must be, beyond what path
 * validation needs.
 */
export function profileProblem(
  certificate: Certificate,
  role: PathRole,
  rules: ProfileRules,
): PathRefusal | undefined {
  if (rules.profile === 'none') return undefined;
  const { value } = profileFindings(certificate, role, rules).next();
  if (!value) return undefined;
  const [field, expected, presented] = value;
  return { reason: 'profile', certificate, field, expected, presented };
}
