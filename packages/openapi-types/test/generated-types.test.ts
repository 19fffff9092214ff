import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { adminApiDescription } from '../src/admin-api-description.ts';
import { adminApiPage } from '../src/admin-api-page.ts';
import { administratorsPage } from '../src/administrators-page.ts';
import { ADMINISTRATORS_FILE, PAGE_FILE, TYPES_FILE } from '../src/generate.ts';
import { typescriptOf } from '../src/typescript-of.ts';

test('the types of the console and the pages for people are those of the admin API as it is', async () => {
  const description = await adminApiDescription();
  const stale = 'run: npm run generate -w @countersign/openapi-types';
  assert.equal(await readFile(TYPES_FILE, 'utf8'), await typescriptOf(description), stale);
  assert.equal(await readFile(PAGE_FILE, 'utf8'), adminApiPage(description), stale);
  assert.equal(await readFile(ADMINISTRATORS_FILE, 'utf8'), administratorsPage(description), stale);
});
