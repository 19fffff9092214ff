import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { EXPORT_EXTRAS } from '../move/countersign/export-format.ts';
import { exportPassword, type PasswordOptions, withPasswordOption } from './export-password.ts';
import { ONE_BY_ONE, type ProgressOptions, withProgress, withProgressOption } from './progress.ts';
import { print, Refused, UsageError } from './run-command.ts';
import { type AdministrationOptions, serverTarget, withAdministrationOptions } from './server-option.ts';

type ExportOptions = AdministrationOptions &
  ProgressOptions &
  PasswordOptions & {
    readonly format: 'countersign' | 'files';
    readonly encrypt?: true;
    readonly consents?: true;
    readonly grants?: true;
  };

async function exportTo(file: string, options: ExportOptions): Promise<void> {
  const password = options.encrypt ? await exportPassword(options, 'new') : undefined;
  const { withTrustStoresOfHome } = await import('./truststore-command.ts');
  const { exportHome } = await import('../server/exporting.ts');
  await withTrustStoresOfHome(options, async (opened, trust) => {
    const extras = EXPORT_EXTRAS.filter((extra) => options[extra]);
    const { records, sha256, leftOut } = await withProgress(options, ({ at }) =>
      exportHome(opened, trust, {
        file,
        extras,
        password,
        progress: (done) => done % ONE_BY_ONE === 0 && at({ what: 'records', done }),
      }),
    );
    const counts = Object.entries(records).map(([kind, count]) => `${count} ${kind}`);
    print(options, { file, encrypted: options.encrypt === true, records, sha256, left_out: leftOut }, [
      `${file}: ${counts.join(', ')}.`,
      options.encrypt
        ? 'It is encrypted: whoever loses the password loses what is in it.'
        : 'Whoever has it can act as those who are in it: keep it as safe as the home, and remove it once it was read.',
      ...leftOut.map(({ what, why }) => `not in it: ${what}: ${why}`),
    ]);
    if (leftOut.length > 0) {
      throw new Refused(`${leftOut.length} could not be written into ${file}, which has everything else`);
    }
  });
}

/** Writes what there is as files for `apply`. @throws UsageError */
async function exportFolder(folder: string, options: ExportOptions): Promise<void> {
  const alone = (['encrypt', 'consents', 'grants'] as const).find((name) => options[name]);
  if (alone !== undefined)
    throw new UsageError(`--${alone} goes without --format files: files have neither people nor secrets`);
  const [{ withAdminApi }, { deploymentAt }, { writeFolder }] = await Promise.all([
    import('./administration/with-admin-api.ts'),
    import('./apply/deployment.ts'),
    import('./apply/write-folder.ts'),
  ]);
  await withAdminApi(options, async (api) => {
    const written = await withProgress(options, ({ at }) =>
      writeFolder(resolve(folder), deploymentAt(api), (kind, done) => at({ what: kind, done })),
    );
    const counts = Object.entries(written).map(([kind, count]) => `${count} ${kind}`);
    print(options, { folder: resolve(folder), written }, [
      `${folder}: ${counts.join(', ')}.`,
      'It has no secrets and no people. countersign apply -f reads it.',
    ]);
  });
}

/** `countersign export`: everything that another server of this kind needs, in one file. */
export function exportCommand(): Command {
  return withPasswordOption(
    withProgressOption(
      withAdministrationOptions(
        new Command('export').argument(
          '<place>',
          'the file, or the folder, that it is written into; nothing may be there',
        ),
        [
          'export everything.jsonl',
          'export everything.jsonl.age --encrypt --consents --grants',
          'export deployment --format files',
        ],
      ),
    ),
  )
    .addOption(
      new Option(
        '--format <format>',
        'countersign: everything in one file; files: a folder as apply reads it, without people and secrets',
      )
        .choices(['countersign', 'files'])
        .default('countersign'),
    )
    .option('--encrypt', 'encrypt it with a password, in the format of age')
    .option('--consents', 'with what people agreed to')
    .option('--grants', 'with grants in force and their refresh tokens')
    .action(async (place: string, options: ExportOptions) => {
      if (options.format === 'files') return await exportFolder(resolve(place), options);
      if (serverTarget(options))
        throw new UsageError(
          'export works on no server elsewhere but with --format files: it reads the database and the trust stores of a home folder, and opens what is sealed there',
        );
      return await exportTo(resolve(place), options);
    });
}
