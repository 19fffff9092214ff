import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const MODULE = pathToFileURL(new URL('young-generation.ts', import.meta.url).pathname).href;

/** Makes garbage of which much is still in use when it is collected. @returns the size of the young generation at most, MiB */
const largest = async (isBound: boolean, ...options: readonly string[]): Promise<number> => {
  const program = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { setImmediate as turn } from 'node:timers/promises';
    import { boundYoungGeneration } from ${JSON.stringify(MODULE)};
    const leave = ${isBound} ? boundYoungGeneration() : () => {};
    const kept = new Array(20_000);
    let largest = 0;
    for (let round = 0, made = 0; round < 400; round++) {
      for (let index = 0; index < 10_000; index++, made++) kept[made % kept.length] = { made, text: 'x' + made, list: [made] };
      const { space_size } = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
      largest = Math.max(largest, space_size / 2 ** 20);
      await turn();
    }
    leave();
    process.stdout.write(String(largest));`;
  const args = [
    '--disable-warning=ExperimentalWarning',
    ...options,
    '--input-type=module',
    '--eval',
    program,
  ];
  const env = { ...process.env };
  delete env.NODE_OPTIONS;
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return Number(stdout);
};

test('the young generation grows no further than is of use', async () => {
  const [unbound, bound] = [await largest(false), await largest(true)];
  assert.ok(unbound > 30, `${unbound} MiB without a bound`);
  assert.ok(bound >= 16 && bound < 26, `${bound} MiB`);
});

test('whoever starts the process may choose its size', async () => {
  const chosen = await largest(true, '--max-semi-space-size=32');
  assert.ok(chosen > 30, `${chosen} MiB`);
});
