import { useMutation } from '@tanstack/react-query';
import type { Role, User } from '../../api/admin-api.ts';
import { changes } from '../../api/queries.ts';
import type { Tagged } from '../../api/request.ts';
import { useToasts } from '../../components/toast.tsx';

/** What can be changed about a user on the spot. Each says when it is done, and how to undo it where it can be. */
export function useUserChanges(user: Tagged<User>): {
  readonly toggle: () => Promise<void>;
  readonly unlock: () => Promise<void>;
  readonly setClaims: (claims: User['claims']) => Promise<void>;
  readonly setRoles: (roles: readonly Role[]) => Promise<void>;
} {
  const { username, enabled, roles: before, etag } = user;
  const toasts = useToasts();
  const { mutateAsync: update } = useMutation(changes.updateUser);
  const { mutateAsync: unlock } = useMutation(changes.unlockUser);
  const attempt = (work: Promise<unknown>, said: string, undo?: () => Promise<unknown>) =>
    work.then(() => toasts.done(said, undo), toasts.failed);
  return {
    toggle: () =>
      attempt(
        update({ username, enabled: !enabled }),
        enabled ? `${username} is disabled.` : `${username} is enabled.`,
        () => update({ username, enabled }),
      ),
    unlock: () => attempt(unlock(username), 'The lock is lifted.'),
    setClaims: (claims) => attempt(update({ username, claims, etag }), 'Saved.'),
    setRoles: (roles) =>
      attempt(update({ username, roles, etag }), 'The roles are changed.', () =>
        update({ username, roles: before }),
      ),
  };
}
