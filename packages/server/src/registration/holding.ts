import type { Clock } from '../clock.ts';
import type { EventDraft } from '../event/event.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { commitChange } from '../storage/commit-change.ts';
import type { Step } from '../unit-of-work.ts';
import type { Holder } from '../user/group.ts';
import type { Actor } from './actor.ts';
import { distinct, GroupingNotFound, type GroupingStorage, nameOfHolder, nameOrId } from './grouping.ts';
import { changeAgain } from './unit-of-change.ts';

/** One who is in a group or holds a role, as events name it. */
export type NamedOne<H extends Holder> = H & { readonly name: string };

/** What groups and roles have of their own in this. */
type About<Whole, H extends Holder> = {
  /** @throws GroupingNotFound */
  present(id: string): Promise<Whole>;
  has(id: string, holder: H): Promise<boolean>;
  /** @param now milliseconds since the epoch */
  give(id: string, holder: H, now: number): Step;
  take(id: string, holder: H): Step;
  given(whole: Whole, holder: NamedOne<H>, by: Actor): EventDraft;
  taken(whole: Whole, holder: NamedOne<H>, by: Actor): EventDraft;
  /** Why nothing can be taken from one of this name. */
  lacking(whole: Whole, name: string): string;
};

/** How several come into a group or get a role, and lose it: all or none, each with its one event. */
export function createHolding<Whole, H extends Holder>(
  context: { readonly storage: GroupingStorage; readonly events: EventRecorder },
  clock: Clock,
  about: About<Whole, H>,
): {
  /** @returns those who are new @throws GroupingNotFound, AccountNotFound, ClientNotFound */
  give(id: string, holders: readonly H[], by: Actor): Promise<readonly H[]>;
  /** @throws GroupingNotFound, also where one has nothing to lose */
  take(id: string, holders: readonly H[], by: Actor): Promise<void>;
} {
  const { storage } = context;
  return {
    give: (id, holders, by) =>
      changeAgain(async () => {
        const whole = await about.present(id);
        const added: { readonly holder: H; readonly name: string }[] = [];
        for (const holder of distinct(holders)) {
          const name = await nameOfHolder(storage, holder);
          if (!(await about.has(id, holder))) added.push({ holder, name });
        }
        if (added.length === 0) return [];
        const now = clock();
        await commitChange(
          context,
          added.map(({ holder }) => about.give(id, holder, now)),
          ...added.map(({ holder, name }) => about.given(whole, { ...holder, name }, by)),
        );
        return added.map(({ holder }) => holder);
      }),

    take: (id, holders, by) =>
      changeAgain(async () => {
        const whole = await about.present(id);
        const gone: { readonly holder: H; readonly name: string }[] = [];
        for (const holder of distinct(holders)) {
          const name = await nameOrId(storage, holder);
          if (!(await about.has(id, holder))) throw new GroupingNotFound(about.lacking(whole, name));
          gone.push({ holder, name });
        }
        await commitChange(
          context,
          gone.map(({ holder }) => about.take(id, holder)),
          ...gone.map(({ holder, name }) => about.taken(whole, { ...holder, name }, by)),
        );
      }),
  };
}
