import { writerByAsking } from '../storage/asked-writer.ts';
import { inOneTurn } from '../storage/one-turn.ts';
import { type SqliteWriter, type Writing, written } from '../storage/sqlite-writer.ts';
import { StorageUnavailable } from '../storage/storage-errors.ts';
import { resultOf, told } from '../storage/told.ts';
import type { Answering, Channel } from './channel.ts';
import type { AskedOfSupervisor } from './questions.ts';

/** More in one message would keep both sides from everything else for long. */
const MOST_AT_ONCE = 1_000;

/** Has the supervisor write: what is asked for in one turn in one message. */
export function writerOverChannel(channel: Channel<AskedOfSupervisor>): SqliteWriter {
  const ask = inOneTurn((writings: readonly Writing[]) => channel.ask('write', writings), MOST_AT_ONCE);
  return writerByAsking(async (writing) => resultOf(await ask(writing)));
}

/** Writes for workers. @param writer undefined while there is none, and where each has connections of its own */
export const writingForWorkers = (
  writer: () => SqliteWriter | undefined,
): Pick<Answering<AskedOfSupervisor>, 'write'> => {
  const present = () => {
    const given = writer();
    if (given === undefined) throw new StorageUnavailable('the database is not open yet');
    return given;
  };
  return {
    write: (writings) => Promise.all(writings.map((writing) => told(() => written(present(), writing)))),
  };
};
