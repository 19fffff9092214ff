import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { adminApiDescription } from './admin-api-description.ts';
import { typescriptOf } from './typescript-of.ts';

/** Where the console has the types of the admin API. */
export const TYPES_FILE = resolve(import.meta.dirname, '../../console/src/api/admin-api.ts');

if (import.meta.main) await writeFile(TYPES_FILE, await typescriptOf(await adminApiDescription()));
