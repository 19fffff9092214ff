import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { TrustEntry } from '../../api/admin-api.ts';
import { changes } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { commonNameOf } from '../../components/certificate-card.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/states.tsx';
import { useToasts } from '../../components/toast.tsx';
import { rich, text } from '../../words/words.tsx';
import { type ChosenRole, RoleChoice } from './role-choice.tsx';
import { StandingText } from './standing-text.tsx';

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
        text(changed.role === 'authority' ? 'trust.named.authority' : 'trust.named.handshake', { name }),
      );
      onClose();
    },
    // Somebody else changed the stores: what is shown is what the server has.
    onError: () => queryClient.invalidateQueries({ queryKey: ['truststore'] }),
  });
  return (
    <Dialog title={text('trust.whatis', { name })} onClose={onClose} wide>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          mutate({ alias: entry.alias, group, role: role === 'rule' ? undefined : role, etag });
        }}
      >
        <div className="dialog-body">
          <p>
            {rich(entry.role === 'authority' ? 'trust.vouchesnow' : 'trust.vouchesnotnow', {
              why: <StandingText entry={entry} />,
            })}
          </p>
          <RoleChoice value={role} onChange={setRole} />
          {role === 'authority' && entry.clients && (
            <Notice kind="warning">{text('trust.ofclients', { clients: entry.clients.join(', ') })}</Notice>
          )}
          {error && (
            <Notice kind="error">
              <span lang="en">{error.message}</span>
            </Notice>
          )}
        </div>
        <footer>
          <Button onClick={onClose}>{text('common.cancel')}</Button>
          <Button type="submit" look="primary" busy={isPending} disabled={role === present}>
            {text('common.save')}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
