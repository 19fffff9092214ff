import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { EphemeralStore } from '../../storage/storage.ts';
import type { Session } from '../../user/session.ts';
import type { EndedSessions } from '../../user-authentication/session-endings.ts';
import { leftNotice } from '../notices.ts';

/** The kind of these notices in storage. */
export const LOGOUT_NOTICE = 'logout-notice';

/** One client of a session that ended. */
export const LogoutNotice = z.object({ client_id: z.string(), sub: z.string(), session_id: z.string() });
export type LogoutNotice = z.infer<typeof LogoutNotice>;

/** The notices of a session under their keys, one for each client. */
export const logoutNoticesOf = ({ client_ids, sub, session_id }: Session) =>
  client_ids.map((client_id) => [`${session_id} ${client_id}`, { client_id, sub, session_id }] as const);

/** Leaves the notices to a server that runs on the same database, which tells them within a minute: for commands. */
export function leaveLogoutNotices(ephemerals: Pick<EphemeralStore, 'steps'>, clock: Clock): EndedSessions {
  return {
    steps: (session) =>
      logoutNoticesOf(session).map(([key, notice]) =>
        leftNotice(ephemerals, LOGOUT_NOTICE, key, notice, clock()),
      ),
    tell() {},
  };
}
