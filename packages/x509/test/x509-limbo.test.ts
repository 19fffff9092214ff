import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test from 'node:test';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { Certificate, MalformedCertificate } from '../src/certificate.ts';
import { type PathResult, validatePath } from '../src/path-validation/validate-path.ts';
import { dnsNameProblem } from '../src/subject-alternative-name.ts';

const VECTORS = resolve(
  process.env.COUNTERSIGN_VECTORS ?? join(import.meta.dirname, '../../../../shared/vectors'),
  'x509-limbo.json',
);

const peerName = z.object({ kind: z.enum(['RFC822', 'DNS', 'IP']), value: z.string() });
const testCase = z.object({
  id: z.string(),
  features: z.array(z.string()).default([]),
  validation_kind: z.enum(['SERVER', 'CLIENT']),
  trusted_certs: z.array(z.string()),
  untrusted_intermediates: z.array(z.string()),
  peer_certificate: z.string(),
  validation_time: z.string().nullable().default(null),
  signature_algorithms: z.array(z.string()),
  key_usage: z.array(z.string()),
  extended_key_usage: z.array(z.string()),
  expected_result: z.enum(['SUCCESS', 'FAILURE']),
  expected_peer_name: peerName.nullable().default(null),
  expected_peer_names: z.array(peerName).default([]),
  max_chain_depth: z.number().nullable().default(null),
});
type TestCase = z.infer<typeof testCase>;
type PeerName = z.infer<typeof peerName>;

/** How the suite's cases are validated: as its profiles ask, and as this server validates its clients' paths. */
const RUNS = ['strict', 'default'] as const;
type Run = (typeof RUNS)[number];

/**
 * Where this server differs from the suite on purpose, by case id, by the beginning of ids, or by the suite's
 * feature tag, each with the reason. Only too little strictness is excused: anything else is a failure.
 */
type Difference = {
  readonly id?: string;
  readonly idsFrom?: string;
  readonly feature?: string;
  readonly reason: string;
};
const EXPECTED_DIFFERENT: readonly Difference[] = [
  {
    feature: 'pedantic-public-suffix-wildcard',
    reason: 'needs the public suffix list, which changes weekly; wildcards never name a client here',
  },
  {
    idsFrom: 'webpki::cn::',
    reason:
      'a common name that is none of the alternative names is left alone: it names nobody here, and many of the suite’s own valid cases have one',
  },
];

/**
 * Where the default differs besides: it asks RFC 5280 §6.1 alone, and these break what §4 or the web PKI say of
 * issuing.
 */
const DIFFERENT_BY_DEFAULT = Object.entries({
  'key identifiers only help to choose among issuers; the signature decides': [
    'rfc5280::aki::intermediate-missing-aki',
    'rfc5280::aki::cross-signed-root-missing-aki',
    'webpki::aki::root-with-aki-missing-keyidentifier',
    'webpki::aki::root-with-aki-authoritycertserialnumber',
    'webpki::aki::root-with-aki-all-fields',
    'webpki::aki::root-with-aki-ski-mismatch',
  ],
  'what is understood is obeyed, marked critical or not': [
    'rfc5280::aki::critical-aki',
    'rfc5280::ski::critical-ski',
    'rfc5280::nc::permitted-dns-match-noncritical',
    'rfc5280::pc::ica-noncritical-pc',
    'rfc5280::san::noncritical-with-empty-subject',
    'rfc5280::root-non-critical-basic-constraints',
    'webpki::san::san-critical-with-nonempty-subject',
  ],
  'a serial number decides nothing on a path; a CRL is compared with its very octets': [
    'rfc5280::serial::too-long',
    'rfc5280::serial::zero',
    'rfc5280::serial::negative',
  ],
  'an authority in the leaf’s place issues nothing there': [
    'rfc5280::nc::not-allowed-in-ee-critical',
    'rfc5280::leaf-ku-keycertsign',
    'webpki::ee-basicconstraints-ca',
  ],
  'an empty name is matched as such, and the key signs': ['rfc5280::ca-empty-subject'],
  'a purpose that is not stated is not limited (RFC 5280 §4.2.1.12)': [
    'webpki::eku::ee-anyeku',
    'webpki::eku::ee-without-eku',
    'webpki::eku::root-has-eku',
  ],
  'nobody needs the location: revocation by it is unknown': ['webpki::malformed-aia'],
  'the key is as strong': [
    'webpki::forbidden-rsa-not-divisible-by-8-in-root',
    'webpki::forbidden-rsa-key-not-divisible-by-8-in-leaf',
  ],
}).flatMap(([reason, ids]) => ids.map((id): Difference => ({ id, reason })));

const fromPem = (pem: string): Certificate =>
  Certificate.fromDer(Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64'));

/** A name as a TLS client would look for it (RFC 9525 §6.3): only this test asks, path validation never. */
function bears(certificate: Certificate, { kind, value }: PeerName): boolean {
  const names = certificate.readExtension('subjectAltName');
  if (names.kind !== 'value') return false;
  return names.value.some((name) => {
    if (kind === 'IP') return name.kind === 'ip' && name.value === ipaddr.parse(value).toString();
    if (kind === 'RFC822') return name.kind === 'email' && name.value === value;
    if (name.kind !== 'dns' || dnsNameProblem(name.value) !== undefined) return false;
    const [first, ...rest] = value.toLowerCase().split('.');
    const own = name.value.toLowerCase();
    return (
      own === value.toLowerCase() || (own === ['*', ...rest].join('.') && first !== '' && rest.length > 0)
    );
  });
}

type Outcome =
  | { readonly verdict: 'passed' }
  | { readonly verdict: 'expected-different' | 'not-applicable' | 'disagrees'; readonly reason: string };

function validate(vector: TestCase, run: Run): PathResult | MalformedCertificate {
  try {
    return validatePath({
      leaf: fromPem(vector.peer_certificate),
      intermediates: vector.untrusted_intermediates.map(fromPem),
      anchors: vector.trusted_certs.map(fromPem),
      at: vector.validation_time === null ? Date.now() : Date.parse(vector.validation_time),
      usage: vector.validation_kind === 'CLIENT' ? 'client-auth' : 'server-auth',
      ...(run === 'strict' && { profile: vector.id.startsWith('webpki::') ? 'web-pki' : 'rfc5280' }),
      ...(vector.max_chain_depth !== null && {
        limits: { pathLength: vector.max_chain_depth, pathCertificates: vector.max_chain_depth + 8 },
      }),
    });
  } catch (error) {
    if (error instanceof MalformedCertificate) return error;
    throw error;
  }
}

function judge(vector: TestCase, run: Run): Outcome {
  const expected = vector.expected_result;
  const purposes = new Set(['serverAuth', 'clientAuth']);
  if (vector.extended_key_usage.some((purpose) => !purposes.has(purpose))) {
    return {
      verdict: 'not-applicable',
      reason: `asks for a purpose other than TLS: ${vector.extended_key_usage}`,
    };
  }
  if (vector.signature_algorithms.length > 0) {
    return { verdict: 'not-applicable', reason: 'limits the signature algorithms for one validation' };
  }
  const result = validate(vector, run);
  const valid = !(result instanceof Error) && result.valid;
  if (valid === (expected === 'SUCCESS')) return { verdict: 'passed' };
  const shown =
    result instanceof Error
      ? result.message
      : result.valid
        ? 'valid'
        : `${result.reason} at ${result.field}: expected ${result.expected}, presented ${result.presented}`;
  const excused: readonly Difference[] =
    run === 'strict' ? EXPECTED_DIFFERENT : [...EXPECTED_DIFFERENT, ...DIFFERENT_BY_DEFAULT];
  const different = excused.find(
    ({ id, idsFrom, feature }) =>
      valid &&
      (id === vector.id ||
        (idsFrom !== undefined && vector.id.startsWith(idsFrom)) ||
        (feature !== undefined && vector.features.includes(feature))),
  );
  if (different) return { verdict: 'expected-different', reason: different.reason };
  if (valid && vector.features.includes('has-crl')) {
    return { verdict: 'not-applicable', reason: 'fails by its CRL alone, which the revocation check judges' };
  }
  const names = vector.expected_peer_name ? [vector.expected_peer_name] : vector.expected_peer_names;
  const leaf = valid ? fromPem(vector.peer_certificate) : undefined;
  if (leaf && names.length > 0 && !names.every((name) => bears(leaf, name))) {
    return {
      verdict: 'not-applicable',
      reason: 'fails by the peer name alone, which a server client checks',
    };
  }
  return { verdict: 'disagrees', reason: `${expected} expected; ${shown}` };
}

test('x509-limbo: every applicable case agrees or differs with a reason', (context) => {
  if (!existsSync(VECTORS)) {
    const reason = `no ${VECTORS}; set COUNTERSIGN_VECTORS to the folder that has x509-limbo.json`;
    console.log(`x509-limbo skipped: ${reason}`);
    context.skip(reason);
    return;
  }
  const { testcases } = z
    .object({ testcases: z.array(testCase) })
    .parse(JSON.parse(readFileSync(VECTORS, 'utf8')));
  const rows = testcases.map((vector) => ({
    id: vector.id,
    strict: judge(vector, 'strict'),
    default: judge(vector, 'default'),
  }));
  for (const run of RUNS) {
    const counts = Object.groupBy(rows, (row) => row[run].verdict);
    console.log(
      `x509-limbo, ${rows.length} cases, ${run} profile:`,
      Object.fromEntries(Object.entries(counts).map(([verdict, { length }]) => [verdict, length])),
    );
    assert.ok(counts.passed, 'no case ran');
  }
  const shown = (outcome: Outcome): string => ('reason' in outcome ? outcome.reason : '');
  for (const row of rows.filter((one) => RUNS.some((run) => one[run].verdict !== 'passed'))) {
    console.log(
      `  strict ${row.strict.verdict.padEnd(18)} default ${row.default.verdict.padEnd(18)} ${row.id}: ` +
        (shown(row.strict) || shown(row.default)),
    );
  }
  const disagreeing = rows.filter((row) => RUNS.some((run) => row[run].verdict === 'disagrees'));
  assert.deepEqual(disagreeing, []);
  // An excuse that excuses nothing would hide the next disagreement.
  const idle = DIFFERENT_BY_DEFAULT.filter(
    ({ id }) => rows.find((row) => row.id === id)?.default.verdict !== 'expected-different',
  );
  assert.deepEqual(idle, []);
});
