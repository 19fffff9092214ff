import { useState } from 'react';
import { setQuery, useRoute } from '../../navigation/router.tsx';
import type { ListedPart, ListFilters } from './list-definition.ts';
import type { ListPreferences } from './list-preferences.ts';

/** What says where in the listing one is, beside the filters. */
const PLACE = ['sort', 'order', 'from', 'page', 'after'] as const;
type Parameters = {
  readonly get: (name: string) => string;
  readonly set: (changes: Readonly<Record<string, string>>) => void;
};

/** Where in a listing one is: kept in the address of the page, so that it can be gone back to, and shown to others. */
export type ListPlace = {
  readonly filters: ListFilters;
  readonly sort: string | undefined;
  readonly descending: boolean;
  /** The value of what is sorted by from which the listing is shown. */
  readonly from: string | undefined;
  /** From 1. */
  readonly page: number;
  readonly after: string | undefined;
  /** Changes with everything that makes another listing of it. */
  readonly listing: string;
  readonly narrow: (filters: Readonly<Record<string, string>>) => void;
  readonly sortBy: (sort: string, descending: boolean) => void;
  readonly goTo: (from: string) => void;
  readonly turnTo: (page: number, after: string | undefined) => void;
};

function useParameters(inAddress: boolean): Parameters {
  const { query } = useRoute();
  const [own, setOwn] = useState<Readonly<Record<string, string>>>({});
  return inAddress
    ? { get: (name) => query.get(name) ?? '', set: setQuery }
    : { get: (name) => own[name] ?? '', set: (changes) => setOwn((before) => ({ ...before, ...changes })) };
}

const AT_FIRST: Readonly<Record<string, string>> = { from: '', page: '', after: '' };

/** A number of a page; the first for what is none. */
const pageOf = (text: string): number => (/^[1-9][0-9]{0,6}$/.test(text) ? Number(text) : 1);

/**
 * @param inAddress false for a listing that is a part of a page, which keeps its place for itself
 * @param names of the filters
 */
export function useListPlace(
  inAddress: boolean,
  names: readonly string[],
  { size }: Pick<ListPreferences, 'size'>,
): ListPlace {
  const { get, set } = useParameters(inAddress);
  const filters = Object.fromEntries(
    names.map((name) => [name, get(name)] as const).filter(([, value]) => value !== ''),
  );
  const [sort, order, from, page, after] = PLACE.map(get);
  const isThere = (value: string | undefined) => (value === '' ? undefined : value);
  return {
    filters,
    sort: isThere(sort),
    descending: order === 'desc',
    from: isThere(from),
    page: isThere(after) === undefined ? 1 : pageOf(page ?? ''),
    after: isThere(after),
    listing: JSON.stringify([filters, sort, order, from, size]),
    narrow: (changes) => set({ ...changes, ...AT_FIRST }),
    sortBy: (by, descending) => set({ sort: by, order: descending ? 'desc' : '', ...AT_FIRST }),
    goTo: (value) => set({ ...AT_FIRST, from: value }),
    turnTo: (to, cursor) => set({ page: to === 1 ? '' : String(to), after: cursor ?? '' }),
  };
}

/** How the listing is sorted there; nothing where it is left to the server. */
export const sortingOf = ({ sort, descending }: ListPlace): Pick<ListedPart, 'sort' | 'order'> =>
  sort === undefined ? {} : { sort, order: descending ? 'desc' : 'asc' };

/** The part of the listing that is shown there. */
export const partAt = (place: ListPlace, limit: number): ListedPart => ({
  limit,
  ...sortingOf(place),
  ...(place.after === undefined ? { from: place.from } : { after: place.after }),
});
