import { glob, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Application } from 'typedoc';
import { z } from 'zod';
import { headingsOf } from '../../../docs/site/headings.ts';
import { PUBLISHED } from '../../../tools/published-packages.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

/** The plug-in numbers some anchors as if their heading stood twice in its page: those lead to the heading there is. */
async function mendAnchors(folder: string): Promise<void> {
  for await (const file of glob('**/*.md', { cwd: folder })) {
    const page = join(folder, file);
    const text = await readFile(page, 'utf8');
    const anchors = new Set(headingsOf(text).map(({ anchor }) => anchor));
    const mended = text.replaceAll(/\(#([\w-]+)-\d+\)/g, (link, plain: string) =>
      !anchors.has(link.slice(2, -1)) && anchors.has(plain) ? `(#${plain})` : link,
    );
    await writeFile(page, mended);
  }
}

/** The sources behind a manifest's `exports`, which in the clone name them. */
function entryPoints(exports: unknown): readonly string[] {
  if (typeof exports === 'string') return exports.endsWith('.ts') ? [exports] : [];
  return typeof exports === 'object' && exports !== null ? Object.values(exports).flatMap(entryPoints) : [];
}

/**
 * Writes the reference of one package as Markdown.
 * @param out the folder to write to; what is there goes
 * @throws Error when a docstring or a type cannot be read
 */
export async function writeReference(name: (typeof PUBLISHED)[number], out: string): Promise<void> {
  const folder = join(ROOT, 'packages', name);
  const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const exports =
    typeof manifest === 'object' && manifest !== null && 'exports' in manifest ? manifest.exports : {};
  const own = await mkdtemp(join(tmpdir(), 'countersign-reference-'));
  try {
    const tsconfig = join(own, 'tsconfig.json');
    const typeRoots = [join(ROOT, 'node_modules/@types')];
    await writeFile(
      tsconfig,
      JSON.stringify({
        extends: join(ROOT, 'tsconfig.json'),
        compilerOptions: { typeRoots },
        include: [join(folder, 'src')],
      }),
    );
    const options = {
      out,
      tsconfig,
      entryPoints: entryPoints(exports).map((path) => join(folder, path)),
      plugin: ['typedoc-plugin-markdown'],
      readme: 'none',
      outputFileStrategy: 'modules',
      disableSources: true,
      hideGenerator: true,
      hidePageHeader: true,
      hideBreadcrumbs: true,
      excludeExternals: true,
      excludePrivate: true,
      logLevel: 'Error' as const,
    };
    const application = await Application.bootstrapWithPlugins(options);
    const project = await application.convert();
    if (!project) throw new Error(`the docstrings of ${name} cannot be read`);
    await application.generateOutputs(project);
    await mendAnchors(out);
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

const Manifest = z.object({ name: z.string(), description: z.string() });

/** The page that leads to the references of all packages, Markdown. */
export async function apiIndex(): Promise<string> {
  const items = await Promise.all(
    PUBLISHED.map(async (folder) => {
      const text = await readFile(join(ROOT, 'packages', folder, 'package.json'), 'utf8');
      const { name, description } = Manifest.parse(JSON.parse(text));
      return `- [\`${name}\`](${folder}/README.md): ${description}`;
    }),
  );
  return `# The packages\n\nWhat they export, by their docstrings.\n\n${items.join('\n')}\n`;
}
