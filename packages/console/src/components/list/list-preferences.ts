import { useState } from 'react';
import { useMe } from '../../session/me.tsx';
import type { ListFilters } from './list-definition.ts';

export const PAGE_SIZES = [25, 50, 100, 200] as const;

export type SavedFilter = { readonly name: string; readonly filters: ListFilters };

/** How one person wants to see one listing. */
export type ListPreferences = {
  readonly size: number;
  /** The columns that are shown; undefined for those that are at first. */
  readonly columns: readonly string[] | undefined;
  readonly saved: readonly SavedFilter[];
};

const AT_FIRST: ListPreferences = { size: PAGE_SIZES[0], columns: undefined, saved: [] };

const isText = (value: unknown): value is string => typeof value === 'string';
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function savedFilters(value: unknown): readonly SavedFilter[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((saved: unknown) => {
    if (!isObject(saved) || !isText(saved.name) || !isObject(saved.filters)) return [];
    const filters = Object.entries(saved.filters).filter((entry): entry is [string, string] =>
      isText(entry[1]),
    );
    return [{ name: saved.name, filters: Object.fromEntries(filters) }];
  });
}

/** What a browser kept; what nobody can read counts as nothing. */
export function readPreferences(kept: string | null): ListPreferences {
  try {
    const value: unknown = JSON.parse(kept ?? 'null');
    if (!isObject(value)) return AT_FIRST;
    return {
      size: PAGE_SIZES.find((size) => size === value.size) ?? AT_FIRST.size,
      columns: Array.isArray(value.columns) ? value.columns.filter(isText) : undefined,
      saved: savedFilters(value.saved),
    };
  } catch {
    return AT_FIRST;
  }
}

/** Of the person who is signed in, in this browser. @param list its name */
export function useListPreferences(
  list: string,
): readonly [ListPreferences, (changes: Partial<ListPreferences>) => void] {
  const { username } = useMe();
  const key = `countersign.list.${list}.${username}`;
  const [preferences, setPreferences] = useState(() => readPreferences(localStorage.getItem(key)));
  const change = (changes: Partial<ListPreferences>) => {
    const changed = { ...preferences, ...changes };
    setPreferences(changed);
    localStorage.setItem(key, JSON.stringify(changed));
  };
  return [preferences, change];
}
