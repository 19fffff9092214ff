import { changesBetween } from '../event/changes.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { commitChange } from '../storage/commit-change.ts';
import type { Storage } from '../storage/storage.ts';
import type { User } from '../user/user.ts';
import type { Actor } from './actor.ts';

/**
 * Removes everything a person proves who they are with but the password: second factors, recovery codes, personal
 * certificates. For someone who lost them; the next sign-in needs the password alone.
 * @returns how many there were
 */
export async function removeCredentials(
  storage: Pick<Storage, 'credentials' | 'commit'>,
  events: Pick<EventRecorder, 'prepare'>,
  { sub, username }: User,
  by: Actor,
): Promise<number> {
  const held = await storage.credentials.list(sub);
  const kinds = [...new Set(held.map(({ kind }) => kind))];
  // The id of a recovery code is made of the code.
  const credentials = held.flatMap(({ kind, credential_id }) =>
    kind === 'recovery_code' ? [] : [{ kind, credential_id }],
  );
  await commitChange({ storage, events }, [storage.credentials.steps.removeAll(sub)], {
    type: 'user.credentials_removed',
    outcome: 'success',
    username,
    actor: by,
    object: { kind: 'user', id: sub },
    changes: changesBetween({ credentials }, { credentials: [] }),
    detail: { sub, removed: held.length, kinds },
  });
  return held.length;
}
