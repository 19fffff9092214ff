import { changesBetween } from '../event/changes.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { tryChange } from '../storage/commit-change.ts';
import type { Storage } from '../storage/storage.ts';
import type { Step } from '../unit-of-work.ts';
import type { Credential, CredentialKind } from '../user/credential.ts';
import type { User } from '../user/user.ts';
import { type EndAccess, type EndedAccess, NOTHING_ENDED } from '../user-authentication/session-endings.ts';
import type { Actor } from './actor.ts';

/** Which of what a person has beside the password: all of a kind, or one. */
export type NamedCredentials = {
  readonly kind: CredentialKind;
  /** The id of a recovery code is made of the code, so that none is named alone. */
  readonly credential_id?: string;
};

const isAmong = ({ kind, credential_id }: Credential, named: NamedCredentials | undefined): boolean =>
  named === undefined ||
  (kind === named.kind && (named.credential_id === undefined || credential_id === named.credential_id));

const described = (credentials: readonly Credential[]) =>
  credentials.flatMap(({ kind, credential_id }) =>
    kind === 'recovery_code' ? [] : [{ kind, credential_id }],
  );

/**
 * Removes what a person proves who they are with beside the password: second factors, recovery codes, personal
 * certificates. For someone who lost them; where no second factor is left, the next sign-in needs the password alone, and
 * recovery codes go too. Sessions and grants end in the same unit of work.
 * @param endAccess ends what the person has; everything stays when undefined
 * @param named what is removed; everything when undefined
 * @returns how many there were, and what was ended; undefined where one is named that is not there
 */
export async function removeCredentials(
  storage: Pick<Storage, 'credentials' | 'commit'>,
  events: Pick<EventRecorder, 'prepare'>,
  { sub, username }: User,
  by: Actor,
  endAccess: EndAccess | undefined,
  named?: NamedCredentials,
): Promise<{ readonly removed: number; readonly ended: EndedAccess } | undefined> {
  const { steps } = storage.credentials;
  const all = await storage.credentials.list(sub);
  const gone = all.filter((credential) => isAmong(credential, named));
  if (named && gone.length === 0) return undefined;
  const removal: readonly Step[] =
    named === undefined
      ? [steps.removeAll(sub)]
      : named.credential_id === undefined
        ? [steps.removeAll(sub, named.kind)]
        : [steps.remove({ sub, kind: named.kind, credential_id: named.credential_id })];
  const ending = await endAccess?.({ sub });
  const { outcome } = await tryChange(
    { storage, events },
    [...removal, steps.removeIdleRecoveryCodes(sub), ...(ending?.steps ?? [])],
    {
      type: 'user.credentials_removed',
      outcome: 'success',
      username,
      actor: by,
      object: { kind: 'user', id: sub },
      changes: changesBetween(
        { credentials: described(all) },
        { credentials: described(all.filter((credential) => !gone.includes(credential))) },
      ),
      detail: {
        sub,
        removed: gone.length,
        kinds: [...new Set(gone.map(({ kind }) => kind))],
        ...(ending ? ending.detail : { sessions_and_grants: 'kept' }),
      },
    },
  );
  if (outcome === 'refused') return undefined;
  ending?.settle();
  return { removed: gone.length, ended: ending?.ended ?? NOTHING_ENDED };
}
