import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { type DefaultTheme, defineConfig } from 'vitepress';
import { anchorOf } from '../headings.ts';
import { navigation, type PageLink, pagePaths, pagesBelow, ROOT, targetOf, titleOf } from '../pages.ts';

const SITE = join(import.meta.dirname, '..');
const BASE = '/';
const FILES = 'files/';
const pages = new Set(pagePaths());
/** What pages link to that is no page: configurations, examples, the licence. */
const files = new Set<string>();

/** Where a page stands on the site: what is in `docs` at its root, the README.md of a folder as its index, and what is in the root of the repository below `project`, apart from pages of the same name. */
const placeOf = (page: string): string =>
  page
    .replace(/^(?!README)([^/]+)$/, 'project/$1')
    .replace(/^docs\//, '')
    .replace(/(^|\/)index\.md$/, '$1exports.md')
    .replace(/(^|\/)README\.md$/, (_, before: string) => `${before}index.md`);

const linkOf = (page: string): string => `/${placeOf(page)}`.replace(/(index)?\.md$/, '');

function itemOf({ text, to }: PageLink): DefaultTheme.SidebarItem {
  const below = pagesBelow(to).map((page) => ({ text: titleOf(page), link: linkOf(page) }));
  const title = text.replaceAll('`', '');
  return {
    text: title.charAt(0).toUpperCase() + title.slice(1),
    link: linkOf(to),
    ...(below.length > 0 && { items: below, collapsed: true }),
  };
}

/** Turns a link between files into one between pages, or to the file that the site has beside them. */
function linkBetween(page: string, href: string): { href: string; plain: boolean } {
  const [path = '', anchor] = href.split('#');
  const to = targetOf(page, path);
  const hash = anchor === undefined ? '' : `#${anchor}`;
  if (pages.has(to)) return { href: `/${placeOf(to)}${hash}`, plain: false };
  if (!existsSync(join(ROOT, to))) return { href, plain: false };
  files.add(to);
  return { href: `${BASE}${FILES}${to}`, plain: true };
}

export default defineConfig({
  title: 'Countersign',
  description:
    'An OAuth 2.0 and OpenID Connect authorization server that knows its clients by their certificates',
  base: BASE,
  srcDir: ROOT,
  outDir: join(SITE, 'dist'),
  cacheDir: join(SITE, 'node_modules/.cache/vitepress'),
  srcExclude: ['**/dist/**', 'countersign-home/**', 'examples/**', 'interop/**', '.github/**', '.vectors/**'],
  rewrites: placeOf,
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  lastUpdated: false,
  // Pages name addresses of a server that the reader has started.
  ignoreDeadLinks: 'localhostLinks',
  vite: {
    plugins: [
      {
        name: 'vue-for-pages',
        enforce: 'pre',
        // Pages stand outside of this folder, where no `vue` is found.
        resolveId(id, importer) {
          if (id !== 'vue' && !id.startsWith('vue/')) return null;
          if (importer === undefined || importer.startsWith(SITE)) return null;
          return this.resolve(id, join(SITE, 'pages.ts'), { skipSelf: true });
        },
      },
    ],
    // Diagrams are one large file, which pages without one do not load.
    build: { chunkSizeWarningLimit: 4000 },
  },
  markdown: {
    anchor: { slugify: anchorOf },
    // `{client_id}` in a heading is no attribute.
    attrs: { disable: true },
    config(md) {
      const fence = md.renderer.rules.fence;
      md.renderer.rules.fence = (tokens, index, options, env, self) => {
        const token = tokens[index];
        if (token?.info.trim() === 'mermaid')
          return `<Diagram source="${encodeURIComponent(token.content)}" />\n`;
        return fence?.(tokens, index, options, env, self) ?? self.renderToken(tokens, index, options);
      };
      md.core.ruler.push('links_between_files', ({ tokens, env }) => {
        const page = relative(ROOT, env.realPath ?? env.path);
        for (const token of tokens.flatMap(({ children }) => children ?? [])) {
          const href = token.type === 'link_open' ? token.attrGet('href') : null;
          if (href === null || href.startsWith('#') || /^[a-z]+:/.test(href)) continue;
          const link = linkBetween(page, decodeURI(href));
          token.attrSet('href', link.href);
          if (link.plain) token.attrSet('target', '_blank');
        }
      });
    },
  },
  buildEnd({ outDir }) {
    for (const file of files) {
      const copy = join(outDir, FILES, file);
      mkdirSync(dirname(copy), { recursive: true });
      // A link may lead to a folder.
      cpSync(join(ROOT, file), copy, { recursive: true });
    }
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    sidebar: navigation().map(({ name, pages: links }) => ({ text: name, items: links.map(itemOf) })),
  },
});
