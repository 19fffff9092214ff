import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queries } from '../../api/queries.ts';
import { pathOf } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { Cell } from '../../components/cell.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Pager, useCursor } from '../../components/pager.tsx';
import { SearchBox } from '../../components/search-box.tsx';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { Unreadable } from '../../components/unreadable.tsx';
import { Link, setQuery, useRoute } from '../../navigation/router.tsx';
import { useMay } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';
import { RoleDialog } from './role-dialog.tsx';

const LIMIT = 25;

export function RolesPage() {
  const { query } = useRoute();
  const may = useMay();
  const [adding, setAdding] = useState(false);
  const search = query.get('search') ?? '';
  const cursor = useCursor(search);
  const { data, error, isPending, refetch } = useQuery(
    queries.roles({ limit: LIMIT, search, after: cursor.after }),
  );
  return (
    <>
      <PageHeader
        title={text('roles.title')}
        about={text('roles.about')}
        actions={
          may('people:write') && (
            <Button look="primary" icon="plus" onClick={() => setAdding(true)}>
              {text('common.add')}
            </Button>
          )
        }
      />
      <div className="filters">
        <SearchBox
          label={text('groups.searchlabel')}
          value={search}
          onSearch={(sought) => setQuery({ search: sought })}
        />
      </div>
      {error && !data && <Failed error={error} retry={refetch} />}
      {isPending && <Loading rows={6} />}
      <Unreadable records={data?.unreadable} />
      {data?.items.length === 0 && (
        <Empty title={search === '' ? text('roles.none') : text('roles.nomatch')} icon="roles" />
      )}
      {data && data.items.length > 0 && (
        <>
          <div className="card table-card">
            <table className="rows">
              <caption className="unseen">{text('roles.title')}</caption>
              <thead>
                <tr>
                  <th scope="col">{text('common.name')}</th>
                  <th scope="col">{text('common.description')}</th>
                </tr>
              </thead>
              <tbody>
                {data.items.map(({ role_id, name, description }) => (
                  <tr key={role_id}>
                    <th scope="row">
                      <Link to={pathOf('roles', role_id)}>{name}</Link>
                    </th>
                    <Cell label={text('common.description')}>{description}</Cell>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <Pager cursor={cursor} next={data.next} shown={data.items.length} />
        </>
      )}
      {adding && <RoleDialog onClose={() => setAdding(false)} />}
    </>
  );
}
