import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApplicationRole } from '../../api/admin-api.ts';
import { changes } from '../../api/queries.ts';
import { pathOf, type Tagged } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/states.tsx';
import { useToasts } from '../../components/toast.tsx';
import { navigate } from '../../navigation/router.tsx';
import { NameFields } from '../memberships/name-fields.tsx';

const HINT = 'Applications see it in tokens as it is written here, such as invoices.read.';

/** Makes a role and goes to it; changes one that is given. */
export function RoleDialog({
  role,
  onClose,
}: {
  readonly role?: Tagged<ApplicationRole>;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const [name, setName] = useState(role?.name ?? '');
  const [description, setDescription] = useState(role?.description ?? '');
  const add = useMutation({
    ...changes.addRole,
    onSuccess: (added) => {
      toasts.done(`${added.name} is added.`);
      onClose();
      navigate(pathOf('roles', added.role_id));
    },
  });
  const update = useMutation({
    ...changes.updateRole,
    onSuccess: (changed) => {
      toasts.done(`${changed.name} is changed.`);
      onClose();
    },
  });
  const error = add.error ?? update.error;
  const fields = { name: name.trim(), description: description.trim() };
  return (
    <Dialog title={role ? `Change ${role.name}` : 'Add a role'} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (role) update.mutate({ role_id: role.role_id, etag: role.etag, ...fields });
          else add.mutate(fields);
        }}
      >
        <div className="dialog-body">
          <NameFields
            name={name}
            description={description}
            hint={HINT}
            onName={setName}
            onDescription={setDescription}
          />
          {error && <Notice kind="error">{error.message}</Notice>}
        </div>
        <footer>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            look="primary"
            busy={add.isPending || update.isPending}
            disabled={fields.name === ''}
          >
            {role ? 'Save' : 'Add'}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
