import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PUBLISHED } from '../../../tools/published-packages.ts';
import { apiIndex, writeReference } from './reference.ts';

const DOCS = resolve(import.meta.dirname, '../../../docs');
const FOLDER = join(DOCS, 'api');

// What there is stays until all of its successor is there.
const made = await mkdtemp(join(DOCS, '.api-'));
try {
  for (const name of PUBLISHED) await writeReference(name, join(made, name));
  await writeFile(join(made, 'README.md'), await apiIndex());
  await rm(FOLDER, { recursive: true, force: true });
  await rename(made, FOLDER);
} finally {
  await rm(made, { recursive: true, force: true });
}
