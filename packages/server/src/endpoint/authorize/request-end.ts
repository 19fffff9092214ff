import { Refusal } from '../../refusal/refusal.ts';
import type { Storage } from '../../storage/storage.ts';
import type { Step } from '../../unit-of-work.ts';
import { AddressedError } from './addressee.ts';

/**
 * The end of what may be answered once, a pushed request or one that waited for a person: in the unit of work that writes
 * its answer, so that a fault leaves it as good as before.
 */
export type RequestEnd = {
  /** The reference of a pushed request, hashed. */
  readonly pushed_sha256?: string;
  readonly steps: readonly Step[];
  /** What is told where it had ended before. */
  readonly over: () => Error;
};

/** Whether a request failed for what it is, and not for a fault of this server. */
const isRefused = (error: unknown): boolean =>
  error instanceof Refusal || (error instanceof AddressedError && error.cause instanceof Refusal);

/** Answers a request; one that is refused has ended by that. @throws what `answer` throws */
export async function endingIfRefused<T>(
  end: RequestEnd | undefined,
  { commit }: Pick<Storage, 'commit'>,
  answer: () => Promise<T>,
): Promise<T> {
  try {
    return await answer();
  } catch (error) {
    if (end && isRefused(error)) await commit(end.steps);
    throw error;
  }
}
