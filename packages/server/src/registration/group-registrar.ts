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
import type { Step } from '../unit-of-work.ts';
import { DEEPEST, type FoundGroup, type Group } from '../user/group.ts';
import type { Member } from '../user/membership.ts';
import type { Actor } from './actor.ts';
import {
  asEventNames,
  checkDescription,
  checkName,
  type GroupingStorage,
  InvalidGrouping,
  noGroup,
} from './grouping.ts';
import { createHolding, type NamedOne } from './holding.ts';
import { changeAgain, checkRevision, type Expected } from './unit-of-change.ts';

export type NewGroup = ManagedChange & {
  readonly name: string;
  readonly description?: string | undefined;
  /** The `group_id` of the group that is to contain it. */
  readonly parent?: string | undefined;
};

/** What a new group comes with. */
export type WithGroup = {
  /** When it was made, in milliseconds since the epoch; now when absent. */
  readonly created_at?: number | undefined;
  readonly steps: (group_id: string) => readonly Step[];
  readonly detail: Readonly<Record<string, unknown>>;
};

export type GroupChanges = ManagedChange & {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** Null where it is to stand by itself. */
  readonly parent?: string | null | undefined;
};

export type GroupRegistrar = {
  /**
   * @param also what is written with it or nothing, and told in its event
   * @throws InvalidGrouping
   */
  add(group: NewGroup, by: Actor, also?: WithGroup): Promise<FoundGroup>;
  /** @throws GroupingNotFound, InvalidGrouping, RevisionMismatch */
  update(group_id: string, changes: GroupChanges, by: Actor, expected?: Expected): Promise<FoundGroup>;
  /** Removes the group with its memberships. @throws GroupingNotFound, RevisionMismatch; InvalidGrouping while it contains groups */
  remove(group_id: string, by: Actor, expected?: Expected): Promise<void>;
  /**
   * Makes people and clients members, all or none; those that are already stay so.
   * @returns who was none before
   * @throws GroupingNotFound, AccountNotFound, ClientNotFound
   */
  addMembers(group_id: string, members: readonly Member[], by: Actor): Promise<readonly Member[]>;
  /** Ends memberships, all or none. @throws GroupingNotFound, also where one is no member of the group itself */
  takeOut(group_id: string, members: readonly Member[], by: Actor): Promise<void>;
};

/** A group as its audit trail compares it. */
const audited = ({ name, description, parent, parent_name, managed_by }: FoundGroup) => ({
  name,
  ...(description !== '' && { description }),
  ...(parent !== undefined && { parent: { group_id: parent, name: parent_name ?? parent } }),
  ...(managed_by !== undefined && { managed_by }),
});

function eventOf(
  type: EventType,
  group_id: string,
  by: Actor,
  changes: Changes,
  rest: Pick<EventDraft, 'username' | 'client_id' | 'detail'> = {},
): EventDraft {
  return { type, outcome: 'success', actor: by, object: { kind: 'group', id: group_id }, changes, ...rest };
}

type NamedGroup = Pick<FoundGroup, 'group_id' | 'name'>;

/** The event of one new member, who may be made with it. */
export const memberAddedEvent = (
  { group_id, name: group }: NamedGroup,
  member: NamedOne<Member>,
  by: Actor,
): EventDraft =>
  eventOf(
    'group.member_added',
    group_id,
    by,
    { member: { new: member } },
    { ...asEventNames(member), detail: { group } },
  );

const memberRemovedEvent = (
  { group_id, name: group }: NamedGroup,
  member: NamedOne<Member>,
  by: Actor,
): EventDraft =>
  eventOf(
    'group.member_removed',
    group_id,
    by,
    { member: { old: member } },
    { ...asEventNames(member), detail: { group } },
  );

/** What is looked at before a group is made or changed. */
function checksOf(groups: GroupingStorage['groups']) {
  const present = async (group_id: string): Promise<FoundGroup> => {
    const group = await groups.find(group_id);
    if (!group) throw noGroup(group_id);
    return group;
  };

  /** @throws InvalidGrouping where another group has the name */
  const checkFree = async (name: string, group_id?: string) => {
    const holder = await groups.findByName(name);
    if (holder && holder.group_id !== group_id)
      throw new InvalidGrouping('name', `a group has the name ${JSON.stringify(holder.name)} already`);
  };

  /**
   * Looks whether one group may contain another, or one that is still to be made.
   * @returns the name of the one that is to contain it
   * @throws InvalidGrouping
   */
  const checkPlace = async (parent: string, group_id?: string): Promise<string> => {
    const above = await groups.find(parent);
    if (!above) throw new InvalidGrouping('parent', `there is no group ${JSON.stringify(parent)}`);
    const chain = await groups.chain(parent);
    if (group_id !== undefined && chain.includes(group_id))
      throw new InvalidGrouping(
        'parent',
        `${JSON.stringify(above.name)} is in the group, or is the group itself`,
      );
    const height = group_id === undefined ? 1 : await groups.height(group_id);
    if (chain.length + height > DEEPEST)
      throw new InvalidGrouping(
        'parent',
        `groups contain one another at most ${DEEPEST} deep; here it would be ${chain.length + height}`,
      );
    return above.name;
  };

  return { present, checkFree, checkPlace };
}

/** Makes groups and changes them; each change is written with its one event. */
export function createGroupRegistrar(
  storage: GroupingStorage,
  events: EventRecorder,
  clock: Clock,
): GroupRegistrar {
  const { groups, roles } = storage;
  const context = { storage, events };

  const { present, checkFree, checkPlace } = checksOf(groups);
  const members = createHolding<FoundGroup, Member>(context, clock, {
    present,
    has: groups.isMember,
    give: groups.steps.add,
    take: groups.steps.takeOut,
    given: memberAddedEvent,
    taken: memberRemovedEvent,
    lacking: ({ name: group }, name) => `${name} is no member of the group ${group} itself`,
  });

  return {
    add: ({ name, description = '', parent, managed_by }, by, also) =>
      changeAgain(async () => {
        checkName(name);
        checkDescription(description);
        await checkFree(name);
        const tree = await groups.treeRevision();
        const parent_name = parent === undefined ? undefined : await checkPlace(parent);
        const group: Group = {
          group_id: randomUUID(),
          name,
          description,
          ...(parent !== undefined && { parent }),
          ...managedAfter({}, managed_by),
          created_at: also?.created_at ?? clock(),
          revision: 1,
        };
        const found = { ...group, ...(parent_name !== undefined && { parent_name }) };
        await commitChange(
          context,
          [
            groups.steps.insert(group),
            ...(parent === undefined ? [] : [groups.steps.changeTree(tree)]),
            ...(also?.steps(group.group_id) ?? []),
          ],
          eventOf('group.created', group.group_id, by, changesBetween(undefined, audited(found)), {
            ...(also && { detail: also.detail }),
          }),
        );
        return found;
      }),

    update: (group_id, { name, description, parent, managed_by }, by, expected) =>
      changeAgain(async () => {
        const tree = await groups.treeRevision();
        const before = await present(group_id);
        checkRevision(`the group ${before.name}`, before.revision, expected);
        if (name !== undefined) checkName(name);
        if (name !== undefined) await checkFree(name, group_id);
        if (description !== undefined) checkDescription(description);
        const { parent: parentBefore, parent_name: nameBefore, managed_by: _label, ...itself } = before;
        const wanted = parent === undefined ? parentBefore : (parent ?? undefined);
        const isMoved = wanted !== parentBefore;
        const parent_name =
          isMoved && wanted !== undefined
            ? await checkPlace(wanted, group_id)
            : isMoved
              ? undefined
              : nameBefore;
        const changed: FoundGroup = {
          ...itself,
          ...(name !== undefined && { name }),
          ...(description !== undefined && { description }),
          ...(wanted !== undefined && { parent: wanted }),
          ...(parent_name !== undefined && { parent_name }),
          ...managedAfter(before, managed_by),
        };
        if (isDeepStrictEqual(changed, before)) return before;
        const after = { ...changed, revision: before.revision + 1 };
        const { parent_name: _, ...stored } = after;
        await commitChange(
          context,
          [groups.steps.update(stored), ...(isMoved ? [groups.steps.changeTree(tree)] : [])],
          eventOf('group.updated', group_id, by, changesBetween(audited(before), audited(after)), {
            detail: { group: after.name },
          }),
        );
        return after;
      }),

    remove: (group_id, by, expected) =>
      changeAgain(async () => {
        const tree = await groups.treeRevision();
        // One that cannot be read can be removed all the same.
        const before = expected ? await present(group_id) : await unlessUnreadable(present(group_id));
        if (before) checkRevision(`the group ${before.name}`, before.revision, expected);
        const { people, clients, groups: inner } = await groups.count(group_id);
        if (inner > 0) {
          const { items } = await groups.list({ within: group_id, limit: 3 });
          const names = items.map((each) => JSON.stringify(each.name)).join(', ');
          throw new InvalidGrouping(
            'group_id',
            `the group contains ${inner === 1 ? 'the group' : `${inner} groups:`} ${names}${inner > items.length ? ' …' : ''}; move or remove what it contains first`,
          );
        }
        const held = await roles.ofGroup(group_id);
        const event = eventOf(
          'group.removed',
          group_id,
          by,
          changesBetween(before && audited(before), undefined),
          {
            detail: { people, clients, ...(held.length > 0 && { roles: held.map((role) => role.name) }) },
          },
        );
        const steps = [groups.steps.remove(group_id, before?.revision), groups.steps.changeTree(tree)];
        await commitChange(context, steps, event);
      }),

    addMembers: members.give,
    takeOut: members.take,
  };
}
