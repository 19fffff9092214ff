import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test from 'node:test';
import { Certificate, MalformedCertificate } from '../src/certificate.ts';
import { MalformedDer } from '../src/der.ts';
import { validatePath } from '../src/path-validation/validate-path.ts';
import { Crl } from '../src/revocation/crl.ts';
import { statusByCrls } from '../src/revocation/crl-status.ts';
import { evaluateRevocation, type RevocationOutcome } from '../src/revocation/policy.ts';
import { PKITS_CASES, type PkitsCase } from './pkits-cases.ts';

const FOLDERS = [
  ...(process.env.COUNTERSIGN_VECTORS ? [resolve(process.env.COUNTERSIGN_VECTORS, 'PKITS_data')] : []),
  resolve(import.meta.dirname, '../../../.vectors/PKITS_data'),
];

/** Within the validity of the suite's certificates and CRLs, which end in 2030. */
const AT = Date.UTC(2020, 0, 1);

/** Where the suite says exactly why: revoked by a CRL, not merely left open. */
const REVOKED: readonly string[] = [
  '4.4.2 4.4.3 4.4.15 4.4.18 4.4.20',
  '4.5.2 4.5.5 4.5.7',
  '4.14.2 4.14.6 4.14.15 4.14.16 4.14.20 4.14.21 4.14.23 4.14.31 4.14.32 4.14.34',
  '4.15.3 4.15.4 4.15.6 4.15.9',
].flatMap((section) => section.split(' '));

function readAll<T>(folder: string, read: (bytes: Uint8Array) => T): Map<string, T> {
  const found = new Map<string, T>();
  for (const file of readdirSync(folder)) {
    try {
      found.set(file, read(readFileSync(join(folder, file))));
    } catch (error) {
      if (!(error instanceof MalformedCertificate || error instanceof MalformedDer)) throw error;
    }
  }
  return found;
}

const show = (outcome: RevocationOutcome): string =>
  outcome.status === 'undetermined'
    ? outcome.undetermined
        .flatMap(({ why }) => why.flatMap(({ problems }) => problems.map(({ detail }) => detail)))
        .join('; ')
    : outcome.status === 'revoked'
      ? `revoked (${outcome.reason})`
      : outcome.status;

test('NIST PKITS: every case that CRLs decide agrees when revocation is required', async (context) => {
  const folder = FOLDERS.find((candidate) => existsSync(join(candidate, 'crls')));
  if (!folder) {
    const reason = `no ${FOLDERS.join(' nor ')} with the suite's crls/`;
    console.log(`PKITS revocation skipped: ${reason}`);
    context.skip(reason);
    return;
  }
  const certificates = readAll(join(folder, 'certs'), Certificate.fromDer);
  const crls = [...readAll(join(folder, 'crls'), (bytes) => Crl.parse(bytes, 100_000)).values()];
  const trusted = certificates.get('TrustAnchorRootCertificate.crt');
  assert.ok(trusted);
  const anchors: readonly Certificate[] = [trusted];
  const signers = [...certificates.values()];
  const intermediates = [...certificates]
    .filter(([file]) => !file.endsWith('EE.crt') && !file.startsWith('TrustAnchor'))
    .map(([, certificate]) => certificate);

  async function outcomeOf({ leaf }: PkitsCase): Promise<RevocationOutcome | undefined> {
    const certificate = certificates.get(`${leaf}EE.crt`);
    if (certificate === undefined) return undefined;
    const validated = validatePath({
      leaf: certificate,
      intermediates,
      anchors,
      at: AT,
      usage: 'any',
      profile: 'none',
    });
    if (!validated.valid) return undefined;
    const source = {
      name: 'crl',
      statusOf: (subject: Certificate, issuer: Certificate, at: number, above: readonly Certificate[]) =>
        statusByCrls({ certificate: subject, issuer, above, crls, signers, at }),
    };
    return evaluateRevocation({ path: validated.path, policy: 'require', sources: [source], at: AT });
  }

  const disagreements: string[] = [];
  const counts = { agrees: 0, 'not-applicable': 0 };
  for (const one of PKITS_CASES) {
    if (one.expected === 'invalid') continue;
    const outcome = await outcomeOf(one);
    if (outcome === undefined) {
      // Refused on its path already: DSA, and the malformed.
      counts['not-applicable'] += 1;
      if (one.expected === 'revocation') disagreements.push(`${one.id}: no valid path to judge`);
      continue;
    }
    const expected =
      one.expected === 'valid' ? 'good' : REVOKED.includes(one.id) ? 'revoked' : 'undetermined';
    if (outcome.status === expected) counts.agrees += 1;
    else disagreements.push(`${one.id}: expected ${expected}, found ${show(outcome)}`);
  }
  console.log(`PKITS revocation, ${counts.agrees + counts['not-applicable']} cases:`, counts);
  assert.deepEqual(disagreements, []);
  assert.ok(counts.agrees > 150, `only ${counts.agrees} cases ran`);
});
