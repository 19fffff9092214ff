import type { Finding, Outcome, ThingKind } from './source.ts';

/** What became of one thing, or would become of it. */
export type ImportOutcome =
  /** It was written; of a dry run, it would be. */
  | 'added'
  /** It was there already, and the same. */
  | 'present'
  /** There is another one of its name here, which stays as it was. */
  | 'differs'
  /** It does not come over; its findings say why. */
  | 'left out';

/** One thing of the other server in the report. */
export type ReportedItem = {
  readonly kind: ThingKind;
  readonly name: string;
  readonly outcome: ImportOutcome;
  readonly findings: readonly Finding[];
};

export type ImportReport = {
  readonly source: string;
  readonly dryRun: boolean;
  /** In the order of the files. */
  readonly items: readonly ReportedItem[];
  /** Clients that the operator answered for, and that are not in the files. */
  readonly answersForNobody: readonly string[];
};

/** How many things of each kind came to what; kinds in the order of the files. */
export type Counts = ReadonlyMap<ThingKind, ReadonlyMap<ImportOutcome, number>>;

export function countsOf({ items }: Pick<ImportReport, 'items'>): Counts {
  const counts = new Map<ThingKind, Map<ImportOutcome, number>>();
  for (const { kind, outcome } of items) {
    const ofKind = counts.get(kind) ?? new Map<ImportOutcome, number>();
    ofKind.set(outcome, (ofKind.get(outcome) ?? 0) + 1);
    counts.set(kind, ofKind);
  }
  return counts;
}

/** How people call things of a kind: one, and several. */
const IN_WORDS: Readonly<Record<ThingKind, readonly [string, string]>> = {
  attribute: ['attribute', 'attributes'],
  role: ['role', 'roles'],
  group: ['group', 'groups'],
  trusted_certificate: ['trusted certificate', 'trusted certificates'],
  client: ['client', 'clients'],
  claim_rule: ['claim rule', 'claim rules'],
  person: ['person', 'people'],
  subject_secret: ['secret', 'secrets'],
  initial_access_token: ['registration token', 'registration tokens'],
  consent: ['consent', 'consents'],
  grant: ['grant', 'grants'],
  settings: ['settings', 'settings'],
  server: ['server', 'servers'],
};

const outcomeInWords = (outcome: ImportOutcome, dryRun: boolean): string =>
  ({
    added: dryRun ? 'would be added' : 'added',
    present: 'there already, the same',
    differs: 'there already, and not the same',
    'left out': 'left out',
  })[outcome];

const OUTCOMES: readonly ImportOutcome[] = ['added', 'present', 'differs', 'left out'];
/** Of findings, what is told first. */
const WORST_FIRST: readonly Outcome[] = ['asked', 'lost', 'changed'];

/** Names that are listed of things of which there is nothing to tell. */
const NAMED = 20;

const findingLine = ({ field, ours, outcome, why }: Finding): string =>
  `  ${outcome.padEnd(8)}${field}${ours === undefined || ours === field ? '' : ` (${ours})`}: ${why}`;

function itemLines({ kind, name, outcome, findings }: ReportedItem, dryRun: boolean): readonly string[] {
  const same = findings.filter((finding) => finding.outcome === 'same').map(({ field }) => field);
  return [
    `${IN_WORDS[kind][0]} ${name}: ${outcomeInWords(outcome, dryRun)}`,
    ...WORST_FIRST.flatMap((worst) => findings.filter((finding) => finding.outcome === worst)).map(
      findingLine,
    ),
    ...(same.length === 0 ? [] : [`  ${'same'.padEnd(8)}${[...new Set(same)].join(', ')}`]),
  ];
}

/** Whether there is something to tell of it beside its name. */
const isRemarkable = ({ outcome, findings }: ReportedItem): boolean =>
  outcome === 'differs' || outcome === 'left out' || findings.some((finding) => finding.outcome !== 'same');

function plainLines(items: readonly ReportedItem[], dryRun: boolean): readonly string[] {
  const names = new Map<
    string,
    { readonly kind: ThingKind; readonly outcome: ImportOutcome; names: string[] }
  >();
  for (const item of items) {
    if (isRemarkable(item)) continue;
    const { kind, outcome, name } = item;
    const key = `${kind} ${outcome}`;
    const held = names.get(key);
    if (held) held.names.push(name);
    else names.set(key, { kind, outcome, names: [name] });
  }
  return [...names.values()].map(({ kind, outcome, names: all }) => {
    const more = all.length > NAMED ? `, and ${all.length - NAMED} more, which --json names` : '';
    const counted = `${all.length} ${IN_WORDS[kind][all.length === 1 ? 0 : 1]}`;
    return `${counted} whole, ${outcomeInWords(outcome, dryRun)}: ${all.slice(0, NAMED).join(', ')}${more}`;
  });
}

/** The report as people read it: each thing of which something changes or is lost, then the others, then how many. */
export function reportLines(report: ImportReport): readonly string[] {
  const { items, dryRun, answersForNobody } = report;
  const remarkable = items.filter(isRemarkable).flatMap((item) => itemLines(item, dryRun));
  const plain = plainLines(items, dryRun);
  const summary = Array.from(countsOf(report), ([kind, counts]) => {
    const parts = OUTCOMES.flatMap((outcome) => {
      const count = counts.get(outcome);
      return count === undefined ? [] : [`${count} ${outcomeInWords(outcome, dryRun)}`];
    });
    return `${IN_WORDS[kind][1]}: ${parts.join(', ')}`;
  });
  return [
    ...remarkable,
    ...(remarkable.length > 0 ? [''] : []),
    ...plain,
    ...(plain.length > 0 ? [''] : []),
    ...answersForNobody.map(
      (client_id) => `there is an answer for the client ${client_id}, which is not in the files`,
    ),
    ...summary,
    ...(items.length === 0 ? ['there is nothing in the files that could come over'] : []),
    ...(dryRun ? ['Nothing was written. Without --dry-run it is.'] : []),
  ];
}

/** As programs read it. */
const outcomeName = (outcome: ImportOutcome): Exclude<ImportOutcome, 'left out'> | 'left_out' =>
  outcome === 'left out' ? 'left_out' : outcome;

/** The report as programs read it; the names of its members stay. */
export const reportAnswer = (report: ImportReport) => ({
  source: report.source,
  dry_run: report.dryRun,
  counts: Object.fromEntries(
    Array.from(countsOf(report), ([kind, counts]) => [
      kind,
      Object.fromEntries(Array.from(counts, ([outcome, count]) => [outcomeName(outcome), count])),
    ]),
  ),
  items: report.items.map(({ outcome, ...item }) => ({ ...item, outcome: outcomeName(outcome) })),
  answers_for_nobody: report.answersForNobody,
});
