import { setTimeout as pause } from 'node:timers/promises';
import { Agent, Pool } from 'undici';
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
  /** Opens no connection any more, and ends those there are: each after its answer within the milliseconds, then at once. */
  end(within: number): Promise<void>;
};

/** An agent, and what ends its connections: once it was told to close, it does not know them any more. */
function agentOf({ secureContext }: Credentials) {
  const pools = new Set<Pool>();
  const agent = new Agent({
    factory(origin) {
      for (const pool of pools) if (pool.destroyed) pools.delete(pool);
      const pool = new Pool(origin, { connect: { secureContext, timeout: CONNECT_TIMEOUT_MS } });
      pools.add(pool);
      return pool;
    },
  });
  return { agent, destroy: () => Promise.all(Array.from(pools, (pool) => pool.destroy())) };
}

/**
 * Opens no connection yet. One that nobody holds any more ends its connections, each after the answer it carries.
 * @param ended told when all of them are
 */
export function identityOf(credentials: Credentials, ended: (identity: Identity) => void): Identity {
  const { agent, destroy } = agentOf(credentials);
  let holders = 0;
  const closed = () => agent.close().catch(() => {});
  const closeUnheld = () => {
    if (holders === 0) closed().then(() => ended(identity));
  };
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
        // Who was handed it in this turn of the event loop may be about to hold it.
        if (holders === 0) setImmediate(closeUnheld);
      };
    },
    async end(within) {
      const over = new AbortController();
      const late = pause(within, undefined, { signal: over.signal }).catch(() => {});
      await Promise.race([closed(), late]);
      over.abort();
      await destroy();
    },
  };
  return identity;
}
