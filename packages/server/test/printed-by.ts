import assert from 'node:assert/strict';
import { programEnvironment, runProgram } from './countersign-process.ts';

/**
 * What a program prints as JSON, in a process of its own, of one thread so that V8 collects garbage in the same way each time.
 * @param program the text of a module
 * @param options of Node.js
 */
export async function printedBy(program: string, ...options: readonly string[]): Promise<unknown> {
  const args = ['--disable-warning=ExperimentalWarning', '--single-threaded', ...options];
  // Options for all processes of a run are not its own.
  const { NODE_OPTIONS: _, ...env } = programEnvironment();
  const { code, stdout, stderr } = await runProgram(
    process.execPath,
    [...args, '--input-type=module', '--eval', program],
    { env },
  );
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}
