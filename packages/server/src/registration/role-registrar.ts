import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.ts';
import { type Changes, changesBetween } from '../event/changes.ts';
import type { EventDraft } from '../event/event.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import type { EventType } from '../event/event-types.ts';
import { type ManagedChange, managedAfter } from '../managed-by.ts';
import { commitChange } from '../storage/commit-change.ts';
import { unlessUnreadable } from '../storage/storage-errors.ts';
import type { Holder, Role } from '../user/group.ts';
import type { Actor } from './actor.ts';
import {
  asEventNames,
  checkDescription,
  checkName,
  GroupingNotFound,
  type GroupingStorage,
  InvalidGrouping,
} from './grouping.ts';
import { createHolding } from './holding.ts';
import { changeAgain, checkRevision, type Expected } from './unit-of-change.ts';

export type RoleFields = ManagedChange & {
  readonly name: string;
  readonly description?: string | undefined;
};

export type RoleRegistrar = {
  /** @param created_at now, unless it was made elsewhere before @throws InvalidGrouping */
  add(role: RoleFields, by: Actor, created_at?: number): Promise<Role>;
  /** @throws GroupingNotFound, InvalidGrouping, RevisionMismatch */
  update(
    role_id: string,
    changes: { readonly [field in keyof RoleFields]?: RoleFields[field] | undefined },
    by: Actor,
    expected?: Expected,
  ): Promise<Role>;
  /** Removes the role; nobody holds it any more. @throws GroupingNotFound, RevisionMismatch */
  remove(role_id: string, by: Actor, expected?: Expected): Promise<void>;
  /**
   * Gives the role to people, clients and groups, all or none; those that hold it keep it.
   * @returns who did not hold it before
   * @throws GroupingNotFound, AccountNotFound, ClientNotFound
   */
  assign(role_id: string, holders: readonly Holder[], by: Actor): Promise<readonly Holder[]>;
  /** Takes the role away, from all or none. @throws GroupingNotFound, also where one does not hold the role itself */
  unassign(role_id: string, holders: readonly Holder[], by: Actor): Promise<void>;
};

/** A role as its audit trail compares it. */
const audited = ({ name, description, managed_by }: Role) => ({
  name,
  ...(description !== '' && { description }),
  ...(managed_by !== undefined && { managed_by }),
});

function eventOf(
  type: EventType,
  role_id: string,
  by: Actor,
  changes: Changes,
  rest: Pick<EventDraft, 'username' | 'client_id' | 'detail'> = {},
): EventDraft {
  return { type, outcome: 'success', actor: by, object: { kind: 'role', id: role_id }, changes, ...rest };
}

/** Makes roles of applications and changes them; each change is written with its one event. */
export function createRoleRegistrar(
  storage: GroupingStorage,
  events: EventRecorder,
  clock: Clock,
): RoleRegistrar {
  const { roles } = storage;
  const context = { storage, events };

  const present = async (role_id: string): Promise<Role> => {
    const role = await roles.find(role_id);
    if (!role) throw new GroupingNotFound(`there is no role ${JSON.stringify(role_id)}`);
    return role;
  };

  /** @throws InvalidGrouping where another role has the name */
  const checkFree = async (name: string, role_id?: string) => {
    const known = await roles.findByName(name);
    if (known && known.role_id !== role_id)
      throw new InvalidGrouping('name', `a role has the name ${JSON.stringify(known.name)} already`);
  };

  const holding = createHolding<Role, Holder>(context, clock, {
    present,
    has: roles.isHolder,
    give: roles.steps.assign,
    take: roles.steps.unassign,
    given: ({ role_id, name: role }, holder, by) =>
      eventOf(
        'role.assigned',
        role_id,
        by,
        { holder: { new: holder } },
        { ...asEventNames(holder), detail: { role } },
      ),
    taken: ({ role_id, name: role }, holder, by) =>
      eventOf(
        'role.unassigned',
        role_id,
        by,
        { holder: { old: holder } },
        { ...asEventNames(holder), detail: { role } },
      ),
    lacking: ({ name: role }, name) => `${name} does not hold the role ${role} itself`,
  });

  return {
    add: ({ name, description = '', managed_by }, by, created_at = clock()) =>
      changeAgain(async () => {
        checkName(name);
        checkDescription(description);
        await checkFree(name);
        const role: Role = {
          role_id: randomUUID(),
          name,
          description,
          ...managedAfter({}, managed_by),
          created_at,
          revision: 1,
        };
        const event = eventOf('role.created', role.role_id, by, changesBetween(undefined, audited(role)));
        await commitChange(context, [roles.steps.insert(role)], event);
        return role;
      }),

    update: (role_id, { name, description, managed_by }, by, expected) =>
      changeAgain(async () => {
        const before = await present(role_id);
        checkRevision(`the role ${before.name}`, before.revision, expected);
        if (name !== undefined) checkName(name);
        if (name !== undefined) await checkFree(name, role_id);
        if (description !== undefined) checkDescription(description);
        const { managed_by: _label, ...itself } = before;
        const changed: Role = {
          ...itself,
          ...(name !== undefined && { name }),
          ...(description !== undefined && { description }),
          ...managedAfter(before, managed_by),
        };
        if (isDeepStrictEqual(changed, before)) return before;
        const after = { ...changed, revision: before.revision + 1 };
        const event = eventOf('role.updated', role_id, by, changesBetween(audited(before), audited(after)), {
          detail: { role: after.name },
        });
        await commitChange(context, [roles.steps.update(after)], event);
        return after;
      }),

    remove: (role_id, by, expected) =>
      changeAgain(async () => {
        // One that cannot be read can be removed all the same.
        const before = expected ? await present(role_id) : await unlessUnreadable(present(role_id));
        if (before) checkRevision(`the role ${before.name}`, before.revision, expected);
        const detail = await roles.count(role_id);
        const changes = changesBetween(before && audited(before), undefined);
        await commitChange(
          context,
          [roles.steps.remove(role_id, before?.revision)],
          eventOf('role.removed', role_id, by, changes, { detail }),
        );
      }),

    assign: holding.give,
    unassign: holding.take,
  };
}
