import type { Step } from '../../unit-of-work.ts';

/**
 * The end of what may be answered once, a pushed request or one that waited for a person: in the unit of work that writes
 * the person's decision, so that a fault leaves it as good as before, and what nobody decided does not end it.
 */
export type RequestEnd = {
  /** The reference of a pushed request, hashed. */
  readonly pushed_sha256?: string;
  readonly steps: readonly Step[];
  /** What is told where it had ended before. */
  readonly over: () => Error;
};
