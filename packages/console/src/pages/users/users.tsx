import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { User } from '../../api/admin-api.ts';
import { queries } from '../../api/queries.ts';
import { pathOf } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { Cell } from '../../components/cell.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Pager, useCursor } from '../../components/pager.tsx';
import { SearchBox } from '../../components/search-box.tsx';
import { Badge, Empty, Failed, Loading } from '../../components/states.tsx';
import { Unreadable } from '../../components/unreadable.tsx';
import { Link, setQuery, useRoute } from '../../navigation/router.tsx';
import { rolesInWords, useMay } from '../../session/me.tsx';
import { AddUserDialog } from './add-user-dialog.tsx';
import { textOf } from './text-claim.ts';

const LIMIT = 25;

export function UsersPage() {
  const { query } = useRoute();
  const may = useMay();
  const [adding, setAdding] = useState(false);
  const search = query.get('search') ?? '';
  const cursor = useCursor(search);
  const { data, error, isPending, refetch } = useQuery(
    queries.users({ limit: LIMIT, search, after: cursor.after }),
  );
  return (
    <>
      <PageHeader
        title="Users"
        about="The accounts that can sign in; those with an administrator role administer this server."
        actions={
          may('people:write') && (
            <Button look="primary" icon="plus" onClick={() => setAdding(true)}>
              Add
            </Button>
          )
        }
      />
      <div className="filters">
        <SearchBox
          label="Search by name, email or sub"
          value={search}
          onSearch={(text) => setQuery({ search: text })}
        />
      </div>
      {error && !data && <Failed error={error} retry={refetch} />}
      {isPending && <Loading rows={6} />}
      <Unreadable records={data?.unreadable} />
      {data?.items.length === 0 && <Empty title="Nobody matches." icon="users" />}
      {data && data.items.length > 0 && (
        <>
          <UserTable users={data.items} />
          <Pager cursor={cursor} next={data.next} shown={data.items.length} />
        </>
      )}
      {adding && <AddUserDialog onClose={() => setAdding(false)} />}
    </>
  );
}

function UserTable({ users }: { readonly users: readonly User[] }) {
  return (
    <div className="card table-card">
      <table className="rows">
        <caption className="unseen">Users</caption>
        <thead>
          <tr>
            <th scope="col">User name</th>
            <th scope="col">Name</th>
            <th scope="col">Email</th>
            <th scope="col">Administrator roles</th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {users.map((user) => (
            <tr key={user.sub}>
              <th scope="row">
                <Link to={pathOf('users', user.username)}>{user.username}</Link>
              </th>
              <Cell label="Name">{textOf(user.claims.name)}</Cell>
              <Cell label="Email">{textOf(user.claims.email)}</Cell>
              <td data-label="Administrator roles">
                {rolesInWords(user).length === 0 ? (
                  <span className="quiet">none</span>
                ) : (
                  <span className="chips">
                    {rolesInWords(user).map((role) => (
                      <Badge key={role} kind="accent">
                        {role}
                      </Badge>
                    ))}
                  </span>
                )}
              </td>
              <td data-label="State">
                {user.enabled ? <Badge kind="good">enabled</Badge> : <Badge kind="bad">disabled</Badge>}
                {user.awaits_confirmation && <Badge kind="warn">waits for confirmation</Badge>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
