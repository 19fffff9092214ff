import { useQuery } from '@tanstack/react-query';
import type { RevocationState } from '../../api/admin-api.ts';
import { queries } from '../../api/queries.ts';
import { Badge, Empty, Failed } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { rich, text } from '../../words/words.tsx';

const EVERY_MS = 15_000;

/** What is held to check revocation with. */
export function RevocationSection() {
  const { data, error, refetch } = useQuery({ ...queries.revocation(), refetchInterval: EVERY_MS });
  return (
    <section className="card">
      <h2>{text('trust.sources')}</h2>
      <p className="quiet">{text('trust.sourcesabout')}</p>
      {error && !data && <Failed error={error} retry={refetch} />}
      {data?.items.length === 0 && (
        <Empty title={text('trust.sourcesnone')}>
          <p>
            {rich('trust.sourceshint', {
              prefer: <code>revocation = "prefer"</code>,
              require: <code>"require"</code>,
            })}
          </p>
        </Empty>
      )}
      {data && data.items.length > 0 && <Sources states={data.items} />}
    </section>
  );
}

function Sources({ states }: { readonly states: readonly RevocationState[] }) {
  return (
    <table className="rows">
      <caption className="unseen">{text('trust.sources')}</caption>
      <thead>
        <tr>
          <th scope="col">{text('trust.source')}</th>
          <th scope="col">{text('common.kind')}</th>
          <th scope="col">{text('trust.issued')}</th>
          <th scope="col">{text('trust.nextissue')}</th>
          <th scope="col">{text('common.state')}</th>
        </tr>
      </thead>
      <tbody>
        {states.map((state) => (
          <tr key={state.location + (state.serial ?? '')}>
            <th scope="row" className="break">
              {state.location}
              {state.serial !== undefined && (
                <span className="because">{text('trust.serial', { serial: state.serial })}</span>
              )}
            </th>
            <td data-label={text('common.kind')}>{state.kind.toUpperCase()}</td>
            <td data-label={text('trust.issued')}>
              {state.this_update ? <Time at={state.this_update} /> : '–'}
            </td>
            <td data-label={text('trust.nextissue')}>
              {state.next_update ? <Time at={state.next_update} /> : '–'}
            </td>
            <td data-label={text('common.state')}>
              {state.error ? (
                <>
                  <Badge kind="bad">{text('trust.notrenewed')}</Badge>
                  <span className="because" lang="en">
                    {state.error.problems.join('; ')}
                  </span>
                </>
              ) : (
                <Badge kind="good">{text('trust.held')}</Badge>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
