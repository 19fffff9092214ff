import { useRef } from 'react';

/** The pages of one listing that were seen: what comes after each. */
type KnownPages = { readonly listing: string; readonly cursors: readonly string[] };

/** By the name of the list: for as long as the console is open. */
const known = new Map<string, KnownPages>();

/** The cursors of a listing's pages from the second on, as far as they are known. */
export type PagesSeen = {
  readonly cursors: readonly string[];
  /** After page `page` comes what `next` leads to. */
  readonly learn: (page: number, next: string) => void;
};

/** @param list its name; undefined for one that is a part of a page, whose pages go with it */
export function usePagesSeen(list: string | undefined, listing: string): PagesSeen {
  const own = useRef<KnownPages>(undefined);
  const kept = list === undefined ? own.current : known.get(list);
  const cursors = kept?.listing === listing ? kept.cursors : [];
  return {
    cursors,
    learn(page, next) {
      // A page that was reached by an address is preceded by some that nobody has seen.
      if (page > cursors.length + 1 || cursors[page - 1] === next) return;
      const pages = { listing, cursors: [...cursors.slice(0, page - 1), next] };
      if (list === undefined) own.current = pages;
      else known.set(list, pages);
    },
  };
}
