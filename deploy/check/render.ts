// Writes what the chart renders with each of its values files, which `npm run deploy:check` compares: npm run deploy:render
import { writeFile } from 'node:fs/promises';
import { render, renderedFile, VALUES } from './chart.ts';

for (const name of VALUES) await writeFile(renderedFile(name), await render(name));
