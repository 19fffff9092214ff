import type { ListColumn, ListFilters, ReadList } from './list-definition.ts';
import type { ListPlace } from './list-place.ts';
import type { Selection } from './selection.ts';

/** A list as its parts know it, beyond the page that is shown. */
export type WholeList<Item> = {
  readonly name: string;
  readonly read: ReadList<Item>;
  readonly filters: ListFilters;
  readonly place: ListPlace;
  readonly columns: readonly ListColumn<Item>[];
  readonly selection: Selection<Item>;
  readonly keyOf: (item: Item) => string;
  readonly nameOf: (item: Item) => string;
  readonly matching: number | undefined;
};
