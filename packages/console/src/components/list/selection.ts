import { useState } from 'react';

/** What of a listing is chosen: some rows, of whatever pages, or all that match. */
export type Selection<Item> = {
  readonly chosen: ReadonlyMap<string, Item>;
  readonly isEverything: boolean;
  readonly has: (key: string) => boolean;
  readonly toggle: (key: string, item: Item) => void;
  /** All rows of the page, or none of them. */
  readonly togglePage: (page: ReadonlyMap<string, Item>) => void;
  readonly everything: () => void;
  readonly clear: () => void;
};

type Chosen<Item> = {
  readonly listing: string;
  readonly items: ReadonlyMap<string, Item>;
  readonly isEverything: boolean;
};

/** @param narrowed changes with what the listing is narrowed to; what was chosen of another is chosen no more */
export function useSelection<Item>(narrowed: string): Selection<Item> {
  const [kept, setKept] = useState<Chosen<Item>>();
  const { items, isEverything }: Chosen<Item> =
    kept?.listing === narrowed
      ? kept
      : { listing: narrowed, items: new Map<string, Item>(), isEverything: false };
  const choose = (chosen: ReadonlyMap<string, Item>) =>
    setKept({ listing: narrowed, items: chosen, isEverything: false });
  return {
    chosen: items,
    isEverything,
    has: (key) => isEverything || items.has(key),
    toggle(key, item) {
      const changed = new Map(items);
      if (!changed.delete(key)) changed.set(key, item);
      choose(changed);
    },
    togglePage(page) {
      const isWhole = isEverything || [...page.keys()].every((key) => items.has(key));
      choose(isWhole ? new Map([...items].filter(([key]) => !page.has(key))) : new Map([...items, ...page]));
    },
    everything: () => setKept({ listing: narrowed, items: new Map(), isEverything: true }),
    clear: () => choose(new Map()),
  };
}
