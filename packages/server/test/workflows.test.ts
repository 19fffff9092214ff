import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { runProgram } from './countersign-process.ts';
import { missingProgram } from './installed-program.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

test('actionlint finds nothing in the workflows', {
  skip: await missingProgram('actionlint', ['-version']),
}, async () => {
  const workflows = globSync('.github/workflows/*.yml', { cwd: ROOT });
  assert.ok(workflows.length > 1);
  const { code, stdout, stderr } = await runProgram('actionlint', ['-no-color', ...workflows], { cwd: ROOT });
  assert.equal(code, 0, stdout + stderr);
});
