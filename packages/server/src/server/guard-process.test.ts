import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { runProgram } from '../../test/countersign-process.ts';

const GUARD = pathToFileURL(join(import.meta.dirname, 'guard-process.ts'));

/** A process that fails in every way nobody waits for, and tells what was recorded. */
const FAILING = `
import { guardProcess } from ${JSON.stringify(GUARD.href)};
const recorded = [];
const steps = [
  () => { throw new RangeError('Invalid time value'); },
  () => { Promise.reject(new TypeError('of undefined')); },
  () => {
    console.log(JSON.stringify(recorded));
    unguard();
    throw new Error('without a guard');
  },
];
const unguard = guardProcess({
  recordSampled(type, outcome, draft) {
    recorded.push([type, outcome, draft().detail.where]);
    setImmediate(steps[recorded.length]);
    return undefined;
  },
});
setImmediate(steps[0]);
`;

test('what nobody waits for does not end a guarded process, and is an event', async () => {
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', FAILING];
  const { code, stdout } = await runProgram(process.execPath, args);
  assert.equal(code, 1);
  assert.deepEqual(JSON.parse(stdout), [
    ['listener.failed', 'failure', 'an event of the process'],
    ['listener.failed', 'failure', 'a promise nobody waits for'],
  ]);
});
