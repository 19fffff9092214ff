import type { Clock } from '../clock.ts';
import { everyItem } from '../storage/every-item.ts';
import type { GrantStore, SessionStore } from '../storage/storage.ts';
import type { Step } from '../unit-of-work.ts';
import type { Session } from '../user/session.ts';

/** Sessions about to end, and what writes it. */
export type Ending = {
  readonly sessions: readonly Session[];
  readonly steps: readonly Step[];
  /** To be called once the steps are committed: the clients signed in to hear of it. */
  settle(): void;
};

/** What becomes of the notices to the clients of a session that ends. */
export type EndedSessions = {
  /** What remembers the notices in the unit of work that ends the session. */
  steps(session: Session): readonly Step[];
  /** To be called once that is committed. */
  tell(session: Session): void;
};

/** Ends sessions, so that the clients signed in to hear of it. */
export type SessionEndings = {
  /** The sessions of a person that have not ended, newest first. */
  list(sub: string): Promise<readonly Session[]>;
  /** Ends this session; the steps are refused where it ended before. */
  ending(session: Session): Ending;
  /** Ends sessions of a person in any browser. */
  endingAll(of: { readonly sub: string; readonly except?: string }): Promise<Ending>;
};

export function createSessionEndings(
  sessions: Pick<SessionStore, 'list' | 'steps'>,
  notices: EndedSessions,
  clock: Clock,
): SessionEndings {
  const list = (sub: string): Promise<readonly Session[]> =>
    Array.fromAsync(everyItem((page) => sessions.list({ sub }, page, clock())));
  return {
    list,
    ending: (session) => ({
      sessions: [session],
      steps: [sessions.steps.remove(session.session_id), ...notices.steps(session)],
      settle: () => notices.tell(session),
    }),
    async endingAll({ sub, except }) {
      const others = (await list(sub)).filter(({ session_id }) => session_id !== except);
      return {
        sessions: others,
        // What cannot be read here is a session elsewhere, and ends too.
        steps: [sessions.steps.removeAll(sub, except), ...others.flatMap(notices.steps)],
        settle: () => others.forEach(notices.tell),
      };
    },
  };
}

/** How much of what a person had was ended. */
export type EndedAccess = { readonly sessions: number; readonly grants: number };

export const NOTHING_ENDED: EndedAccess = { sessions: 0, grants: 0 };

/** The end of what a person has: sessions, and grants with every token from them. */
export type AccessEnding = {
  readonly ended: EndedAccess;
  /** For the event of whatever it belongs to. */
  readonly detail: { readonly sessions_ended: readonly string[]; readonly grants: number };
  readonly steps: readonly Step[];
  /** To be called once the steps are committed. */
  settle(): void;
};

/**
 * Prepares the end of everything a person has at this server: the sessions but for the one named, and all grants, with
 * every code, refresh token and access token that came of them.
 */
export type EndAccess = (of: { readonly sub: string; readonly except?: string }) => Promise<AccessEnding>;

export function createEndAccess(
  endings: Pick<SessionEndings, 'endingAll'>,
  grants: Pick<GrantStore, 'count' | 'steps'>,
  clock: Clock,
): EndAccess {
  return async ({ sub, except }) => {
    const now = clock();
    const ending = await endings.endingAll({ sub, ...(except !== undefined && { except }) });
    const count = await grants.count({ sub }, now);
    return {
      ended: { sessions: ending.sessions.length, grants: count },
      detail: { sessions_ended: ending.sessions.map(({ session_id }) => session_id), grants: count },
      steps: [...ending.steps, grants.steps.revokeAll({ sub }, now)],
      settle: ending.settle,
    };
  };
}
