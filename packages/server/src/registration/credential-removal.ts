import type { EventRecorder } from '../event/event-recorder.ts';
import type { CredentialStore } from '../storage/storage.ts';
import type { User } from '../user/user.ts';
import type { Actor } from './actor.ts';

/**
 * Removes everything a person proves who they are with but the password: second factors, recovery codes, personal
 * certificates. For someone who lost them; the next sign-in needs the password alone.
 * @returns how many there were
 */
export async function removeCredentials(
  credentials: CredentialStore,
  events: EventRecorder,
  { sub, username }: User,
  by: Actor,
): Promise<number> {
  const held = await credentials.list(sub);
  let removed = 0;
  for (const { kind, credential_id } of held) {
    if (await credentials.remove({ sub, kind, credential_id })) removed++;
  }
  const kinds = [...new Set(held.map(({ kind }) => kind))];
  // The id of a recovery code is made of the code.
  const credential_ids = held.flatMap(({ kind, credential_id }) =>
    kind === 'recovery_code' ? [] : [{ kind, credential_id }],
  );
  events.record({
    type: 'user.credentials_removed',
    outcome: 'success',
    username,
    actor: by,
    object: { kind: 'user', id: sub },
    detail: { sub, removed, kinds, credentials: credential_ids },
  });
  return removed;
}
