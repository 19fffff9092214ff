import type { Event } from '../../api/admin-api.ts';
import { ValueView } from '../../components/value-view.tsx';
import { text } from '../../words/words.tsx';

type Change = NonNullable<Event['changes']>[string];

/** What stands in place of a secret. */
const REDACTED = '[redacted]';

/** Parts of a list that the other one has not, with how many both have; everything else whole. */
function part(value: unknown, other: unknown): unknown {
  if (!Array.isArray(value) || !Array.isArray(other)) return value;
  const others = new Set(other.map((each) => JSON.stringify(each)));
  const alone = value.filter((each) => !others.has(JSON.stringify(each)));
  return alone.length > 0 ? alone : value;
}

function Side({
  value,
  other,
  absent,
}: {
  readonly value: unknown;
  readonly other: unknown;
  readonly absent: 'audit.change.absent' | 'audit.change.gone';
}) {
  if (value === undefined) return <span className="quiet">{text(absent)}</span>;
  if (value === REDACTED) return <span className="quiet">{text('audit.change.secret')}</span>;
  return <ValueView value={part(value, other)} />;
}

function Row({ name, change }: { readonly name: string; readonly change: Change }) {
  return (
    <tr>
      <th scope="row">
        <code>{name}</code>
      </th>
      <td data-label={text('audit.change.old')} className="change-old">
        <Side value={change.old} other={change.new} absent="audit.change.absent" />
      </td>
      <td data-label={text('audit.change.new')} className="change-new">
        <Side value={change.new} other={change.old} absent="audit.change.gone" />
      </td>
    </tr>
  );
}

/** Old and new values side by side; of lists what went out beside what came in. */
export function ChangeTable({ changes }: { readonly changes: NonNullable<Event['changes']> }) {
  return (
    <table className="rows changes">
      <caption className="unseen">{text('audit.event.changes')}</caption>
      <thead>
        <tr>
          <th scope="col">{text('audit.change.what')}</th>
          <th scope="col">{text('audit.change.old')}</th>
          <th scope="col">{text('audit.change.new')}</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(changes).map(([name, change]) => (
          <Row key={name} name={name} change={change} />
        ))}
      </tbody>
    </table>
  );
}
