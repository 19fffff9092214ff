import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { systemClock } from '../clock.ts';
import { Configuration } from '../config/configuration.ts';
import { homePaths } from '../config/home.ts';
import type { StartSettings } from '../config/settings.ts';
import { storageOptionsOf } from '../server/open-home.ts';
import { SCHEMA_VERSION } from '../storage/migrate.ts';
import { migrateStorage } from '../storage/open-storage.ts';
import type { Move, MoveProgress } from '../storage/relocation/move.ts';
import { type ProgressOptions, type Step, withProgress, withProgressOption } from './progress.ts';
import { print, requireHome, UsageError, withGlobalOptions } from './run-command.ts';
import { atHomeOnly } from './server-option.ts';

type MigrateOptions = ProgressOptions & {
  readonly from?: 'sqlite';
  readonly to?: 'postgres';
  readonly fromFile?: string;
  readonly toUrl?: string;
  readonly giveUp?: true;
};

/** Where a home keeps its embedded database unless its `deployment.toml` says otherwise. */
const DEFAULT_FILE = 'repository/database/countersign.db';
/** The environment variable that gives the URL instead of `--to-url`, which others on the machine can read. */
const URL_VARIABLE = 'COUNTERSIGN_TO_URL';
const PASSWORD_VARIABLE = 'DATABASE_PASSWORD';

/** The embedded database that is moved: that of the configuration, or where it was before the configuration changed. */
function sourceOf(options: MigrateOptions, { database }: StartSettings): string {
  const { type, url } = database.identity_db;
  if (options.fromFile !== undefined) return resolve(options.fromFile);
  return type === 'sqlite' ? url : resolve(options.home, DEFAULT_FILE);
}

function targetOf({ toUrl }: MigrateOptions, { database }: StartSettings): string {
  const { type, url } = database.identity_db;
  const target = toUrl ?? process.env[URL_VARIABLE] ?? (type === 'postgres' ? url : undefined);
  if (target === undefined || !/^postgres(ql)?:\/\//.test(target)) {
    throw new UsageError(
      `--to postgres needs the URL of an empty database: --to-url postgres://user:password@host/database, or ${URL_VARIABLE}`,
    );
  }
  return target;
}

/** The lines that let a `deployment.toml` name the database; a password is left to the environment. */
function deploymentLines(target: string): readonly string[] {
  const text = target.replace(/^(postgres(?:ql)?:\/\/[^:@/?#]*:)[^@/?#]*@/, `$1$$env{${PASSWORD_VARIABLE}}@`);
  const hasPassword = text !== target;
  return [
    '[database.identity_db]',
    'type = "postgres"',
    `url = ${JSON.stringify(text)}`,
    ...(hasPassword
      ? [
          `# $env{${PASSWORD_VARIABLE}} is the environment variable ${PASSWORD_VARIABLE}; the password itself does as well`,
        ]
      : []),
  ];
}

const stepOf = ({ table, rows, of, verified }: MoveProgress): Step => ({
  what: table,
  done: rows,
  of,
  unit: 'rows',
  ...(verified && { note: 'the same in both' }),
});

async function moveAll(options: MigrateOptions, atStart: StartSettings): Promise<void> {
  const configured = storageOptionsOf(atStart);
  const { signing_algorithm } = configured;
  const move: Pick<Move, 'file' | 'deployment' | 'clock'> = {
    file: sourceOf(options, atStart),
    deployment: { signing_algorithm },
    clock: systemClock,
  };
  // The other commands start sooner without.
  const { moveToPostgres, giveUpMove } = await import('../storage/relocation/move.ts');
  if (options.giveUp) {
    const place = await giveUpMove(move);
    print(options, { given_up: place, database: move.file }, [
      `the move to ${place} is given up: the server starts on ${move.file} again.`,
      `What arrived there is not whole; remove that database.`,
    ]);
    return;
  }
  const url = targetOf(options, atStart);
  const target = { ...(configured.type === 'postgres' && configured), type: 'postgres', url } as const;
  const { place, tables } = await withProgress(options, ({ at }) =>
    moveToPostgres({ ...move, target, progress: (step) => at(stepOf(step)) }),
  );
  const lines = deploymentLines(url);
  const isConfigured = atStart.database.identity_db.type === 'postgres';
  const rows = Object.values(tables).reduce((sum, table) => sum + table.rows, 0);
  print(options, { from: move.file, to: place, tables, deployment_toml: lines }, [
    `everything is at ${place}: ${rows} rows of ${Object.keys(tables).length} tables, each compared by count and hash.`,
    `${move.file} stays as it was, and no server starts on it any more.`,
    ...(isConfigured
      ? []
      : [
          '',
          'In deployment.toml, in place of what [database.identity_db] says:',
          '',
          ...lines.map((line) => `  ${line}`),
        ]),
  ]);
}

/** `countersign migrate`: the database schema, before new processes start; and everything from one database to another. */
export function migrateCommand(): Command {
  return withProgressOption(
    atHomeOnly(
      withGlobalOptions(new Command('migrate'), 'migrate', 'migrate --from sqlite --to postgres'),
      'it works on the database itself',
    ),
  )
    .addOption(new Option('--from <kind>', 'the kind of database to move from').choices(['sqlite']))
    .addOption(new Option('--to <kind>', 'the kind of database to move to').choices(['postgres']))
    .option(
      '--to-url <url>',
      `the URL of an empty database to move to; also ${URL_VARIABLE}, or that of deployment.toml`,
    )
    .option('--from-file <file>', 'the SQLite file to move from, when it is not that of deployment.toml')
    .option('--give-up', 'end a move that was not finished: the server starts on the SQLite file again')
    .action(async (options: MigrateOptions) => {
      const { from, to, toUrl, fromFile, giveUp } = options;
      if ((from === undefined) !== (to === undefined)) {
        throw new UsageError('--from and --to belong together: --from sqlite --to postgres');
      }
      if (from === undefined && !giveUp && (toUrl ?? fromFile) !== undefined) {
        throw new UsageError('--to-url and --from-file belong to --from sqlite --to postgres');
      }
      const { atStart } = await Configuration.read(homePaths(requireHome(options)).deployment);
      if (from !== undefined || giveUp) return await moveAll(options, atStart);
      const schema = await withProgress(options, ({ at }) =>
        migrateStorage({
          ...storageOptionsOf(atStart),
          onStep: (version) => at({ what: 'schema', done: version, of: SCHEMA_VERSION }),
        }),
      );
      print(options, schema, [
        schema.from === schema.to
          ? `the schema is at version ${schema.to} already`
          : `the schema went from version ${schema.from} to ${schema.to}`,
      ]);
    });
}
