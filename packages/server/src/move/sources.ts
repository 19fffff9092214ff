import type { Source } from './source.ts';

/** Where an import can come from, by the name of `--from`; read when it is asked for. */
export const SOURCES: Readonly<Record<string, () => Promise<Source>>> = {
  wso2: async () => (await import('./wso2/wso2.ts')).wso2,
};

/** The names of {@link SOURCES}, in alphabetical order. */
export const sourceNames = (): readonly string[] => Object.keys(SOURCES).toSorted();
