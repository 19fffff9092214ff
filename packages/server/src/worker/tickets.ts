import { hkdfSync, randomBytes } from 'node:crypto';
import type { SharedTickets } from '../transport/shared-tickets.ts';
import type { Channel } from './channel.ts';
import type { AskedOfSupervisor, AskedOfWorker, SessionChain } from './questions.ts';

const SECRET_BYTES = 32;
const TICKET_KEY_BYTES = 48;
/** How long a client waits for its ticket until every worker knows its session, milliseconds. */
const SHARE_MS = 500;
/** How long one secret makes the keys of tickets, milliseconds; sessions of before shake hands anew. */
const RENEW_EVERY_MS = 3_600_000;

/** The tickets of a worker. */
export type TicketsOfWorker = SharedTickets & {
  /** To be called with what the supervisor tells. */
  renewed(secret: Uint8Array): void;
  told(chain: SessionChain): void;
};

/** Shares the sessions of TLS with the other workers, over a channel to the supervisor. */
export function ticketsOverChannel(
  channel: Pick<Channel<AskedOfSupervisor>, 'ask' | 'tell'>,
): TicketsOfWorker {
  const renewals: (() => void)[] = [];
  const listeners: ((session: string, certificates: readonly Uint8Array[]) => void)[] = [];
  // Until the supervisor has told its own, nothing that is sealed here can be opened elsewhere.
  let secret: Uint8Array = randomBytes(SECRET_BYTES);
  return {
    keysFor: (listener) =>
      Buffer.from(hkdfSync('sha256', secret, '', `tickets of ${listener}`, TICKET_KEY_BYTES)),
    renew: () => channel.tell('renew_tickets', undefined),
    onRenewed: (listener) => void renewals.push(listener),
    share: async (session, certificates) => {
      await channel.ask('session_chain', { session, certificates });
    },
    onShared: (listener) => void listeners.push(listener),
    renewed(next) {
      secret = next;
      for (const listener of renewals) listener();
    },
    told({ session, certificates }) {
      for (const listener of listeners) listener(session, certificates);
    },
  };
}

/** A worker whose clients' sessions others resume. */
type Sharing = Pick<Channel<AskedOfWorker>, 'ask' | 'tell'>;

/** The secret of which all workers make the keys of their tickets. */
export type TicketSecret = {
  /**
   * A worker that joins has not heard what clients sent in their sessions: there are new keys for all, with which none
   * of those can be resumed.
   */
  join(): void;
  renew(): void;
  /** Tells the others of a session; resolves once each of them knows, so that it can be resumed there. */
  share(from: Sharing, chain: SessionChain): Promise<undefined>;
  close(): void;
};

export function createTicketSecret(workers: () => Iterable<Sharing>): TicketSecret {
  const renew = () => {
    const secret = randomBytes(SECRET_BYTES);
    for (const worker of workers()) worker.tell('tickets', secret);
  };
  const timer = setInterval(renew, RENEW_EVERY_MS).unref();
  return {
    join: renew,
    renew,
    async share(from, chain) {
      const others = Array.from(workers()).filter((worker) => worker !== from);
      // One that ends, or is too busy, does not hold up the client: there it shakes hands anew, or comes without its chain.
      const signal = AbortSignal.timeout(SHARE_MS);
      await Promise.all(others.map((worker) => worker.ask('session_chain', chain, signal).catch(() => {})));
      return undefined;
    },
    close: () => clearInterval(timer),
  };
}
