import { resolve } from 'node:path';
import { Command } from 'commander';
import { Configuration } from '../config/configuration.ts';
import { homePaths } from '../config/home.ts';
import { storageOptionsOf } from '../server/open-home.ts';
import { migrateStorage } from '../storage/open-storage.ts';
import { type GlobalOptions, print, withGlobalOptions } from './run-command.ts';

/** `countersign migrate`: the database schema, before new processes start. */
export function migrateCommand(): Command {
  return withGlobalOptions(new Command('migrate'))
    .description('make or upgrade the database schema')
    .action(async (options: GlobalOptions) => {
      const { atStart } = await Configuration.read(homePaths(resolve(options.home)).deployment);
      const { from, to } = await migrateStorage(storageOptionsOf(atStart));
      print(options, { from, to }, [
        from === to
          ? `the schema is at version ${to} already`
          : `the schema went from version ${from} to ${to}`,
      ]);
    });
}
