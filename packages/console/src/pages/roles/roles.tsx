import { useState } from 'react';
import type { ApplicationRole } from '../../api/admin-api.ts';
import { changes, queries } from '../../api/queries.ts';
import { pathOf } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { eachAlone } from '../../components/list/each-alone.ts';
import { List } from '../../components/list/list.tsx';
import type { BulkAction, ListColumn } from '../../components/list/list-definition.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { Time } from '../../components/time.tsx';
import { Link } from '../../navigation/router.tsx';
import { useMay } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';
import { RoleDialog } from './role-dialog.tsx';

/** Roles that are deleted at the same time, each by a request of its own. */
const AT_ONCE = 5;

const COLUMNS: readonly ListColumn<ApplicationRole>[] = [
  {
    id: 'name',
    label: text('common.name'),
    sort: { by: 'name', values: 'texts' },
    show: ({ role_id, name }) => <Link to={pathOf('roles', role_id)}>{name}</Link>,
    exported: ({ name }) => name,
  },
  {
    id: 'description',
    label: text('common.description'),
    show: ({ description }) => description,
    exported: ({ description }) => description,
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

const ACTIONS: readonly BulkAction<ApplicationRole>[] = [
  {
    label: text('common.delete'),
    icon: 'trash',
    forGood: true,
    question: (count) => text('rolelist.delete.ask', { count }),
    consequence: () => text('rolelist.delete.what'),
    done: (count) => text('rolelist.delete.done', { count }),
    change: eachAlone<ApplicationRole, string>(changes.removeRole, ({ role_id }) => role_id),
    atOnce: AT_ONCE,
  },
];

export function RolesPage() {
  const may = useMay();
  const [adding, setAdding] = useState(false);
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
      <List<ApplicationRole>
        name="roles"
        caption={text('roles.title')}
        columns={COLUMNS}
        keyOf={({ role_id }) => role_id}
        nameOf={({ name }) => name}
        read={(part, { search }) => queries.roles({ ...part, search })}
        isCounted
        sorted={{ by: 'name' }}
        search={text('groups.searchlabel')}
        actions={may('people:write') ? ACTIONS : []}
        isExported
        icon="roles"
        empty={text('roles.none')}
        noMatch={text('roles.nomatch')}
      />
      {adding && <RoleDialog onClose={() => setAdding(false)} />}
    </>
  );
}
