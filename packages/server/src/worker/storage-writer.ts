import type { SqliteWriter } from '../storage/sqlite-writer.ts';
import { StorageUnavailable } from '../storage/storage-errors.ts';
import { resultOf, told } from '../storage/told.ts';
import type { Answering, Channel } from './channel.ts';
import type { AskedOfSupervisor } from './questions.ts';

/** Has the supervisor write. */
export const writerOverChannel = (channel: Channel<AskedOfSupervisor>): SqliteWriter => ({
  attempt: async (steps, unit_id) => resultOf(await channel.ask('attempt', { steps, unit_id })),
  together: async (statements) => resultOf(await channel.ask('together', statements)),
});

/** Writes for workers. @param writer undefined while there is none, and where each has connections of its own */
export const writingForWorkers = (
  writer: () => SqliteWriter | undefined,
): Pick<Answering<AskedOfSupervisor>, 'attempt' | 'together'> => {
  const present = () => {
    const given = writer();
    if (given === undefined) throw new StorageUnavailable('the database is not open yet');
    return given;
  };
  return {
    attempt: ({ steps, unit_id }) => told(async () => present().attempt(steps, unit_id)),
    together: (statements) => told(async () => present().together(statements)),
  };
};
