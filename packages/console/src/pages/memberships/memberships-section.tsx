import { useMutation, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Memberships } from '../../api/admin-api.ts';
import { changes, type MemberPart, type MembershipOwner, queries } from '../../api/queries.ts';
import { pathOf } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { PickForm } from '../../components/pick-form.tsx';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { useToasts } from '../../components/toast.tsx';
import { Link } from '../../navigation/router.tsx';
import { useMay, useMayEverywhere } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';
import { GROUP, ROLE } from './picked.ts';

type HeldGroup = Memberships['groups'][number];
type HeldRole = Memberships['roles'][number];

/** Groups and roles of one person or client: what it has itself can be taken away here. */
export function MembershipsSection({
  owner,
  name,
}: {
  readonly owner: MembershipOwner;
  readonly name: string;
}) {
  const may = useMay();
  const mayEverywhere = useMayEverywhere();
  const toasts = useToasts();
  const { data, error, refetch } = useQuery(queries.memberships(owner));
  const { mutateAsync: addMember } = useMutation(changes.addMember);
  const { mutateAsync: removeMember } = useMutation(changes.removeMember);
  const { mutateAsync: assign } = useMutation(changes.assignRole);
  const { mutateAsync: unassign } = useMutation(changes.unassignRole);
  const editable = may('people:write');
  // Administrators may be limited to the clients of a group.
  const movable = editable && ('username' in owner || mayEverywhere('clients:write'));
  const part: MemberPart = 'username' in owner ? ['people', owner.username] : ['clients', owner.client_id];

  /** Takes something away at once, which the message offers to take back. */
  const takeAway = async (done: string, take: () => Promise<unknown>, back: () => Promise<unknown>) => {
    try {
      await take();
      toasts.done(done, back);
    } catch (failure) {
      toasts.failed(failure);
    }
  };
  const leave = ({ group_id, name: group }: HeldGroup) =>
    takeAway(
      text('memberships.left', { who: name, name: group }),
      () => removeMember({ group_id, member: part }),
      () => addMember({ group_id, member: part }),
    );
  const lose = ({ role_id, name: role }: HeldRole) =>
    takeAway(
      text('memberships.lost', { who: name, name: role }),
      () => unassign({ role_id, holder: part }),
      () => assign({ role_id, holder: part }),
    );

  if (error && !data) return <Failed error={error} retry={refetch} />;
  if (!data) return <Loading rows={3} />;
  return (
    <div className="columns">
      <section className="card">
        <h2>{text('common.groups')}</h2>
        <HeldList
          caption={text('memberships.groupsof', { name })}
          empty={text('groups.nogroups')}
          rows={data.groups.map((group) => ({
            key: group.group_id,
            link: <Link to={pathOf('groups', group.group_id)}>{group.name}</Link>,
            how: text(group.direct ? 'memberships.member' : 'memberships.bycontained'),
            remove:
              movable && group.direct
                ? { label: text('memberships.leave'), do: () => leave(group) }
                : undefined,
          }))}
        />
        {movable && (
          <PickForm
            label={text('memberships.addtogroup')}
            action={text('common.add')}
            what={GROUP}
            onPick={({ group_id }) => addMember({ group_id, member: part })}
          />
        )}
      </section>
      <section className="card">
        <h2>{text('common.roles')}</h2>
        <HeldList
          caption={text('memberships.rolesof', { name })}
          empty={text('groups.noroles')}
          rows={data.roles.map((role) => ({
            key: role.role_id,
            link: <Link to={pathOf('roles', role.role_id)}>{role.name}</Link>,
            how: [
              ...(role.direct ? [text('memberships.itself')] : []),
              ...role.groups.map((group) => text('memberships.bygroup', { group })),
            ].join(', '),
            remove:
              editable && role.direct ? { label: text('groups.takeaway'), do: () => lose(role) } : undefined,
          }))}
        />
        {editable && (
          <PickForm
            label={text('groups.giverole')}
            action={text('groups.give')}
            what={ROLE}
            onPick={({ role_id }) => assign({ role_id, holder: part })}
          />
        )}
      </section>
    </div>
  );
}

type Row = {
  readonly key: string;
  readonly link: ReactNode;
  readonly how: string;
  readonly remove: { readonly label: string; readonly do: () => Promise<void> } | undefined;
};

function HeldList({
  caption,
  empty,
  rows,
}: {
  readonly caption: string;
  readonly empty: string;
  readonly rows: readonly Row[];
}) {
  if (rows.length === 0) return <Empty title={empty} icon="groups" />;
  return (
    <table className="rows">
      <caption className="unseen">{caption}</caption>
      <tbody>
        {rows.map(({ key, link, how, remove }) => (
          <tr key={key}>
            <th scope="row">{link}</th>
            <td>
              <span className="quiet">{how}</span>
            </td>
            <td className="row-actions">
              {remove && (
                <Button small onClick={() => void remove.do()}>
                  {remove.label}
                </Button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
