import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import MarkdownIt from 'markdown-it';
import { headingsOf } from '../../../docs/site/headings.ts';
import {
  navigation,
  type PageLink,
  pagesBelow,
  pageText,
  targetOf,
  titleOf,
} from '../../../docs/site/pages.ts';

/**
 * The documentation as the console brings it along: the pages of what administrators do, as plain HTML without scripts.
 * They are of the version that serves them, and need no network.
 */

const { escapeHtml } = new MarkdownIt().utils;

const FOLDER = 'help';
const STYLE = 'help.css';
/** The groups of the documentation's navigation that are about running the server, in their order. */
const GROUPS: readonly string[] = [
  'Begin',
  'Clients',
  'Move',
  'People',
  'Run it',
  'When it fails',
  'Look up',
  'Security',
];
/** What is long and about no task of the console. */
const LEFT_OUT: readonly string[] = [
  'docs/admin-api.md',
  'docs/choosing.md',
  'docs/conformance.md',
  'docs/faults.md',
];

const isHelp = ({ to }: PageLink): boolean => /^docs\/.*\.md$/.test(to) && !LEFT_OUT.includes(to);

const groups = navigation()
  .filter(({ name }) => GROUPS.includes(name))
  .map(({ name, pages }) => ({ name, pages: pages.filter((page) => isHelp(page)) }));
const pages = new Set(groups.flatMap((group) => group.pages.flatMap(({ to }) => [to, ...pagesBelow(to)])));

/** `docs/load-balancers/README.md` is `load-balancers/README.html`. */
const fileOf = (page: string): string => page.replace(/^docs\//, '').replace(/\.md$/, '.html');

/** Where a page finds another file of the folder. */
const from = (page: string, file: string): string =>
  posix.relative(posix.dirname(fileOf(page)), file) || posix.basename(file);

/** The address of a link of a page; undefined where it leads to what is not brought along. */
function addressOf(page: string, href: string): string | undefined {
  if (/^https?:/.test(href)) return href;
  if (href.startsWith('#')) return href;
  const [path = '', anchor] = href.split('#');
  const target = targetOf(page, path);
  if (!pages.has(target)) return undefined;
  return from(page, fileOf(target)) + (anchor === undefined ? '' : `#${anchor}`);
}

/** Renders the Markdown of a page. What leads elsewhere in the repository is text, since it is not there to be shown. */
function bodyOf(page: string, markdown: string): string {
  const renderer = new MarkdownIt({ html: true });
  const { rules } = renderer.renderer;
  const anchors = headingsOf(markdown).map(({ anchor }) => anchor);
  let unlinked = 0;
  rules.heading_open = (tokens, index, options, _env, self) => {
    tokens[index]?.attrSet('id', anchors.shift() ?? '');
    return self.renderToken(tokens, index, options);
  };
  rules.link_open = (tokens, index, options, _env, self) => {
    const token = tokens[index];
    const address = addressOf(page, token?.attrGet('href') ?? '');
    if (address === undefined) {
      unlinked += 1;
      return '';
    }
    token?.attrSet('href', address);
    return self.renderToken(tokens, index, options);
  };
  rules.link_close = (tokens, index, options, _env, self) => {
    if (unlinked === 0) return self.renderToken(tokens, index, options);
    unlinked -= 1;
    return '';
  };
  // A style of its own is nothing that the policy of the console lets in.
  rules.th_open = () => '<th scope="col">';
  rules.td_open = () => '<td>';
  rules.table_open = () => '<div class="table" tabindex="0"><table>';
  rules.table_close = () => '</table></div>';
  rules.fence = (tokens, index) =>
    `<pre tabindex="0"><code>${escapeHtml(tokens[index]?.content ?? '')}</code></pre>\n`;
  return renderer.render(markdown.replaceAll(/^<!--[\s\S]*?-->\n/gm, ''));
}

const pageOf = (
  title: string,
  home: string,
  style: string,
  body: string,
  version: string,
): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} – Countersign</title>
<link rel="stylesheet" href="${style}">
</head>
<body>
<header><a href="${home}">Help</a> <span>Countersign ${escapeHtml(version)}</span></header>
<main>
${body}</main>
</body>
</html>
`;

const indexBody = (): string =>
  `<h1>Help</h1>\n${groups
    .map(({ name, pages: links }) => {
      const items = links.map(({ to }) => `<li><a href="${fileOf(to)}">${escapeHtml(titleOf(to))}</a></li>`);
      return `<h2>${escapeHtml(name)}</h2>\n<ul>\n${[...new Set(items)].join('\n')}\n</ul>\n`;
    })
    .join('')}`;

/**
 * Makes the pages of help.
 * @param version of the product
 * @param root the folder of the console's package
 * @returns files by their path in what is built
 */
export function helpPages(version: string, root: string): ReadonlyMap<string, string> {
  const style = ['src/style/tokens.css', 'help/help.css'].map((file) =>
    readFileSync(join(root, file), 'utf8'),
  );
  return new Map([
    [`${FOLDER}/${STYLE}`, style.join('\n')],
    [`${FOLDER}/index.html`, pageOf('Help', 'index.html', STYLE, indexBody(), version)],
    ...Array.from(pages, (page): [string, string] => [
      `${FOLDER}/${fileOf(page)}`,
      pageOf(
        titleOf(page),
        from(page, 'index.html'),
        from(page, STYLE),
        bodyOf(page, pageText(page)),
        version,
      ),
    ]),
  ]);
}
