import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { CAUSES } from '../src/refusal/causes.ts';

const root = resolve(import.meta.dirname, '../../..');
const page = readFileSync(resolve(root, 'docs/security.md'), 'utf8');

test('every rule of docs/security.md names tests that are there', () => {
  const named = [...page.matchAll(/`((?:src|test|packages)\/[\w./-]+\.test\.ts)`/g)].map(
    ([, file = '']) => file,
  );
  assert.ok(new Set(named).size > 25);
  assert.deepEqual(
    named
      .map((file) => (file.startsWith('packages/') ? file : `packages/server/${file}`))
      .filter((file) => !existsSync(resolve(root, file))),
    [],
  );
});

test('every cause it tells to watch is one this server has', () => {
  const [, watched = ''] = /## What to watch\n(.*?)\n## /s.exec(page) ?? [];
  const causes = [...watched.matchAll(/`([a-z]+_[a-z_]+)`/g)]
    .map(([, cause = '']) => cause)
    .filter((cause) => !cause.startsWith('countersign_'));
  assert.ok(causes.length > 15);
  assert.deepEqual(
    causes.filter((cause) => !Object.hasOwn(CAUSES, cause)),
    [],
  );
});
