import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import test from 'node:test';
import {
  CLIENTS_DOCUMENT,
  RESOURCE_SERVERS_DOCUMENT,
  SERVICES_DOCUMENT,
  snippetOf,
  snippetsIn,
  tableOf,
  withSnippets,
  withTable,
} from './clients-document.ts';
import { LANGUAGES, SLOW_LANGUAGES } from './languages.ts';

const text = readFileSync(CLIENTS_DOCUMENT, 'utf8');

for (const [document, least] of [
  [CLIENTS_DOCUMENT, 11],
  [SERVICES_DOCUMENT, 5],
  [RESOURCE_SERVERS_DOCUMENT, 17],
] as const) {
  const shownIn = readFileSync(document, 'utf8');

  test(`docs/${basename(document)} shows every snippet as it stands in the file that runs`, () => {
    assert.ok(snippetsIn(shownIn).length >= least);
    assert.equal(withSnippets(shownIn), shownIn, 'npm run interop -- --snippets writes them');
  });

  test(`every fenced block of docs/${basename(document)} that is a snippet is shown once`, () => {
    const shown = snippetsIn(shownIn).map(({ file, name }) => `${file} ${name}`);
    assert.deepEqual([...new Set(shown)], shown);
    assert.equal(
      shownIn.split('<!-- snippet:').length - 1,
      shown.length,
      'a marker without its fenced block',
    );
  });
}

test('docs/clients.md has a table of every language', () => {
  for (const { name } of [...LANGUAGES, ...SLOW_LANGUAGES]) {
    const table = withTable(text, name, 'its table\n');
    assert.ok(table.includes(`<!-- table: ${name} -->\nits table\n<!-- end of table -->`));
  }
  assert.throws(() => withTable(text, 'Fortran', ''), /no table of Fortran/);
});

test('no row of a table in docs/clients.md fails', () => {
  assert.deepEqual(
    text.split('\n').filter((line) => line.startsWith('| ') && line.includes('| fails |')),
    [],
  );
});

test('a snippet is what stands between its markers, whatever the comment, without common indentation', () => {
  const source = [
    'before',
    '  // snippet: one',
    '  a {',
    '',
    '    b',
    '  // end of snippet',
    '<!-- snippet: two -->',
    '<c/>',
    '<!-- end of snippet -->',
    '# snippet: one-more',
    'd',
  ].join('\n');
  assert.equal(snippetOf(source, 'one'), 'a {\n\n  b\n');
  assert.equal(snippetOf(source, 'two'), '<c/>\n');
  assert.equal(snippetOf(source, 'one-more'), undefined, 'no end');
  assert.equal(snippetOf(source, 'three'), undefined);
});

test('a table says of each row whether it works, and nothing that differs from run to run', () => {
  const row = { program: 'a|b', version: '1', method: 'none', flow: 'code', run: async () => {} };
  const outcomes = [
    { row: { ...row, note: 'as it comes' }, error: undefined },
    { row, error: 'took 3 s' },
  ];
  assert.deepEqual(tableOf(outcomes).split('\n').slice(2), [
    '| a\\|b | 1 | `none` | code | works | as it comes |',
    '| a\\|b | 1 | `none` | code | fails |  |',
    '',
  ]);
});
