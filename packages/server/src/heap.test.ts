import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { printedBy } from '../test/printed-by.ts';

const MODULE = pathToFileURL(new URL('heap.ts', import.meta.url).pathname).href;

/** The largest that the young and the old generation were, MiB. */
const Largest = z.object({ young: z.number(), old: z.number() });

/** Makes garbage of which much is still in use when it is collected, in a process of its own that bounds its heap. */
async function largest(...options: readonly string[]): Promise<z.infer<typeof Largest>> {
  const program = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { boundHeap, sizeYoungGeneration } from ${JSON.stringify(MODULE)};
    sizeYoungGeneration();
    boundHeap();
    const kept = new Array(100_000);
    const largest = { young: 0, old: 0 };
    for (let round = 0, made = 0; round < 400; round++) {
      for (let index = 0; index < 10_000; index++, made++) kept[made % kept.length] = { made, text: 'x' + made, list: [made] };
      const sizes = new Map(getHeapSpaceStatistics().map(({ space_name, space_size }) => [space_name, space_size / 2 ** 20]));
      largest.young = Math.max(largest.young, sizes.get('new_space'));
      largest.old = Math.max(largest.old, sizes.get('old_space'));
    }
    process.stdout.write(JSON.stringify(largest));`;
  return Largest.parse(await printedBy(program, ...options));
}

test('the young generation has its size, unless whoever starts the process chooses', async () => {
  const bound = await largest();
  assert.ok(bound.young >= 32 && bound.young < 64, `${bound.young} MiB`);
  const chosen = await largest('--max-semi-space-size=64');
  assert.ok(chosen.young >= 64, `${chosen.young} MiB`);
});

test('the old generation is collected when it has grown by half, unless whoever starts the process chooses', async () => {
  const [bound, chosen] = [await largest(), await largest('--heap-growing-percent=300')];
  assert.ok(chosen.old > 1.4 * bound.old, `${chosen.old} MiB, ${bound.old} when bound`);
});

test('what a place in the code makes is young, though all that it made before is in use, unless whoever starts chooses', async () => {
  const program = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { makeObjectsYoung } from ${JSON.stringify(MODULE)};
    makeObjectsYoung();
    const old = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space').space_used_size / 2 ** 20;
    const made = (number) => [{ number }, number];
    const kept = [];
    const keep = (times) => {
      for (let index = 0; index < times; index++) kept.push(made(index));
    };
    const underWay = new Array(16);
    const comeAndGo = (times) => {
      for (let index = 0; index < times; index++) underWay[index % 16] = made(index);
    };
    keep(500_000);
    globalThis.gc();
    const before = old();
    comeAndGo(500_000);
    process.stdout.write(JSON.stringify(old() - before));`;
  const kept = async (...options: readonly string[]) =>
    Number(
      await printedBy(
        program,
        '--expose-gc',
        '--max-semi-space-size=1',
        '--min-semi-space-size=1',
        '--initial-old-space-size=512',
        ...options,
      ),
    );
  const [young, chosen] = [await kept(), await kept('--allocation-site-pretenuring')];
  assert.ok(young < 5, `${young} MiB of what is not in use`);
  assert.ok(chosen > 20, `${chosen} MiB where V8 decides: this shows nothing`);
});

test('the young generation has its size again with the load, after there was little to do', async () => {
  const program = `
    import { setImmediate as turn } from 'node:timers/promises';
    import { getHeapSpaceStatistics } from 'node:v8';
    import { boundHeap, sizeYoungGeneration } from ${JSON.stringify(MODULE)};
    sizeYoungGeneration();
    boundHeap();
    const kept = new Array(20_000);
    let made = 0;
    const young = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size / 2 ** 20;
    const work = async () => {
      for (let round = 0; round < 200; round++) {
        for (let index = 0; index < 10_000; index++, made++) kept[made % kept.length] = { made, text: 'x' + made, list: [made] };
        await turn();
      }
      return young();
    };
    const atWork = await work();
    globalThis.gc({ type: 'major', flavor: 'last-resort', execution: 'sync' });
    const idle = young();
    process.stdout.write(JSON.stringify([atWork, idle, await work()]));`;
  assert.deepEqual(await printedBy(program, '--expose-gc'), [32, 1, 32]);
});
