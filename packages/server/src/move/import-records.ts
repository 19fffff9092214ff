import type { Actor } from '../registration/actor.ts';
import { InvalidAttribute } from '../registration/attribute-definitions.ts';
import { InvalidClaimRule } from '../registration/claim-rules.ts';
import { InvalidGrouping } from '../registration/grouping.ts';
import { AliasTaken } from '../registration/imported-entries.ts';
import { RoleConfigured } from '../registration/trust-roles.ts';
import { commitChange, UnitRefused } from '../storage/commit-change.ts';
import { UnreadableRecord, UnstorableValue } from '../storage/storage-errors.ts';
import { UnacceptablePassword } from '../user/password.ts';
import type { ImportContext, WriterContext } from './import-context.ts';
import type { Judgement, PreparedRecord } from './judgement.ts';
import { createKnownNames } from './known-names.ts';
import { MovedRecord } from './record.ts';
import { recordName } from './record-name.ts';
import type { ImportReport, ReportedItem } from './report.ts';
import type { Finding, MovedItem, Source, SourceInput, ThingKind } from './source.ts';
import { withGiven } from './with-given.ts';
import { attributeWriter } from './write-attribute.ts';
import { claimRuleWriter } from './write-claim-rule.ts';
import { clientWriter } from './write-client.ts';
import { consentWriter } from './write-consent.ts';
import { grantWriter } from './write-grant.ts';
import { groupWriter } from './write-group.ts';
import { initialAccessTokenWriter } from './write-initial-access-token.ts';
import { personWriter } from './write-person.ts';
import { roleWriter } from './write-role.ts';
import { subjectSecretWriter } from './write-subject-secret.ts';
import { trustedCertificateWriter } from './write-trusted-certificate.ts';

export type ImportOptions = {
  /** What the source is called: `keycloak`. */
  readonly sourceName: string;
  /** Who brings it in. */
  readonly by: Pick<Actor, 'name' | 'remote_address' | 'client_id'>;
};

/** Told how many were judged or written so far, of how many where that is known. */
export type ImportProgress = (what: 'judged' | 'written', done: number, of: number | undefined) => void;

/** An import that was judged, and of which nothing is written. */
export type JudgedImport = {
  /** What would become of each thing. */
  readonly report: ImportReport;
  /**
   * Writes what was judged good, each record whole with its one event, in order. What is there by then stays as it is, so
   * that an import that was interrupted goes on where it is begun again.
   * @returns what became of each thing
   * @throws UnreadableSource, StorageUnavailable
   */
  write(onProgress?: ImportProgress): Promise<ImportReport>;
};

/** Records of one unit of work at most: others wait for it. */
const MOST_TOGETHER = 100;

type JudgeRecord = (record: MovedRecord) => Promise<Judgement>;

/** The one judge of every kind of record. */
function judgeOf(context: WriterContext): JudgeRecord {
  const attributes = attributeWriter(context);
  const roles = roleWriter(context);
  const groups = groupWriter(context);
  const trusted = trustedCertificateWriter(context);
  const clients = clientWriter(context);
  const rules = claimRuleWriter(context);
  const people = personWriter(context);
  const subjects = subjectSecretWriter(context);
  const initialAccessTokens = initialAccessTokenWriter(context);
  const consents = consentWriter(context);
  const grants = grantWriter(context);
  const judge: JudgeRecord = (record) => {
    switch (record.kind) {
      case 'attribute':
        return attributes.judge(record);
      case 'role':
        return roles.judge(record);
      case 'group':
        return groups.judge(record);
      case 'trusted_certificate':
        return trusted.judge(record);
      case 'client':
        return clients.judge(record);
      case 'claim_rule':
        return rules.judge(record);
      case 'person':
        return people.judge(record);
      case 'subject_secret':
        return subjects.judge(record);
      case 'initial_access_token':
        return initialAccessTokens.judge(record);
      case 'consent':
        return consents.judge(record);
      case 'grant':
        return grants.judge(record);
      case 'settings':
        throw new Error('settings are told of, and written by nobody');
    }
  };
  return async (record) => {
    try {
      return await judge(record);
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error;
      return { verdict: 'refused', field: recordName(record), why: error.message };
    }
  };
}

const leftOut = ({ kind, name, findings }: MovedItem, because?: Finding): ReportedItem => ({
  kind,
  name,
  outcome: 'left out',
  findings: because ? [...findings, because] : findings,
});

/** Why the whole of a thing does not come over. */
const wholeFinding = (name: string, why: string): Finding => ({ field: name, outcome: 'lost', why });

/** The record as it is written, with what is left out of it spelt out; or what is wrong with it. */
function readRecord({ record }: MovedItem): MovedRecord | Finding {
  const read = MovedRecord.safeParse(record);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const field = issue?.path.map(String).join('.') || 'record';
  return { field, outcome: 'lost', why: issue?.message ?? 'cannot be read' };
}

const isFinding = (read: MovedRecord | Finding): read is Finding => 'outcome' in read;

/** What the report says of a judged record, were it written. */
function reported(item: MovedItem, judgement: Judgement): ReportedItem {
  const { kind, name, findings } = item;
  switch (judgement.verdict) {
    case 'add':
      return { kind, name, outcome: 'added', findings: [...findings, ...(judgement.findings ?? [])] };
    case 'present':
      return { kind, name, outcome: 'present', findings };
    case 'differs': {
      const why = `there is another one here, which stays as it is; not the same: ${judgement.fields.join(', ')}`;
      return {
        kind,
        name,
        outcome: 'differs',
        findings: [...findings, { field: name, outcome: 'lost', why }],
      };
    }
    case 'refused': {
      const { field, why, asks } = judgement;
      return leftOut(item, { field, ours: field, outcome: asks ? 'asked' : 'lost', why });
    }
  }
}

/** Notes what later records may name. */
function announce(record: MovedRecord, names: WriterContext['names']): void {
  if ('name' in record) names.add(record.kind, record.name);
  if (record.kind === 'client') names.add('client', record.client_id);
  if (record.kind === 'person') names.add('person', record.username);
  if (record.kind !== 'attribute') return;
  const { kind: _kind, managed_by: _label, created_at = 0, ...definition } = record;
  names.define({ ...definition, created_at, revision: 1 });
}

/** Judges one after the other, each once; a second one of a name in the same files is left out. */
function createJudging(judge: JudgeRecord, names: WriterContext['names']) {
  const seen = new Set<string>();
  return async (item: MovedItem): Promise<ReportedItem> => {
    if (item.record === undefined) return leftOut(item);
    const record = readRecord(item);
    if (isFinding(record)) return leftOut(item, record);
    const key = identityOf(record);
    if (key !== undefined && seen.has(key))
      return leftOut(item, wholeFinding(item.name, 'the files have it twice; the first counts'));
    if (key !== undefined) seen.add(key);
    const judgement = await judge(record);
    if (judgement.verdict === 'add') announce(record, names);
    return reported(item, judgement);
  };
}

/** By what two records are the same thing; a claim rule has nothing of the kind. */
function identityOf(record: MovedRecord): string | undefined {
  switch (record.kind) {
    case 'client':
      return `client ${record.client_id}`;
    case 'person':
      return `person ${record.username.normalize('NFKC').toLowerCase()}`;
    case 'trusted_certificate':
      return `trusted_certificate ${record.trust_group ?? ''} ${record.alias.toLowerCase()}`;
    case 'claim_rule':
    case 'settings':
      return undefined;
    case 'subject_secret':
      return 'subject_secret';
    case 'initial_access_token':
      return `initial_access_token ${record.token_id}`;
    case 'consent':
      return `consent ${JSON.stringify([record.sub, record.client_id])}`;
    case 'grant':
      return `grant ${record.grant_id}`;
    default:
      return `${record.kind} ${record.name.normalize('NFKC').toLowerCase()}`;
  }
}

/** Whether a record cannot be written, and others can. */
const isRefusal = (error: unknown): error is Error =>
  error instanceof InvalidGrouping ||
  error instanceof InvalidAttribute ||
  error instanceof InvalidClaimRule ||
  error instanceof AliasTaken ||
  error instanceof RoleConfigured ||
  error instanceof UnacceptablePassword ||
  error instanceof UnreadableRecord ||
  error instanceof UnstorableValue ||
  error instanceof UnitRefused;

type Waiting = { readonly place: number; readonly prepared: PreparedRecord };

/** Writes records that may share a unit of work; of a unit that is refused each is tried alone. */
function createUnits(context: ImportContext, onRefused: (place: number, why: string) => void) {
  let waiting: Waiting[] = [];
  /** @returns why nothing was written; undefined where everything was */
  const commit = async (records: readonly Waiting[]): Promise<string | undefined> => {
    try {
      await commitChange(
        context,
        records.flatMap(({ prepared }) => prepared.steps),
        ...records.map(({ prepared }) => prepared.event),
      );
      return undefined;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return error.message;
    }
  };
  const flush = async () => {
    const together = waiting;
    waiting = [];
    if (together.length === 0 || (await commit(together)) === undefined) return;
    for (const alone of together) {
      const why = await commit([alone]);
      if (why !== undefined) onRefused(alone.place, why);
    }
  };
  return {
    flush,
    async add(record: Waiting) {
      waiting.push(record);
      if (waiting.length >= MOST_TOGETHER) await flush();
    },
  };
}

/** What would become of everything in the files. */
async function judgeItems(
  source: Source,
  input: SourceInput,
  context: WriterContext,
  onProgress: ImportProgress,
): Promise<readonly ReportedItem[]> {
  const judge = createJudging(judgeOf(context), context.names);
  const items: ReportedItem[] = [];
  for await (const item of source.read(input)) {
    items.push(await judge(item));
    onProgress('judged', items.length, undefined);
  }
  return items;
}

/**
 * Judges another server's files, whole: where files cannot be read nothing is written.
 * @throws UnreadableSource, StorageUnavailable
 */
export async function judgeImport(
  from: Source,
  input: SourceInput,
  context: ImportContext,
  { sourceName, by }: ImportOptions,
  onProgress: ImportProgress = () => {},
): Promise<JudgedImport> {
  const source = withGiven(from);
  const actor: Actor = { ...by, through: 'import' };
  /** What is known while the files are read once. */
  const reading = (): WriterContext => ({
    ...context,
    by: actor,
    source: sourceName,
    names: createKnownNames(context.storage),
  });
  const items = await judgeItems(source, input, reading(), onProgress);
  const found = new Set(items.flatMap(({ kind, name }) => (kind === 'client' ? [name] : [])));
  const answersForNobody = Object.keys(input.answers.clients).filter((client_id) => !found.has(client_id));
  const report = { source: sourceName, dryRun: true, items, answersForNobody };
  return {
    report,
    async write(onWritten = () => {}) {
      return {
        ...report,
        dryRun: false,
        items: await writeItems(source, input, reading(), items, onWritten),
      };
    },
  };
}

/**
 * Brings another server's files in, as {@link judgeImport} judges them, or only says what would become of each thing.
 * @throws UnreadableSource, StorageUnavailable
 */
export async function importRecords(
  source: Source,
  input: SourceInput,
  context: ImportContext,
  {
    dryRun = false,
    onProgress,
    ...options
  }: ImportOptions & { readonly dryRun?: boolean; readonly onProgress?: ImportProgress },
): Promise<ImportReport> {
  const judged = await judgeImport(source, input, context, options, onProgress);
  return dryRun ? judged.report : await judged.write(onProgress);
}

/** Writes what was judged good. @returns what became of everything */
async function writeItems(
  source: Source,
  input: SourceInput,
  context: WriterContext,
  judged: readonly ReportedItem[],
  onProgress: ImportProgress,
): Promise<readonly ReportedItem[]> {
  const items = [...judged];
  const judge = judgeOf(context);
  const refuse = (place: number, why: string) => {
    const item = items[place];
    if (item)
      items[place] = {
        ...item,
        outcome: 'left out',
        findings: [...item.findings, wholeFinding(item.name, why)],
      };
  };
  const units = createUnits(context, refuse);
  let place = -1;
  let kind: ThingKind | undefined;
  for await (const item of source.read(input)) {
    place++;
    onProgress('written', place, items.length);
    if (items[place]?.outcome !== 'added') continue;
    // What a record names is there before it is prepared.
    if (item.kind !== kind) await units.flush();
    kind = item.kind;
    const record = readRecord(item);
    if (isFinding(record)) throw new Error(`the source yielded another ${item.kind} ${item.name}`);
    const judgement = await judge(record);
    items[place] = reported(item, judgement);
    if (judgement.verdict !== 'add') continue;
    const { writing } = judgement;
    try {
      if (writing.in === 'own unit') await writing.write();
      else await units.add({ place, prepared: await writing.prepare() });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refuse(place, error.message);
    }
  }
  await units.flush();
  onProgress('written', items.length, items.length);
  return items;
}
