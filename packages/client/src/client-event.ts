import type { TokenUnavailable } from './token-unavailable.ts';

/** What a token was asked for. */
export type AccessRequest = {
  /** Scopes with blanks between them (RFC 6749 §3.3); the server's default when absent. */
  readonly scope?: string | undefined;
  /** What the token is for (RFC 8707 §2), absolute URIs without a fragment. */
  readonly resource?: string | readonly string[] | undefined;
};

/** Why a token was fetched. */
export type FetchReason = 'first' | 'renewal' | 'certificate' | 'refused';

/** What happens in a client, for logs and metrics. Times are milliseconds since the epoch. No event holds a token. */
export type ClientEvent =
  | {
      readonly type: 'certificate_loaded';
      /** RFC 8705 §3.1. */
      readonly thumbprint: string;
      readonly notAfter: number;
      /** The thumbprint of the certificate before; the same one where only key, trust or chain changed. */
      readonly replaced: string | undefined;
    }
  | {
      /** The files hold nothing that can be used; what was read before goes on. */
      readonly type: 'certificate_rejected';
      readonly because: string;
      readonly kept: string;
    }
  | {
      readonly type: 'token_issued';
      readonly scope: string | undefined;
      readonly resource: readonly string[];
      readonly reason: FetchReason;
      readonly expiresAt: number;
      /** Milliseconds that it took. */
      readonly duration: number;
    }
  | {
      readonly type: 'token_failed';
      readonly scope: string | undefined;
      readonly resource: readonly string[];
      readonly reason: FetchReason;
      readonly error: TokenUnavailable;
      readonly duration: number;
      /** The server is not asked again for this token before then. */
      readonly retryAt: number;
      /** How long the token there is goes on, when there is one. */
      readonly usableUntil: number | undefined;
    }
  | {
      /** An API answered 401 `invalid_token`. */
      readonly type: 'token_refused';
      readonly origin: string;
      /** Whether the request was sent again with a new token. */
      readonly repeated: boolean;
    };

/** Takes an event; what it throws, now or later, becomes a warning of the process. */
export type TellEvent = (event: ClientEvent) => void;

const warn = (error: unknown): void =>
  process.emitWarning(`onEvent failed: ${error instanceof Error ? error.message : String(error)}`, {
    type: 'CountersignClientWarning',
  });

/** Keeps whatever a listener does from ending what it is told of. */
export function tellingSafely(listener: ((event: ClientEvent) => unknown) | undefined): TellEvent {
  if (listener === undefined) return () => {};
  return (event) => {
    try {
      // One that is asynchronous must not end the process either.
      Promise.resolve(listener(event)).catch(warn);
    } catch (error) {
      warn(error);
    }
  };
}
