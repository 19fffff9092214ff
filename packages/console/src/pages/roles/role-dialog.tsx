import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApplicationRole } from '../../api/admin-api.ts';
import { changes } from '../../api/queries.ts';
import { pathOf, type Tagged } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorText } from '../../components/server-text.tsx';
import { Notice } from '../../components/states.tsx';
import { useToasts } from '../../components/toast.tsx';
import { navigate } from '../../navigation/router.tsx';
import { text } from '../../words/words.tsx';
import { NameFields } from '../memberships/name-fields.tsx';

const HINT = text('roles.hint');

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
      toasts.done(text('roles.added', { name: added.name }));
      onClose();
      navigate(pathOf('roles', added.role_id));
    },
  });
  const update = useMutation({
    ...changes.updateRole,
    onSuccess: (changed) => {
      toasts.done(text('roles.changed', { name: changed.name }));
      onClose();
    },
  });
  const error = add.error ?? update.error;
  const fields = { name: name.trim(), description: description.trim() };
  return (
    <Dialog title={role ? text('roles.change', { name: role.name }) : text('roles.add')} onClose={onClose}>
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
          {error && (
            <Notice kind="error">
              <ErrorText error={error} />
            </Notice>
          )}
        </div>
        <footer>
          <Button onClick={onClose}>{text('common.cancel')}</Button>
          <Button
            type="submit"
            look="primary"
            busy={add.isPending || update.isPending}
            disabled={fields.name === ''}
          >
            {text(role ? 'common.save' : 'common.add')}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
