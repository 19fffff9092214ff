import { useQuery } from '@tanstack/react-query';
import type { RevocationState } from '../../api/admin-api.ts';
import { queries } from '../../api/queries.ts';
import { Badge, Empty, Failed } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';

const EVERY_MS = 15_000;

/** What is held to check revocation with. */
export function RevocationSection() {
  const { data, error, refetch } = useQuery({ ...queries.revocation(), refetchInterval: EVERY_MS });
  return (
    <section className="card">
      <h2>Revocation</h2>
      <p className="quiet">
        The CRLs and OCSP responses that are held now, for the groups that check revocation.
      </p>
      {error && !data && <Failed error={error} retry={refetch} />}
      {data?.items.length === 0 && (
        <Empty title="Nothing is held.">
          <p>
            A trust group with <code>revocation = "prefer"</code> or <code>"require"</code> fetches what it
            needs.
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
      <caption className="unseen">Revocation sources</caption>
      <thead>
        <tr>
          <th scope="col">Source</th>
          <th scope="col">Kind</th>
          <th scope="col">Issued</th>
          <th scope="col">Next</th>
          <th scope="col">State</th>
        </tr>
      </thead>
      <tbody>
        {states.map((state) => (
          <tr key={state.location + (state.serial ?? '')}>
            <th scope="row" className="break">
              {state.location}
              {state.serial !== undefined && <span className="because">serial {state.serial}</span>}
            </th>
            <td data-label="Kind">{state.kind.toUpperCase()}</td>
            <td data-label="Issued">{state.this_update ? <Time at={state.this_update} /> : '–'}</td>
            <td data-label="Next">{state.next_update ? <Time at={state.next_update} /> : '–'}</td>
            <td data-label="State">
              {state.error ? (
                <>
                  <Badge kind="bad">not renewed</Badge>
                  <span className="because">{state.error.problems.join('; ')}</span>
                </>
              ) : (
                <Badge kind="good">held</Badge>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
