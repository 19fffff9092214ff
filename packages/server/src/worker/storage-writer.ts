import type { SqliteWriter } from '../storage/sqlite-writer.ts';
import { StorageConflict } from '../storage/storage.ts';
import { StorageUnavailable } from '../storage/storage-errors.ts';
import type { Answering, Channel } from './channel.ts';
import type { AskedOfSupervisor, Written } from './questions.ts';

async function written<Result>(work: () => Promise<Result>): Promise<Written<Result>> {
  try {
    return { outcome: 'done', result: await work() };
  } catch (error) {
    if (error instanceof StorageConflict) return { outcome: 'conflict', message: error.message };
    if (error instanceof StorageUnavailable) return { outcome: 'unavailable', message: error.message };
    throw error;
  }
}

function resultOf<Result>(answer: Written<Result>): Result {
  if (answer.outcome === 'done') return answer.result;
  if (answer.outcome === 'conflict') throw new StorageConflict(answer.message);
  throw new StorageUnavailable(answer.message);
}

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
    attempt: ({ steps, unit_id }) => written(async () => present().attempt(steps, unit_id)),
    together: (statements) => written(async () => present().together(statements)),
  };
};
