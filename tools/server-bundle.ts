import { cpSync, globSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { thirdPartyNotices } from './third-party-notices.ts';

const ROOT = resolve(import.meta.dirname, '..');
const SRC = join(ROOT, 'packages/server/src');

/** The sources that are files of their own at run time: what is started, and what others import. */
const ENTRIES = ['main', 'plug-in', 'plug-in-process/host', 'storage/sqlite-reading-thread'];

/** Beside `dist`: the licences of what is in it. */
export const NOTICES = 'THIRD-PARTY-NOTICES.md';

/** What a package asks for in vain unless someone installs it too. */
const ABSENT = ['pg-native'];

/**
 * Makes of the server and everything it depends on the few JavaScript files that are published, in `dist`, with the files
 * it reads at run time and the licences of what is in it beside them. The console is not its part.
 * @param folder where to; it need not exist
 * @throws Error when something cannot be resolved
 */
export async function bundleServer(folder: string): Promise<void> {
  const bundle = await rolldown({
    cwd: ROOT,
    input: Object.fromEntries(ENTRIES.map((entry) => [entry, join(SRC, `${entry}.ts`)])),
    platform: 'node',
    external: [/^node:/, ...ABSENT],
    onLog(level, { message }) {
      if (level === 'warn') throw new Error(message);
    },
  });
  const { output } = await bundle.write({
    dir: join(folder, 'dist'),
    format: 'esm',
    entryFileNames: '[name].js',
    // Beside `main.js`, see `own-files.ts`.
    chunkFileNames: '[name]-[hash].js',
  });
  await bundle.close();
  const modules = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
  writeFileSync(join(folder, NOTICES), thirdPartyNotices(modules));
  for (const path of globSync('**/*.*', { cwd: SRC, exclude: (name) => /\.(ts|md)$/.test(name) })) {
    cpSync(join(SRC, path), join(folder, 'dist', path));
  }
}
