import { access, chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { timeText } from '@countersign/x509';
import { entryCertificate } from '@countersign/x509/key-store';
import { Command } from 'commander';
import { systemClock } from '../clock.ts';
import { Configuration } from '../config/configuration.ts';
import { homePaths } from '../config/home.ts';
import type { StartSettings } from '../config/settings.ts';
import { auditKeyOf } from '../event/audit-chain.ts';
import { auditFiles, linesOf } from '../event/audit-rotation.ts';
import { type AuditSince, auditSince } from '../event/audit-since.ts';
import type { Event } from '../event/event.ts';
import { applyEndings, type EndingsReport } from '../registration/endings-since.ts';
import { forgetLastChange } from '../server/last-change.ts';
import { storageOptionsOf } from '../server/open-home.ts';
import { checkBackup, keyCheckOf, sha256, type WholeBackup } from '../storage/relocation/backup-format.ts';
import { endEverything, endOnceOnly, revokeReferenceTokens } from '../storage/relocation/end-all.ts';
import type { RowDatabase } from '../storage/relocation/open-rows.ts';
import {
  checkRestore,
  checkSchema,
  type Remains,
  type Restore,
  remainsOf,
  restoreDatabase,
} from '../storage/relocation/restore.ts';
import type { Storage } from '../storage/storage.ts';
import { type Progress, type ProgressOptions, withProgress, withProgressOption } from './progress.ts';
import {
  type GlobalOptions,
  operator,
  print,
  Refused,
  repeated,
  UsageError,
  withGlobalOptions,
  withOpenHome,
} from './run-command.ts';
import { atHomeOnly } from './server-option.ts';
import { withTrustStores } from './truststore-command.ts';

type RestoreOptions = ProgressOptions & {
  readonly overwrite?: true;
  readonly audit?: readonly string[];
  readonly endEverything?: true;
};

/** What became of the files of the home. */
type RestoredFiles = { readonly written: readonly string[]; readonly left: readonly string[] };

/** Writes the files that the home does not have; what is there stays, even where it is another. */
async function restoreFiles(home: string, { files }: WholeBackup): Promise<RestoredFiles> {
  const written: string[] = [];
  const left: string[] = [];
  for (const [name, bytes] of files) {
    const file = resolve(home, name);
    if (!file.startsWith(`${home}/`)) throw new Refused(`the backup names a file outside the home: ${name}`);
    const present = await readFile(file).catch(() => undefined);
    if (present) {
      if (sha256(present) !== sha256(bytes)) left.push(name);
      continue;
    }
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, bytes, { mode: 0o600, flag: 'wx', flush: true });
    await chmod(file, 0o600);
    written.push(name);
  }
  return { written, left };
}

/** The audit trail as far as this machine has it, and files that were brought here. */
async function auditFilesOf(
  { logging }: StartSettings,
  named: readonly string[],
): Promise<readonly string[]> {
  for (const file of named) {
    await access(file).catch(() => {
      throw new UsageError(`there is no file ${file}`);
    });
  }
  return [...new Set([...(await auditFiles(logging.audit_file)), ...named.map((file) => resolve(file))])];
}

type Outcome = {
  readonly audit: AuditSince;
  readonly endings: EndingsReport | undefined;
  readonly waiting: { readonly clients: number; readonly people: number } | undefined;
};

/** The events that the backup does not have, of the audit files and of what the replaced database had before them. */
async function eventsSince(
  storage: Storage,
  audit: AuditSince,
  remains: Remains | undefined,
): Promise<readonly Event[]> {
  const all = new Map(
    [...audit.events, ...(remains?.unaudited ?? [])].map((event) => [event.event_id, event]),
  );
  const since: Event[] = [];
  for (const event of all.values()) if (!(await storage.events.find(event.event_id))) since.push(event);
  return since.toSorted((a, b) => a.time - b.time);
}

/** Brings a restored database to what may be served: what was ended since the backup is ended. */
async function finish(
  storage: Storage,
  database: RowDatabase,
  { backup }: Restore,
  { atStart, now: live }: Configuration,
  files: readonly string[],
  remains: Remains | undefined,
  options: RestoreOptions,
): Promise<Outcome> {
  const now = systemClock();
  const audit = await auditSince({
    key: auditKeyOf(atStart.encryption.key),
    files: files.map((file) => ({ file, lines: linesOf(file) })),
    heads: await storage.audit.heads(),
    cuts: [...(await storage.audit.cuts()), ...(remains?.cuts ?? [])],
    lastHeads: remains?.heads ?? [],
    since: backup.header.made_at,
  });
  const events = await eventsSince(storage, audit, remains);
  for (const head of [...audit.ends, ...(remains?.heads ?? [])]) await storage.audit.putHead(head);
  await storage.audit.putCuts(remains?.cuts ?? []);
  await endOnceOnly(database, live().oauth.refresh_token_rotation === 'always');
  // Whatever the trail lacks, what it has is done: a client that was removed does not wait for confirmation.
  const endings = await applyEndings(storage, events, now);
  await revokeReferenceTokens(database, endings.revoked_tokens, now);
  await storage.events.append(events);
  const isWhole = audit.gaps.length === 0 && !options.endEverything;
  const waiting = isWhole ? undefined : await endEverything(database, now);
  return { audit, endings, waiting };
}

/** Takes out of the stores that came from the backup what was taken out of them since. */
async function distrust(options: GlobalOptions, distrusted: EndingsReport['distrusted']): Promise<void> {
  for (const group of new Set(distrusted.map((each) => each.group))) {
    const gone = new Set(
      distrusted.filter((each) => each.group === group).map(({ thumbprint }) => thumbprint),
    );
    await withTrustStores(options, async ({ stores }) => {
      await stores.change(
        group,
        (entries) => {
          const kept = entries.filter((entry) => !gone.has(entryCertificate(entry)?.thumbprint ?? ''));
          return kept.length === entries.length ? entries : kept;
        },
        operator(),
        undefined,
      );
    });
  }
}

function linesOfOutcome({ audit, endings, waiting }: Outcome): readonly string[] {
  const until =
    audit.until === undefined ? 'it has no event since' : `it reaches to ${timeText(audit.until)}`;
  const applied = Object.entries(endings?.applied ?? {}).map(([type, count]) => `  ${type} ${count}`);
  const done =
    applied.length > 0
      ? ['Ended again, as the audit trail tells:', ...applied]
      : ['The audit trail tells of nothing that ended since.'];
  const need = [
    ...(endings?.clients_without_secret ?? []).map(
      (id) =>
        `client ${id} got another secret since, and needs a new one: countersign client update ${id} --regenerate-secret`,
    ),
    ...(endings?.people_without_password ?? []).map(
      (name) =>
        `${name} got another password since, and needs a new one: countersign user set-password ${name}`,
    ),
    ...(endings?.clients_to_confirm ?? []).map(
      (id) => `client ${id} waits: countersign confirm --client ${id}`,
    ),
  ];
  if (!waiting) return [`The audit trail since the backup is whole; ${until}.`, ...done, ...need];
  return [
    ...audit.gaps.map((gap) => `The audit trail since the backup is not whole: ${gap}`),
    'So everything that was issued has ended, and signing keys are made anew at the start.',
    `${waiting.clients} clients and ${waiting.people} people are disabled until somebody confirms them: countersign confirm`,
    ...done,
    ...need,
  ];
}

async function restore(place: string, options: RestoreOptions, { at, end }: Progress): Promise<void> {
  const file = resolve(place);
  const home = resolve(options.home);
  const backup = await checkBackup(file, (table, done) =>
    at({ what: `checking ${table}`, done, unit: 'rows' }),
  );
  checkSchema(backup);
  const files = await restoreFiles(home, backup);
  const configuration = await Configuration.read(homePaths(home).deployment);
  const { atStart } = configuration;
  if (keyCheckOf(atStart.encryption.key) !== backup.header.key_check) {
    throw new Refused(
      'the encryption key of this home is not the one the backup was made with: what it sealed could not be read. ' +
        'Give [encryption] key, or encryption.key, the value of then',
    );
  }
  const plan: Restore = {
    backup,
    database: storageOptionsOf(atStart),
    clock: systemClock,
    overwrite: options.overwrite === true,
    progress: (what, done, of) => at({ what, done, of, unit: 'rows' }),
  };
  await mkdir(homePaths(home).database, { recursive: true, mode: 0o700 });
  await checkRestore(plan);
  const named = await auditFilesOf(atStart, options.audit ?? []);
  const remains = await remainsOf(plan.database);
  const { kept, result } = await restoreDatabase(plan, (storage, database) =>
    finish(storage, database, plan, configuration, named, remains, options),
  );
  await forgetLastChange(options.home);
  await distrust(options, result.endings?.distrusted ?? []);
  end();
  const made_at = timeText(backup.header.made_at);
  const detail = {
    backup: file,
    made_at,
    audit_trail: result.waiting ? 'not whole' : 'whole',
    ...(result.waiting ?? {}),
    ...(result.audit.gaps.length > 0 && { gaps: result.audit.gaps.slice(0, 20) }),
    applied: result.endings?.applied ?? {},
  };
  await withOpenHome(options, async ({ events }) => {
    events.record({
      type: 'backup.restored',
      outcome: 'success',
      actor: operator(),
      object: { kind: 'configuration', id: file },
      detail,
    });
  });
  print(
    options,
    {
      ...detail,
      gaps: result.audit.gaps,
      endings: result.endings,
      files,
      ...(kept !== undefined && { replaced: kept }),
    },
    [
      `${file} of ${made_at} is restored.`,
      ...(kept === undefined ? [] : [`What it replaced is kept as ${kept}.`]),
      ...files.written.map((name) => `restored ${name}`),
      ...files.left.map((name) => `${name} of this home is another than that of the backup, and stays`),
      ...linesOfOutcome(result),
    ],
  );
}

/** `countersign restore`: a deployment as a backup has it, and nothing in force again that was ended since. */
export function restoreCommand(): Command {
  return withProgressOption(
    atHomeOnly(
      withGlobalOptions(
        new Command('restore').argument('<file>', 'made by countersign backup'),
        'restore backups/countersign-20260131T040000Z.backup',
      ),
      'it writes a database and the files of a home folder',
    ),
  )
    .option('--overwrite', 'let the backup take the place of the data that are there')
    .option('--audit <file>', 'an audit file of another node, or of another place; repeatable', repeated)
    .option(
      '--end-everything',
      'trust no audit trail: everything issued ends, and everybody waits for confirmation',
    )
    .action((file: string, options: RestoreOptions) =>
      withProgress(options, (progress) => restore(file, options, progress)),
    );
}
