import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries.ts';
import { CopyValue } from '../../components/copy.tsx';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { text } from '../../words/words.tsx';
import { clientLink } from '../access/cells.tsx';

/** By what `sub` clients know a person: one of their sector’s own where their subjects are pairwise. */
export function KnownSubjects({ username }: { readonly username: string }) {
  const { data, error, refetch } = useQuery(queries.knownSubjects(username));
  if (error && !data) return <Failed error={error} retry={refetch} />;
  if (!data) return <Loading rows={2} />;
  if (data.items.length === 0) return <Empty title={text('users.knownnone')} />;
  return (
    <div className="card table-card">
      <table className="rows">
        <caption className="unseen">{text('users.subjects')}</caption>
        <thead>
          <tr>
            <th scope="col">{text('common.client')}</th>
            <th scope="col">{text('users.sector')}</th>
            <th scope="col">sub</th>
          </tr>
        </thead>
        <tbody>
          {data.items.map((known) => (
            <tr key={known.client_id}>
              <th scope="row">{clientLink(known)}</th>
              <td data-label={text('users.sector')}>{known.sector ?? text('users.public')}</td>
              <td data-label="sub">
                <CopyValue
                  value={known.sub}
                  what={text('users.subat', { username, client: known.client_name })}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
