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
  events.record({
    type: 'user.credentials_removed',
    outcome: 'success',
    username,
    detail: { by: by.name, through: by.through, removed, kinds },
  });
  return removed;
}
