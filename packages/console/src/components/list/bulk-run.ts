import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { everyListed } from './every-listed.ts';
import type { BulkAction, BulkOutcome } from './list-definition.ts';
import { sortingOf } from './list-place.ts';
import type { WholeList } from './whole-list.ts';

/** One that was refused, and why. */
export type RefusedItem = { readonly name: string } & Exclude<BulkOutcome, undefined>;

/** What became of all of them; those that nobody came to are as they were. */
export type BulkResult = {
  readonly done: number;
  readonly refused: readonly RefusedItem[];
  readonly untouched: number;
  /** Why it ended before all were come to. */
  readonly broke?: string;
};

/** Where an action on several stands. */
export type BulkRun<Item> =
  | { readonly step: 'reading'; readonly count: number }
  | { readonly step: 'unread'; readonly why: string }
  | { readonly step: 'asking'; readonly items: readonly Item[] }
  | { readonly step: 'working'; readonly items: readonly Item[]; readonly count: number }
  | { readonly step: 'ended'; readonly result: BulkResult };

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Finds out what is chosen, which for all that match means reading it, and then does the action to these and no others, some
 * at a time.
 */
export function useBulkRun<Item>(
  { read, filters, place, selection, nameOf }: WholeList<Item>,
  { change, atOnce }: BulkAction<Item>,
): { readonly run: BulkRun<Item>; readonly begin: () => void; readonly stop: () => void } {
  const some = [...selection.chosen.values()];
  const [run, setRun] = useState<BulkRun<Item>>(
    selection.isEverything ? { step: 'reading', count: 0 } : { step: 'asking', items: some },
  );
  const aborting = useRef(new AbortController());
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is chosen is found out once
  useEffect(() => {
    const { signal } = aborting.current;
    if (!selection.isEverything) return;
    const onMore = (count: number) => setRun({ step: 'reading', count });
    void everyListed(read, sortingOf(place), filters, signal, onMore).then(
      (items) => setRun({ step: 'asking', items }),
      (error: unknown) => {
        if (!signal.aborted) setRun({ step: 'unread', why: messageOf(error) });
      },
    );
  }, []);

  const { mutate } = useMutation({
    meta: change.meta,
    async mutationFn(items: readonly Item[]): Promise<void> {
      let done = 0;
      let broke: string | undefined;
      const refused: RefusedItem[] = [];
      let at = 0;
      while (at < items.length && !aborting.current.signal.aborted) {
        setRun({ step: 'working', items, count: at });
        const next = items.slice(at, at + atOnce);
        try {
          const outcomes = await change.mutationFn(next);
          next.forEach((item, index) => {
            const outcome = outcomes[index];
            if (outcome === undefined) done++;
            else refused.push({ name: nameOf(item), ...outcome });
          });
          at += next.length;
        } catch (error) {
          broke = messageOf(error);
          break;
        }
      }
      const untouched = items.length - at;
      setRun({ step: 'ended', result: { done, refused, untouched, ...(broke !== undefined && { broke }) } });
    },
  });
  return {
    run,
    begin() {
      if (run.step === 'asking') mutate(run.items);
    },
    stop: () => aborting.current.abort(),
  };
}
