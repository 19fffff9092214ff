import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Application } from 'typedoc';

const ROOT = resolve(import.meta.dirname, '../../..');

/** The published packages by folder, each with a page or a folder of pages of its own. */
export const PUBLISHED = ['x509', 'forwarded-certificate', 'resource-server', 'server'] as const;

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
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}
