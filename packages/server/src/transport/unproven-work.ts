import { LRUCache } from 'lru-cache';
import { atMost } from '../at-most.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { guarded } from '../event/guarded.ts';
import { addressBlock } from '../user-authentication/address-block.ts';
import { Allowance } from './allowance.ts';
import { NO_OTHERS, type OthersNumbers } from './others.ts';
import { WaitingLines } from './waiting-lines.ts';

/** Whose work it is: the client's address, and its connection where that carries nobody else's requests. */
export type Peer = { readonly remote_address: string; readonly connection?: object };

/** Something to be done for somebody who has not shown yet who it is. */
export type Piece = {
  readonly kind: 'handshake' | 'request';
  readonly peer: Peer;
  /** What it costs at least, milliseconds of a processor. */
  readonly ms: number;
  readonly begin: () => void;
  /** Whether nobody waits for it any more. */
  readonly isOver: () => boolean;
  /** Called in place of `begin` when its turn did not come in time. */
  readonly giveUp: () => void;
};

/** The processor's time for work that has not ended in authentication. */
export type UnprovenWork = {
  /** Begins a piece of work, at once where strangers have time left and nobody waits, otherwise when its turn comes. */
  take(piece: Piece): void;
  /**
   * Notes what work cost beyond its estimate.
   * @param ms may be negative: what was taken turned out to be proven
   */
  charge(peer: Peer, ms: number): void;
  /** Notes work that other threads did: it counts for whose turn comes, and takes no time from strangers together. */
  chargeBeside(peer: Peer, ms: number): void;
  /**
   * Notes that somebody has shown on a connection of its own who it is: its requests do not wait for its address, and what
   * else it asks for in between costs it nothing, up to a bound. For a while neither do new connections of its address wait,
   * as long as what they cost and did not give back stays below the same bound.
   */
  prove(peer: Peer): void;
};

/** How long what somebody has cost counts, milliseconds: half of it is forgotten in that time. */
const HALF_LIFE_MS = 10_000;
/** What may be cost by a proven connection, and by all of its address, before they wait with the others; milliseconds. */
const PROVEN_MS = 250;
/** How long a proof counts for other connections of its address, milliseconds. */
const PROOF_LASTS_MS = 600_000;
/**
 * What each proof takes off that of its connection, milliseconds: whoever asks for tokens all day may ask whether the server
 * is ready.
 */
const PROOF_PAYS_MS = 2;
const ADDRESSES = 100_000;

/** What somebody has cost lately, milliseconds of a processor. */
class Spent {
  #ms = 0;
  #at = 0;

  at(now: number): number {
    return this.#ms * 2 ** ((this.#at - now) / HALF_LIFE_MS);
  }

  add(ms: number, now: number): void {
    this.#ms = Math.max(0, this.at(now) + ms);
    this.#at = now;
  }
}

/** What an address has cost, and until when it counts as one of somebody who is known. */
class AddressSpent extends Spent {
  #provenUntil = Number.NEGATIVE_INFINITY;

  prove(now: number): void {
    this.#provenUntil = now + PROOF_LASTS_MS;
  }

  /** Whether what comes now is covered by a proof of before. */
  isCovered(now: number): boolean {
    return now < this.#provenUntil && this.at(now) < PROVEN_MS;
  }
}

/**
 * Makes the accounts and the lines. Strangers have what `allowance` gives them, one piece of work in a turn of the event
 * loop; next is the address that has cost least, every fourth time the one that had no turn for longest, and there the
 * connection that has cost least.
 * @param now milliseconds of a clock that never goes back
 * @param others what addresses cost in other processes of this node
 */
export function createUnprovenWork(
  events: Pick<EventRecorder, 'recordSampled'>,
  now: () => number = () => performance.now(),
  allowance: Allowance = new Allowance(now),
  others: OthersNumbers = NO_OTHERS,
): UnprovenWork {
  const addresses = new LRUCache<string, AddressSpent>(atMost(ADDRESSES));
  const connections = new WeakMap<object, Spent>();
  const proven = new WeakSet<object>();
  /** What takes the next turn, once it is due. */
  let due: NodeJS.Timeout | 'now' | undefined;

  const ofAddress = (block: string): AddressSpent => {
    const spent = addresses.get(block) ?? new AddressSpent();
    addresses.set(block, spent);
    return spent;
  };
  const ofConnection = (connection: object): Spent => {
    const spent = connections.get(connection) ?? new Spent();
    connections.set(connection, spent);
    return spent;
  };
  const lines = new WaitingLines<Piece>({
    costOfAddress: (block) => addresses.peek(block)?.at(now()) ?? 0,
    costOf: ({ peer: { connection } }) => (connection && connections.get(connection)?.at(now())) ?? 0,
    isOver: ({ isOver }) => isOver(),
  });

  others.onAdded((block, ms) => ofAddress(block).add(ms, now()));

  const isProven = (peer: Peer): peer is Peer & { readonly connection: object } =>
    peer.connection !== undefined && proven.has(peer.connection);

  /** @returns whether it is covered by a proof: strangers together have as much time as before */
  const note = (peer: Peer, ms: number): boolean => {
    const at = now();
    if (peer.connection) ofConnection(peer.connection).add(ms, at);
    if (isProven(peer)) return true;
    const block = addressBlock(peer.remote_address);
    const address = ofAddress(block);
    others.add(block, ms);
    // What took no time from strangers gives them none back.
    const wasCovered = address.isCovered(at);
    address.add(ms, at);
    return ms < 0 ? address.isCovered(at) : wasCovered;
  };

  const charge = (peer: Peer, ms: number): void => {
    if (note(peer, ms)) return;
    allowance.spend(ms);
    if (ms < 0) schedule();
  };

  /** Has the next turn taken, sooner than planned where time was given back. */
  const schedule = () => {
    if (lines.isEmpty || due === 'now') return;
    const wait = allowance.wait();
    if (wait > 0) {
      due ??= setTimeout(run, wait);
      return;
    }
    clearTimeout(due);
    due = 'now';
    setImmediate(run);
  };

  const run = guarded('beginning what waits', events, () => {
    due = undefined;
    for (const late of lines.late(now())) late.giveUp();
    const piece = lines.next(now());
    if (piece) charge(piece.peer, piece.ms);
    // First, so that a piece that throws does not end the lines.
    schedule();
    piece?.begin();
  });

  const isFree = (peer: Peer): boolean =>
    isProven(peer)
      ? ofConnection(peer.connection).at(now()) < PROVEN_MS
      : (addresses.peek(addressBlock(peer.remote_address))?.isCovered(now()) ?? false);

  return {
    take(piece) {
      const isNext = piece.kind === 'request' && lines.isEmpty && allowance.wait() <= 0;
      if (isNext || isFree(piece.peer)) {
        charge(piece.peer, piece.ms);
        return piece.begin();
      }
      lines.enter(piece, addressBlock(piece.peer.remote_address), now());
      schedule();
    },
    charge,
    chargeBeside: note,
    prove({ remote_address, connection }) {
      if (connection === undefined) return;
      if (!proven.has(connection)) ofAddress(addressBlock(remote_address)).prove(now());
      proven.add(connection);
      ofConnection(connection).add(-PROOF_PAYS_MS, now());
      allowance.leaveTime();
    },
  };
}
