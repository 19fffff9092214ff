import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { eventually } from '../../test/eventually.ts';
import { onBothDatabases, unique, user } from '../../test/storage-contract.ts';
import type { Storage } from '../storage/storage.ts';
import type { Group, Role } from '../user/group.ts';
import type { Member } from '../user/membership.ts';
import { createMemberships } from './memberships.ts';

const named = { description: '', created_at: 1_000, revision: 1 };
const group = (name: string, parent?: string): Group => ({
  ...named,
  group_id: unique('group'),
  name,
  ...(parent !== undefined && { parent }),
});

/** Memberships that say how often the database was asked. */
function counted({ groups, registry }: Storage) {
  const count = { asked: 0 };
  const memberships = createMemberships(
    {
      belongingsOf(member) {
        count.asked++;
        return groups.belongingsOf(member);
      },
    },
    registry,
  );
  return {
    memberships,
    /** Whether a look costs no question; changes of before may still be heard of. */
    remembers: (member: Member) =>
      eventually(
        async () => {
          const before = count.asked;
          await memberships(member);
          return count.asked - before;
        },
        (asked) => asked === 0,
      ),
    count,
  };
}

onBothDatabases('memberships', (contract) => {
  contract(
    'are those of now in every process, whatever they are made of changes',
    async ({ storage, another }) => {
      const { groups, roles, users, commit } = storage;
      const outer = group('b outer');
      const inner = group('A inner', outer.group_id);
      const stranger = group('C');
      const reads: Role = { ...named, role_id: unique('role'), name: 'reads' };
      const account = user();
      const person: Member = { kind: 'person', id: account.sub };
      await users.insert(account);
      await commit([
        ...[outer, inner, stranger].map((each) => groups.steps.insert(each)),
        roles.steps.insert(reads),
      ]);
      const [here, there] = [counted(storage), counted(another)];
      const renamed = { ...inner, name: 'inner', revision: 2 };
      const moved = { ...renamed, parent: stranger.group_id, revision: 3 };
      for (const [what, steps, expected] of [
        ['nothing', [], { groups: [], roles: [] }],
        [
          'a membership',
          [groups.steps.add(inner.group_id, person, 1)],
          { groups: ['A inner', 'b outer'], roles: [] },
        ],
        [
          'a role of the group above',
          [roles.steps.assign(reads.role_id, { kind: 'group', id: outer.group_id }, 1)],
          { groups: ['A inner', 'b outer'], roles: ['reads'] },
        ],
        [
          'the name of the role',
          [roles.steps.update({ ...reads, name: 'sees', revision: 2 })],
          { groups: ['A inner', 'b outer'], roles: ['sees'] },
        ],
        [
          'the name of the group',
          [groups.steps.update(renamed)],
          { groups: ['b outer', 'inner'], roles: ['sees'] },
        ],
        ['the group that contains it', [groups.steps.update(moved)], { groups: ['C', 'inner'], roles: [] }],
        [
          'a role of its own',
          [roles.steps.assign(reads.role_id, person, 1)],
          { groups: ['C', 'inner'], roles: ['sees'] },
        ],
        ['the end of the role', [roles.steps.remove(reads.role_id)], { groups: ['C', 'inner'], roles: [] }],
        ['the end of the group', [groups.steps.remove(inner.group_id)], { groups: [], roles: [] }],
        [
          'a membership of another group',
          [groups.steps.add(stranger.group_id, person, 1)],
          { groups: ['C'], roles: [] },
        ],
        ['the end of the person', users.steps.remove(person.id), { groups: [], roles: [] }],
      ] as const) {
        if (steps.length > 0) assert.equal((await commit(steps)).outcome, 'committed', what);
        assert.deepEqual(await here.memberships(person), expected, `${what}, here at once`);
        await eventually(
          () => there.memberships(person),
          (found) => isDeepStrictEqual(found, expected),
          3_000,
        );
        await here.remembers(person);
        await there.remembers(person);
      }
    },
  );

  contract(
    'are remembered through changes of what they are not made of',
    async ({ storage, insertedClient }) => {
      const { groups, commit } = storage;
      const { client_id } = await insertedClient();
      const member: Member = { kind: 'client', id: client_id };
      const [own, other] = [group(unique('own')), group(unique('other'))];
      await commit([...[own, other].map(groups.steps.insert), groups.steps.add(own.group_id, member, 1)]);
      const { memberships, remembers, count } = counted(storage);
      assert.deepEqual(await memberships(member), { groups: [own.name], roles: [] });
      await remembers(member);
      let revision = 1;
      // On a busy machine a process is now and then behind, and asks for that reason alone.
      const askedAfterChange = await eventually(
        async () => {
          await remembers(member);
          const before = count.asked;
          revision++;
          await commit([groups.steps.update({ ...other, name: unique('renamed'), revision })]);
          await memberships(member);
          return count.asked - before;
        },
        (asked) => asked === 0,
      );
      assert.equal(askedAfterChange, 0);
      await commit([groups.steps.update({ ...own, name: 'renamed', revision: 2 })]);
      assert.deepEqual(await memberships(member), { groups: ['renamed'], roles: [] });
    },
  );
});

test('memberships are asked for while it is not known whether something changed', async () => {
  const member: Member = { kind: 'client', id: 'service' };
  let isCurrent = true;
  let asked = 0;
  const memberships = createMemberships(
    {
      async belongingsOf() {
        asked++;
        return { groups: [], roles: [] };
      },
    },
    { lastChange: () => 1, isCurrent: () => isCurrent },
  );
  await memberships(member);
  await memberships(member);
  assert.equal(asked, 1);
  isCurrent = false;
  await memberships(member);
  assert.equal(asked, 2);
});
