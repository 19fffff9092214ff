import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix, resolve, sep } from 'node:path';
import { headingsOf, withoutFences } from './headings.ts';

/** The root of the repository, whose Markdown files are the pages. */
export const ROOT = resolve(import.meta.dirname, '../..');

const PAGES = ['*.md', 'docs/**/*.md', 'bench/*.md', 'packages/*/README.md', 'packages/*/src/**/*.md'];

/** Every page, by its path in the repository, with `/`. */
export const pagePaths = (): readonly string[] =>
  globSync(PAGES, {
    cwd: ROOT,
    exclude: (name) => name === 'node_modules' || name === 'dist',
  })
    .map((path) => path.split(sep).join('/'))
    .toSorted();

/** The Markdown of a page. */
export const pageText = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** A link of a page: the file it leads to, by its path in the repository, and the anchor in it. */
export type PageLink = { readonly text: string; readonly to: string; readonly anchor?: string };

/** Where a relative link of a page leads: a path in the repository. */
export const targetOf = (page: string, link: string): string =>
  link === '' ? page : posix.normalize(posix.join(dirname(page), link));

/** What a page links to within the repository, in order; not what stands in fenced blocks or in code. */
export function linksOf(page: string, markdown = pageText(page)): readonly PageLink[] {
  const prose = withoutFences(markdown).replaceAll(/(?<!`)`[^`\n]+`(?!`)(?!\])/g, (code) =>
    code.includes('](') ? '' : code,
  );
  return Array.from(prose.matchAll(/\[((?:[^\][]|\[[^\]]*\])*)\]\(([^)#\s]*)(?:#([^)\s]*))?\)/g), (found) => {
    const [, text = '', link = '', anchor] = found;
    return { text, link, ...(anchor !== undefined && { anchor: decodeURIComponent(anchor) }) };
  })
    .filter(({ link }) => !/^[a-z]+:/.test(link))
    .map(({ link, ...rest }) => ({ ...rest, to: targetOf(page, link) }));
}

/** Some pages under a name. */
export type NavigationGroup = { readonly name: string; readonly pages: readonly PageLink[] };

/**
 * The way through the pages. It is written once, in the README: under `## Read on` each item of the list is a group,
 * whose name stands first and in bold.
 * @throws Error when there is no such list
 */
export function navigation(): readonly NavigationGroup[] {
  const [, after] = pageText('README.md').split('\n## Read on\n');
  const [list = ''] = after?.split('\n## ') ?? [];
  const groups = Array.from(
    list.matchAll(/^- \*\*(.+?)\*\*:?([\s\S]*?)(?=^- |^$)/gm),
    ([, name = '', links = '']) => ({ name, pages: linksOf('README.md', links) }),
  );
  if (groups.length === 0) throw new Error('README.md has no list of groups under "## Read on"');
  return groups;
}

/** The title of a page: its first heading. */
export const titleOf = (page: string): string => headingsOf(pageText(page))[0]?.text ?? page;

/** The other pages of the folder whose README.md a page is, but for README.md files of the root. */
export const pagesBelow = (page: string, all = pagePaths()): readonly string[] =>
  page.endsWith('/README.md') && page.startsWith('docs/')
    ? all.filter((other) => other !== page && other.startsWith(`${dirname(page)}/`))
    : [];
