import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import test from 'node:test';
import { headingsOf, withoutFences } from '../../../docs/site/headings.ts';
import { linksOf, navigation, pagePaths, pagesBelow } from '../../../docs/site/pages.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const OURS = { cwd: ROOT, exclude: (name: string) => name === 'node_modules' || name === 'dist' };

const documents = pagePaths();
/** Those that send a reader to files of the source. */
const GUIDES = /^CONTRIBUTING\.md$|^docs\/decisions\/|^docs\/architecture\.md$|\/src\/.*README\.md$/;

const textOf = (document: string): string => readFileSync(join(ROOT, document), 'utf8');

/** Pages that are read where they are: of one package, for contributors and readers of code. */
const APART = /^packages\/(?!server\/src)|^bench\//;

test('every link between the documents leads to a file that is there, and to a heading in it', () => {
  const anchors = new Map(
    documents.map((document) => [
      document,
      new Set(headingsOf(textOf(document)).map(({ anchor }) => anchor)),
    ]),
  );
  const links = documents.flatMap((document) =>
    linksOf(document).map(({ to, anchor }) => ({ document, to, anchor })),
  );
  const broken = links
    .filter(({ to, anchor }) => {
      if (!existsSync(join(ROOT, to))) return true;
      return anchor !== undefined && anchors.get(to)?.has(anchor) !== true;
    })
    .map(({ document, to, anchor = '' }) => `${document}: ${to}#${anchor}`);
  assert.ok(links.length > 400);
  assert.deepEqual(broken, []);
});

test('every page is in the navigation, which is the list of README.md, or below one that is', () => {
  const listed = navigation().flatMap(({ pages }) => pages.map(({ to }) => to));
  const reached = new Set(['README.md', ...listed, ...listed.flatMap((page) => pagesBelow(page))]);
  const pages = documents.filter((document) => !APART.test(document) && !document.includes('/test/'));
  assert.ok(navigation().length > 5);
  assert.ok(listed.length > 45);
  assert.deepEqual(
    pages.filter((page) => !reached.has(page)),
    [],
  );
  for (const page of listed.filter((to) => pagesBelow(to).length > 0)) {
    const linked = linksOf(page).map(({ to }) => to);
    assert.deepEqual(
      pagesBelow(page).filter(
        (below) => !linked.some((to) => to === below || dirname(to) === dirname(below)),
      ),
      [],
      `${page} leads to all that stands in its folder`,
    );
  }
});

test('pages need nothing that one generator alone knows', () => {
  const strange = documents.flatMap((document) =>
    Array.from(
      withoutFences(textOf(document)).matchAll(/^(?::::|---$|\[\[toc\]\]|<script|<[A-Z]|\{\{)|\]\(\/[^)]/gim),
      ([found]) => `${document}: ${found}`,
    ),
  );
  assert.deepEqual(strange, []);
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
