import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../clock.ts';
import type { SessionStore, UserStore } from '../storage/storage.ts';
import { generateOpaqueToken, hashOpaqueToken, isOpaqueToken } from '../token/opaque-token.ts';
import type { Step } from '../unit-of-work.ts';
import { isHeld } from '../user/required-action.ts';
import type { Session } from '../user/session.ts';
import type { User } from '../user/user.ts';
import { type AuthenticationMethod, acrOf } from './authentication-context.ts';
import { hostCookie } from './cookie.ts';
import { createSessionEndings, type EndedSessions, type SessionEndings } from './session-endings.ts';

/** The person signed in in a browser. */
export type SignedIn = { readonly session: Session; readonly user: User };

/** How long sessions live, in milliseconds. */
export type SessionLifetimes = {
  /** From the first sign-in, whatever happens. */
  readonly absoluteMs: number;
  /** Since the person was last seen. */
  readonly idleMs: number;
};

/** A session about to begin, and what writes it. */
export type Beginning = {
  readonly session: Session;
  /** The session of another person in this browser, which ends by it. */
  readonly ended: Session | undefined;
  readonly steps: readonly Step[];
  /** To be called once the steps are committed: the browser gets the cookie. */
  settle(reply: FastifyReply): void;
};

/** People's sessions, each held by one browser's cookie. */
export type BrowserSessions = SessionEndings & {
  /**
   * Says of the request that it has shown who sent it.
   * @returns the person of the request's cookie; undefined too when the account is gone or disabled, or there is something
   * that the person must do first, at another sign-in
   */
  current(request: FastifyRequest): Promise<SignedIn | undefined>;
  /**
   * The person whom the request's cookie signed in, also where that was too long ago to be signed in still and the session
   * goes on for clients alone: enough to end it, and for nothing else.
   */
  lately(request: FastifyRequest): Promise<SignedIn | undefined>;
  /**
   * Signs a person in: the cookie gets a new secret, so that one known from before the sign-in is worth nothing.
   * The same person keeps the session (and its `sid`); another person's session in this browser ends. Where the session
   * was changed meanwhile, the steps are refused.
   */
  beginning(user: User, amr: readonly AuthenticationMethod[], request: FastifyRequest): Promise<Beginning>;
  /**
   * Gives the session a new secret, after a change of what the person signs in with: whoever else has the old
   * cookie is out.
   */
  renewal(session: Session): Promise<Pick<Beginning, 'steps' | 'settle'>>;
  /** Removes the cookie of a session that ended. */
  forget(reply: FastifyReply): void;
  /** Remembers that the client received an ID token in this session, for back-channel logout. */
  rememberClient(session: Session, client_id: string): Promise<void>;
};

export type BrowserSessionOptions = {
  /** Asked at every use, so that a reload counts at once. */
  readonly lifetimes: () => SessionLifetimes;
  readonly remoteAddressOf: (request: FastifyRequest) => string;
  readonly ended: EndedSessions;
  readonly clock: Clock;
};

const COOKIE = hostCookie('countersign-session');
/** How often being seen is written down. */
const SEEN_INTERVAL_MS = 60_000;
const LONGEST_USER_AGENT = 400;

/** Makes the keeper of browser sessions. */
export function createBrowserSessions(
  sessions: SessionStore,
  users: UserStore,
  { lifetimes, remoteAddressOf, ended: notices, clock }: BrowserSessionOptions,
): BrowserSessions {
  const expiry = (created_at: number, seen: number): number => {
    const { absoluteMs, idleMs } = lifetimes();
    return Math.min(created_at + absoluteMs, seen + idleMs);
  };

  /** The session of the request's cookie, for whomever it goes on. */
  const named = async (request: FastifyRequest): Promise<Session | undefined> => {
    const secret = COOKIE.read(request.headers.cookie);
    if (secret === undefined || !isOpaqueToken(secret)) return undefined;
    return sessions.findBySecret(hashOpaqueToken(secret), clock());
  };

  /** The session in which the person of the request is signed in. */
  const held = async (request: FastifyRequest): Promise<Session | undefined> => {
    const session = await named(request);
    // A lifetime that was shortened since counts at once.
    return session && expiry(session.created_at, session.last_seen_at) > clock() ? session : undefined;
  };

  const seen = async (session: Session): Promise<Session | undefined> => {
    const now = clock();
    if (now - session.last_seen_at < SEEN_INTERVAL_MS) return session;
    return sessions.change(session.session_id, (current) => ({
      ...current,
      last_seen_at: now,
      expires_at: expiry(current.created_at, now),
    }));
  };

  const endings = createSessionEndings(sessions, notices, clock);

  return {
    ...endings,
    forget: COOKIE.clear,

    async current(request) {
      const found = await held(request);
      if (!found) return undefined;
      const user = await users.find(found.sub);
      if (!user?.enabled || isHeld(user)) return undefined;
      const session = await seen(found);
      if (!session) return undefined;
      request.is_authenticated = true;
      return { session, user };
    },

    async lately(request) {
      const session = await named(request);
      const user = session && (await users.find(session.sub));
      return session && user?.enabled ? { session, user } : undefined;
    },

    async beginning(user, amr, request) {
      const now = clock();
      const before = await named(request);
      const secret = generateOpaqueToken();
      const acr = acrOf(amr);
      const user_agent = request.headers['user-agent'];
      const started = (session_id: string, client_ids: readonly string[]): Session => ({
        session_id,
        secret_sha256: hashOpaqueToken(secret),
        sub: user.sub,
        auth_time: Math.floor(now / 1000),
        ...(acr !== undefined && { acr }),
        amr,
        client_ids,
        created_at: now,
        last_seen_at: now,
        expires_at: expiry(now, now),
        remote_address: remoteAddressOf(request),
        ...(user_agent !== undefined && { user_agent: user_agent.slice(0, LONGEST_USER_AGENT) }),
      });
      const other = before && before.sub !== user.sub ? endings.ending(before) : undefined;
      const renewed =
        before?.sub === user.sub
          ? await sessions.changing(before.session_id, (current) =>
              started(current.session_id, current.client_ids),
            )
          : undefined;
      const session = renewed?.session ?? started(randomUUID(), []);
      return {
        session,
        ended: other?.sessions[0],
        steps: [...(other?.steps ?? []), renewed?.step ?? sessions.steps.insert(session)],
        settle(reply) {
          other?.settle();
          COOKIE.set(reply, secret);
        },
      };
    },

    async renewal({ session_id }) {
      const secret = generateOpaqueToken();
      const secret_sha256 = hashOpaqueToken(secret);
      const renewed = await sessions.changing(session_id, (current) => ({ ...current, secret_sha256 }));
      return {
        steps: renewed ? [renewed.step] : [],
        settle(reply) {
          if (renewed) COOKIE.set(reply, secret);
        },
      };
    },

    async rememberClient(session, client_id) {
      if (session.client_ids.includes(client_id)) return;
      await sessions.change(session.session_id, (current) =>
        current.client_ids.includes(client_id)
          ? current
          : { ...current, client_ids: [...current.client_ids, client_id] },
      );
    },
  };
}
