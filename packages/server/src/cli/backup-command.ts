import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { timeText } from '@countersign/x509';
import { Command } from 'commander';
import { systemClock } from '../clock.ts';
import { Configuration } from '../config/configuration.ts';
import { type HomePaths, homePaths } from '../config/home.ts';
import { storageOptionsOf } from '../server/open-home.ts';
import { VERSION } from '../server/version.ts';
import { type ProgressOptions, withProgress, withProgressOption } from './progress.ts';
import { print, requireHome, withGlobalOptions } from './run-command.ts';
import { atHomeOnly } from './server-option.ts';

/** The files of a home that a restore needs: its configuration, keys and stores, and plug-ins; by their path in there. */
async function homeFiles({
  home,
  conf,
  security,
  dropins,
}: HomePaths): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const folder of [conf, security, dropins]) {
    const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
    for (const entry of entries) {
      const file = join(entry.parentPath, entry.name);
      const isOurs = !file.includes('/node_modules/') && !entry.name.startsWith('.');
      if (isOurs && (await stat(file)).isFile()) files.set(relative(home, file), await readFile(file));
    }
  }
  return files;
}

/** A name of its own in a folder. */
async function fileAt(place: string, now: number): Promise<string> {
  const isFolder = place.endsWith('/') || (await stat(place).catch(() => undefined))?.isDirectory() === true;
  if (!isFolder) return resolve(place);
  await mkdir(place, { recursive: true, mode: 0o700 });
  const time = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return resolve(place, `countersign-${time}.backup`);
}

/** `countersign backup`: everything of a deployment in one file, while the server runs. */
export function backupCommand(): Command {
  return withProgressOption(
    atHomeOnly(
      withGlobalOptions(
        new Command('backup').argument('<place>', 'a file, or a folder for one'),
        'backup backups/',
      ),
      'it reads the database and the files of a home folder, keys among them',
    ),
  ).action(async (place: string, options: ProgressOptions) => {
    const paths = homePaths(requireHome(options));
    const { atStart } = await Configuration.read(paths.deployment);
    const { writeBackup } = await import('../storage/relocation/backup.ts');
    const file = await fileAt(place, systemClock());
    const files = await homeFiles(paths);
    const { manifest, made_at } = await withProgress(options, ({ at }) =>
      writeBackup({
        database: storageOptionsOf(atStart),
        files,
        encryptionKey: atStart.encryption.key,
        program: VERSION,
        file,
        clock: systemClock,
        progress: (what, done) => at({ what, done, unit: 'rows' }),
      }),
    );
    const rows = Object.values(manifest.tables).reduce((sum, table) => sum + table.rows, 0);
    print(options, { file, made_at: timeText(made_at), ...manifest }, [
      `${file}: ${rows} rows of ${Object.keys(manifest.tables).length} tables, ${Object.keys(manifest.files).length} files of the home.`,
      'Whoever has it has the keys of the deployment: keep it as safe as the home.',
    ]);
  });
}
