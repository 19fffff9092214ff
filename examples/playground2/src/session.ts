import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { BegunSignIn, Person, Tokens } from './authorization.ts';
import type { Outcome } from './outcome.ts';

/** What the application keeps of one browser. */
export type Session = {
  readonly id: string;
  /** Stands in every form, so that no other site can send one. */
  readonly formToken: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  state:
    | { readonly kind: 'signing-in'; readonly begun: BegunSignIn }
    | { readonly kind: 'signed-in'; readonly person: Person; tokens: Tokens; outcome: Outcome | undefined };
};

/** A session of a person who is signed in. */
export type SignedInSession = Session & { readonly state: Extract<Session['state'], { kind: 'signed-in' }> };

export const isSignedIn = (session: Session | undefined): session is SignedInSession =>
  session?.state.kind === 'signed-in';

const COOKIE = 'playground2';
const LIFETIME_MS = 8 * 3_600_000;
const MOST = 1000;

const random = () => randomBytes(32).toString('base64url');

/** Sessions in memory: they end with the process. */
export type Sessions = {
  of(request: IncomingMessage): Session | undefined;
  /** Opens a session in place of the one before, so that an identifier never outlives a sign-in. */
  open(
    state: Session['state'],
    before: Session | undefined,
  ): { readonly session: Session; readonly cookie: string };
  /** @returns the cookie that makes the browser forget */
  end(session: Session | undefined): string;
};

export function createSessions(path: string): Sessions {
  const sessions = new Map<string, Session>();
  const cookie = (value: string, maxAge: number) =>
    `${COOKIE}=${value}; Path=${path}; Max-Age=${maxAge}; HttpOnly; SameSite=Lax`;

  return {
    of({ headers }) {
      const [, id] =
        new RegExp(`(?:^|; )${COOKIE}=([A-Za-z0-9_-]{43})(?:;|$)`).exec(headers.cookie ?? '') ?? [];
      const session = id === undefined ? undefined : sessions.get(id);
      return session !== undefined && session.expiresAt > Date.now() ? session : undefined;
    },
    open(state, before) {
      if (before) sessions.delete(before.id);
      const [oldest] = sessions.keys();
      if (sessions.size >= MOST && oldest !== undefined) sessions.delete(oldest);
      const session = { id: random(), formToken: random(), expiresAt: Date.now() + LIFETIME_MS, state };
      sessions.set(session.id, session);
      return { session, cookie: cookie(session.id, LIFETIME_MS / 1000) };
    },
    end(session) {
      if (session) sessions.delete(session.id);
      return cookie('', 0);
    },
  };
}

/** Whether a form was sent from a page of this session. */
export function isFormOf({ formToken }: Session, sent: string | null): boolean {
  const [expected, presented] = [Buffer.from(formToken), Buffer.from(sent ?? '')];
  return expected.length === presented.length && timingSafeEqual(expected, presented);
}
