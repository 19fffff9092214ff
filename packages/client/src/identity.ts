import { Agent } from 'undici';
import type { Credentials } from './credential-files.ts';

const CONNECT_TIMEOUT_MS = 5_000;

/** Credentials, and the connections that present them: those of another certificate are never used. */
export type Identity = Credentials & {
  readonly agent: Agent;
  /**
   * Keeps its connections from being closed until what is returned was called. Held by whoever may still open one: the
   * client while it is the newest, a token that is bound to it, a request under way.
   */
  hold(): () => void;
};

/**
 * Opens no connection yet. One held by nobody any more ends its connections, each after the answer it carries.
 * @param released told when that is so
 */
export function identityOf(credentials: Credentials, released: (identity: Identity) => void): Identity {
  const agent = new Agent({
    connect: { secureContext: credentials.secureContext, timeout: CONNECT_TIMEOUT_MS },
  });
  let holders = 0;
  const identity: Identity = {
    ...credentials,
    agent,
    hold() {
      holders += 1;
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        holders -= 1;
        if (holders === 0) released(identity);
      };
    },
  };
  return identity;
}
