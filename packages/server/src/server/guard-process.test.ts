import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const GUARD = pathToFileURL(join(import.meta.dirname, 'guard-process.ts'));

/** A process that fails in every way nobody waits for, and tells what was recorded. */
const FAILING = `
import { guardProcess } from ${JSON.stringify(GUARD.href)};
const recorded = [];
const unguard = guardProcess({
  recordSampled(type, outcome, draft) {
    recorded.push([type, outcome, draft().detail.where]);
    return undefined;
  },
});
setTimeout(() => { throw new RangeError('Invalid time value'); }, 1);
setTimeout(() => { Promise.reject(new TypeError('of undefined')); }, 5);
setTimeout(() => {
  console.log(JSON.stringify(recorded));
  unguard();
  throw new Error('without a guard');
}, 100);
`;

test('what nobody waits for does not end a guarded process, and is an event', async () => {
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', FAILING];
  const failed = await promisify(execFile)(process.execPath, args).then(
    () => assert.fail('the guard was not taken off'),
    (error: unknown) => error,
  );
  assert.partialDeepStrictEqual(failed, {
    code: 1,
    stdout: `${JSON.stringify([
      ['listener.failed', 'failure', 'an event of the process'],
      ['listener.failed', 'failure', 'a promise nobody waits for'],
    ])}\n`,
  });
});
