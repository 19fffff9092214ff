import { useMutation } from '@tanstack/react-query';
import type { HoldingClient, HoldingGroup, HoldingPerson } from '../../api/admin-api.ts';
import { type Change, changes, queries } from '../../api/queries.ts';
import { pathOf } from '../../api/request.ts';
import { type Picked, PickForm } from '../../components/pick-form.tsx';
import { Time } from '../../components/time.tsx';
import { Link } from '../../navigation/router.tsx';
import { useMay, useMayEverywhere } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';
import { clientLink, userLink } from '../access/cells.tsx';
import { RevocableList } from '../access/revocable-list.tsx';
import { CLIENT, GROUP, PERSON } from './picked.ts';

/** Whose people, clients and groups are listed. */
export type HeldBy =
  | { readonly kind: 'group'; readonly group_id: string; readonly name: string }
  | { readonly kind: 'role'; readonly role_id: string; readonly name: string };

/** A change of the one group or role, told whom alone. */
const changesOf = (by: HeldBy) =>
  by.kind === 'group'
    ? {
        add: (member: readonly ['people' | 'clients', string]) =>
          changes.addMember.mutationFn({ group_id: by.group_id, member }),
        remove: (member: readonly ['people' | 'clients', string]) =>
          changes.removeMember.mutationFn({ group_id: by.group_id, member }),
      }
    : {
        add: (holder: readonly ['people' | 'clients', string]) =>
          changes.assignRole.mutationFn({ role_id: by.role_id, holder }),
        remove: (holder: readonly ['people' | 'clients', string]) =>
          changes.unassignRole.mutationFn({ role_id: by.role_id, holder }),
      };

const { meta } = changes.addMember;

const wordsOf = ({ kind, name }: HeldBy) =>
  kind === 'group'
    ? {
        label: text('memberships.takeout'),
        action: text('common.add'),
        title: text('memberships.takeoutquestion'),
        body: (who: string) => text('memberships.takeouttext', { who, name }),
      }
    : {
        label: text('groups.takeaway'),
        action: text('groups.give'),
        title: text('memberships.takequestion'),
        body: (who: string) => text('memberships.taketext', { who, name }),
      };

/** The people of a group or role, and how one more comes to it. */
export function PeopleOf({ by }: { readonly by: HeldBy }) {
  const { add, remove } = changesOf(by);
  const partOf = ({ username }: { readonly username: string }) => ['people', username] as const;
  return (
    <Holders<HoldingPerson, Parameters<typeof PERSON.wordFor>[0]>
      title={text('common.people')}
      caption={text('memberships.peopleof', { name: by.name })}
      empty={text('memberships.nopeople')}
      pickLabel={text('memberships.addperson')}
      what={PERSON}
      by={by}
      read={(page) =>
        by.kind === 'group' ? queries.groupPeople(by.group_id, page) : queries.rolePeople(by.role_id, page)
      }
      keyOf={({ sub }) => sub}
      nameOf={({ username }) => username}
      show={({ username }) => userLink(username)}
      changes={{
        add: { mutationFn: (user) => add(partOf(user)), meta },
        remove: { mutationFn: (holder) => remove(partOf(holder)), meta },
      }}
    />
  );
}

/** The clients of a group or role, and how one more comes to it. */
export function ClientsOf({ by }: { readonly by: HeldBy }) {
  const { add, remove } = changesOf(by);
  const partOf = ({ client_id }: { readonly client_id: string }) => ['clients', client_id] as const;
  return (
    <Holders<HoldingClient, Parameters<typeof CLIENT.wordFor>[0]>
      title={text('common.clients')}
      caption={text('memberships.clientsof', { name: by.name })}
      empty={text('memberships.noclients')}
      pickLabel={text('memberships.addclient')}
      what={CLIENT}
      needsClients
      by={by}
      read={(page) =>
        by.kind === 'group' ? queries.groupClients(by.group_id, page) : queries.roleClients(by.role_id, page)
      }
      keyOf={({ client_id }) => client_id}
      nameOf={({ client_name }) => client_name}
      show={clientLink}
      changes={{
        add: { mutationFn: (client) => add(partOf(client)), meta },
        remove: { mutationFn: (holder) => remove(partOf(holder)), meta },
      }}
    />
  );
}

/** The groups that hold a role, and how one more comes to it. */
export function GroupsOf({ by }: { readonly by: Extract<HeldBy, { readonly kind: 'role' }> }) {
  const { role_id } = by;
  const holderOf = ({ group_id }: { readonly group_id: string }) => ['groups', group_id] as const;
  return (
    <Holders<HoldingGroup, Parameters<typeof GROUP.wordFor>[0]>
      title={text('common.groups')}
      caption={text('memberships.groupsof', { name: by.name })}
      empty={text('groups.nogroups')}
      pickLabel={text('groups.add')}
      what={GROUP}
      by={by}
      read={(page) => queries.roleGroups(role_id, page)}
      keyOf={({ group_id }) => group_id}
      nameOf={({ name }) => name}
      show={({ group_id, name }) => <Link to={pathOf('groups', group_id)}>{name}</Link>}
      changes={{
        add: {
          mutationFn: (group) => changes.assignRole.mutationFn({ role_id, holder: holderOf(group) }),
          meta,
        },
        remove: {
          mutationFn: (holder) => changes.unassignRole.mutationFn({ role_id, holder: holderOf(holder) }),
          meta,
        },
      }}
    />
  );
}

function Holders<Holder extends { readonly added_at: string }, Candidate>({
  title,
  caption,
  empty,
  pickLabel,
  what,
  by,
  read,
  keyOf,
  nameOf,
  show,
  changes: { add, remove },
  needsClients = false,
}: {
  readonly title: string;
  readonly caption: string;
  readonly empty: string;
  readonly pickLabel: string;
  readonly what: Picked<Candidate>;
  readonly by: HeldBy;
  readonly read: Parameters<typeof RevocableList<Holder>>[0]['read'];
  readonly keyOf: (holder: Holder) => string;
  readonly nameOf: (holder: Holder) => string;
  readonly show: (holder: Holder) => React.ReactNode;
  readonly changes: { readonly add: Change<Candidate>; readonly remove: Change<Holder> };
  readonly needsClients?: boolean;
}) {
  const may = useMay();
  const mayEverywhere = useMayEverywhere();
  // Administrators may be limited to the clients of a group.
  const saysPower = by.kind === 'group' && needsClients;
  const editable = may('people:write') && (!saysPower || mayEverywhere('clients:write'));
  const { mutateAsync } = useMutation(add);
  const words = wordsOf(by);
  return (
    <>
      <div className="section-head">
        <h2>{title}</h2>
        {editable && (!needsClients || may('clients:read')) && (
          <PickForm label={pickLabel} action={words.action} what={what} onPick={mutateAsync} />
        )}
      </div>
      <RevocableList<Holder>
        name="holders"
        read={read}
        owner={{}}
        isRevocable={editable}
        caption={caption}
        keyOf={keyOf}
        nameOf={nameOf}
        empty={empty}
        columns={[
          { id: 'name', label: text('common.name'), show },
          {
            id: 'added_at',
            label: text('memberships.since'),
            show: ({ added_at }) => <Time at={added_at} />,
          },
        ]}
        revoke={{
          label: words.label,
          title: words.title,
          body: (holder) => words.body(nameOf(holder)),
          change: remove,
        }}
      />
    </>
  );
}
