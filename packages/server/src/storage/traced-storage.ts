import { span } from '../telemetry/span.ts';
import type { Storage } from './storage.ts';
import type { StorageOptions } from './storage-options.ts';

/** What answers from memory, or is no question to the database of a request. */
const UNTRACED: readonly PropertyKey[] = [
  'registry',
  'reach',
  'audit',
  'requestCounts',
  'nodes',
  'leases',
  'writer',
];

/** A store whose methods are each a span of the request that calls them. */
function tracedStore<Store extends object>(name: string, store: Store, system: string): Store {
  const methods = new Map<PropertyKey, (...args: readonly unknown[]) => unknown>();
  return new Proxy(store, {
    get(target, member) {
      const known = methods.get(member);
      if (known) return known;
      const value: unknown = Reflect.get(target, member);
      if (typeof value !== 'function') return value;
      const operation = `${name}.${String(member)}`;
      const traced = (...args: readonly unknown[]): unknown =>
        span(
          `storage ${operation}`,
          (note) => {
            note?.({ 'db.system.name': system, 'db.operation.name': operation });
            return Reflect.apply(value, target, args);
          },
          'client',
        );
      methods.set(member, traced);
      return traced;
    },
  });
}

/** What the semantic conventions call a database. */
const SYSTEMS: Readonly<Record<StorageOptions['type'], string>> = {
  sqlite: 'sqlite',
  postgres: 'postgresql',
};

/**
 * The same storage, whose questions and units of work are spans of the request that asks. What is answered from memory
 * comes to no store and is none; nor is what statements hold.
 */
export function tracedStorage<Opened extends Storage>(storage: Opened, type: StorageOptions['type']): Opened {
  const system = SYSTEMS[type];
  const stores = new Map<PropertyKey, unknown>();
  const commit: Storage['commit'] = (steps) =>
    span(
      'storage commit',
      async (note) => {
        note?.({ 'db.system.name': system, 'db.operation.batch.size': steps.length });
        const unit = await storage.commit(steps);
        note?.({ 'countersign.outcome': unit.outcome });
        return unit;
      },
      'client',
    );
  return new Proxy(storage, {
    get(target, member) {
      if (member === 'commit') return commit;
      const value: unknown = Reflect.get(target, member);
      const isStore = typeof value === 'object' && value !== null && !(value instanceof Promise);
      if (!isStore || UNTRACED.includes(member)) return value;
      const known = stores.get(member) ?? tracedStore(String(member), value, system);
      stores.set(member, known);
      return known;
    },
  });
}
