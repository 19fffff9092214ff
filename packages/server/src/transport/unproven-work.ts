import { LRUCache } from 'lru-cache';
import { addressBlock } from '../user-authentication/address-block.ts';

/** The processor time that is spent on whoever has not shown yet who it is; milliseconds. */
export type UnprovenWorkLimits = {
  /** What an address may cost within a second, again and again. */
  readonly perSecond: number;
  /** What it may cost at once, after it cost nothing for a while. */
  readonly burst: number;
  /** The same for all addresses together. */
  readonly perSecondOverAll: number;
  readonly burstOverAll: number;
};

/** A tenth of one processor for an address, three tenths for all. */
export const UNPROVEN_WORK_LIMITS: UnprovenWorkLimits = {
  perSecond: 100,
  burst: 500,
  perSecondOverAll: 300,
  burstOverAll: 1000,
};

/** How many times as much work costs while this process has no time to spare. */
const MOST_PRESSURE = 4;
/** Below this share of its time that is used, a process has time to spare. */
const EASY = 0.5;
const SAMPLE_MS = 100;

/**
 * Makes the measure of how busy this process is: 1 with time to spare, more and more with less. What is charged are
 * estimates, and a slow or busy machine takes longer; so they grow until strangers leave it time.
 */
function pressureOfLoop(now: () => number): () => number {
  let sampled = { at: now(), of: performance.eventLoopUtilization() };
  let pressure = 1;
  return () => {
    if (now() - sampled.at < SAMPLE_MS) return pressure;
    const { utilization } = performance.eventLoopUtilization(sampled.of);
    sampled = { at: now(), of: performance.eventLoopUtilization() };
    pressure = 1 + ((MOST_PRESSURE - 1) * Math.max(0, utilization - EASY)) / (1 - EASY);
    return pressure;
  };
}

/**
 * Whose work it is: the client's own address, and its connection where that carries nobody else's requests. A
 * connection alone where it has proven before who is at its other end: its address may be that of many.
 */
export type Peer =
  | { readonly remote_address: string; readonly connection?: object }
  | { readonly connection: object };

/** Accounts of processor time, by connection and address, for work that has not ended in authentication. */
export type UnprovenWork = {
  /**
   * Takes work from the peer's accounts, more than its estimate while the process is busy.
   * @param ms may be negative: what was taken turned out to be proven
   */
  charge(peer: Peer, ms: number): void;
  /** How long, in milliseconds, until the peer may have work done; 0 for at once. */
  delayOf(peer: Peer): number;
};

const ADDRESSES = 100_000;
/** Of an address's account, the part that one connection has. */
const CONNECTION_SHARE = 0.5;

/**
 * Milliseconds of work that may be done: earned with time, spent by work, below zero when too much was spent. No debt
 * is larger than half of what may be spent at once: whoever shares an address with a stranger is slowed, not shut out.
 */
class Account {
  readonly #perSecond: number;
  readonly #burst: number;
  #level: number;
  #at: number;

  constructor(perSecond: number, burst: number, now: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#level = burst;
    this.#at = now;
  }

  charge(ms: number, now: number): void {
    const level = this.#levelAt(now) - ms;
    this.#level = Math.max(-this.#burst / 2, Math.min(this.#burst, level));
  }

  delayAt(now: number): number {
    return Math.max(0, (-this.#levelAt(now) * 1000) / this.#perSecond);
  }

  /** Whether more than half of what it may have is there. */
  isWellFilled(now: number): boolean {
    return this.#levelAt(now) > this.#burst / 2;
  }

  #levelAt(now: number): number {
    const earned = (Math.max(0, now - this.#at) * this.#perSecond) / 1000;
    this.#level = Math.min(this.#burst, this.#level + earned);
    this.#at = now;
    return this.#level;
  }
}

/**
 * Makes the accounts, each full at first. When all addresses together have cost too much, those that cost least go on:
 * an address that has most of its own account left is never kept waiting for the others.
 * @param now milliseconds of a clock that never goes back
 * @param pressure how many times its estimate work costs now, 1 to 4
 */
export function createUnprovenWork(
  now: () => number = () => performance.now(),
  limits: UnprovenWorkLimits = UNPROVEN_WORK_LIMITS,
  pressure: () => number = pressureOfLoop(now),
): UnprovenWork {
  const { perSecond, burst } = limits;
  const addresses = new LRUCache<string, Account>({ max: ADDRESSES });
  const connections = new WeakMap<object, Account>();
  const overAll = new Account(limits.perSecondOverAll, limits.burstOverAll, now());

  const ofAddress = (remote_address: string): Account => {
    const block = addressBlock(remote_address);
    const account = addresses.get(block) ?? new Account(perSecond, burst, now());
    addresses.set(block, account);
    return account;
  };
  const ofConnection = (connection: object): Account => {
    const account =
      connections.get(connection) ??
      new Account(perSecond * CONNECTION_SHARE, burst * CONNECTION_SHARE, now());
    connections.set(connection, account);
    return account;
  };

  const accountsOf = (peer: Peer): readonly Account[] => [
    ...('remote_address' in peer ? [ofAddress(peer.remote_address)] : []),
    ...(peer.connection ? [ofConnection(peer.connection)] : []),
  ];

  return {
    charge(peer, ms) {
      const at = now();
      const taken = ms * (ms < 0 ? MOST_PRESSURE : pressure());
      for (const account of accountsOf(peer)) account.charge(taken, at);
      overAll.charge(taken, at);
    },
    delayOf(peer) {
      const at = now();
      const own = Math.max(...accountsOf(peer).map((account) => account.delayAt(at)));
      const isLight = !('remote_address' in peer) || ofAddress(peer.remote_address).isWellFilled(at);
      return isLight ? own : Math.max(own, overAll.delayAt(at));
    },
  };
}
