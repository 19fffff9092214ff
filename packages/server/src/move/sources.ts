import type { Source } from './source.ts';

/** Sources by name, each loaded when it is asked for. */
export type Sources = Readonly<Record<string, () => Promise<Source>>>;

/** Where an import can come from, by the name of `--from`. */
export const SOURCES: Sources = {
  keycloak: async () => (await import('./keycloak/keycloak.ts')).keycloak,
  countersign: async () => (await import('./countersign/source.ts')).countersignSource,
  people: async () => (await import('./people/people.ts')).people,
  wso2: async () => (await import('./wso2/wso2.ts')).wso2,
};

/** Their names, in alphabetical order. */
export const sourceNames = (sources: Sources): readonly string[] => Object.keys(sources).toSorted();
