import type { ImportFinding, ImportItem, ImportReport } from '../../api/admin-api.ts';
import { Button } from '../../components/button.tsx';
import { Cell } from '../../components/cell.tsx';
import { ColumnHeads } from '../../components/column-heads.tsx';
import { fileOf, saveFile } from '../../components/saved-file.ts';
import { Badge, Empty, Notice } from '../../components/states.tsx';
import { knownText, text } from '../../words/words.tsx';

type Kind = 'good' | 'bad' | 'warn' | 'plain' | 'accent';

const OUTCOMES: readonly ImportItem['outcome'][] = ['added', 'present', 'differs', 'left_out'];

const outcomeWords = (outcome: ImportItem['outcome'], dryRun: boolean): { label: string; kind: Kind } => {
  switch (outcome) {
    case 'added':
      return { label: text(dryRun ? 'importing.wouldbeadded' : 'importing.added'), kind: 'good' };
    case 'present':
      return { label: text('importing.present'), kind: 'plain' };
    case 'differs':
      return { label: text('importing.differs'), kind: 'warn' };
    case 'left_out':
      return { label: text('importing.leftout'), kind: 'bad' };
  }
};

const FINDINGS: Readonly<Record<ImportFinding['outcome'], { readonly label: string; readonly kind: Kind }>> =
  {
    asked: { label: text('importing.asked'), kind: 'accent' },
    lost: { label: text('importing.lost'), kind: 'bad' },
    changed: { label: text('importing.changed'), kind: 'warn' },
    same: { label: text('importing.same'), kind: 'plain' },
  };
const WORST_FIRST: readonly ImportFinding['outcome'][] = ['asked', 'lost', 'changed'];

/** A kind of thing, for so many of them. */
const kindWords = (kind: string, count: number): string =>
  knownText(`importing.kind.${kind}`, { count }) ?? kind.replaceAll('_', ' ');

/** Rows that are shown; the file has all of them. */
const SHOWN = 200;

const isRemarkable = ({ outcome, findings }: ImportItem): boolean =>
  outcome === 'differs' || outcome === 'left_out' || findings.some((each) => each.outcome !== 'same');

const download = (report: ImportReport): void =>
  saveFile(`import-${report.source}.json`, fileOf('json', [JSON.stringify(report, null, 2)]));

/** What becomes of each thing of the other server, what people must look at first. */
export function ReportSection({ report }: { readonly report: ImportReport }) {
  const { items, counts, dry_run, answers_for_nobody } = report;
  const remarkable = items.filter(isRemarkable);
  const ordered = [...remarkable, ...items.filter((item) => !isRemarkable(item))];
  return (
    <section aria-label={text('importing.report')} className="card">
      <header className="card-head">
        <h2>{text(dry_run ? 'importing.wouldcome' : 'importing.came')}</h2>
        <Button icon="download" small onClick={() => download(report)}>
          {text('importing.reportjson')}
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
          {text('importing.fornobody', { clients: answers_for_nobody.join(', ') })}
        </Notice>
      )}
      {items.length === 0 ? (
        <Empty title={text('importing.nothingthere')} />
      ) : (
        <ItemTable items={ordered.slice(0, SHOWN)} dryRun={dry_run} />
      )}
      {ordered.length > SHOWN && (
        <p className="quiet">{text('importing.firstof', { shown: SHOWN, total: ordered.length })}</p>
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
    <caption className="unseen">{text('importing.things')}</caption>
    <thead>
      <tr>
        <ColumnHeads
          labels={[text('common.name'), text('common.kind'), text('common.outcome'), text('importing.told')]}
        />
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
            <Cell label={text('common.kind')}>{kindWords(item.kind, 1)}</Cell>
            <Cell label={text('common.outcome')}>
              <Badge kind={words.kind}>{words.label}</Badge>
            </Cell>
            <Cell label={text('importing.told')}>
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
  if (told.length === 0) return <span className="quiet">{text('importing.whole')}</span>;
  return (
    <ul className="findings">
      {told.map(({ field, ours, outcome, why }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: one field may be told of twice, and a report never changes
        <li key={index}>
          <Badge kind={FINDINGS[outcome].kind}>{FINDINGS[outcome].label}</Badge>{' '}
          <code className="break">{ours === undefined || ours === field ? field : `${field} → ${ours}`}</code>
          : {why}
        </li>
      ))}
    </ul>
  );
}
