import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { printedBy } from '../../test/printed-by.ts';
import { Present } from './present.ts';

test('who came and has not left is there, in the order they came', () => {
  const present = new Present<{ readonly name: string }>();
  const names = () => present.now().map(({ name }) => name);
  assert.deepEqual(names(), []);
  const leave = ['a', 'b', 'c', 'd'].map((name) => present.enter({ name }));
  assert.deepEqual(names(), ['a', 'b', 'c', 'd']);
  leave[1]?.();
  assert.deepEqual(names(), ['a', 'c', 'd']);
  leave[3]?.();
  leave[0]?.();
  assert.deepEqual(names(), ['c']);
  const again = present.enter({ name: 'e' });
  leave[2]?.();
  assert.deepEqual(names(), ['e']);
  again();
  again();
  assert.deepEqual(names(), []);
  present.enter({ name: 'f' });
  assert.deepEqual(names(), ['f']);
});

test('one that is there twice leaves once at a time', () => {
  const present = new Present<object>();
  const member = {};
  const first = present.enter(member);
  present.enter(member);
  first();
  assert.deepEqual(present.now(), [member]);
});

test('who has left is not kept, though others come and go all the time', async () => {
  const program = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { Present } from ${JSON.stringify(pathToFileURL(new URL('present.ts', import.meta.url).pathname).href)};
    const old = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space').space_used_size / 2 ** 20;
    const present = new Present();
    const leaving = [];
    const comeAndGo = (times) => {
      for (let index = 0; index < times; index++) {
        leaving.push(present.enter({ text: 'x' + index, list: new Array(100).fill(index) }));
        if (leaving.length > 32) leaving.shift()();
      }
    };
    comeAndGo(20_000);
    globalThis.gc();
    const before = old();
    comeAndGo(100_000);
    process.stdout.write(String(old() - before));`;
  const kept = Number(await printedBy(program, '--expose-gc'));
  assert.ok(kept < 5, `${kept} MiB of what has left`);
});
