import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { SERVER_VARIABLE } from './postgres.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

/** The exit code of a run of one test file with the set-up of all suites, its PostgreSQL server included. */
async function exitCodeOf(body: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-run-'));
  const file = join(folder, 'one.test.mjs');
  await writeFile(file, `import { test } from 'node:test';\ntest('one', () => { ${body} });\n`);
  const environment: NodeJS.ProcessEnv = { ...process.env, [SERVER_VARIABLE]: '' };
  // With it, Node takes the run for a part of this one.
  delete environment.NODE_TEST_CONTEXT;
  delete environment.NODE_V8_COVERAGE;
  const flags = ['--test', '--test-global-setup=.ci/test-set-up.ts', file];
  const run = spawn(process.execPath, flags, { cwd: ROOT, env: environment, stdio: 'ignore' });
  const [exitCode] = await once(run, 'exit');
  await rm(folder, { recursive: true });
  return exitCode;
}

test('a run of which a test fails ends with 1, one of which none does with 0', async () => {
  assert.equal(await exitCodeOf("throw new Error('it fails')"), 1);
  assert.equal(await exitCodeOf(''), 0);
});
