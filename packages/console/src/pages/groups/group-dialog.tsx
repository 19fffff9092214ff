import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Group } from '../../api/admin-api.ts';
import { changes, queries } from '../../api/queries.ts';
import { pathOf, type Tagged } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { TextField } from '../../components/field.tsx';
import { ErrorText } from '../../components/server-text.tsx';
import { useSettled } from '../../components/settled.ts';
import { Notice } from '../../components/states.tsx';
import { useToasts } from '../../components/toast.tsx';
import { navigate } from '../../navigation/router.tsx';
import { text } from '../../words/words.tsx';
import { NameFields } from '../memberships/name-fields.tsx';

const HINT = text('groups.hint');

/** Makes a group, inside of another perhaps, and goes to it. */
export function AddGroupDialog({
  within,
  onClose,
}: {
  readonly within?: Pick<Group, 'group_id' | 'name'>;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const { mutate, isPending, error } = useMutation({
    ...changes.addGroup,
    onSuccess: (added) => {
      toasts.done(text('groups.added', { name: added.name }));
      onClose();
      navigate(pathOf('groups', added.group_id));
    },
  });
  return (
    <Dialog
      title={within ? text('groups.addin', { name: within.name }) : text('groups.add')}
      onClose={onClose}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          mutate({
            name: name.trim(),
            description: description.trim(),
            ...(within && { parent: within.group_id }),
          });
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
          <Button type="submit" look="primary" busy={isPending} disabled={name.trim() === ''}>
            {text('common.add')}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

/** Changes what a group is called, what it is for, and which group contains it. */
export function EditGroupDialog({
  group,
  onClose,
}: {
  readonly group: Tagged<Group>;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const [name, setName] = useState(group.name);
  const [description, setDescription] = useState(group.description);
  const [parent, setParent] = useState(group.parent_name ?? '');
  const search = useSettled(parent.trim(), 200);
  const { data } = useQuery({ ...queries.groups({ limit: 20, search }), enabled: search !== '' });
  const offered = data?.items.filter(({ group_id }) => group_id !== group.group_id) ?? [];
  const isSame = parent.trim() === (group.parent_name ?? '');
  const chosen = offered.find((each) => each.name === parent.trim())?.group_id;
  const isKnown = isSame || parent.trim() === '' || chosen !== undefined;
  const { mutate, isPending, error } = useMutation({
    ...changes.updateGroup,
    onSuccess: (changed) => {
      toasts.done(text('groups.changed', { name: changed.name }));
      onClose();
    },
  });
  const wanted = isSame ? {} : { parent: parent.trim() === '' ? null : (chosen ?? null) };
  return (
    <Dialog title={text('groups.change', { name: group.name })} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const { group_id, etag } = group;
          mutate({ group_id, etag, name: name.trim(), description: description.trim(), ...wanted });
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
          <TextField
            label={text('groups.parent')}
            optional
            list="groups-offered"
            hint={text('groups.parenthint')}
            error={isKnown || search !== parent.trim() ? undefined : text('groups.noparent')}
            value={parent}
            onChange={(event) => setParent(event.target.value)}
          />
          <datalist id="groups-offered">
            {offered.map(({ group_id, name: each }) => (
              <option key={group_id} value={each} />
            ))}
          </datalist>
          {error && (
            <Notice kind="error">
              <ErrorText error={error} />
            </Notice>
          )}
        </div>
        <footer>
          <Button onClick={onClose}>{text('common.cancel')}</Button>
          <Button type="submit" look="primary" busy={isPending} disabled={name.trim() === '' || !isKnown}>
            {text('common.save')}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
