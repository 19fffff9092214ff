import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { TrustEntry } from '../../api/admin-api.ts';
import { changes } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { commonNameOf } from '../../components/certificate-card.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/states.tsx';
import { useToasts } from '../../components/toast.tsx';
import { type ChosenRole, RoleChoice } from './role-choice.tsx';

/** Says what an entry is, or leaves it to the rule. */
export function RoleDialog({
  entry,
  group,
  etag,
  onClose,
}: {
  readonly entry: TrustEntry;
  readonly group: string | undefined;
  readonly etag: string;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const queryClient = useQueryClient();
  const name = commonNameOf(entry.certificate.subject);
  const present: ChosenRole = entry.because === 'named' ? entry.role : 'rule';
  const [role, setRole] = useState<ChosenRole>(present);
  const { mutate, isPending, error } = useMutation({
    ...changes.nameTrustRole,
    onSuccess: (changed) => {
      toasts.done(
        `${name} ${changed.role === 'authority' ? 'vouches for clients' : 'vouches for nobody'}: ${changed.why}.`,
      );
      onClose();
    },
    // Somebody else changed the stores: what is shown is what the server has.
    onError: () => queryClient.invalidateQueries({ queryKey: ['truststore'] }),
  });
  return (
    <Dialog title={`What is ${name}?`} onClose={onClose} wide>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          mutate({ alias: entry.alias, group, role: role === 'rule' ? undefined : role, etag });
        }}
      >
        <div className="dialog-body">
          <p>
            {entry.role === 'authority' ? 'It vouches for clients' : 'It vouches for nobody'} now: {entry.why}
            . A role holds for the certificate in every store it stands in.
          </p>
          <RoleChoice value={role} onChange={setRole} />
          {role === 'authority' && entry.clients && (
            <Notice kind="warning">
              Its certificate or key is that of {entry.clients.join(', ')}: whoever has that key could be any
              client.
            </Notice>
          )}
          {error && <Notice kind="error">{error.message}</Notice>}
        </div>
        <footer>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" busy={isPending} disabled={role === present}>
            Save
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
