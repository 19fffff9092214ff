import type { ImportFinding, ImportItem, ImportReport } from '../../api/admin-api.ts';
import { Button } from '../../components/button.tsx';
import { Cell } from '../../components/cell.tsx';
import { Badge, Empty, Notice } from '../../components/states.tsx';

type Kind = 'good' | 'bad' | 'warn' | 'plain' | 'accent';

const OUTCOMES: readonly ImportItem['outcome'][] = ['added', 'present', 'differs', 'left_out'];

const outcomeWords = (outcome: ImportItem['outcome'], dryRun: boolean): { label: string; kind: Kind } => {
  switch (outcome) {
    case 'added':
      return { label: dryRun ? 'would be added' : 'added', kind: 'good' };
    case 'present':
      return { label: 'there already', kind: 'plain' };
    case 'differs':
      return { label: 'another one is here', kind: 'warn' };
    case 'left_out':
      return { label: 'left out', kind: 'bad' };
  }
};

const FINDING_KINDS: Readonly<Record<ImportFinding['outcome'], Kind>> = {
  asked: 'accent',
  lost: 'bad',
  changed: 'warn',
  same: 'plain',
};
const WORST_FIRST: readonly ImportFinding['outcome'][] = ['asked', 'lost', 'changed'];

const KINDS: Readonly<Record<string, readonly [string, string]>> = {
  attribute: ['attribute', 'attributes'],
  role: ['role', 'roles'],
  group: ['group', 'groups'],
  trusted_certificate: ['trusted certificate', 'trusted certificates'],
  client: ['client', 'clients'],
  claim_rule: ['claim', 'claims'],
  person: ['user', 'users'],
  subject_secret: ['secret', 'secrets'],
  initial_access_token: ['registration token', 'registration tokens'],
  consent: ['consent', 'consents'],
  grant: ['grant', 'grants'],
  server: ['server', 'server'],
};
const kindWords = (kind: string, count: number): string =>
  KINDS[kind]?.[count === 1 ? 0 : 1] ?? kind.replaceAll('_', ' ');

/** Rows that are shown; the file has all of them. */
const SHOWN = 200;

const isRemarkable = ({ outcome, findings }: ImportItem): boolean =>
  outcome === 'differs' || outcome === 'left_out' || findings.some((each) => each.outcome !== 'same');

function download(report: ImportReport): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(report, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `import-${report.source}.json`;
  link.click();
  URL.revokeObjectURL(url);
}

/** What becomes of each thing of the other server, what people must look at first. */
export function ReportSection({ report }: { readonly report: ImportReport }) {
  const { items, counts, dry_run, answers_for_nobody } = report;
  const remarkable = items.filter(isRemarkable);
  const ordered = [...remarkable, ...items.filter((item) => !isRemarkable(item))];
  return (
    <section aria-label="Report" className="card">
      <header className="card-head">
        <h2>{dry_run ? 'What would come over' : 'What came over'}</h2>
        <Button icon="download" small onClick={() => download(report)}>
          Report as JSON
        </Button>
      </header>
      <dl className="facts">
        {Object.entries(counts).map(([kind, outcomes]) => (
          <div key={kind}>
            <dt>{kindWords(kind, 2)}</dt>
            <dd className="chips">
              {OUTCOMES.filter((outcome) => outcomes[outcome] !== undefined).map((outcome) => {
                const words = outcomeWords(outcome, dry_run);
                return (
                  <Badge key={outcome} kind={words.kind}>
                    {outcomes[outcome]} {words.label}
                  </Badge>
                );
              })}
            </dd>
          </div>
        ))}
      </dl>
      {answers_for_nobody.length > 0 && (
        <Notice kind="warning">
          There are answers for clients that are not in the files: {answers_for_nobody.join(', ')}
        </Notice>
      )}
      {items.length === 0 ? (
        <Empty title="There is nothing in the files that could come over." />
      ) : (
        <ItemTable items={ordered.slice(0, SHOWN)} dryRun={dry_run} />
      )}
      {ordered.length > SHOWN && (
        <p className="quiet">
          The first {SHOWN} of {ordered.length}, those of which something is to be told before the others. The
          JSON has all of them.
        </p>
      )}
    </section>
  );
}

const ItemTable = ({
  items,
  dryRun,
}: {
  readonly items: readonly ImportItem[];
  readonly dryRun: boolean;
}) => (
  <table className="rows">
    <caption className="unseen">Things of the other server</caption>
    <thead>
      <tr>
        {['Name', 'Kind', 'Outcome', 'What is to be told'].map((label) => (
          <th key={label} scope="col">
            {label}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {items.map((item, index) => {
        const words = outcomeWords(item.outcome, dryRun);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the files may have a name twice, and a report never changes
          <tr key={index}>
            <th scope="row" className="break">
              {item.name}
            </th>
            <Cell label="Kind">{kindWords(item.kind, 1)}</Cell>
            <Cell label="Outcome">
              <Badge kind={words.kind}>{words.label}</Badge>
            </Cell>
            <Cell label="What is to be told">
              <Findings findings={item.findings} />
            </Cell>
          </tr>
        );
      })}
    </tbody>
  </table>
);

function Findings({ findings }: { readonly findings: readonly ImportFinding[] }) {
  const told = WORST_FIRST.flatMap((outcome) => findings.filter((each) => each.outcome === outcome));
  if (told.length === 0) return <span className="quiet">comes over whole</span>;
  return (
    <ul className="findings">
      {told.map(({ field, ours, outcome, why }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: one field may be told of twice, and a report never changes
        <li key={index}>
          <Badge kind={FINDING_KINDS[outcome]}>{outcome}</Badge>{' '}
          <code className="break">{ours === undefined || ours === field ? field : `${field} → ${ours}`}</code>
          : {why}
        </li>
      ))}
    </ul>
  );
}
