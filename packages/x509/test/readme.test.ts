import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PACKAGE = resolve(import.meta.dirname, '..');

test('the examples of the README run one after another and print what they say', async () => {
  const readme = readFileSync(resolve(PACKAGE, 'README.md'), 'utf8');
  const blocks = Array.from(readme.matchAll(/^```ts\n(.*?)^```$/gms), ([, code = '']) => code);
  assert.equal(blocks.length, 5);
  const code = blocks.join('\n');
  const expected = Array.from(code.matchAll(/console\.log\(.*\); \/\/ (.+)$/gm), ([, text]) => text);
  assert.equal(expected.length, code.match(/console\.log/g)?.length, 'each console.log says what it prints');
  const { stdout } = await run(process.execPath, ['--input-type=module-typescript', '--eval', code], {
    cwd: PACKAGE,
    timeout: 60_000,
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  });
  assert.deepEqual(stdout.trimEnd().split('\n'), expected);
});
