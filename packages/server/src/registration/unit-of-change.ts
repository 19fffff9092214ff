import type { EventDraft } from '../event/event.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import type { Storage } from '../storage/storage.ts';
import type { Step } from '../unit-of-work.ts';

/** A change that the database refused whole; `condition` is what did not hold. */
export class UnitRefused extends Error {
  override readonly name = 'UnitRefused';
  readonly condition: string;

  constructor(condition: string) {
    super(`it does not hold that ${condition}`);
    this.condition = condition;
  }
}

/** What is wrong with the revision that whoever changes something believes it to have (RFC 9110 §13.1.1). */
export class RevisionMismatch extends Error {
  override readonly name = 'RevisionMismatch';
  readonly revision: number;

  constructor(what: string, revision: number) {
    super(`${what} was changed meanwhile: it is at revision ${revision}`);
    this.revision = revision;
  }
}

/** The revisions one of which must be the present one; whatever it is when absent. */
export type Expected = readonly number[] | undefined;

/** @throws RevisionMismatch */
export function checkRevision(what: string, revision: number, expected: Expected): void {
  if (expected && !expected.includes(revision)) throw new RevisionMismatch(what, revision);
}

/** Commits a change and the event that tells of it: both, or neither. @throws UnitRefused */
export async function commitChange(
  { storage, events }: { readonly storage: Pick<Storage, 'commit'>; readonly events: EventRecorder },
  steps: readonly Step[],
  draft: EventDraft,
): Promise<void> {
  const event = events.prepare(draft);
  const result = await storage.commit([...steps, event.step]);
  if (result.outcome === 'refused') throw new UnitRefused(result.condition);
  event.settle();
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
