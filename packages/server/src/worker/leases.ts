import type { OutboundBudget } from '../outbound/outbound-budget.ts';
import { OutboundBudgetSpent } from '../outbound/outbound-budget.ts';
import type { Turns } from '../user-authentication/turns.ts';
import type { Answering, Channel } from './channel.ts';
import type { AskedOfSupervisor } from './questions.ts';

type Asking = Pick<Channel<AskedOfSupervisor>, 'ask' | 'tell'>;

let leases = 0;

/** What ends a turn at the supervisor, once. */
function ending(channel: Asking, lease: number): () => void {
  let ended = false;
  return () => {
    if (!ended) channel.tell('leave', { lease });
    ended = true;
  };
}

/** The turns of all workers of a node. */
export const turnsOverChannel = (channel: Asking): Turns => ({
  async enter(name, most) {
    const lease = ++leases;
    return (await channel.ask('turn', { lease, name, most })) ?? ending(channel, lease);
  },
});

/** The budget of outbound requests of all workers of a node. */
export const outboundBudgetOverChannel = (channel: Asking): OutboundBudget => ({
  async turn(errand, signal) {
    const lease = ++leases;
    const spent = await channel.ask('outbound', { lease, errand }, signal);
    if (spent) throw new OutboundBudgetSpent(spent.limit, errand, spent.expected);
    return ending(channel, lease);
  },
});

/** The turns that one worker holds; they end with it. */
export type Leases = Pick<Answering<AskedOfSupervisor>, 'turn' | 'outbound' | 'leave'> & {
  /** Ends them all: the worker is gone. */
  release(): void;
};

/** Holds turns for one worker. */
export function leasesOfWorker(turns: Turns, budget: OutboundBudget): Leases {
  const held = new Map<number, () => void>();
  let gone = false;
  /** A turn that came when nobody wanted it any more is over at once. */
  const hold = (lease: number, leave: () => void, withdrawn: AbortSignal) => {
    if (gone || withdrawn.aborted) leave();
    else held.set(lease, leave);
  };
  return {
    async turn({ lease, name, most }, withdrawn) {
      const entered = await turns.enter(name, most);
      if (typeof entered !== 'function') return entered;
      hold(lease, entered, withdrawn);
      return undefined;
    },
    async outbound({ lease, errand }, withdrawn) {
      try {
        hold(lease, await budget.turn(errand, withdrawn), withdrawn);
        return undefined;
      } catch (error) {
        if (error instanceof OutboundBudgetSpent) return { limit: error.limit, expected: error.expected };
        throw error;
      }
    },
    leave({ lease }) {
      held.get(lease)?.();
      held.delete(lease);
      return undefined;
    },
    release() {
      gone = true;
      for (const leave of held.values()) leave();
      held.clear();
    },
  };
}
