import { hkdfSync, randomBytes } from 'node:crypto';
import type { SharedTickets } from '../transport/shared-tickets.ts';
import type { Channel } from './channel.ts';
import type { AskedOfSupervisor, SessionChain } from './questions.ts';
import type { Told } from './tallies.ts';

const SECRET_BYTES = 32;
const TICKET_KEY_BYTES = 48;
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

/** The secret of which all workers make the keys of their tickets. */
export type TicketSecret = {
  /**
   * A worker that joins has not heard what clients sent in their sessions: there are new keys for all, with which none
   * of those can be resumed.
   */
  join(): void;
  renew(): void;
  /** Tells the others of a session before its worker goes on, and before any connection is handed to them. */
  share(from: Told, chain: SessionChain): void;
  close(): void;
};

export function createTicketSecret(workers: () => Iterable<Told>): TicketSecret {
  const renew = () => {
    const secret = randomBytes(SECRET_BYTES);
    for (const worker of workers()) worker.tell('tickets', secret);
  };
  const timer = setInterval(renew, RENEW_EVERY_MS).unref();
  return {
    join: renew,
    renew,
    share(from, chain) {
      for (const worker of workers()) if (worker !== from) worker.tell('session_chain', chain);
    },
    close: () => clearInterval(timer),
  };
}
