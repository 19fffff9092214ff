import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { NewLimitedRole, RequiredAction, Role, User, UserChanges } from '../../api/admin-api.ts';
import { changes, queries } from '../../api/queries.ts';
import { ApiError, type Tagged } from '../../api/request.ts';
import { type Difference, differencesBetween } from '../../components/difference.ts';
import { useToasts } from '../../components/toast.tsx';
import { text } from '../../words/words.tsx';
import { type ProfileChanges, withProfile } from './profile-changes.ts';

/** A change that a person made to a user, whatever somebody else makes of that user. */
type Edit = {
  readonly opened: Tagged<User>;
  /** What is sent, where the user is like this by now. */
  readonly over: (user: User) => UserChanges;
  readonly said: string;
};

/** A change that met one of somebody else. */
export type UserConflict = {
  readonly differences: readonly Difference[];
  readonly keepMine: () => Promise<void>;
  readonly close: () => void;
};

type Limited = Pick<NewLimitedRole, 'role'> & { readonly group?: string };

/** Limited roles as they are written; one whose group is gone cannot be. */
const writable = (roles: readonly Limited[]) =>
  roles.flatMap(({ role, group }) => (group === undefined ? [] : [{ role, group }]));

/** A user as a list of fields, each claim one of them. */
const fieldsOf = ({
  roles,
  limited_roles = [],
  required_actions = [],
  enabled,
  claims,
}: Pick<User, 'roles' | 'enabled' | 'claims' | 'required_actions'> & {
  readonly limited_roles?: readonly Limited[];
}) => ({
  roles,
  limited_roles: writable(limited_roles),
  required_actions,
  enabled,
  ...claims,
});

function differencesOf({ opened, over }: Edit, now: User): readonly Difference[] {
  const before = fieldsOf(opened);
  const after: Readonly<Record<string, unknown>> = fieldsOf({ ...opened, ...over(opened) });
  const mine = differencesBetween(before, after, {}).map(({ field }) => [field, after[field]] as const);
  return differencesBetween(before, fieldsOf(now), Object.fromEntries(mine));
}

/** What can be changed about a user on the spot. Each says when it is done, and how to undo it where it can be. */
export function useUserChanges(user: Tagged<User>): {
  readonly toggle: () => Promise<void>;
  readonly unlock: () => Promise<void>;
  /** @param opened the user as the form showed it @returns whether it is saved */
  readonly setProfile: (profile: ProfileChanges, opened: Tagged<User>) => Promise<boolean>;
  readonly setRoles: (roles: readonly Role[]) => Promise<unknown>;
  readonly setLimitedRoles: (roles: readonly NewLimitedRole[]) => Promise<unknown>;
  readonly setRequiredActions: (required: readonly RequiredAction[]) => Promise<unknown>;
  readonly conflict: UserConflict | undefined;
} {
  const { username, enabled } = user;
  const toasts = useToasts();
  const queryClient = useQueryClient();
  const [conflict, setConflict] = useState<UserConflict>();
  const { mutateAsync: update } = useMutation(changes.updateUser);
  const { mutateAsync: unlock } = useMutation(changes.unlockUser);
  const attempt = (work: Promise<unknown>, said: string, undo?: () => Promise<unknown>) =>
    work.then(() => toasts.done(said, undo), toasts.failed);

  /** @param base the user that is changed: as it was opened, or as somebody else left it */
  const save = async (edit: Edit, base: Tagged<User>): Promise<boolean> => {
    try {
      const given = edit.over(base);
      const saved = await update({ ...given, username, etag: base.etag });
      setConflict(undefined);
      const undo = {
        ...(given.roles && { roles: base.roles }),
        ...(given.limited_roles && { limited_roles: writable(base.limited_roles ?? []) }),
        ...(given.claims && { claims: base.claims }),
        ...(given.required_actions && { required_actions: base.required_actions ?? [] }),
        username,
        etag: saved.etag,
      };
      toasts.done(edit.said, () => update(undo));
      return true;
    } catch (failure) {
      if (!(failure instanceof ApiError && failure.status === 412)) throw failure;
      const now = await queryClient.fetchQuery({ ...queries.user(username), staleTime: 0 });
      setConflict({
        differences: differencesOf(edit, now),
        keepMine: async () => {
          if (!(await save(edit, now))) throw new ApiError(412, text('users.oncemore'));
        },
        close: () => setConflict(undefined),
      });
      return false;
    }
  };
  const tried = (edit: Edit): Promise<boolean> =>
    save(edit, edit.opened).catch((failure: unknown) => {
      toasts.failed(failure);
      return false;
    });

  return {
    toggle: () =>
      attempt(
        update({ username, enabled: !enabled }),
        text(enabled ? 'users.nowdisabled' : 'users.nowenabled', { username }),
        () => update({ username, enabled }),
      ),
    unlock: () => attempt(unlock(username), text('users.unlocked')),
    setProfile: (profile, opened) =>
      tried({
        opened,
        over: ({ claims }) => ({ claims: withProfile(claims, profile) }),
        said: text('common.saved'),
      }),
    setRoles: (roles) =>
      tried({ opened: user, over: () => ({ roles: [...roles] }), said: text('users.roleschanged') }),
    setLimitedRoles: (limited_roles) =>
      tried({
        opened: user,
        over: () => ({ limited_roles: [...limited_roles] }),
        said: text('users.roleschanged'),
      }),
    setRequiredActions: (required) =>
      tried({
        opened: user,
        over: () => ({ required_actions: [...required] }),
        said: text('users.requiredchanged'),
      }),
    conflict,
  };
}
