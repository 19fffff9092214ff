import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries.ts';
import { pathOf } from '../../api/request.ts';
import { Cell } from '../../components/cell.tsx';
import { Pager, useCursor } from '../../components/pager.tsx';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { Unreadable } from '../../components/unreadable.tsx';
import { Link } from '../../navigation/router.tsx';
import { text } from '../../words/words.tsx';

const LIMIT = 25;

/** Groups by name: all that match, or those that one contains. */
export function GroupList({
  search = '',
  within,
  empty,
}: {
  readonly search?: string;
  readonly within?: string;
  readonly empty: string;
}) {
  const cursor = useCursor(`${within} ${search}`);
  const { data, error, isPending, refetch } = useQuery(
    queries.groups({ limit: LIMIT, search, ...(within !== undefined && { within }), after: cursor.after }),
  );
  return (
    <>
      {error && !data && <Failed error={error} retry={refetch} />}
      {isPending && <Loading rows={6} />}
      <Unreadable records={data?.unreadable} />
      {data?.items.length === 0 && <Empty title={empty} icon="groups" />}
      {data && data.items.length > 0 && (
        <>
          <div className="card table-card">
            <table className="rows">
              <caption className="unseen">{text('groups.title')}</caption>
              <thead>
                <tr>
                  <th scope="col">{text('common.name')}</th>
                  {within === undefined && <th scope="col">{text('groups.in')}</th>}
                  <th scope="col">{text('common.description')}</th>
                </tr>
              </thead>
              <tbody>
                {data.items.map(({ group_id, name, parent, parent_name, description }) => (
                  <tr key={group_id}>
                    <th scope="row">
                      <Link to={pathOf('groups', group_id)}>{name}</Link>
                    </th>
                    {within === undefined && (
                      <Cell label={text('groups.in')}>
                        {parent !== undefined && <Link to={pathOf('groups', parent)}>{parent_name}</Link>}
                      </Cell>
                    )}
                    <Cell label={text('common.description')}>{description}</Cell>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <Pager cursor={cursor} next={data.next} shown={data.items.length} />
        </>
      )}
    </>
  );
}
