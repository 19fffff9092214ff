import { changesBetween } from '../event/changes.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { commitChange } from '../storage/commit-change.ts';
import type { Storage } from '../storage/storage.ts';
import type { User } from '../user/user.ts';
import { type EndAccess, type EndedAccess, NOTHING_ENDED } from '../user-authentication/session-endings.ts';
import type { Actor } from './actor.ts';

/**
 * Removes everything a person proves who they are with but the password: second factors, recovery codes, personal
 * certificates. For someone who lost them; the next sign-in needs the password alone. Sessions and grants end in the
 * same unit of work.
 * @param endAccess ends what the person has; everything stays when undefined
 * @returns how many there were, and what was ended
 */
export async function removeCredentials(
  storage: Pick<Storage, 'credentials' | 'commit'>,
  events: Pick<EventRecorder, 'prepare'>,
  { sub, username }: User,
  by: Actor,
  endAccess: EndAccess | undefined,
): Promise<{ readonly removed: number; readonly ended: EndedAccess }> {
  const held = await storage.credentials.list(sub);
  const kinds = [...new Set(held.map(({ kind }) => kind))];
  // The id of a recovery code is made of the code.
  const credentials = held.flatMap(({ kind, credential_id }) =>
    kind === 'recovery_code' ? [] : [{ kind, credential_id }],
  );
  const ending = await endAccess?.({ sub });
  const steps = [storage.credentials.steps.removeAll(sub), ...(ending?.steps ?? [])];
  await commitChange({ storage, events }, steps, {
    type: 'user.credentials_removed',
    outcome: 'success',
    username,
    actor: by,
    object: { kind: 'user', id: sub },
    changes: changesBetween({ credentials }, { credentials: [] }),
    detail: {
      sub,
      removed: held.length,
      kinds,
      ...(ending ? ending.detail : { sessions_and_grants: 'kept' }),
    },
  });
  ending?.settle();
  return { removed: held.length, ended: ending?.ended ?? NOTHING_ENDED };
}
