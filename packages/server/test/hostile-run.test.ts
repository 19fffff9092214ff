import assert from 'node:assert/strict';
import test from 'node:test';
import { CERTIFICATE_HEADER_FORMATS } from '@countersign/forwarded-certificate';
import { Chance } from './hostile/chance.ts';
import { hostileRun } from './hostile/hostile-run.ts';
import type { Deployment } from './hostile/hostile-world.ts';

/** The same in every run, unless another is asked for: a run that finds nothing new must not fail by chance. */
const SEED = process.env.COUNTERSIGN_HOSTILE_SEED ?? '1';

const plain = { mtls: false, format: undefined } as const;
const DEPLOYMENTS: readonly Deployment[] = [
  { clientAuth: 'want', trustManager: true, ...plain },
  { clientAuth: 'want', trustManager: false, ...plain },
  { clientAuth: 'require', trustManager: true, ...plain },
  { clientAuth: 'require', trustManager: false, ...plain },
  { clientAuth: 'none', trustManager: true, ...plain },
  { clientAuth: 'want', trustManager: true, mtls: true, format: undefined },
  {
    clientAuth: 'want',
    trustManager: true,
    mtls: false,
    format: new Chance(SEED).pick(CERTIFICATE_HEADER_FORMATS),
  },
  { clientAuth: 'want', trustManager: false, mtls: false, format: 'rfc9440' },
];

test('hostile requests in every deployment: no failure, and an event for each refusal', async (t) => {
  const tally = await hostileRun(t, {
    seed: SEED,
    deployments: DEPLOYMENTS,
    attacks: 70,
    commands: 10,
    report: (line) => t.diagnostic(line),
  });
  t.diagnostic(`seed ${SEED}`);
  assert.deepEqual(tally.problems, []);
  assert.ok(tally.refusals > 100, `${tally}`);
});
