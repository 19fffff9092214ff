import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { z } from 'zod';
import { ExportEnd, ExportHeader } from '../src/move/countersign/export-format.ts';
import { MovedRecord } from '../src/move/record.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/export.md'), 'utf8');

type Documented = { readonly required: readonly string[]; readonly optional: readonly string[] };

/** The members in the table of a section of the page. */
function documented(heading: string): Documented {
  const [, section = ''] = page.split(`\n### ${heading}\n`);
  const [table = ''] = section.split('\n### ');
  const rows = Array.from(table.matchAll(/^\| `([^`]+)`( \?)? \|/gm), ([, name = '', mark]) => ({
    name,
    mark,
  }));
  const names = (isOptional: boolean) =>
    rows
      .filter(({ mark }) => (mark !== undefined) === isOptional)
      .map(({ name }) => name)
      .toSorted();
  return { required: names(false), optional: names(true) };
}

/** The members that a schema takes, as one who writes the file sees them. */
function taken({ shape }: z.ZodObject): Documented {
  const members = Object.entries(shape).filter(([name]) => name !== 'kind');
  const mayLack = (schema: unknown) => schema instanceof z.ZodType && schema.safeParse(undefined).success;
  const names = (isOptional: boolean) =>
    members
      .filter(([, schema]) => (mayLack(schema) || schema instanceof z.ZodExactOptional) === isOptional)
      .map(([name]) => name)
      .toSorted();
  return { required: names(false), optional: names(true) };
}

for (const option of MovedRecord.options) {
  const [kind = ''] = [...option.shape.kind.values];
  test(`docs/export.md has the members of a record of kind ${kind}, and no others`, () => {
    const members = documented(`\`${kind}\``);
    assert.ok(members.required.length > 0, `the page has no table of ${kind}`);
    assert.deepEqual(members, taken(option));
  });
}

test('docs/export.md has the kinds in the order in which they stand in a file', () => {
  const headings = Array.from(page.matchAll(/^### `(\w+)`$/gm), ([, kind]) => kind);
  assert.deepEqual(
    headings,
    MovedRecord.options.flatMap(({ shape }) => [...shape.kind.values]),
  );
});

test('docs/export.md has the members of the first line and of the last', () => {
  assert.deepEqual(documented('First line'), taken(ExportHeader));
  assert.deepEqual(documented('Last line'), taken(ExportEnd.shape.end));
});

/** What a record has within its members, by the words of the page that tell of them. */
const WITHIN: readonly (readonly [string, string, string])[] = [
  ['person', 'totp', '`totp` ? |'],
  ['person', 'passkeys', '`passkeys` ? |'],
  ['person', 'recovery_codes', '`recovery_codes` ? |'],
  ['person', 'known_certificates', '`known_certificates` ? |'],
  ['person', 'limited_roles', '`limited_roles` ? |'],
  ['client', 'token_ends', '`token_ends` ? |'],
  ['client', 'registration', '`registration` ? |'],
  ['grant', 'refresh_tokens', 'A refresh token has'],
];

/** A schema without what says that it may be absent, and of a list that of its items. */
function objectIn(schema: unknown): z.ZodObject {
  if (schema instanceof z.ZodObject) return schema;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return objectIn(schema.unwrap());
  if (schema instanceof z.ZodArray) return objectIn(schema.element);
  throw new Error('it has no members');
}

for (const [kind, member, words] of WITHIN) {
  test(`docs/export.md names what ${member} of a ${kind} are made of`, () => {
    const option = MovedRecord.options.find(({ shape }) =>
      [...shape.kind.values].some((each) => each === kind),
    );
    const within = objectIn(new Map<string, unknown>(Object.entries(option?.shape ?? {})).get(member));
    const at = page.indexOf(words);
    assert.ok(at > 0);
    const [told = ''] = page.slice(at).split(words.startsWith('A ') ? '\n\n' : '\n');
    for (const name of Object.keys(within.shape)) assert.ok(told.includes(`\`${name}\``), name);
  });
}
