import { hostileBytes, readHostile, seededNumbers } from '../packages/x509/test/hostile-certificate.ts';

/*
 * Gives hostile bytes to everything that reads a certificate, and stops at the first error that is not a
 * typed refusal:
 *
 *   node bench/fuzz-certificate.ts [COUNT=1000000] [SEED]
 */
const count = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? Date.now() % 0x7fffffff);
if (!Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(seed) || seed < 1) {
  console.error('usage: node bench/fuzz-certificate.ts [COUNT] [SEED], both whole numbers above 0');
  process.exit(2);
}

const next = seededNumbers(seed);
const reached = { refused: 0, fields: 0, certificate: 0 };
const started = performance.now();
let slowest = 0;
for (let index = 0; index < count; index++) {
  const bytes = hostileBytes(next);
  const before = performance.now();
  try {
    reached[readHostile(bytes)]++;
  } catch (error) {
    console.error(`input ${index} of seed ${seed}: ${Buffer.from(bytes).toString('base64')}`);
    throw error;
  }
  slowest = Math.max(slowest, performance.now() - before);
}
const seconds = (performance.now() - started) / 1000;
console.log(
  `${count} inputs of seed ${seed} in ${seconds.toFixed(1)} s, slowest ${slowest.toFixed(1)} ms; ` +
    `refused at once ${reached.refused}, read as fields ${reached.fields}, as certificate ${reached.certificate}`,
);
