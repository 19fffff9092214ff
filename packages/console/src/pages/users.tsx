import { useState } from 'react';
import { ApiError, pathOf, queryOf, request } from '../api/request.ts';
import { invalidate, useResource } from '../api/resource.ts';
import type { Page, Role, User } from '../api/types.ts';
import { Button } from '../components/button.tsx';
import { Cell } from '../components/cell.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Checkbox, TextField } from '../components/field.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Pager, useCursor } from '../components/pager.tsx';
import { SearchBox } from '../components/search-box.tsx';
import { Badge, Empty, Failed, Loading, Notice } from '../components/states.tsx';
import { useToasts } from '../components/toast.tsx';
import { Link, navigate, setQuery, useRoute } from '../navigation/router.tsx';
import { ROLE_NAMES, useMay } from '../session/me.tsx';

export const ROLES: readonly { readonly role: Role; readonly hint: string }[] = [
  { role: 'owner', hint: 'May do everything.' },
  { role: 'client_manager', hint: 'Changes service providers and trust.' },
  { role: 'auditor', hint: 'Reads everything, changes nothing.' },
];

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export function UsersPage() {
  const { query } = useRoute();
  const may = useMay();
  const [adding, setAdding] = useState(false);
  const search = query.get('search') ?? '';
  const cursor = useCursor(search);
  const { data, error, loading, reload } = useResource<Page<User>>(
    `/users${queryOf({ limit: 25, search, after: cursor.after })}`,
  );
  return (
    <>
      <PageHeader
        title="Users"
        about="The accounts that can sign in; those with a role administer this server."
        actions={
          may('admin:users') && (
            <Button look="primary" icon="plus" onClick={() => setAdding(true)}>
              Add
            </Button>
          )
        }
      />
      <div className="filters">
        <SearchBox
          label="Search by name or email"
          value={search}
          onSearch={(text) => setQuery({ search: text })}
        />
      </div>
      {error && !data && <Failed error={error} retry={reload} />}
      {loading && <Loading rows={6} />}
      {data?.items.length === 0 && <Empty title="Nobody matches." icon="users" />}
      {data && data.items.length > 0 && (
        <>
          <div className="card table-card">
            <table className="rows">
              <caption className="unseen">Users</caption>
              <thead>
                <tr>
                  <th scope="col">User name</th>
                  <th scope="col">Name</th>
                  <th scope="col">Email</th>
                  <th scope="col">Roles</th>
                  <th scope="col">State</th>
                </tr>
              </thead>
              <tbody>
                {data.items.map((user) => (
                  <tr key={user.sub}>
                    <th scope="row">
                      <Link to={pathOf('users', user.username)}>{user.username}</Link>
                    </th>
                    <Cell label="Name">{textOf(user.claims.name)}</Cell>
                    <Cell label="Email">{textOf(user.claims.email)}</Cell>
                    <td data-label="Roles">
                      {user.roles.length === 0 ? (
                        <span className="quiet">none</span>
                      ) : (
                        <span className="chips">
                          {user.roles.map((role) => (
                            <Badge key={role} kind="accent">
                              {ROLE_NAMES[role]}
                            </Badge>
                          ))}
                        </span>
                      )}
                    </td>
                    <td data-label="State">
                      {user.enabled ? <Badge kind="good">enabled</Badge> : <Badge kind="bad">disabled</Badge>}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <Pager cursor={cursor} next={data.next} shown={data.items.length} />
        </>
      )}
      {adding && <AddUserDialog onClose={() => setAdding(false)} />}
    </>
  );
}

function AddUserDialog({ onClose }: { readonly onClose: () => void }) {
  const toasts = useToasts();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [roles, setRoles] = useState<readonly Role[]>([]);
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const add = async () => {
    setBusy(true);
    const claims = {
      ...(name.trim() && { name: name.trim() }),
      ...(email.trim() && { email: email.trim() }),
    };
    try {
      await request<User>('POST', '/users', { username, password, roles, claims });
      invalidate('/users');
      toasts.done(`${username} is added.`);
      onClose();
      navigate(pathOf('users', username));
    } catch (failure) {
      setError(failure instanceof ApiError ? failure.message : String(failure));
      setBusy(false);
    }
  };
  return (
    <Dialog title="Add a user" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <div className="dialog-body">
          <TextField
            label="User name"
            value={username}
            maxLength={255}
            required
            onChange={(event) => setUsername(event.target.value)}
          />
          <TextField
            label="Password"
            type="password"
            autoComplete="new-password"
            value={password}
            required
            onChange={(event) => setPassword(event.target.value)}
          />
          <div className="row">
            <TextField label="Name" optional value={name} onChange={(event) => setName(event.target.value)} />
            <TextField
              label="Email"
              optional
              type="email"
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          </div>
          <RolePicker roles={roles} onChange={setRoles} />
          {error !== undefined && <Notice kind="error">{error}</Notice>}
        </div>
        <footer>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" busy={busy} disabled={username === '' || password === ''}>
            Add
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

export function RolePicker({
  roles,
  onChange,
  disabled = false,
}: {
  readonly roles: readonly Role[];
  readonly onChange: (roles: readonly Role[]) => void;
  readonly disabled?: boolean;
}) {
  return (
    <fieldset className="field">
      <legend>Roles</legend>
      <div className="choices">
        {ROLES.map(({ role, hint }) => (
          <Checkbox
            key={role}
            label={ROLE_NAMES[role]}
            hint={hint}
            disabled={disabled}
            checked={roles.includes(role)}
            onChange={(event) =>
              onChange(event.target.checked ? [...roles, role] : roles.filter((held) => held !== role))
            }
          />
        ))}
      </div>
    </fieldset>
  );
}
