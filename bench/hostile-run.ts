import { parseArgs } from 'node:util';
import { CERTIFICATE_HEADER_FORMATS } from '@countersign/forwarded-certificate';
import { hostileRun } from '../packages/server/test/hostile/hostile-run.ts';
import type { Deployment } from '../packages/server/test/hostile/hostile-world.ts';

/*
 * Attacks a server of its own on loopback for a while, in every deployment and behind every format of proxy, and prints
 * what must not be with the seed that repeats it; see bench/README.md.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now()) },
    minutes: { type: 'string', default: '10' },
    attacks: { type: 'string', default: '1000' },
  },
});
const minutes = Number(values.minutes);
const attacks = Number(values.attacks);
if (!(minutes > 0) || !Number.isSafeInteger(attacks) || attacks < 1) {
  console.error('usage: npm run hostile -- [--seed TEXT] [--minutes NUMBER] [--attacks NUMBER]');
  process.exit(2);
}

const everyWay: readonly Deployment[] = [
  ...(['want', 'require', 'none'] as const).flatMap((clientAuth) =>
    [true, false].flatMap((trustManager) =>
      [false, true].map((mtls): Deployment => ({ clientAuth, trustManager, mtls, format: undefined })),
    ),
  ),
  ...CERTIFICATE_HEADER_FORMATS.flatMap((format) =>
    [true, false].map(
      (trustManager): Deployment => ({ clientAuth: 'want', trustManager, mtls: false, format }),
    ),
  ),
];

const until = Date.now() + minutes * 60_000;
let failed = false;
for (let round = 1; Date.now() < until; round++) {
  const ends: (() => Promise<void>)[] = [];
  const seed = `${values.seed}-${round}`;
  console.log(`seed ${seed}`);
  try {
    const { problems } = await hostileRun(
      { after: (end) => void ends.push(end) },
      { seed, deployments: everyWay, attacks, commands: 50, until, report: console.log },
    );
    failed ||= problems.length > 0;
  } finally {
    for (const end of ends.reverse()) await end();
  }
}
process.exit(failed ? 1 : 0);
