import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PAGES } from './pages.ts';

const DOCS = resolve(import.meta.dirname, '../../../../docs');

for (const [file, page] of Object.entries(PAGES)) await writeFile(resolve(DOCS, file), await page());
