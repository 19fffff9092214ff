import { resolve } from 'node:path';
import { Command } from 'commander';
import { EXPORT_EXTRAS } from '../move/countersign/export-format.ts';
import { exportPassword, type PasswordOptions, withPasswordOption } from './export-password.ts';
import { ONE_BY_ONE, type ProgressOptions, withProgress, withProgressOption } from './progress.ts';
import { print, Refused, withGlobalOptions } from './run-command.ts';
import { atHomeOnly } from './server-option.ts';

type ExportOptions = ProgressOptions &
  PasswordOptions & {
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

/** `countersign export`: everything that another server of this kind needs, in one file. */
export function exportCommand(): Command {
  const command = withGlobalOptions(
    new Command('export').argument('<file>', 'where it is written; nothing may be there'),
    'export everything.jsonl',
    'export everything.jsonl.age --encrypt --consents --grants',
  );
  const why = 'it reads the database and the trust stores of a home folder, and opens what is sealed there';
  return withPasswordOption(withProgressOption(atHomeOnly(command, why)))
    .option('--encrypt', 'encrypt it with a password, in the format of age')
    .option('--consents', 'with what people agreed to')
    .option('--grants', 'with grants in force and their refresh tokens')
    .action((place: string, options: ExportOptions) => exportTo(resolve(place), options));
}
