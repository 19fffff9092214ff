import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { adminApiDescription } from './admin-api-description.ts';
import { adminApiPage } from './admin-api-page.ts';
import { administratorsPage } from './administrators-page.ts';
import { typescriptOf } from './typescript-of.ts';

/** Where the console has the types of the admin API. */
export const TYPES_FILE = resolve(import.meta.dirname, '../../console/src/api/admin-api.ts');

/** Where people read the same. */
export const PAGE_FILE = resolve(import.meta.dirname, '../../../docs/admin-api.md');

/** Where they read who may do what. */
export const ADMINISTRATORS_FILE = resolve(import.meta.dirname, '../../../docs/administrators.md');

if (import.meta.main) {
  const description = await adminApiDescription();
  await writeFile(TYPES_FILE, await typescriptOf(description));
  await writeFile(PAGE_FILE, adminApiPage(description));
  await writeFile(ADMINISTRATORS_FILE, administratorsPage(description));
}
