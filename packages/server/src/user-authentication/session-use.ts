import type { EphemeralStore, SessionStore } from '../storage/storage.ts';
import { hashOpaqueToken } from '../token/opaque-token.ts';
import type { Step } from '../unit-of-work.ts';
import type { Session } from '../user/session.ts';
import type { SessionLifetimes } from './browser-sessions.ts';

/**
 * The use that clients make of a session by their refresh tokens. It goes on for the tokens of each client that uses
 * them, for as long as that client does and within the session's absolute lifetime, though the person's browser has not
 * been seen for longer than the idle lifetime. Nobody is signed in by that, and no other client's tokens go on.
 */
export type SessionUse = {
  /** Whether a session has not ended for the tokens of a client. @param session undefined when it was ended */
  isOpenFor(session: Session | undefined, client_id: string, now: number): Promise<boolean>;
  /** What prolongs an open session for a client that uses it now: nothing, where hardly anything would be gained. */
  prolonging(session: Session, client_id: string, now: number): Promise<readonly Step[]>;
};

const KIND = 'session-use';
/** A use is written when it is later than what is written by more than this part of the idle lifetime. */
const PART_OF_IDLE_LIFETIME = 20;

const keyOf = ({ session_id }: Session, client_id: string): string =>
  hashOpaqueToken(`${session_id} ${client_id}`);

/** @param lifetimes asked at every use, so that a reload counts at once */
export function createSessionUse(
  {
    sessions,
    ephemerals,
  }: {
    readonly sessions: Pick<SessionStore, 'steps'>;
    readonly ephemerals: Pick<EphemeralStore, 'get' | 'steps'>;
  },
  lifetimes: () => SessionLifetimes,
): SessionUse {
  /** When a client's use ends the session for it, unless it is used again; undefined without a use. */
  const usedUntil = async (session: Session, client_id: string, now: number): Promise<number | undefined> => {
    const value = await ephemerals.get(KIND, keyOf(session, client_id), now);
    return typeof value?.until === 'number' ? value.until : undefined;
  };
  return {
    async isOpenFor(session, client_id, now) {
      if (!session || now >= session.created_at + lifetimes().absoluteMs) return false;
      return session.expires_at > now || (await usedUntil(session, client_id, now)) !== undefined;
    },

    async prolonging(session, client_id, now) {
      const { absoluteMs, idleMs } = lifetimes();
      const end = session.created_at + absoluteMs;
      const until = Math.min(now + idleMs, end);
      const gained = until - ((await usedUntil(session, client_id, now)) ?? now);
      if (gained <= 0 || (gained < idleMs / PART_OF_IDLE_LIFETIME && until < end)) return [];
      return [
        ephemerals.steps.put(KIND, keyOf(session, client_id), { until }, until),
        sessions.steps.prolong(session.session_id, until),
      ];
    },
  };
}
