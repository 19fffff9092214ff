import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import test from 'node:test';

const ROOT = resolve(import.meta.dirname, '../../..');
const OURS = { cwd: ROOT, exclude: (name: string) => name === 'node_modules' || name === 'dist' };

const documents = globSync(['*.md', 'docs/**/*.md', 'bench/*.md', 'packages/**/*.md'], OURS);
/** Those that send a reader to files of the source. */
const GUIDES = /^CONTRIBUTING\.md$|^docs\/decisions\/|^docs\/architecture\.md$|\/src\/.*README\.md$/;

const textOf = (document: string): string => readFileSync(join(ROOT, document), 'utf8');

test('every link between the documents leads to a file that is there', () => {
  const broken = documents.flatMap((document) =>
    Array.from(textOf(document).matchAll(/\]\(([^)#\s]+)(?:#[^)\s]*)?\)/g), ([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => !existsSync(join(ROOT, dirname(document), target)))
      .map((target) => `${document}: ${target}`),
  );
  assert.ok(documents.length > 30);
  assert.deepEqual(broken, []);
});

test('every source file that a guide names is there', () => {
  const sources = globSync(['.ci/*', '{packages,examples,bench,tools}/**/*.{ts,tsx,mjs}'], OURS).map(
    (path) => `/${path.split(sep).join('/')}`,
  );
  const named = documents
    .filter((document) => GUIDES.test(document))
    .flatMap((document) =>
      Array.from(textOf(document).matchAll(/`([\w./-]+\.(?:ts|tsx|mjs))`/g), ([, file = '']) => ({
        document,
        file,
      })),
    );
  const lost = named
    .filter(({ file }) => !sources.some((source) => source.endsWith(`/${file}`)))
    .map(({ document, file }) => `${document}: ${file}`);
  assert.ok(named.length > 60);
  assert.deepEqual(lost, []);
});
