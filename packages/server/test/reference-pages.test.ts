import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import test from 'node:test';
import { commands } from '../src/reference/options-page.ts';
import { PAGES } from '../src/reference/pages.ts';
import { countersignProgram, runProgram } from './countersign-process.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

/** What prom-client measures of a process is not the same everywhere. */
const skip = (file: string): string | false =>
  file === 'metrics.md' && process.platform !== 'linux' && 'the page has the metrics of a process on Linux';

for (const [file, page] of Object.entries(PAGES)) {
  test(`docs/${file} is the page written from the code`, { skip: skip(file) }, async () => {
    assert.equal(
      readFileSync(resolve(ROOT, 'docs', file), 'utf8'),
      await page(),
      'write it anew: npm run reference-pages',
    );
  });
}

test('the page of options has every command that the program has', async () => {
  const { stdout } = await runProgram(process.execPath, [countersignProgram(), '--help']);
  const [, after = ''] = stdout.split('\nCommands:\n');
  const [list = ''] = after.split('\n\n');
  const listed = Array.from(list.matchAll(/^ {2}([a-z-]+)/gm), ([, name]) => name).filter(
    (name) => name !== 'help',
  );
  const documented = (await commands()).map((command) => command.name());
  assert.ok(listed.length > 15);
  assert.deepEqual(documented, listed.toSorted());
});

test('the page of metrics has every metric that the source names', () => {
  const metrics = readFileSync(resolve(ROOT, 'docs/metrics.md'), 'utf8');
  const source = [
    'event/metrics.ts',
    'expiry/measure-ends.ts',
    'server/database-watch.ts',
    'server/measure-workers.ts',
  ];
  const named = source.flatMap((file) =>
    Array.from(
      readFileSync(resolve(ROOT, 'packages/server/src', file), 'utf8').matchAll(/name: '(countersign_\w+)'/g),
      ([, name = '']) => name,
    ),
  );
  assert.ok(named.length >= 12);
  assert.deepEqual(
    named.filter((name) => !metrics.includes(`| \`${name}\` |`)),
    [],
  );
});
