import { programFor } from './cli/commands.ts';
import { run } from './cli/run-command.ts';
import { makeObjectsYoung, sizeYoungGeneration } from './heap.ts';

async function main(): Promise<void> {
  makeObjectsYoung();
  sizeYoungGeneration();
  const argv = process.argv.slice(2);
  const exitCode = await run(await programFor(argv), argv);
  // A command that ended well may still have set one, e.g. `explain` for a certificate that is refused.
  if (exitCode !== 0) process.exitCode = exitCode;
}

// Not awaited: in the executable, which is no module, nothing can be.
void main();
