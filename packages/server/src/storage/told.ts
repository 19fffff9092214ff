import { StorageConflict } from './storage.ts';
import { StorageUnavailable } from './storage-errors.ts';

/** What became of work that another thread or process did, as data, with the errors of storage that callers tell apart. */
export type Told<Result> =
  | { readonly outcome: 'done'; readonly result: Result }
  | { readonly outcome: 'conflict' | 'unavailable' | 'failed'; readonly message: string };

const outcomeOf = (error: unknown) => {
  if (error instanceof StorageConflict) return 'conflict';
  return error instanceof StorageUnavailable ? 'unavailable' : 'failed';
};

/** Does work and tells what became of it; never throws. */
export async function told<Result>(work: () => Promise<Result> | Result): Promise<Told<Result>> {
  try {
    return { outcome: 'done', result: await work() };
  } catch (error) {
    return { outcome: outcomeOf(error), message: error instanceof Error ? error.message : String(error) };
  }
}

/** @throws StorageConflict, StorageUnavailable, or an Error with the words of any other */
export function resultOf<Result>(answer: Told<Result>): Result {
  switch (answer.outcome) {
    case 'done':
      return answer.result;
    case 'conflict':
      throw new StorageConflict(answer.message);
    case 'unavailable':
      throw new StorageUnavailable(answer.message);
    case 'failed':
      throw new Error(answer.message);
  }
}
