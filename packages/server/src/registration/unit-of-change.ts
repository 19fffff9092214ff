import { UnitRefused } from '../storage/commit-change.ts';
import type { Step } from '../unit-of-work.ts';

/** What is wrong with the revision that whoever changes something believes it to have (RFC 9110 §13.1.1). */
export class RevisionMismatch extends Error {
  override readonly name = 'RevisionMismatch';
  readonly revision: number | string;

  constructor(what: string, revision: number | string) {
    super(`${what} was changed meanwhile: it is at revision ${revision}`);
    this.revision = revision;
  }
}

/** The revisions one of which must be the present one; whatever it is when absent. */
export type Expected<Revision = number> = readonly Revision[] | undefined;

/** @throws RevisionMismatch */
export function checkRevision<Revision extends number | string>(
  what: string,
  revision: Revision,
  expected: Expected<Revision>,
): void {
  if (expected && !expected.includes(revision)) throw new RevisionMismatch(what, revision);
}

const ATTEMPTS = 10;

/**
 * Runs a change that reads, decides and writes, again as long as another one was faster: what it reads then is what the
 * other left.
 * @param given steps of the caller's own, which another try would not help
 * @throws UnitRefused when others were faster every time
 */
export async function changeAgain<T>(change: () => Promise<T>, given: readonly Step[] = []): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await change();
    } catch (error) {
      const isRace =
        error instanceof UnitRefused && !given.some(({ condition }) => condition === error.condition);
      if (!isRace || attempt >= ATTEMPTS) throw error;
    }
  }
}
