import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { apiIndex, PUBLISHED, writeReference } from './reference.ts';

const FOLDER = resolve(import.meta.dirname, '../../../docs/api');

await rm(FOLDER, { recursive: true, force: true });
for (const name of PUBLISHED) await writeReference(name, join(FOLDER, name));
await writeFile(join(FOLDER, 'README.md'), await apiIndex());
