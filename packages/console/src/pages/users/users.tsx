import { useState } from 'react';
import type { User } from '../../api/admin-api.ts';
import { changes, queries } from '../../api/queries.ts';
import { pathOf } from '../../api/request.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { eachAlone } from '../../components/list/each-alone.ts';
import { List } from '../../components/list/list.tsx';
import type { BulkAction, ListColumn, ListFilter } from '../../components/list/list-definition.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { Badge } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { Link } from '../../navigation/router.tsx';
import { rolesInWords, useMay, useMayEverywhere } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';
import { AddUserDialog } from './add-user-dialog.tsx';
import { textOf } from './text-claim.ts';

/** Accounts that are changed at the same time, each by a request of its own. */
const AT_ONCE = 5;

const FILTERS: readonly ListFilter[] = [
  {
    name: 'enabled',
    label: text('common.state'),
    options: [
      { value: '', label: text('userlist.state.any') },
      { value: 'true', label: text('userlist.state.enabled') },
      { value: 'false', label: text('userlist.state.disabled') },
    ],
  },
];

function rolesOf(user: User) {
  const roles = rolesInWords(user);
  if (roles.length === 0) return undefined;
  return (
    <span className="chips">
      {roles.map((role) => (
        <Badge key={role} kind="accent">
          {role}
        </Badge>
      ))}
    </span>
  );
}

const COLUMNS: readonly ListColumn<User>[] = [
  {
    id: 'username',
    label: text('common.username'),
    sort: { by: 'username', values: 'texts' },
    show: ({ username }) => <Link to={pathOf('users', username)}>{username}</Link>,
    exported: ({ username }) => username,
  },
  {
    id: 'name',
    label: text('common.name'),
    show: ({ claims }) => textOf(claims.name),
    exported: ({ claims }) => textOf(claims.name),
  },
  {
    id: 'email',
    label: text('common.email'),
    show: ({ claims }) => textOf(claims.email),
    exported: ({ claims }) => textOf(claims.email),
  },
  {
    id: 'roles',
    label: text('common.adminroles'),
    show: rolesOf,
    exported: ({ roles, limited_roles = [] }) =>
      [...roles, ...limited_roles.map(({ role, group }) => `${role}:${group ?? ''}`)].join(' '),
  },
  {
    id: 'enabled',
    label: text('common.state'),
    sort: { by: 'enabled' },
    show: ({ enabled, awaits_confirmation }) => (
      <>
        <Badge kind={enabled ? 'good' : 'bad'}>{text(enabled ? 'common.enabled' : 'common.disabled')}</Badge>
        {awaits_confirmation && <Badge kind="warn">{text('userlist.state.awaits')}</Badge>}
      </>
    ),
    exported: ({ enabled }) => enabled,
  },
  {
    id: 'sub',
    label: 'sub',
    hidden: true,
    show: ({ sub }) => <code>{sub}</code>,
    exported: ({ sub }) => sub,
  },
  {
    id: 'created_at',
    label: text('common.created'),
    sort: { by: 'created_at', values: 'times' },
    hidden: true,
    show: ({ created_at }) => <Time at={created_at} show="date" />,
    exported: ({ created_at }) => created_at,
  },
];

const switching = (enabled: boolean) =>
  eachAlone<User, Parameters<typeof changes.updateUser.mutationFn>[0]>(
    changes.updateUser,
    ({ username }) => ({ username, enabled }),
  );

const ACTIONS: readonly BulkAction<User>[] = [
  {
    label: text('common.enable'),
    question: (count) => text('userlist.enable.ask', { count }),
    consequence: () => text('userlist.enable.what'),
    done: (count) => text('userlist.enable.done', { count }),
    change: switching(true),
    atOnce: AT_ONCE,
  },
  {
    label: text('common.disable'),
    question: (count) => text('userlist.disable.ask', { count }),
    consequence: () => text('userlist.disable.what'),
    done: (count) => text('userlist.disable.done', { count }),
    change: switching(false),
    atOnce: AT_ONCE,
  },
  {
    label: text('common.delete'),
    icon: 'trash',
    forGood: true,
    question: (count) => text('userlist.delete.ask', { count }),
    consequence: () => text('userlist.delete.what'),
    done: (count) => text('userlist.delete.done', { count }),
    change: eachAlone<User, string>(changes.removeUser, ({ username }) => username),
    atOnce: AT_ONCE,
  },
];

export function UsersPage() {
  const may = useMay();
  const mayEverywhere = useMayEverywhere();
  const [adding, setAdding] = useState(false);
  return (
    <>
      <PageHeader
        title={text('common.users')}
        about={text('userlist.about')}
        actions={
          may('people:write') && (
            <>
              {mayEverywhere('administrators:write') && (
                <ButtonLink to="/import" icon="upload">
                  {text('common.import')}
                </ButtonLink>
              )}
              <Button look="primary" icon="plus" onClick={() => setAdding(true)}>
                {text('common.add')}
              </Button>
            </>
          )
        }
      />
      <List<User>
        name="users"
        caption={text('common.users')}
        columns={COLUMNS}
        keyOf={({ sub }) => sub}
        nameOf={({ username }) => username}
        read={(part, { search, enabled }) => queries.users({ ...part, search, enabled })}
        isCounted
        sorted={{ by: 'username' }}
        search={text('userlist.search')}
        filters={FILTERS}
        actions={may('people:write') ? ACTIONS : []}
        isExported
        icon="users"
        empty={text('userlist.empty')}
        noMatch={text('userlist.nomatch')}
      />
      {adding && <AddUserDialog onClose={() => setAdding(false)} />}
    </>
  );
}
