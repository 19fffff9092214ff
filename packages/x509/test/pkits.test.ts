import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test from 'node:test';
import { Certificate, MalformedCertificate } from '../src/certificate.ts';
import { validatePath } from '../src/path-validation/validate-path.ts';
import { PKITS_CASES, type PkitsCase } from './pkits-cases.ts';

const FOLDERS = [
  ...(process.env.COUNTERSIGN_VECTORS ? [resolve(process.env.COUNTERSIGN_VECTORS, 'PKITS_data')] : []),
  resolve(import.meta.dirname, '../../../.vectors/PKITS_data'),
];

/** Where this server differs from the suite on purpose, each with the reason. */
const EXPECTED_DIFFERENT = new Map([
  ['4.1.4', 'DSA is refused: no TLS version in use lets a client sign with it'],
  ['4.1.5', 'DSA is refused: no TLS version in use lets a client sign with it'],
]);

/** Within the validity of the suite's certificates of 2011, which end in 2030. */
const AT = Date.UTC(2020, 0, 1);

const readCertificate = (file: string): Certificate => Certificate.fromDer(readFileSync(file));

/**
 * The suite asks for the algorithm of §6.1 and has certificates that break the profile of §4. Beside it, as this server
 * validates the paths of its clients, which takes no other settings of policies than the suite gives.
 */
const SETTINGS = {
  suite: { usage: 'any', profile: 'none' },
  default: { usage: 'client-auth' },
} as const;
type Run = keyof typeof SETTINGS;

type Verdict = 'passed' | 'expected-different' | 'not-applicable' | 'disagrees';

function judge(
  { id, leaf, expected, policies, setting }: PkitsCase,
  folder: string,
  anchor: Certificate,
  intermediates: readonly Certificate[],
  run: Run,
): { readonly id: string; readonly verdict: Verdict; readonly reason: string } {
  if (expected === 'revocation') {
    return {
      id,
      verdict: 'not-applicable',
      reason: 'fails by a CRL alone, which the revocation check judges',
    };
  }
  let valid = false;
  let shown: string;
  try {
    const result = validatePath({
      leaf: readCertificate(join(folder, 'certs', `${leaf}EE.crt`)),
      intermediates,
      anchors: [anchor],
      at: AT,
      ...SETTINGS[run],
      policies: {
        initialPolicySet: policies?.map((number) => `2.16.840.1.101.3.2.1.48.${number}`),
        requireExplicitPolicy: setting === 'explicit-policy',
        inhibitPolicyMapping: setting === 'inhibit-mapping',
        inhibitAnyPolicy: setting === 'inhibit-any',
      },
    });
    valid = result.valid;
    shown = result.valid
      ? `valid, ${result.path.length} certificates`
      : `${result.reason} at ${result.field}: expected ${result.expected}, presented ${result.presented}`;
  } catch (error) {
    if (!(error instanceof MalformedCertificate)) throw error;
    shown = error.message;
  }
  if (valid === (expected === 'valid')) return { id, verdict: 'passed', reason: shown };
  const different = EXPECTED_DIFFERENT.get(id);
  return different === undefined
    ? { id, verdict: 'disagrees', reason: `${expected} expected; ${shown}` }
    : { id, verdict: 'expected-different', reason: different };
}

test('NIST PKITS: every case of path validation agrees or differs with a reason', (context) => {
  const folder = FOLDERS.find((candidate) => existsSync(join(candidate, 'certs')));
  if (!folder) {
    const reason = `no ${FOLDERS.join(' nor ')} with the suite's certs/; Debian's package python3-cryptography-vectors has the folder`;
    console.log(`PKITS skipped: ${reason}`);
    context.skip(reason);
    return;
  }
  const anchor = readCertificate(join(folder, 'certs', 'TrustAnchorRootCertificate.crt'));
  const intermediates = readdirSync(join(folder, 'certs'))
    .filter((file) => !file.endsWith('EE.crt') && !file.startsWith('TrustAnchor'))
    .flatMap((file) => {
      try {
        return [readCertificate(join(folder, 'certs', file))];
      } catch (error) {
        if (error instanceof MalformedCertificate) return [];
        throw error;
      }
    });
  const rows = PKITS_CASES.map((one) => ({
    suite: judge(one, folder, anchor, intermediates, 'suite'),
    default: judge(one, folder, anchor, intermediates, 'default'),
  }));
  for (const run of ['suite', 'default'] as const) {
    const counts = new Map<Verdict, number>();
    for (const row of rows) counts.set(row[run].verdict, (counts.get(row[run].verdict) ?? 0) + 1);
    console.log(`PKITS, ${rows.length} cases, settings of the ${run}:`, Object.fromEntries(counts));
    assert.ok((counts.get('passed') ?? 0) > 0, 'no case ran');
  }
  for (const row of rows.filter(
    (one) => one.suite.verdict !== 'passed' || one.default.verdict !== 'passed',
  )) {
    console.log(
      `  suite ${row.suite.verdict.padEnd(18)} default ${row.default.verdict.padEnd(18)} ${row.suite.id}: ${row.default.reason}`,
    );
  }
  assert.deepEqual(
    rows.filter((row) => row.suite.verdict === 'disagrees' || row.default.verdict === 'disagrees'),
    [],
  );
});
