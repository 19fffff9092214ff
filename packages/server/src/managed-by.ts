import { z } from 'zod';

/**
 * The label of whoever keeps a resource as files say, as `countersign apply` does: it changes and removes what has its own
 * label alone.
 */
export const ManagedBy = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
    'begins with a letter or digit and has 1 to 100 letters, digits and . _ -',
  );

/** As bodies of the admin API have it: what they leave out stays. */
export const ManagedByChange = ManagedBy.nullable()
  .optional()
  .describe('The label of the files that the resource is kept by; null where it is kept by none any more.');

/** What a change says of it: what it leaves out stays, null takes it away. */
export type ManagedChange = { readonly managed_by?: string | null | undefined };

/** What is kept by files, and by which. */
export type Managed = { readonly managed_by?: string };

/** The label that a resource has after a change: what the change does not say stays. */
export function managedAfter(before: Managed, said: string | null | undefined): Managed {
  const managed_by = said === undefined ? before.managed_by : (said ?? undefined);
  return managed_by === undefined ? {} : { managed_by };
}
