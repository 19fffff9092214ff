import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const MODULE = pathToFileURL(new URL('heap.ts', import.meta.url).pathname).href;

/** The largest that the young and the old generation were, MiB. */
type Largest = { readonly young: number; readonly old: number };

/** Makes garbage of which much is still in use when it is collected, in a process of its own. */
async function largest(isBound: boolean, ...options: readonly string[]): Promise<Largest> {
  const program = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { boundOldGeneration, sizeYoungGeneration } from ${JSON.stringify(MODULE)};
    if (${isBound}) {
      sizeYoungGeneration();
      boundOldGeneration();
    }
    const kept = new Array(100_000);
    const largest = { young: 0, old: 0 };
    for (let round = 0, made = 0; round < 400; round++) {
      for (let index = 0; index < 10_000; index++, made++) kept[made % kept.length] = { made, text: 'x' + made, list: [made] };
      const sizes = new Map(getHeapSpaceStatistics().map(({ space_name, space_size }) => [space_name, space_size / 2 ** 20]));
      largest.young = Math.max(largest.young, sizes.get('new_space'));
      largest.old = Math.max(largest.old, sizes.get('old_space'));
    }
    process.stdout.write(JSON.stringify(largest));`;
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
  return JSON.parse(stdout);
}

test('the heap grows no further than is of use', async () => {
  const [unbound, bound] = [await largest(false), await largest(true)];
  assert.ok(unbound.young > 40, `${unbound.young} MiB without a bound`);
  assert.ok(bound.young >= 32 && bound.young < 40, `${bound.young} MiB`);
  assert.ok(bound.old < 0.8 * unbound.old, `${bound.old} MiB, ${unbound.old} without a bound`);
});

test('whoever starts the process may choose', async () => {
  const young = await largest(true, '--max-semi-space-size=64');
  assert.ok(young.young > 40, `${young.young} MiB`);
  const [chosen, bound] = [await largest(true, '--heap-growing-percent=300'), await largest(true)];
  assert.ok(chosen.old > 1.2 * bound.old, `${chosen.old} MiB, ${bound.old} when bound`);
});
