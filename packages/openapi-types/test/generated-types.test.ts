import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { adminApiDescription } from '../src/admin-api-description.ts';
import { TYPES_FILE } from '../src/generate.ts';
import { typescriptOf } from '../src/typescript-of.ts';

test('the types of the console are those of the admin API as it is', async () => {
  assert.equal(
    await readFile(TYPES_FILE, 'utf8'),
    await typescriptOf(await adminApiDescription()),
    'run: npm run generate -w @countersign/openapi-types',
  );
});
