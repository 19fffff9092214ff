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
import { ClientsOf, PeopleOf } from '../memberships/holder-list.tsx';
import { ROLE } from '../memberships/picked.ts';
import { AddGroupDialog, EditGroupDialog } from './group-dialog.tsx';
import { GroupList } from './group-list.tsx';

export function GroupPage({ group_id }: { readonly group_id: string }) {
  const { data: group, error, refetch } = useQuery(queries.group(group_id));
  if (error && !group) {
    return (
      <>
        <PageHeader title="Group" back={{ to: '/groups', label: 'Groups' }} />
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
        back={{ to: '/groups', label: 'Groups' }}
        about={
          <>
            {group.description !== '' && <p>{group.description}</p>}
            <p className="quiet">
              {parent !== undefined && (
                <>
                  in <Link to={pathOf('groups', parent)}>{parent_name}</Link>,{' '}
                </>
              )}
              made <Time at={group.created_at} />
            </p>
          </>
        }
        actions={
          editable && (
            <>
              <Button icon="edit" onClick={() => setAsking('edit')}>
                Change
              </Button>
              <Button look="danger" icon="trash" onClick={() => setAsking('delete')}>
                Delete
              </Button>
            </>
          )
        }
      />
      <RolesOfGroup group={group} editable={editable} />
      <PeopleOf by={by} />
      <ClientsOf by={by} />
      <div className="section-head">
        <h2>Groups in it</h2>
        {editable && (
          <Button small icon="plus" onClick={() => setAsking('add')}>
            Add a group
          </Button>
        )}
      </div>
      <GroupList within={group_id} empty="No groups." />
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
  const { mutate: unassign } = useMutation({
    ...changes.unassignRole,
    onSuccess: () => toasts.done('Done.'),
    onError: toasts.failed,
  });
  const holder = ['groups', group.group_id] as const;
  const roles = group.roles ?? [];
  return (
    <>
      <div className="section-head">
        <h2>Roles of its members</h2>
        {editable && (
          <PickForm
            label="Give a role"
            action="Give"
            what={ROLE}
            onPick={({ role_id }) => assign({ role_id, holder })}
          />
        )}
      </div>
      {roles.length === 0 ? (
        <Empty title="No roles." icon="roles" />
      ) : (
        <div className="card table-card">
          <table className="rows">
            <caption className="unseen">Roles of the members of {group.name}</caption>
            <tbody>
              {roles.map(({ role_id, name }) => (
                <tr key={role_id}>
                  <th scope="row">
                    <Link to={pathOf('roles', role_id)}>{name}</Link>
                  </th>
                  <td className="row-actions">
                    {editable && (
                      <Button small onClick={() => unassign({ role_id, holder })}>
                        Take away
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
      title={`Delete ${group.name}?`}
      action="Delete"
      typed={group.name}
      onClose={onClose}
      onConfirm={async () => {
        await mutateAsync(group.group_id);
        toasts.done(`${group.name} is deleted.`);
        navigate('/groups', { replace: true });
      }}
    >
      <p>
        {people} {people === 1 ? 'person' : 'people'} and {clients} {clients === 1 ? 'client' : 'clients'}{' '}
        lose the membership, and the roles that came by it. This cannot be undone.
      </p>
      {groups > 0 && <p>It contains groups: move or delete those first.</p>}
    </ConfirmDialog>
  );
}
