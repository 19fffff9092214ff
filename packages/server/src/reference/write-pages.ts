import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { PAGES } from './pages.ts';

const DOCS = resolve(import.meta.dirname, '../../../../docs');

for (const [file, page] of Object.entries(PAGES)) {
  const path = resolve(DOCS, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, await page());
}
