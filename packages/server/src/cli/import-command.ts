import { Command, Option } from 'commander';
import { InvalidAnswers, NO_ANSWERS, readAnswers, withAnswers } from '../move/answers.ts';
import type { ImportProgress } from '../move/import-records.ts';
import { type ImportReport, reportAnswer, reportLines } from '../move/report.ts';
import { type Answers, type SourceInput, UnreadableSource } from '../move/source.ts';
import { SOURCES, type Sources, sourceNames } from '../move/sources.ts';
import { askSecret, canAsk } from './ask-secret.ts';
import { readNamedFile } from './certificate-file.ts';
import { exportPassword, type PasswordOptions, withPasswordOption } from './export-password.ts';
import { importDocuments } from './import-documents.ts';
import { certificatesBeside, inputFiles } from './import-files.ts';
import { ONE_BY_ONE, type ProgressOptions, withProgress, withProgressOption } from './progress.ts';
import {
  operator,
  print,
  Refused,
  repeated,
  requireHome,
  UsageError,
  withGlobalOptions,
  withOpenHome,
} from './run-command.ts';
import { atHomeOnly } from './server-option.ts';

type ImportOptions = ProgressOptions &
  PasswordOptions & {
    readonly from: string;
    readonly dryRun: boolean;
    readonly trust?: readonly string[];
    readonly authority?: readonly string[];
    readonly storepass: string;
    readonly answers?: string;
    readonly documents?: string;
    readonly set?: readonly string[];
  };

/** @throws UsageError */
function settingsOf(set: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    set.map((each) => {
      const equals = each.indexOf('=');
      if (equals < 1) throw new UsageError(`--set ${each}: is not NAME=VALUE`);
      return [each.slice(0, equals), each.slice(equals + 1)];
    }),
  );
}

/** @throws UsageError for a file that cannot be read, Refused for what stands in it */
async function answersOf({ answers, set = [] }: ImportOptions): Promise<Answers> {
  const settings = { clients: {}, settings: settingsOf(set) };
  if (answers === undefined) return withAnswers(NO_ANSWERS, settings);
  try {
    return withAnswers(readAnswers((await readNamedFile(answers)).toString('utf8'), answers), settings);
  } catch (error) {
    throw error instanceof InvalidAnswers ? new Refused(error.message) : error;
  }
}

/** The clients that lack a secret which the operator may know. */
const withoutSecret = ({ items }: ImportReport): readonly string[] =>
  items
    .filter(
      ({ kind, findings }) =>
        kind === 'client' &&
        findings.some(({ outcome, ours }) => outcome === 'asked' && ours === 'client_secret'),
    )
    .map(({ name }) => name);

/** Programs are asked nothing. */
const canBeAsked = ({ json }: ImportOptions): boolean => !json && canAsk();

/** Asks for the secrets that the files lack, one after the other; an empty answer leaves a client out. */
async function askedSecrets(clients: readonly string[]): Promise<Answers> {
  const answered: [string, { readonly client_secret: string }][] = [];
  for (const client_id of clients) {
    const client_secret = await askSecret(`client_secret of ${client_id} (empty: leave it out): `);
    if (client_secret !== '') answered.push([client_id, { client_secret }]);
  }
  return { clients: Object.fromEntries(answered), settings: {} };
}

/** @throws Refused where the files cannot be read as what they should be */
async function orRefused<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof UnreadableSource ? new Refused(error.message) : error;
  }
}

async function runImport(paths: readonly string[], options: ImportOptions, sources: Sources): Promise<void> {
  requireHome(options);
  const load = sources[options.from];
  if (!load) throw new Error(`${options.from} is no source`);
  const { trust: trustFiles = [], authority = [], storepass, dryRun } = options;
  const files = await inputFiles(paths);
  const certificates = await certificatesBeside(trustFiles, storepass, authority);
  const answers = await answersOf(options);
  await withOpenHome(options, async (opened) => {
    const [source, { judgeImport }, { importContext }, { settingsOfFile }, { openToldTrustStores }] =
      await Promise.all([
        load(),
        import('../move/import-records.ts'),
        import('../server/importing.ts'),
        import('../server/settings.ts'),
        import('./administration/trust-of-home.ts'),
      ]);
    const trust = await openToldTrustStores(opened);
    // Whoever has the home is above every administrator.
    const context = importContext(opened, trust.stores, { givesAdministratorRoles: true });
    const documents = importDocuments(source);
    const told = <T>(work: (onProgress: ImportProgress) => Promise<T>) =>
      withProgress(options, ({ at }) =>
        orRefused(
          work((what, done, of) => {
            if (done % ONE_BY_ONE === 0) at({ what, done, of });
          }),
        ),
      );
    const judge = (input: SourceInput) =>
      told((onProgress) =>
        judgeImport(
          documents.source,
          input,
          context,
          { sourceName: options.from, by: operator() },
          onProgress,
        ),
      );
    try {
      const given: SourceInput = {
        files,
        certificates,
        answers,
        password: once(() => exportPassword(options, 'given')),
        settings: await settingsOfFile(opened.configuration),
      };
      const first = await judge(given);
      const asked = canBeAsked(options) ? withoutSecret(first.report) : [];
      const judged =
        asked.length === 0
          ? first
          : await judge({ ...given, answers: withAnswers(answers, await askedSecrets(asked)) });
      const report = dryRun ? judged.report : await told(judged.write);
      const written = options.documents === undefined ? [] : await documents.write(options.documents);
      print(options, { ...reportAnswer(report), ...(written.length > 0 && { documents: written }) }, [
        ...reportLines(report),
        ...written.map((file) => `${file}: read it, and put it in place yourself`),
      ]);
    } finally {
      trust.close();
    }
  });
}

/** Has something asked for once, however often it is needed. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask();
    return asked;
  };
}

/** `countersign import`: what another server had, brought in. @param sources where it can come from */
export function importCommand(sources: Sources = SOURCES): Command {
  return withPasswordOption(
    withProgressOption(
      atHomeOnly(
        withGlobalOptions(
          new Command('import').argument('<file...>', 'files of the other server, or folders of them'),
          'import --from keycloak realm-export.json --trust ca.pem --authority ca --dry-run',
        ),
        'it writes many records at once into the database of a home folder; the console imports files there',
      ),
    ),
  )
    .addOption(
      new Option('--from <source>', 'what wrote the files')
        .choices([...sourceNames(sources)])
        .makeOptionMandatory(),
    )
    .option('--dry-run', 'say what comes over, what changes and what does not, and write nothing', false)
    .option(
      '--trust <file>',
      'certificates of authorities that the other server trusts: PEM, DER, PKCS#7, JKS or PKCS#12; may be given several times',
      repeated,
    )
    .option('--storepass <password>', 'the password of the stores that --trust names', '')
    .option(
      '--authority <alias>',
      'the alias or thumbprint of one of them that vouches for clients; may be given several times. The others merely come through',
      repeated,
    )
    .option('--answers <file>', 'what the files lack and you know: JSON; - for standard input')
    .option(
      '--documents <folder>',
      'where what is translated is written for you to look at, such as a deployment.toml; also by a dry run',
    )
    .option('--set <name=value>', 'what the source asks beside; may be given several times', repeated)
    .action((paths: readonly string[], options: ImportOptions) => runImport(paths, options, sources));
}
