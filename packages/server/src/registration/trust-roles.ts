import type { NamedRole, TrustRole } from '../client/trust-role.ts';
import type { Clock } from '../clock.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { commitChange } from '../storage/commit-change.ts';
import type { Storage } from '../storage/storage.ts';
import type { Actor } from './actor.ts';

/** Gives certificates of the trust store their roles. */
export type TrustRoles = {
  /** @param role undefined to leave it to the rule @param thumbprint RFC 8705 §3.1 form */
  name(thumbprint: string, role: TrustRole | undefined, by: Actor): Promise<void>;
};

const shown = (named: Pick<NamedRole, 'role'> | undefined) => named?.role ?? 'by the rule';

/** Makes it; each role given or taken away is written with its event. What changes nothing is no event. */
export function createTrustRoles(
  storage: Pick<Storage, 'authorities' | 'commit'>,
  events: EventRecorder,
  clock: Clock,
): TrustRoles {
  const { authorities } = storage;
  return {
    async name(thumbprint, role, by) {
      const before = (await authorities.named()).find((named) => named.thumbprint === thumbprint);
      if (before?.role === role) return;
      const step =
        role === undefined
          ? authorities.steps.unname(thumbprint)
          : authorities.steps.name({ thumbprint, role, named_by: by.name, named_at: clock() });
      await commitChange({ storage, events }, [step], {
        type: 'truststore.role_named',
        outcome: 'success',
        actor: by,
        object: { kind: 'truststore', id: thumbprint },
        changes: { role: { old: shown(before), new: shown(role && { role }) } },
      });
    },
  };
}
