import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../interop/program.ts';
import { runProgram } from '../../packages/server/test/countersign-process.ts';
import { missingProgram } from '../../packages/server/test/installed-program.ts';

/** Of Prometheus 3.16; finding targets in clouds is left out, which takes most of what it is compiled of. */
const MODULE = 'github.com/prometheus/prometheus/cmd/promtool@v0.316.0';
const TAGS = 'remove_all_sd';

/** Why there is no promtool and none can be made, or false. */
export async function whyNoPromtool(): Promise<string | false> {
  const missing = await missingProgram('promtool', ['--version']);
  return missing === false ? false : missingProgram('go', ['version']);
}

/** Where Go puts programs that are installed. */
async function installed(): Promise<string> {
  const here = { cwd: import.meta.dirname };
  const bin = (await run('go', ['env', 'GOBIN'], here)).trim();
  return join(bin === '' ? join((await run('go', ['env', 'GOPATH'], here)).trim(), 'bin') : bin, 'promtool');
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

/**
 * The promtool of this machine, installed by Go where there is none: minutes the first time.
 * @returns what runs it: arguments and standard input in, what it printed and its exit code out
 * @throws Error with what Go said
 */
export async function promtool() {
  let program = 'promtool';
  if (await missingProgram(program, ['--version'])) {
    program = await installed();
    if (!(await isThere(program))) {
      await run('go', ['install', '-tags', TAGS, MODULE], { cwd: import.meta.dirname });
    }
  }
  return (args: readonly string[], input?: string) =>
    runProgram(program, args, { cwd: import.meta.dirname, ...(input !== undefined && { input }) });
}
