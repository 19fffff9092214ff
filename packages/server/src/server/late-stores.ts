import type { AuditStore } from '../event/audit-store.ts';
import type { EventStore } from '../event/event-store.ts';
import type { Storage } from '../storage/storage.ts';
import { StorageUnavailable } from '../storage/storage-errors.ts';

type Stores = Pick<Storage, 'events' | 'audit'>;

/**
 * The stores of events for a recorder that is there before the database is.
 * @returns them, each call of which is refused until `arrive` hands over what they stand for
 */
export function lateStores(): Stores & { arrive(stores: Stores): void } {
  let arrived: Stores | undefined;
  const stores = (): Stores => {
    if (arrived === undefined) throw new StorageUnavailable('the database is not open yet');
    return arrived;
  };
  const events = async (): Promise<EventStore> => stores().events;
  const audit = async (): Promise<AuditStore> => stores().audit;
  return {
    arrive(given) {
      arrived = given;
    },
    events: {
      get steps() {
        return stores().events.steps;
      },
      append: async (...given) => (await events()).append(...given),
      find: async (...given) => (await events()).find(...given),
      list: async (...given) => (await events()).list(...given),
      histogram: async (...given) => (await events()).histogram(...given),
      totals: async (...given) => (await events()).totals(...given),
      prune: async (...given) => (await events()).prune(...given),
      unaudited: async (...given) => (await events()).unaudited(...given),
      audited: async (...given) => (await events()).audited(...given),
    },
    audit: {
      putHead: async (...given) => (await audit()).putHead(...given),
      putCuts: async (...given) => (await audit()).putCuts(...given),
      heads: async (...given) => (await audit()).heads(...given),
      cuts: async (...given) => (await audit()).cuts(...given),
    },
  };
}
