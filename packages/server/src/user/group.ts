import type { Managed } from '../managed-by.ts';
import type { Member } from './membership.ts';

/** People and clients that belong together; a member of a group belongs to the groups that contain it, too. */
export type Group = Managed & {
  /** A UUID; never changes and is never reused. */
  readonly group_id: string;
  /** Unique in the deployment, whatever its case. */
  readonly name: string;
  /** Empty where nobody gave one. */
  readonly description: string;
  /** The `group_id` of the group that contains it; absent for one that stands by itself. */
  readonly parent?: string;
  /** Milliseconds since the epoch. */
  readonly created_at: number;
  readonly revision: number;
};

/** A group as it is found, with the name of the group that contains it. */
export type FoundGroup = Group & { readonly parent_name?: string };

/** What applications know people, clients and groups by; no administrator role. */
export type Role = Managed & {
  /** A UUID; never changes and is never reused. */
  readonly role_id: string;
  /** Unique in the deployment, whatever its case. */
  readonly name: string;
  /** Empty where nobody gave one. */
  readonly description: string;
  /** Milliseconds since the epoch. */
  readonly created_at: number;
  readonly revision: number;
};

/** One who can hold a role: a person by `sub`, a client by `client_id`, or a group by `group_id`. */
export type Holder = Member | { readonly kind: 'group'; readonly id: string };

/** A member of a group or a holder of a role, by its names. */
export type NamedHolder = Holder & {
  /** The username, the client_name, or the name of the group. */
  readonly name: string;
  /** Since when, in milliseconds since the epoch. */
  readonly added_at: number;
};

/** A group one belongs to: as a member, or because a group that it contains does. */
export type HeldGroup = Pick<Group, 'group_id' | 'name' | 'parent'> & { readonly direct: boolean };

/** A role one has: of its own, or by groups. */
export type HeldRole = Pick<Role, 'role_id' | 'name'> & {
  readonly direct: boolean;
  /** Those of one's groups that hold it, by `group_id`. */
  readonly groups: readonly string[];
};

/** Everything a member belongs to and has; each sorted by name. */
export type Belongings = { readonly groups: readonly HeldGroup[]; readonly roles: readonly HeldRole[] };

/** Groups of a chain at most, the one at the top and the one at the bottom included. */
export const DEEPEST = 10;
