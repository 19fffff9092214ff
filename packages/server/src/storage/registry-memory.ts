import type { RegistryChange, RegistryKind } from '../registry-change.ts';

/** Changes told apart by key; beyond so many of a kind the kind counts as changed as a whole. */
const KEYS = 50_000;

/** The changes that this process knows of, numbered by itself; see `Storage.registry`. */
export type RegistryMemory = {
  lastChange(kind: RegistryKind, key?: string): number;
  changed(changes: readonly RegistryChange[]): void;
  everythingChanged(): void;
};

type OfKind = {
  last: number;
  /** The number that keys have which are not told apart. */
  others: number;
  readonly keys: Map<string, number>;
};

export function createRegistryMemory(): RegistryMemory {
  let number = 1;
  const fresh = (): OfKind => ({ last: number, others: number, keys: new Map() });
  const kinds: Readonly<Record<RegistryKind, OfKind>> = {
    client: fresh(),
    user: fresh(),
    'signing key': fresh(),
    authority: fresh(),
    'trust store': fresh(),
    group: fresh(),
    role: fresh(),
  };

  const forgetKeys = (of: OfKind) => {
    of.keys.clear();
    of.others = number;
    of.last = number;
  };

  return {
    lastChange(kind, key) {
      const of = kinds[kind];
      return key === undefined ? of.last : (of.keys.get(key) ?? of.others);
    },
    changed(changes) {
      number++;
      for (const { kind, key } of changes) {
        const of = kinds[kind];
        of.last = number;
        of.keys.set(key, number);
        if (of.keys.size > KEYS) forgetKeys(of);
      }
    },
    everythingChanged() {
      number++;
      for (const of of Object.values(kinds)) forgetKeys(of);
    },
  };
}
