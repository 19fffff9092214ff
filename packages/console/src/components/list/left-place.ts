import { type RefObject, useEffect, useRef } from 'react';
import { arrivedBy, placeNow } from '../../navigation/router.tsx';

/** Where a list was left: its address, how far it was scrolled, and the row that was followed. */
type LeftPlace = { readonly address: string; readonly scrolled: number; readonly row: string };

/** By the path of the list. */
const left = new Map<string, LeftPlace>();

const pathOf = (address: string): string => address.split('?')[0] ?? address;

/** The address of a list as it was left, with its filters and page; its path where it was not. */
export const placeLeft = (path: string): string => left.get(path)?.address ?? path;

/**
 * Remembers the row whose link is followed; who comes back finds the list scrolled as it was, and the focus on that row.
 * @param isThere whether the rows are
 * @returns the table, and what it tells of clicks in it
 */
export function useLeftPlace(isThere: boolean): {
  readonly table: RefObject<HTMLTableElement | null>;
  readonly onFollow: (target: EventTarget) => void;
} {
  const table = useRef<HTMLTableElement>(null);
  const isBack = useRef(arrivedBy() === 'going-back');
  useEffect(() => {
    if (!isThere || !isBack.current) return;
    isBack.current = false;
    const place = left.get(pathOf(placeNow()));
    if (place?.address !== placeNow()) return;
    const row = table.current?.querySelector(`tr[data-row="${CSS.escape(place.row)}"] a`);
    if (row instanceof HTMLElement) row.focus({ preventScroll: true });
    window.scrollTo(0, place.scrolled);
  }, [isThere]);
  return {
    table,
    onFollow(target) {
      if (!(target instanceof Element) || target.closest('a') === null) return;
      const row = target.closest('tr')?.dataset.row;
      if (row === undefined) return;
      const address = placeNow();
      left.set(pathOf(address), { address, scrolled: window.scrollY, row });
    },
  };
}
