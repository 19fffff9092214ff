import type { EndedAccess } from '../user-authentication/session-endings.ts';

/** What an option says that leaves what a person has in force. */
export const KEEP_SESSIONS = 'leave the sessions and everything issued to the person in force';

/** What ended with a change of what a person signs in with, in one line. */
export const endedLine = ({ sessions, grants }: EndedAccess, isKept: boolean): string =>
  isKept
    ? 'sessions and grants are left in force'
    : `ended: ${sessions} ${sessions === 1 ? 'session' : 'sessions'}, ${grants} ${grants === 1 ? 'grant' : 'grants'} with their tokens`;
