import { LRUCache } from 'lru-cache';
import type { OthersNumbers } from '../transport/others.ts';
import type { Channel } from './channel.ts';
import type { AskedOfSupervisor, AskedOfWorker, Tally, TallyName } from './questions.ts';

/** How long what was added is gathered before the others are told, milliseconds. */
const GATHER_MS: Readonly<Record<TallyName, number>> = { connections: 10, costs: 250 };
/** What adds up to less is not worth telling. */
const LEAST = 0.01;

/** Numbers that a worker adds to, over a channel to the supervisor. */
export type ToldNumbers = OthersNumbers & {
  /** To be called with what the supervisor tells. */
  told(added: Tally['added']): void;
};

/** Gathers what a worker adds to one kind of number, and hands it to the supervisor. */
export function numbersOverChannel(
  channel: Pick<Channel<AskedOfSupervisor>, 'tell'>,
  name: TallyName,
): ToldNumbers {
  const listeners: ((key: string, by: number) => void)[] = [];
  const gathered = new Map<string, number>();
  let isDue = false;
  const tell = () => {
    isDue = false;
    const added = Array.from(gathered).filter(([, by]) => Math.abs(by) >= LEAST);
    gathered.clear();
    if (added.length > 0) channel.tell('tally', { name, added });
  };
  return {
    add(key, by) {
      gathered.set(key, (gathered.get(key) ?? 0) + by);
      if (!isDue) setTimeout(tell, GATHER_MS[name]).unref();
      isDue = true;
    },
    onAdded: (listener) => void listeners.push(listener),
    told(added) {
      for (const listener of listeners) for (const [key, by] of added) listener(key, by);
    },
  };
}

/** One worker among others, as the supervisor's pieces reach it. */
export type Told = Pick<Channel<AskedOfWorker>, 'tell'>;

/** Hands on what workers add to numbers. */
export type Tallies = {
  /** Tells a worker that joins what there is already. */
  join(worker: Told): void;
  added(worker: Told, tally: Tally): void;
  /** Takes off what was the worker's alone: its connections are closed, but what addresses cost they have cost. */
  leave(worker: Told): void;
};

/** Of what addresses cost, half is forgotten in that time; milliseconds. As in `transport/unproven-work.ts`. */
const HALF_LIFE_MS = 10_000;
const ADDRESSES = 10_000;
/** What is left of a cost that a worker that joins is not told of; milliseconds. */
const LEAST_COST = 1;

/** @param now milliseconds of a clock that never goes back */
export function createTallies(
  workers: () => Iterable<Told>,
  now: () => number = () => performance.now(),
): Tallies {
  const connections = new Map<Told, Map<string, number>>();
  const costs = new LRUCache<string, { readonly ms: number; readonly at: number }>({ max: ADDRESSES });
  const costOf = (key: string): number => {
    const { ms = 0, at = 0 } = costs.peek(key) ?? {};
    return ms * 2 ** ((at - now()) / HALF_LIFE_MS);
  };
  const handOn = (from: Told, tally: Tally) => {
    if (tally.added.length === 0) return;
    for (const worker of workers()) if (worker !== from) worker.tell('tally', tally);
  };
  return {
    join(worker) {
      for (const open of connections.values())
        worker.tell('tally', { name: 'connections', added: [...open] });
      const added = Array.from(costs.keys(), (key) => [key, costOf(key)] as const).filter(
        ([, ms]) => ms >= LEAST_COST,
      );
      worker.tell('tally', { name: 'costs', added });
    },
    added(worker, tally) {
      if (tally.name === 'connections') {
        const open = connections.get(worker) ?? new Map<string, number>();
        connections.set(worker, open);
        for (const [key, by] of tally.added) {
          const count = (open.get(key) ?? 0) + by;
          if (count === 0) open.delete(key);
          else open.set(key, count);
        }
      } else {
        for (const [key, by] of tally.added) {
          costs.set(key, { ms: Math.max(0, costOf(key) + by), at: now() });
        }
      }
      handOn(worker, tally);
    },
    leave(worker) {
      const open = connections.get(worker) ?? new Map<string, number>();
      connections.delete(worker);
      handOn(worker, { name: 'connections', added: Array.from(open, ([key, count]) => [key, -count]) });
    },
  };
}
