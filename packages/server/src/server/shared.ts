import type { Clock } from '../clock.ts';
import type { FollowedConfiguration } from '../config/configuration.ts';
import type { LiveSettings } from '../config/settings.ts';
import {
  createWaitingRequestCounts,
  type Overspent,
  type Requester,
  type WaitingRequestCounts,
} from '../endpoint/address-budget.ts';
import { createOutboundBudget, type OutboundBudget } from '../outbound/outbound-budget.ts';
import type { OthersNumbers } from '../transport/others.ts';
import type { SharedTickets } from '../transport/shared-tickets.ts';
import { createTurns, type Turns } from '../user-authentication/turns.ts';

/** What the processes of a node count and hold together: a process that stands alone by itself, workers at their supervisor. */
export type Shared = {
  /** Guesses at one account, and changes of one file, follow one another. */
  readonly turns: Turns;
  readonly outboundBudget: OutboundBudget;
  readonly waitingRequests: (
    requester: Requester,
    octets: number,
  ) => ReturnType<WaitingRequestCounts> | Promise<Overspent | undefined>;
  /** What only processes at one port have to tell one another. */
  readonly others?: {
    readonly connections: OthersNumbers;
    readonly costs: OthersNumbers;
    readonly tickets: SharedTickets;
  };
  /** Has a store file written, and taken up by every process of the node before it resolves. */
  readonly writing: (
    configuration: Pick<FollowedConfiguration, 'writing'>,
    file: string,
    write: () => Promise<void>,
  ) => Promise<void>;
};

/** What a process has that stands alone. @param settings asked every time, so that a reload counts at once */
export function sharedWithNobody(settings: () => LiveSettings, clock: Clock): Shared {
  return {
    turns: createTurns(),
    outboundBudget: createOutboundBudget(clock),
    waitingRequests: createWaitingRequestCounts(() => {
      const { waiting_requests_per_address: perAddress, waiting_requests: overAll } = settings().oauth;
      return { perAddress, overAll };
    }, clock),
    writing: (configuration, file, write) => configuration.writing(file, write),
  };
}
