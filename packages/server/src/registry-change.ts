/** The kinds of record that processes remember until they are changed. */
export const REGISTRY_KINDS = [
  'client',
  'user',
  'signing key',
  'authority',
  'trust store',
  'group',
  'role',
] as const;

export type RegistryKind = (typeof REGISTRY_KINDS)[number];

/**
 * A record that was changed: its `client_id`, `sub`, `kid`, alias, `group_id` or `role_id`; of an authority the thumbprint
 * whose role, or the claim that a client has. Which groups a person or client is in, and which roles it holds itself, is of
 * the person or client; which roles a group holds is of the group.
 */
export type RegistryChange = { readonly kind: RegistryKind; readonly key: string };

/** What caches of clients, users, keys, authorities, trust stores, groups and roles ask on every request: synchronous, a look into a map. */
export type RegistryState = {
  /**
   * The number of the last change to this kind, or to this one of it, that this process knows of; never goes back. What
   * was read after asking is valid while the answer stays the same. Where it cannot be known what was changed, because
   * changes were missed or the database is in another history, everything counts as changed.
   */
  lastChange(kind: RegistryKind, key?: string): number;
  /**
   * Whether what is remembered may be used: what was heard is not older than the bound allows. While it is not, what is
   * needed is looked up.
   */
  isCurrent(): boolean;
};
