import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApplicationRole } from '../../api/admin-api.ts';
import { changes, queries } from '../../api/queries.ts';
import type { Tagged } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Failed, Loading } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { useToasts } from '../../components/toast.tsx';
import { navigate } from '../../navigation/router.tsx';
import { useMay } from '../../session/me.tsx';
import { rich, text } from '../../words/words.tsx';
import { ClientsOf, GroupsOf, PeopleOf } from '../memberships/holder-list.tsx';
import { RoleDialog } from './role-dialog.tsx';

export function RolePage({ role_id }: { readonly role_id: string }) {
  const { data: role, error, refetch } = useQuery(queries.role(role_id));
  if (error && !role) {
    return (
      <>
        <PageHeader title={text('roles.one')} back={{ to: '/roles', label: text('roles.title') }} />
        <Failed error={error} retry={refetch} />
      </>
    );
  }
  return role ? <KnownRole role={role} /> : <Loading rows={6} />;
}

function KnownRole({ role }: { readonly role: Tagged<ApplicationRole> }) {
  const may = useMay();
  const [asking, setAsking] = useState<'edit' | 'delete'>();
  const close = () => setAsking(undefined);
  const by = { kind: 'role', role_id: role.role_id, name: role.name } as const;
  return (
    <>
      <PageHeader
        title={role.name}
        back={{ to: '/roles', label: text('roles.title') }}
        about={
          <>
            {role.description !== '' && <p>{role.description}</p>}
            <p className="quiet">{rich('roles.made', { time: <Time at={role.created_at} /> })}</p>
          </>
        }
        actions={
          may('people:write') && (
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
      <GroupsOf by={by} />
      <PeopleOf by={by} />
      <ClientsOf by={by} />
      {asking === 'edit' && <RoleDialog role={role} onClose={close} />}
      {asking === 'delete' && <RemoveRoleDialog role={role} onClose={close} />}
    </>
  );
}

function RemoveRoleDialog({
  role,
  onClose,
}: {
  readonly role: ApplicationRole;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const { mutateAsync } = useMutation(changes.removeRole);
  return (
    <ConfirmDialog
      title={text('roles.deletequestion', { name: role.name })}
      action={text('common.delete')}
      typed={role.name}
      onClose={onClose}
      onConfirm={async () => {
        await mutateAsync(role.role_id);
        toasts.done(text('roles.deleted', { name: role.name }));
        navigate('/roles', { replace: true });
      }}
    >
      <p>{text('roles.lose')}</p>
    </ConfirmDialog>
  );
}
