import type { Source } from './source.ts';

/** Where an import can come from, by the name of `--from`; read when it is asked for. */
export const SOURCES: Readonly<Record<string, () => Promise<Source>>> = {};

/** The names of {@link SOURCES}, in alphabetical order. */
export const sourceNames = (): readonly string[] => Object.keys(SOURCES).toSorted();
