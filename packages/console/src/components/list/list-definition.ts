import type { ReactNode } from 'react';
import type { UnreadableRecord } from '../../api/admin-api.ts';
import type { Change, Reading } from '../../api/queries.ts';
import type { FilterOption } from '../filter-select.tsx';
import type { IconName } from '../icon.tsx';

/** Which part of a listing is read, by the names of the admin API. */
export type ListedPart = {
  readonly limit: number;
  readonly after?: string | undefined;
  readonly sort?: string | undefined;
  readonly order?: string | undefined;
  /** Where to begin among the values of what is sorted by. */
  readonly from?: string | undefined;
  /** `matching` where the answer is to count all that match. */
  readonly total?: string | undefined;
};

/** What a listing is narrowed to, by the names of the page's address; none of them is empty. */
export type ListFilters = Readonly<Record<string, string>>;

/** One page of a listing, as the admin API answers. */
export type ListedPage<Item> = {
  readonly items: readonly Item[];
  readonly next?: string;
  readonly unreadable?: readonly UnreadableRecord[];
  /** How many match, where it was asked. */
  readonly matching?: number;
};

export type ReadList<Item> = (part: ListedPart, filters: ListFilters) => Reading<ListedPage<Item>>;

export type ListColumn<Item> = {
  /** Its name in addresses, in what is remembered, and at the head of a CSV file. */
  readonly id: string;
  readonly label: string;
  /** Nothing where the item has none of it. */
  readonly show: (item: Item) => ReactNode;
  /** What stands in a CSV file; absent, the column is not exported. */
  readonly exported?: (item: Item) => string | number | boolean | undefined;
  /** The server sorts by this: the name of the key, and what a value of it is where one can go to it. */
  readonly sort?: { readonly by: string; readonly values?: 'texts' | 'times' };
  /** Whether it is there until a person says otherwise; the first column always is. */
  readonly hidden?: boolean;
};

/** What narrows a listing: a choice, whose option with the empty value narrows nothing, or what is written. */
export type ListFilter = { readonly name: string; readonly label: string } & (
  | { readonly options: readonly FilterOption[] }
  | {
      readonly written: 'text' | 'time';
      /** It is there only while it narrows: links come with it, and nobody writes it. */
      readonly onlyByLink?: true;
    }
);

/** What became of one of several: nothing to say where it was done. */
export type BulkOutcome = { readonly why: string; readonly event_id?: string | undefined } | undefined;

/** Something that is done to several at once. */
export type BulkAction<Item> = {
  readonly label: string;
  readonly icon?: IconName;
  /** Cannot be taken back: the number of what it is done to has to be typed. */
  readonly forGood?: boolean;
  /** What it will do to so many, as the person is asked. */
  readonly question: (count: number) => string;
  readonly consequence: (count: number) => string;
  /** What was done to so many. */
  readonly done: (count: number) => string;
  /** Does it to some of them: one outcome each, in their order. Throws where nothing more can be done at all. */
  readonly change: Change<readonly Item[], readonly BulkOutcome[]>;
  /** How many are given to the change at once. */
  readonly atOnce: number;
};
