import { resolve } from 'node:path';
import { certificateToPem } from '@countersign/x509';
import { Command, Option } from 'commander';
import { writeExportFile } from '../move/countersign/export-file.ts';
import { EXPORT_EXTRAS, EXPORT_FORMAT, type Written } from '../move/countersign/export-format.ts';
import { type ExportedTrust, exportedRecords } from '../move/countersign/exported-records.ts';
import type { OpenHome } from '../server/open-home.ts';
import type { OpenTrustStores } from '../server/trust-stores.ts';
import { exportPassword, type PasswordOptions, withPasswordOption } from './export-password.ts';
import {
  ONE_BY_ONE,
  type Progress,
  type ProgressOptions,
  withProgress,
  withProgressOption,
} from './progress.ts';
import { print, Refused, UsageError, withOpenHome } from './run-command.ts';
import { type AdministrationOptions, serverTarget, withAdministrationOptions } from './server-option.ts';

type ExportOptions = AdministrationOptions &
  ProgressOptions &
  PasswordOptions & {
    readonly format: 'countersign' | 'files';
    readonly encrypt?: true;
    readonly consents?: true;
    readonly grants?: true;
  };

/** What is not in the file, and why. */
type LeftOut = { readonly what: string; readonly why: string };

/** The certificates of the trust stores, with the roles that somebody gave them, in the order of their names. */
async function trustedIn(
  { stores, roles }: OpenTrustStores,
  leftOut: (what: string, why: string) => void,
): Promise<readonly ExportedTrust[]> {
  const named = new Map((await roles.list()).map(({ thumbprint, role }) => [thumbprint, role]));
  const found: ExportedTrust[] = [];
  for (const { group, entries } of (await stores.list()).stores) {
    const sorted = entries.toSorted((a, b) => (a.alias.toLowerCase() < b.alias.toLowerCase() ? -1 : 1));
    for (const entry of sorted) {
      if (entry.kind !== 'trusted-certificate') {
        leftOut(`trusted_certificate ${entry.alias}`, 'it is a private key, which moves nowhere by itself');
        continue;
      }
      found.push({
        alias: entry.alias,
        certificate: certificateToPem(entry.certificate),
        role: named.get(entry.certificate.thumbprint) ?? 'by_rule',
        ...(group !== undefined && { trust_group: group }),
      });
    }
  }
  return found;
}

/** What deployment.toml sets, by key, but for secrets. */
async function settingsIn({ configuration }: OpenHome): Promise<Readonly<Record<string, unknown>>> {
  const { describeSettings } = await import('../server/settings.ts');
  const sections = await describeSettings(configuration);
  return Object.fromEntries(
    sections
      .flatMap(({ settings }) => settings)
      .flatMap(({ key, value, source }): readonly (readonly [string, unknown])[] =>
        source === 'deployment.toml' && value !== undefined ? [[key, JSON.parse(value)]] : [],
      ),
  );
}

/** Writes the file, and says what of the home is not in it. */
async function writeExport(
  opened: OpenHome,
  file: string,
  options: ExportOptions,
  password: string | undefined,
  { at }: Progress,
): Promise<Written & { readonly leftOut: readonly LeftOut[] }> {
  const [{ CONSOLE_CLIENT_ID }, { openToldTrustStores }, { storageOptionsOf }, { VERSION }, { atOneMoment }] =
    await Promise.all([
      import('../admin/console-client.ts'),
      import('./administration/trust-of-home.ts'),
      import('../server/open-home.ts'),
      import('../server/version.ts'),
      import('../storage/snapshot.ts'),
    ]);
  const { atStart } = opened.configuration;
  const leftOut: LeftOut[] = [];
  const leave = (what: string, why: string) => void leftOut.push({ what, why });
  const trust = await openToldTrustStores(opened);
  try {
    const extras = EXPORT_EXTRAS.filter((extra) => options[extra]);
    const given = {
      encryptionKey: atStart.encryption.key,
      trusted: await trustedIn(trust, leave),
      settings: await settingsIn(opened),
      extras,
      ownClients: [CONSOLE_CLIENT_ID],
      leftOut: leave,
    };
    const written = await atOneMoment(
      storageOptionsOf(atStart),
      ({ record, why }) => leave(record, why),
      (snapshot) =>
        writeExportFile({
          file,
          header: {
            countersign_export: EXPORT_FORMAT,
            program: VERSION,
            server: atStart.server.base_url,
            with: extras,
          },
          records: exportedRecords({ ...given, snapshot, now: opened.clock() }),
          password,
          progress: (done) => done % ONE_BY_ONE === 0 && at({ what: 'records', done }),
        }),
    );
    return { ...written, leftOut };
  } finally {
    trust.close();
  }
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
        new Command('export').argument('<file>', 'where it is written; nothing may be there'),
        ['export clients-and-people.jsonl --encrypt', 'export deployment --format files'],
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
      if (options.format === 'files') return await exportFolder(place, options);
      if (serverTarget(options))
        throw new UsageError(
          'export works on no server elsewhere but with --format files: it reads the database and the trust stores of a home folder, and opens what is sealed there',
        );
      const file = resolve(place);
      const password = options.encrypt ? await exportPassword(options, 'new') : undefined;
      await withOpenHome(options, async (opened) => {
        const { records, sha256, leftOut } = await withProgress(options, (progress) =>
          writeExport(opened, file, options, password, progress),
        );
        const counts = Object.entries(records).map(([kind, count]) => `${count} ${kind}`);
        print(options, { file, encrypted: password !== undefined, records, sha256, left_out: leftOut }, [
          `${file}: ${counts.join(', ')}.`,
          password === undefined
            ? 'Whoever has it can act as those who are in it: keep it as safe as the home, and remove it when it was read.'
            : 'It is encrypted: without the password nobody reads it, and nobody can give it again.',
          ...leftOut.map(({ what, why }) => `not in it: ${what}: ${why}`),
        ]);
        if (leftOut.length > 0)
          throw new Refused(`${leftOut.length} could not be written into ${file}, which has everything else`);
      });
    });
}
