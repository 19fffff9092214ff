import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test from 'node:test';

const SRC = resolve(import.meta.dirname, '../src');

const sources = globSync('**/*.ts', { cwd: SRC })
  .filter((path) => !path.endsWith('.test.ts'))
  .map((path) => ({ path, text: readFileSync(join(SRC, path), 'utf8') }));

/** What may be imported beside the package's own files: cryptography and values, nothing that waits for the outside. */
const ALLOWED = ['node:crypto', 'node:util', 'ipaddr.js'];

test('the package touches nothing outside itself: no file, no socket, no clock', () => {
  assert.ok(sources.length > 40);
  const outside = sources.flatMap(({ path, text }) =>
    Array.from(text.matchAll(/(?:from|import) ?\(?'([^'.][^']*)'/g), ([, specifier = '']) => specifier)
      .filter((specifier) => !ALLOWED.includes(specifier))
      .map((specifier) => `${path} imports ${specifier}`),
  );
  const clocks = sources.filter(({ text }) => /\bDate\.now\(|new Date\(\)|performance\.now\(/.test(text));
  assert.deepEqual([...outside, ...clocks.map(({ path }) => `${path} asks the time`)], []);
});

test('one name, one thing: nothing exported is declared in two files', () => {
  const declared = sources.flatMap(({ path, text }) =>
    Array.from(
      text.matchAll(/^export (?:async )?(?:type|const|class|interface|function\*?) (\w+)/gm),
      ([, name = '']) => ({ name, path }),
    ),
  );
  assert.ok(declared.length > 100);
  const twice = [...Map.groupBy(declared, ({ name }) => name)]
    .filter(([, places]) => places.length > 1)
    .map(([name, places]) => `${name} in ${places.map(({ path }) => path).join(' and ')}`);
  assert.deepEqual(twice, []);
});

test('an object identifier is written in one file, once', () => {
  const written = sources.flatMap(({ path, text }) =>
    Array.from(text.matchAll(/'([0-2](?:\.\d+){3,})'/g), ([, oid = '']) => ({ oid, path })),
  );
  assert.ok(written.length > 100, `${written.length}`);
  const twice = [...Map.groupBy(written, ({ oid }) => oid)]
    .filter(([, places]) => places.length > 1)
    .map(([oid, places]) => `${oid} in ${places.map(({ path }) => path).join(' and ')}`);
  assert.deepEqual(twice, []);
});
