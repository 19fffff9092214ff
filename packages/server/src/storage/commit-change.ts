import type { EventDraft } from '../event/event.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import type { Step, UnitOutcome } from '../unit-of-work.ts';
import type { Storage } from './storage.ts';

/** A change that the database refused whole; `condition` is what did not hold. */
export class UnitRefused extends Error {
  override readonly name = 'UnitRefused';
  readonly condition: string;

  constructor(condition: string) {
    super(`it does not hold that ${condition}`);
    this.condition = condition;
  }
}

/** What a change is committed with. */
export type ChangeContext = {
  readonly storage: Pick<Storage, 'commit'>;
  readonly events: Pick<EventRecorder, 'prepare'>;
};

/**
 * Commits a change and the events that tell of it, all or nothing.
 * @param steps where the change names its events, made of their ids
 * @returns what became of it, and the ids of the events
 */
export async function tryChange(
  { storage, events }: ChangeContext,
  steps: readonly Step[] | ((event_ids: readonly string[]) => readonly Step[]),
  ...drafts: readonly EventDraft[]
): Promise<UnitOutcome & { readonly event_ids: readonly string[] }> {
  const prepared = drafts.map((draft) => events.prepare(draft));
  const made = typeof steps === 'function' ? steps(prepared.map(({ event_id }) => event_id)) : steps;
  const unit = await storage.commit([...made, ...prepared.flatMap((event) => event.steps)]);
  if (unit.outcome === 'refused') return { ...unit, event_ids: [] };
  for (const event of prepared) event.settle();
  return { ...unit, event_ids: prepared.map(({ event_id }) => event_id) };
}

/** As {@link tryChange}. @returns the ids of the events @throws UnitRefused */
export async function commitChange(
  context: ChangeContext,
  steps: readonly Step[],
  ...drafts: readonly EventDraft[]
): Promise<readonly string[]> {
  const unit = await tryChange(context, steps, ...drafts);
  if (unit.outcome === 'refused') throw new UnitRefused(unit.condition);
  return unit.event_ids;
}
