import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import test from 'node:test';

const SRC = resolve(import.meta.dirname, '../src');

/** The floors of the house, lowest first: a file imports from its own floor and from those below it. */
const FLOORS = [
  'clock.ts',
  'outbound',
  'refusal',
  'event',
  'client',
  'user',
  'token',
  'storage',
  'user-authentication',
  'registration',
  'client-authentication',
  'grant',
  'endpoint',
  'transport',
  'admin',
  'config',
  'server',
  'cli',
  'main.ts',
];

/** Floors that know nothing of some that stand below them, so that they can be read and tested alone. */
const BLIND_TO: Record<string, readonly string[]> = {
  transport: ['storage', 'client-authentication', 'grant', 'endpoint'],
  config: ['client', 'token', 'storage', 'client-authentication', 'grant', 'endpoint', 'transport', 'admin'],
};

const floorOf = (file: string): string => relative(SRC, file).split(sep)[0] ?? '';

const importsOf = (file: string): string[] =>
  Array.from(
    readFileSync(file, 'utf8').matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.{1,2}\/[^']+)'/g),
    ([, specifier = '']) => resolve(dirname(file), specifier),
  );

const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
  .map((path) => join(SRC, path));

test('every source file stands on a floor of the house', () => {
  const homeless = sources.filter((file) => !FLOORS.includes(floorOf(file)));
  assert.deepEqual(
    homeless.map((file) => relative(SRC, file)),
    [],
  );
});

test('imports point one way: from a floor to the floors below it', () => {
  const upward = sources.flatMap((file) => {
    const floor = floorOf(file);
    return importsOf(file)
      .map(floorOf)
      .filter(
        (imported) => FLOORS.indexOf(imported) > FLOORS.indexOf(floor) || BLIND_TO[floor]?.includes(imported),
      )
      .map((imported) => `${relative(SRC, file)} imports from ${imported}/`);
  });
  assert.deepEqual(upward, []);
});
