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

/**
 * Where this server differs from the suite on purpose, by case id, by the beginning of ids, or by the suite's
 * feature tag, each with the reason. Only too little strictness is excused: anything else is a failure.
 */
const EXPECTED_DIFFERENT: readonly {
  readonly id?: string;
  readonly idsFrom?: string;
  readonly feature?: string;
  readonly reason: string;
}[] = [
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

const fromPem = (pem: string): Certificate =>
  Certificate.fromDer(Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64'));

/** A name as a TLS client would look for it (RFC 9525 §6.3): only this test asks, path validation never. */
function bears(certificate: Certificate, { kind, value }: PeerName): boolean {
  return certificate.subjectAlternativeNames.some((name) => {
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

function validate(vector: TestCase): PathResult | MalformedCertificate {
  try {
    return validatePath({
      leaf: fromPem(vector.peer_certificate),
      intermediates: vector.untrusted_intermediates.map(fromPem),
      anchors: vector.trusted_certs.map(fromPem),
      at: vector.validation_time === null ? Date.now() : Date.parse(vector.validation_time),
      usage: vector.validation_kind === 'CLIENT' ? 'client-auth' : 'server-auth',
      profile: vector.id.startsWith('webpki::') ? 'web-pki' : 'rfc5280',
      ...(vector.max_chain_depth !== null && {
        limits: { pathLength: vector.max_chain_depth, pathCertificates: vector.max_chain_depth + 8 },
      }),
    });
  } catch (error) {
    if (error instanceof MalformedCertificate) return error;
    throw error;
  }
}

function judge(vector: TestCase): Outcome {
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
  const result = validate(vector);
  const valid = !(result instanceof Error) && result.valid;
  if (valid === (expected === 'SUCCESS')) return { verdict: 'passed' };
  const shown =
    result instanceof Error
      ? result.message
      : result.valid
        ? 'valid'
        : `${result.reason} at ${result.field}: expected ${result.expected}, presented ${result.presented}`;
  const different = EXPECTED_DIFFERENT.find(
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
  const rows = testcases.map((vector) => ({ id: vector.id, outcome: judge(vector) }));
  const counts = Object.fromEntries(
    (['passed', 'expected-different', 'not-applicable', 'disagrees'] as const).map((verdict) => [
      verdict,
      rows.filter(({ outcome }) => outcome.verdict === verdict).length,
    ]),
  );
  console.log(`x509-limbo, ${rows.length} cases:`, counts);
  for (const { id, outcome } of rows) {
    if (outcome.verdict !== 'passed') console.log(`  ${outcome.verdict.padEnd(18)} ${id}: ${outcome.reason}`);
  }
  const disagreeing = rows.filter(({ outcome }) => outcome.verdict === 'disagrees');
  assert.deepEqual(disagreeing, []);
  assert.ok((counts.passed ?? 0) > 0, 'no case ran');
});
