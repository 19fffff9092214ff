import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Session } from '../../user/session.ts';
import type { SignedIn } from './decision.ts';

/** What the authorization endpoint needs to know of the people in front of browsers. */
export type BrowserSessions = {
  /** The person signed in in the browser of a request. */
  current(request: FastifyRequest): Promise<SignedIn | undefined>;
  /** Remembers that the client received an ID token in this session, for back-channel logout. */
  rememberClient(session: Session, client_id: string): Promise<unknown>;
};

/** Shows an error that must not be sent to a redirect URI. */
export type SendErrorPage = (
  reply: FastifyReply,
  page: {
    readonly status: number;
    readonly title: string;
    readonly description: string;
    readonly event_id: string;
  },
) => unknown;
