import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Group } from '../../api/admin-api.ts';
import { changes, queries } from '../../api/queries.ts';
import { pathOf, type Tagged } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { PickForm } from '../../components/pick-form.tsx';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { useToasts } from '../../components/toast.tsx';
import { Link, navigate } from '../../navigation/router.tsx';
import { useMay } from '../../session/me.tsx';
import { rich, text } from '../../words/words.tsx';
import { ClientsOf, PeopleOf } from '../memberships/holder-list.tsx';
import { ROLE } from '../memberships/picked.ts';
import { AddGroupDialog, EditGroupDialog } from './group-dialog.tsx';
import { GroupList } from './group-list.tsx';

export function GroupPage({ group_id }: { readonly group_id: string }) {
  const { data: group, error, refetch } = useQuery(queries.group(group_id));
  if (error && !group) {
    return (
      <>
        <PageHeader title={text('groups.one')} back={{ to: '/groups', label: text('groups.title') }} />
        <Failed error={error} retry={refetch} />
      </>
    );
  }
  return group ? <KnownGroup group={group} /> : <Loading rows={6} />;
}

function KnownGroup({ group }: { readonly group: Tagged<Group> }) {
  const may = useMay();
  const [asking, setAsking] = useState<'edit' | 'delete' | 'add'>();
  const close = () => setAsking(undefined);
  const editable = may('people:write');
  const { group_id, name, parent, parent_name } = group;
  const by = { kind: 'group', group_id, name } as const;
  return (
    <>
      <PageHeader
        title={name}
        back={{ to: '/groups', label: text('groups.title') }}
        about={
          <>
            {group.description !== '' && <p>{group.description}</p>}
            <p className="quiet">
              {parent === undefined
                ? rich('groups.made', { time: <Time at={group.created_at} /> })
                : rich('groups.inandmade', {
                    group: <Link to={pathOf('groups', parent)}>{parent_name}</Link>,
                    time: <Time at={group.created_at} />,
                  })}
            </p>
          </>
        }
        actions={
          editable && (
            <>
              <Button icon="edit" onClick={() => setAsking('edit')}>
                {text('common.change')}
              </Button>
              <Button look="danger" icon="trash" onClick={() => setAsking('delete')}>
                {text('common.delete')}
              </Button>
            </>
          )
        }
      />
      <RolesOfGroup group={group} editable={editable} />
      <PeopleOf by={by} />
      <ClientsOf by={by} />
      <div className="section-head">
        <h2>{text('groups.inside')}</h2>
        {editable && (
          <Button small icon="plus" onClick={() => setAsking('add')}>
            {text('groups.add')}
          </Button>
        )}
      </div>
      <GroupList within={group_id} empty={text('groups.nogroups')} />
      {asking === 'edit' && <EditGroupDialog group={group} onClose={close} />}
      {asking === 'add' && <AddGroupDialog within={group} onClose={close} />}
      {asking === 'delete' && <RemoveGroupDialog group={group} onClose={close} />}
    </>
  );
}

/** What every member of the group has by it. */
function RolesOfGroup({ group, editable }: { readonly group: Group; readonly editable: boolean }) {
  const toasts = useToasts();
  const { mutateAsync: assign } = useMutation(changes.assignRole);
  const { mutateAsync: unassign } = useMutation(changes.unassignRole);
  const holder = ['groups', group.group_id] as const;
  const roles = group.roles ?? [];
  const takeAway = async ({ role_id, name }: (typeof roles)[number]) => {
    try {
      await unassign({ role_id, holder });
      toasts.done(text('groups.takenaway', { group: group.name, role: name }), () =>
        assign({ role_id, holder }),
      );
    } catch (failure) {
      toasts.failed(failure);
    }
  };
  return (
    <>
      <div className="section-head">
        <h2>{text('groups.rolesofmembers')}</h2>
        {editable && (
          <PickForm
            label={text('groups.giverole')}
            action={text('groups.give')}
            what={ROLE}
            onPick={({ role_id }) => assign({ role_id, holder })}
          />
        )}
      </div>
      {roles.length === 0 ? (
        <Empty title={text('groups.noroles')} icon="roles" />
      ) : (
        <div className="card table-card">
          <table className="rows">
            <caption className="unseen">{text('groups.rolesof', { name: group.name })}</caption>
            <tbody>
              {roles.map(({ role_id, name }) => (
                <tr key={role_id}>
                  <th scope="row">
                    <Link to={pathOf('roles', role_id)}>{name}</Link>
                  </th>
                  <td className="row-actions">
                    {editable && (
                      <Button small onClick={() => void takeAway({ role_id, name })}>
                        {text('groups.takeaway')}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function RemoveGroupDialog({ group, onClose }: { readonly group: Group; readonly onClose: () => void }) {
  const toasts = useToasts();
  const { mutateAsync } = useMutation(changes.removeGroup);
  const { people = 0, clients = 0, groups = 0 } = group.members ?? {};
  return (
    <ConfirmDialog
      title={text('groups.deletequestion', { name: group.name })}
      action={text('common.delete')}
      typed={group.name}
      onClose={onClose}
      onConfirm={async () => {
        await mutateAsync(group.group_id);
        toasts.done(text('groups.deleted', { name: group.name }));
        navigate('/groups', { replace: true });
      }}
    >
      <p>
        {text('groups.lose', {
          people: text('groups.people', { count: people }),
          clients: text('common.clientcount', { count: clients }),
        })}
      </p>
      {groups > 0 && <p>{text('groups.contains')}</p>}
    </ConfirmDialog>
  );
}
