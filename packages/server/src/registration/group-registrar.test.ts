import assert from 'node:assert/strict';
import { recorderInto } from '../../test/recorder-into.ts';
import { onBothDatabases, unique, user } from '../../test/storage-contract.ts';
import type { EventDraft } from '../event/event.ts';
import type { Storage } from '../storage/storage.ts';
import { DEEPEST, type FoundGroup } from '../user/group.ts';
import type { Member } from '../user/membership.ts';
import { createGroupRegistrar } from './group-registrar.ts';
import { createRoleRegistrar } from './role-registrar.ts';

const ALICE = { name: 'alice', through: 'admin-api' } as const;

function registrars(storage: Storage) {
  const recorded: EventDraft[] = [];
  const events = recorderInto(recorded);
  return {
    recorded,
    groups: createGroupRegistrar(storage, events, () => 5_000),
    roles: createRoleRegistrar(storage, events, () => 5_000),
  };
}

const says = (field: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Error && 'field' in error, String(error));
  assert.equal(error.name, 'InvalidGrouping');
  assert.equal(error.field, field);
  assert.match(error.message, message);
  return true;
};

onBothDatabases('changes of groups and roles', (test) => {
  test('take a name that people can see, tell apart and read out', async ({ storage }) => {
    const { groups, roles, recorded } = registrars(storage);
    for (const { add } of [groups, roles]) {
      for (const name of ['', ' a', 'a ', 'a\tb', 'a\u200bb', 'a\u202eb', 'a\nb', 'x'.repeat(201)])
        await assert.rejects(add({ name }, ALICE), says('name', /1 to 200 characters/), JSON.stringify(name));
      await assert.rejects(add({ name: '\ufdfa'.repeat(200) }, ALICE), says('name', /at most 2000 bytes/));
      for (const description of ['a\u202eb', 'x'.repeat(1_001)])
        await assert.rejects(
          add({ name: unique('a'), description }, ALICE),
          says('description', /at most 1000 characters/),
        );
      const name = `${unique('n')}${'🜁'.repeat(100)}`;
      await add({ name, description: 'x'.repeat(1_000) }, ALICE);
      await assert.rejects(add({ name: name.toUpperCase() }, ALICE), says('name', /has the name .* already/));
    }
    assert.equal(recorded.length, 2, 'what was refused leaves no event');
  });

  test('of one name at once make one', async ({ storage, another }) => {
    const name = unique('once');
    for (const kind of ['groups', 'roles'] as const) {
      const made = await Promise.allSettled(
        Array.from({ length: 6 }, (_, index) =>
          registrars(index % 2 === 0 ? storage : another)[kind].add({ name }, ALICE),
        ),
      );
      const refused = made.filter((each) => each.status === 'rejected');
      assert.equal(refused.length, 5);
      for (const { reason } of refused) says('name', /already/)(reason);
    }
  });

  test('tell what was before and after, and nothing where nothing changed', async ({ storage }) => {
    const { groups, roles, recorded } = registrars(storage);
    const [first, second] = [unique('first'), unique('second')];
    const above = await groups.add({ name: first }, ALICE);
    const made = await groups.add({ name: second, description: 'a', parent: above.group_id }, ALICE);
    const parent = { group_id: above.group_id, name: first };
    const object = { kind: 'group', id: made.group_id };
    assert.deepEqual(recorded.at(-1), {
      type: 'group.created',
      outcome: 'success',
      actor: ALICE,
      object,
      changes: { name: { new: second }, description: { new: 'a' }, parent: { new: parent } },
    });
    assert.deepEqual(await groups.update(made.group_id, {}, ALICE), made);
    assert.deepEqual(await groups.update(made.group_id, { name: second }, ALICE), made);
    assert.equal(recorded.length, 2);
    const renamed = unique('renamed');
    const changed = await groups.update(made.group_id, { name: renamed, parent: null }, ALICE, [1]);
    assert.deepEqual(changed, await storage.groups.find(made.group_id));
    assert.deepEqual(recorded.at(-1)?.changes, {
      name: { old: second, new: renamed },
      parent: { old: parent },
    });
    await assert.rejects(groups.update(made.group_id, { name: second }, ALICE, [1]), {
      name: 'RevisionMismatch',
    });
    await assert.rejects(groups.remove(made.group_id, ALICE, [1]), { name: 'RevisionMismatch' });
    await assert.rejects(groups.update('absent', { name: 'x' }, ALICE), { name: 'GroupingNotFound' });
    const role = await roles.add({ name: second }, ALICE);
    await roles.update(role.role_id, { description: 'b' }, ALICE);
    assert.deepEqual(recorded.at(-1)?.changes, { description: { new: 'b' } });
    const before = recorded.length;
    await roles.update(role.role_id, { description: 'b' }, ALICE);
    assert.equal(recorded.length, before);
  });

  test('keep the tree a tree, ten deep at most, whoever else changes it', async ({ storage, another }) => {
    const { groups } = registrars(storage);
    const chain: FoundGroup[] = [];
    for (let depth = 1; depth <= DEEPEST; depth++)
      chain.push(await groups.add({ name: unique(`level ${depth}`), parent: chain.at(-1)?.group_id }, ALICE));
    const [top, next, bottom] = [chain[0], chain[1], chain.at(-1)];
    assert.ok(top && next && bottom);
    const tooDeep = says('parent', /at most 10 deep; here it would be 11/);
    await assert.rejects(groups.add({ name: unique('x'), parent: bottom.group_id }, ALICE), tooDeep);
    const alone = await groups.add({ name: unique('alone') }, ALICE);
    await assert.rejects(groups.update(top.group_id, { parent: alone.group_id }, ALICE), tooDeep);
    await assert.rejects(groups.update(alone.group_id, { parent: bottom.group_id }, ALICE), tooDeep);
    for (const parent of [top.group_id, bottom.group_id])
      await assert.rejects(
        groups.update(top.group_id, { parent }, ALICE),
        says('parent', /is in the group, or is the group itself/),
      );
    await assert.rejects(
      groups.update(alone.group_id, { parent: 'absent' }, ALICE),
      says('parent', /there is no group "absent"/),
    );
    await assert.rejects(
      groups.remove(top.group_id, ALICE),
      says('group_id', new RegExp(`contains the group "${next.name}"; move or remove`)),
    );
    // Each by itself is right; both would be a circle.
    const [one, other] = [await groups.add({ name: unique('one') }, ALICE), alone];
    const both = await Promise.allSettled([
      groups.update(one.group_id, { parent: other.group_id }, ALICE),
      registrars(another).groups.update(other.group_id, { parent: one.group_id }, ALICE),
    ]);
    assert.equal(both.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.ok(
      both.some((each) => each.status === 'rejected' && says('parent', /is in the group/)(each.reason)),
    );
    // A group that goes and one that comes into it.
    for (let round = 0; round < 5; round++) {
      const parent = await groups.add({ name: unique('parent') }, ALICE);
      const [gone, come] = await Promise.allSettled([
        groups.remove(parent.group_id, ALICE),
        registrars(another).groups.add({ name: unique('child'), parent: parent.group_id }, ALICE),
      ]);
      assert.notEqual(gone.status, come.status, `round ${round}`);
    }
  });

  test('of members and holders are whole, told one by one, and asked for twice done once', async ({
    storage,
    insertedClient,
  }) => {
    const { groups, roles, recorded } = registrars(storage);
    const [anna, bert] = [user({ username: unique('Anna') }), user()];
    for (const each of [anna, bert]) await storage.users.insert(each);
    const { client_id } = await insertedClient({}, { client_name: 'Billing' });
    const person: Member = { kind: 'person', id: anna.sub };
    const client: Member = { kind: 'client', id: client_id };
    const group = await groups.add({ name: unique('group') }, ALICE);
    const role = await roles.add({ name: unique('role') }, ALICE);
    const before = recorded.length;
    const nobody: Member = { kind: 'person', id: 'nobody' };
    await assert.rejects(groups.addMembers(group.group_id, [person, nobody], ALICE), {
      name: 'AccountNotFound',
    });
    await assert.rejects(groups.addMembers('absent', [person], ALICE), { name: 'GroupingNotFound' });
    await assert.rejects(groups.addMembers(group.group_id, [{ kind: 'client', id: 'absent' }], ALICE), {
      name: 'ClientNotFound',
    });
    assert.deepEqual((await storage.groups.members(group.group_id, 'person', { limit: 9 })).items, []);
    assert.equal(recorded.length, before);
    assert.deepEqual(await groups.addMembers(group.group_id, [person, client, person], ALICE), [
      person,
      client,
    ]);
    assert.deepEqual(await groups.addMembers(group.group_id, [person, client], ALICE), []);
    const [ofPerson, ofClient, ...others] = recorded.slice(before);
    assert.deepEqual(others, []);
    assert.deepEqual(ofPerson, {
      type: 'group.member_added',
      outcome: 'success',
      actor: ALICE,
      object: { kind: 'group', id: group.group_id },
      username: anna.username,
      changes: { member: { new: { ...person, name: anna.username } } },
      detail: { group: group.name },
    });
    assert.equal(ofClient?.client_id, client_id);
    assert.deepEqual(ofClient?.changes, { member: { new: { ...client, name: 'Billing' } } });
    await assert.rejects(
      groups.takeOut(group.group_id, [person, { kind: 'person', id: bert.sub }], ALICE),
      (error) => error instanceof Error && error.message.includes('is no member of the group'),
    );
    assert.equal(await storage.groups.isMember(group.group_id, person), true, 'all or none');
    await groups.takeOut(group.group_id, [person], ALICE);
    assert.deepEqual(recorded.at(-1)?.changes, { member: { old: { ...person, name: anna.username } } });

    const ofGroup = { kind: 'group', id: group.group_id } as const;
    assert.deepEqual(await roles.assign(role.role_id, [person, ofGroup], ALICE), [person, ofGroup]);
    assert.deepEqual(recorded.at(-1)?.changes, { holder: { new: { ...ofGroup, name: group.name } } });
    assert.deepEqual(recorded.at(-1)?.detail, { role: role.name });
    await roles.unassign(role.role_id, [person], ALICE);
    await assert.rejects(roles.unassign(role.role_id, [person], ALICE), { name: 'GroupingNotFound' });
    await groups.remove(group.group_id, ALICE);
    assert.deepEqual(recorded.at(-1)?.detail, { people: 0, clients: 1, roles: [role.name] });
    await roles.remove(role.role_id, ALICE);
    assert.deepEqual(recorded.at(-1)?.detail, { people: 0, clients: 0, groups: 0 });
    await assert.rejects(roles.remove(role.role_id, ALICE), { name: 'GroupingNotFound' });
    await assert.rejects(groups.remove(group.group_id, ALICE), { name: 'GroupingNotFound' });
  });

  test('of one that cannot be read are its removal alone', async ({ storage, database }) => {
    const { groups } = registrars(storage);
    const { group_id } = await groups.add({ name: unique('marked') }, ALICE);
    await database.execute(
      `update member_group set further = '{"crit":["moon"],"moon":1}' where group_id = '${group_id}'`,
    );
    await assert.rejects(groups.update(group_id, { name: 'x' }, ALICE), { name: 'UnreadableRecord' });
    await groups.remove(group_id, ALICE);
    assert.equal(await storage.groups.find(group_id), undefined);
  });
});
