import type { FollowedConfiguration } from '../config/configuration.ts';
import type { Channel } from './channel.ts';
import type { AskedOfWorker } from './questions.ts';

/** A worker as far as the files of the node are concerned. */
type Looking = Pick<Channel<AskedOfWorker>, 'ask'>;

/** How long others may take to look at a file that was written; milliseconds. They look by themselves as well. */
const LOOK_MS = 3_000;

/** Has files that a worker writes taken up by every process, and told of once. */
export type StoreWrites = {
  /** A worker is about to write a file, and tells of the change itself. */
  begin(worker: Looking, file: string): void;
  /** It has; resolves once every process has taken it up. */
  end(worker: Looking, file: string): Promise<undefined>;
  /** The worker is gone: what it began is over. */
  left(worker: Looking): void;
  /** Looks at every file, here and in every worker. */
  look(): Promise<void>;
};

export function createStoreWrites(
  configuration: Pick<FollowedConfiguration, 'writing' | 'look'>,
  workers: () => Iterable<Looking>,
): StoreWrites {
  type Write = { readonly over: () => void; readonly takenUp: Promise<void> };
  const underWay = new Map<Looking, Map<string, Write>>();

  const others = async (except?: Looking): Promise<void> => {
    await Promise.all(
      Array.from(workers(), (worker) =>
        worker === except
          ? undefined
          : worker.ask('look', undefined, AbortSignal.timeout(LOOK_MS)).catch(() => {}),
      ),
    );
  };
  const writesOf = (worker: Looking) => underWay.get(worker) ?? new Map<string, Write>();

  return {
    begin(worker, file) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const takenUp = configuration.writing(file, () => promise).catch(() => {});
      underWay.set(worker, writesOf(worker).set(file, { over: resolve, takenUp }));
    },
    async end(worker, file) {
      const write = writesOf(worker).get(file);
      underWay.get(worker)?.delete(file);
      write?.over();
      await Promise.all([write?.takenUp, others(worker)]);
      return undefined;
    },
    left(worker) {
      for (const { over } of writesOf(worker).values()) over();
      underWay.delete(worker);
    },
    async look() {
      // A changed file is taken up at the second look.
      await configuration.look();
      await configuration.look();
      await others();
    },
  };
}
