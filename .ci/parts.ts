// Runs npm scripts one after another, ends with the first that fails, and says what each took:
//   node .ci/parts.ts types lint test:only
import { spawnSync } from 'node:child_process';

const npm = process.env.npm_execpath;
const took: string[] = [];
let status = 0;

for (const script of process.argv.slice(2)) {
  const began = performance.now();
  const run = ['run', '--silent', script];
  const [program, args] = npm === undefined ? ['npm', run] : [process.execPath, [npm, ...run]];
  const ended = spawnSync(program, args, { stdio: 'inherit' });
  const seconds = `${script} ${((performance.now() - began) / 1_000).toFixed(1)} s`;
  status = ended.status ?? 1;
  took.push(status === 0 ? seconds : `${seconds} (failed)`);
  if (status !== 0) break;
}

process.stdout.write(`\n${took.join(' · ')}\n`);
process.exitCode = status;
