import type { Group } from '../../api/admin-api.ts';
import { changes, queries } from '../../api/queries.ts';
import { pathOf } from '../../api/request.ts';
import { eachAlone } from '../../components/list/each-alone.ts';
import { List } from '../../components/list/list.tsx';
import type { BulkAction, ListColumn } from '../../components/list/list-definition.ts';
import { Time } from '../../components/time.tsx';
import { Link } from '../../navigation/router.tsx';
import { useMay } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';

/** Groups that are deleted at the same time, each by a request of its own. */
const AT_ONCE = 5;

const COLUMNS: readonly ListColumn<Group>[] = [
  {
    id: 'name',
    label: text('common.name'),
    sort: { by: 'name', values: 'texts' },
    show: ({ group_id, name }) => <Link to={pathOf('groups', group_id)}>{name}</Link>,
    exported: ({ name }) => name,
  },
  {
    id: 'parent',
    label: text('groups.in'),
    show: ({ parent, parent_name }) =>
      parent === undefined ? undefined : <Link to={pathOf('groups', parent)}>{parent_name}</Link>,
    exported: ({ parent_name }) => parent_name,
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
const COLUMNS_WITHIN = COLUMNS.filter(({ id }) => id !== 'parent');

const ACTIONS: readonly BulkAction<Group>[] = [
  {
    label: text('common.delete'),
    icon: 'trash',
    forGood: true,
    question: (count) => text('grouplist.delete.ask', { count }),
    consequence: () => text('grouplist.delete.what'),
    done: (count) => text('grouplist.delete.done', { count }),
    change: eachAlone<Group, string>(changes.removeGroup, ({ group_id }) => group_id),
    atOnce: AT_ONCE,
  },
];

/** Groups by name: all that match, or those that one contains. */
export function GroupList({ within, empty }: { readonly within?: string; readonly empty: string }) {
  const may = useMay();
  const isPart = within !== undefined;
  return (
    <List<Group>
      name="groups"
      caption={text('groups.title')}
      columns={isPart ? COLUMNS_WITHIN : COLUMNS}
      keyOf={({ group_id }) => group_id}
      nameOf={({ name }) => name}
      read={(part, { search }) => queries.groups({ ...part, search, within })}
      isCounted
      sorted={{ by: 'name' }}
      {...(!isPart && { search: text('groups.searchlabel') })}
      actions={!isPart && may('people:write') ? ACTIONS : []}
      isExported={!isPart}
      inAddress={!isPart}
      icon="groups"
      empty={empty}
      noMatch={text('groups.nomatch')}
    />
  );
}
