/**
 * What a table has under a name that comes from elsewhere: of its own, and nothing that every object has, such as
 * `constructor` or `toString`. Undefined where it has none.
 */
export const ownMember = <Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
