import assert from 'node:assert/strict';
import { client, onBothDatabases, readAll, unique, user } from '../../../test/storage-contract.ts';
import type { Group, Holder, Role } from '../../user/group.ts';
import type { Member } from '../../user/membership.ts';
import type { Storage } from '../storage.ts';

const group = (over: Partial<Group> = {}): Group => ({
  group_id: unique('group'),
  name: unique('Group'),
  description: 'those who build',
  created_at: 1_000,
  revision: 1,
  ...over,
});

const role = (over: Partial<Role> = {}): Role => ({
  role_id: unique('role'),
  name: unique('Role'),
  description: '',
  created_at: 1_000,
  revision: 1,
  ...over,
});

async function insertedGroup({ commit, groups }: Storage, over: Partial<Group> = {}): Promise<Group> {
  const inserted = group(over);
  assert.equal((await commit([groups.steps.insert(inserted)])).outcome, 'committed');
  return inserted;
}

async function insertedRole({ commit, roles }: Storage, over: Partial<Role> = {}): Promise<Role> {
  const inserted = role(over);
  assert.equal((await commit([roles.steps.insert(inserted)])).outcome, 'committed');
  return inserted;
}

async function insertedPerson(storage: Storage): Promise<Member> {
  const inserted = user();
  await storage.users.insert(inserted);
  return { kind: 'person', id: inserted.sub };
}

onBothDatabases('groups and roles', (test) => {
  test('are found by id and by name, whatever its case, and no two have one name', async ({ storage }) => {
    for (const [kind, insert, find, findByName, again] of [
      [
        'group',
        () => insertedGroup(storage, { name: 'Straße' }),
        storage.groups.find,
        storage.groups.findByName,
        () => storage.groups.steps.insert(group({ name: 'STRAßE' })),
      ],
      [
        'role',
        () => insertedRole(storage, { name: 'Straße' }),
        storage.roles.find,
        storage.roles.findByName,
        () => storage.roles.steps.insert(role({ name: 'STRAßE' })),
      ],
    ] as const) {
      const inserted = await insert();
      const id = 'group_id' in inserted ? inserted.group_id : inserted.role_id;
      assert.deepEqual(await find(id), inserted, kind);
      assert.deepEqual(await findByName('strAße'), inserted, kind);
      assert.equal(await findByName('strasse'), undefined, kind);
      assert.equal(await find('absent'), undefined, kind);
      assert.deepEqual(await storage.commit([again()]), {
        outcome: 'refused',
        condition: `the name of the ${kind} is free`,
      });
    }
  });

  test('are replaced at the revision they have, by a name that is free', async ({ storage }) => {
    const [one, other] = [await insertedGroup(storage), await insertedGroup(storage)];
    const { steps } = storage.groups;
    const renamed = { ...one, name: unique('renamed'), description: '', parent: other.group_id, revision: 2 };
    assert.equal((await storage.commit([steps.update(renamed)])).outcome, 'committed');
    assert.deepEqual(await storage.groups.find(one.group_id), { ...renamed, parent_name: other.name });
    assert.equal((await storage.commit([steps.update(renamed)])).outcome, 'refused', 'its revision is 2');
    assert.equal(
      (await storage.commit([steps.update({ ...renamed, name: other.name, revision: 3 })])).outcome,
      'refused',
      'the name is taken',
    );
    const held = await insertedRole(storage);
    const again = { ...held, description: 'reads', revision: 2 };
    assert.equal((await storage.commit([storage.roles.steps.update(again)])).outcome, 'committed');
    assert.equal((await storage.commit([storage.roles.steps.update(again)])).outcome, 'refused');
    assert.deepEqual(await storage.roles.find(held.role_id), again);
  });

  test('are listed by name, page by page, as a whole, by a part of the name, and within a group', async ({
    storage,
  }) => {
    const mark = unique('listed');
    const parent = await insertedGroup(storage, { name: `${mark} B` });
    for (const name of ['c', 'A', 'd%_'])
      await insertedGroup(storage, { name: `${mark} ${name}`, parent: parent.group_id });
    for (const name of ['c', 'A', 'd%_']) await insertedRole(storage, { name: `${mark} ${name}` });
    const names = (items: readonly { readonly name: string }[]) =>
      items.map(({ name }) => name.slice(mark.length + 1));
    const listed = (request: { search?: string; within?: string }) =>
      readAll((next) => storage.groups.list({ ...request, ...next, limit: 2 })).then(names);
    assert.deepEqual(await listed({ search: mark.toUpperCase() }), ['A', 'B', 'c', 'd%_']);
    assert.deepEqual(await listed({ search: `${mark} d%_` }), ['d%_']);
    assert.deepEqual(await listed({ search: `${mark}%` }), []);
    assert.deepEqual(await listed({ within: parent.group_id }), ['A', 'c', 'd%_']);
    assert.deepEqual(await listed({ within: parent.group_id, search: ' c' }), ['c']);
    const roles = await readAll((next) => storage.roles.list({ search: mark, ...next, limit: 2 }));
    assert.deepEqual(names(roles), ['A', 'c', 'd%_']);
    await assert.rejects(storage.groups.list({ limit: 1, after: 'nonsense' }), { name: 'InvalidCursor' });
  });

  test('have members and holders, each once, by their names', async ({ storage, insertedClient }) => {
    const { group_id } = await insertedGroup(storage);
    const { role_id } = await insertedRole(storage);
    const inner = await insertedGroup(storage, { parent: group_id, name: unique('inner') });
    const people = [user({ username: unique('b') }), user({ username: unique('A') })];
    for (const person of people) await storage.users.insert(person);
    const service = await insertedClient({}, { client_name: 'Kassenbücher' });
    const holders: readonly Holder[] = [
      ...people.map(({ sub }) => ({ kind: 'person', id: sub }) as const),
      { kind: 'client', id: service.client_id },
      { kind: 'group', id: inner.group_id },
    ];
    for (const holder of holders) {
      const steps = [
        storage.roles.steps.assign(role_id, holder, 7),
        ...(holder.kind === 'group' ? [] : [storage.groups.steps.add(group_id, holder, 7)]),
      ];
      for (const step of steps) {
        assert.equal((await storage.commit([step])).outcome, 'committed', step.condition);
        assert.equal((await storage.commit([step])).outcome, 'refused', step.condition);
      }
    }
    const named = [
      { kind: 'person', id: people[1]?.sub, name: people[1]?.username, added_at: 7 },
      { kind: 'person', id: people[0]?.sub, name: people[0]?.username, added_at: 7 },
    ];
    const itself = { kind: 'client', id: service.client_id, name: 'Kassenbücher', added_at: 7 };
    const { groups, roles } = storage;
    assert.deepEqual(
      await readAll((next) => groups.members(group_id, 'person', { ...next, limit: 1 })),
      named,
    );
    assert.deepEqual((await groups.members(group_id, 'client', { limit: 1 })).items, [itself]);
    assert.deepEqual(await readAll((next) => roles.holders(role_id, 'person', { ...next, limit: 1 })), named);
    assert.deepEqual((await roles.holders(role_id, 'client', { limit: 1 })).items, [itself]);
    assert.deepEqual((await roles.holders(role_id, 'group', { limit: 9 })).items, [
      { kind: 'group', id: inner.group_id, name: inner.name, added_at: 7 },
    ]);
    const counts = { people: 2, clients: 1, groups: 1 };
    assert.deepEqual([await groups.count(group_id), await roles.count(role_id)], [counts, counts]);
    assert.deepEqual(
      (await roles.ofGroup(inner.group_id)).map((each) => each.role_id),
      [role_id],
    );
    const person: Member = { kind: 'person', id: people[0]?.sub ?? '' };
    const [takeOut, unassign] = [
      groups.steps.takeOut(group_id, person),
      roles.steps.unassign(role_id, person),
    ];
    assert.deepEqual(
      [await groups.isMember(group_id, person), await roles.isHolder(role_id, person)],
      [true, true],
    );
    assert.equal((await storage.commit([takeOut, unassign])).outcome, 'committed');
    assert.deepEqual(
      [await groups.isMember(group_id, person), await roles.isHolder(role_id, person)],
      [false, false],
    );
    for (const step of [takeOut, unassign])
      assert.equal((await storage.commit([step])).outcome, 'refused', step.condition);
  });

  test('have nobody who is not there', async ({ storage }) => {
    const { group_id } = await insertedGroup(storage);
    const { role_id } = await insertedRole(storage);
    const here = await insertedPerson(storage);
    for (const step of [
      storage.groups.steps.add(group_id, { kind: 'person', id: 'nobody' }, 1),
      storage.groups.steps.add(group_id, { kind: 'client', id: 'nobody' }, 1),
      storage.groups.steps.add('nowhere', here, 1),
      storage.roles.steps.assign(role_id, { kind: 'group', id: 'nowhere' }, 1),
      storage.roles.steps.assign('nothing', here, 1),
    ])
      assert.equal((await storage.commit([step])).outcome, 'refused', step.condition);
  });

  test('contain one another: a chain upwards, a height downwards, and a tree that one changes at a time', async ({
    storage,
    another,
  }) => {
    const top = await insertedGroup(storage);
    const middle = await insertedGroup(storage, { parent: top.group_id });
    const bottom = await insertedGroup(storage, { parent: middle.group_id });
    await insertedGroup(storage, { parent: top.group_id });
    const ids = [bottom, middle, top].map(({ group_id }) => group_id);
    assert.deepEqual(await storage.groups.chain(bottom.group_id), ids);
    assert.deepEqual(await storage.groups.chain('absent'), []);
    const heights = [...ids, 'absent'].map((id) => storage.groups.height(id));
    assert.deepEqual(await Promise.all(heights), [1, 2, 3, 0]);
    const revision = await storage.groups.treeRevision();
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 === 0 ? storage : another).commit([storage.groups.steps.changeTree(revision)]),
      ),
    );
    assert.equal(outcomes.filter(({ outcome }) => outcome === 'committed').length, 1);
    assert.equal(await another.groups.treeRevision(), revision + 1);
  });

  test('a circle that somebody wrote by hand ends what reads it, too', async ({ storage, database }) => {
    const [one, two] = [await insertedGroup(storage), await insertedGroup(storage)];
    const person = await insertedPerson(storage);
    await storage.commit([storage.groups.steps.add(one.group_id, person, 1)]);
    for (const [of, parent] of [
      [one, two],
      [two, one],
    ] as const)
      await database.execute(
        `update member_group set parent_id = '${parent.group_id}' where group_id = '${of.group_id}'`,
      );
    assert.equal((await storage.groups.belongingsOf(person)).groups.length, 2);
    assert.ok((await storage.groups.chain(one.group_id)).length >= 2);
    assert.ok((await storage.groups.height(one.group_id)) >= 2);
  });

  test('what one belongs to and has is that of its groups, and of those that contain them', async ({
    storage,
    insertedClient,
  }) => {
    const { groups, roles } = storage;
    const [outer, other] = [await insertedGroup(storage), await insertedGroup(storage)];
    const inner = await insertedGroup(storage, { parent: outer.group_id });
    const [ofOuter, ofOther, own] = [
      await insertedRole(storage),
      await insertedRole(storage),
      await insertedRole(storage),
    ];
    const service = await insertedClient();
    for (const member of [
      await insertedPerson(storage),
      { kind: 'client', id: service.client_id } as const,
    ]) {
      assert.deepEqual(await groups.belongingsOf(member), { groups: [], roles: [] });
      const given = await storage.commit([
        groups.steps.add(inner.group_id, member, 1),
        roles.steps.assign(own.role_id, member, 1),
        roles.steps.assign(ofOuter.role_id, member, 1),
        ...(member.kind === 'person'
          ? [
              roles.steps.assign(ofOuter.role_id, { kind: 'group', id: outer.group_id }, 1),
              roles.steps.assign(ofOuter.role_id, { kind: 'group', id: inner.group_id }, 1),
              roles.steps.assign(ofOther.role_id, { kind: 'group', id: other.group_id }, 1),
            ]
          : []),
      ]);
      assert.equal(given.outcome, 'committed');
      const found = await groups.belongingsOf(member);
      assert.deepEqual(
        new Map(found.groups.map((each) => [each.group_id, each])),
        new Map([
          [outer.group_id, { group_id: outer.group_id, name: outer.name, direct: false }],
          [
            inner.group_id,
            { group_id: inner.group_id, name: inner.name, parent: outer.group_id, direct: true },
          ],
        ]),
      );
      assert.deepEqual(
        new Map(found.roles.map((each) => [each.role_id, [each.direct, new Set(each.groups)]])),
        new Map([
          [own.role_id, [true, new Set()]],
          [ofOuter.role_id, [true, new Set([outer.group_id, inner.group_id])]],
        ]),
      );
    }
  });

  test('leave nothing behind when a group, a role, a person or a client is removed', async ({
    storage,
    database,
  }) => {
    const left = async () => {
      const names: string[] = [];
      for (const table of ['group_person', 'group_client', 'role_person', 'role_client', 'role_group']) {
        // What is there cannot be written a second time.
        const { outcome } = await storage.commit([
          table === 'role_group'
            ? storage.roles.steps.unassign(role_id, { kind: 'group', id: group_id })
            : table.startsWith('group')
              ? storage.groups.steps.takeOut(group_id, member(table))
              : storage.roles.steps.unassign(role_id, member(table)),
        ]);
        if (outcome === 'committed') names.push(table);
      }
      return names;
    };
    let [group_id, role_id, sub, client_id] = ['', '', '', ''];
    const member = (table: string): Member =>
      table.endsWith('person') ? { kind: 'person', id: sub } : { kind: 'client', id: client_id };
    const all = async () => {
      const [person, service] = [user(), client()];
      await storage.users.insert(person);
      await storage.clients.insert(service);
      ({ group_id } = await insertedGroup(storage));
      ({ role_id } = await insertedRole(storage));
      [sub, client_id] = [person.sub, service.client_id];
      const { groups, roles } = storage;
      const given = await storage.commit([
        groups.steps.add(group_id, { kind: 'person', id: sub }, 1),
        groups.steps.add(group_id, { kind: 'client', id: client_id }, 1),
        roles.steps.assign(role_id, { kind: 'person', id: sub }, 1),
        roles.steps.assign(role_id, { kind: 'client', id: client_id }, 1),
        roles.steps.assign(role_id, { kind: 'group', id: group_id }, 1),
      ]);
      assert.equal(given.outcome, 'committed');
    };
    for (const [what, remove, expected] of [
      [
        'nothing',
        async () => {},
        ['group_person', 'group_client', 'role_person', 'role_client', 'role_group'],
      ],
      ['a person', () => storage.users.remove(sub), ['group_client', 'role_client', 'role_group']],
      ['a client', () => storage.clients.remove(client_id), ['group_person', 'role_person', 'role_group']],
      [
        'a group',
        () => storage.commit([storage.groups.steps.remove(group_id, 1)]),
        ['role_person', 'role_client'],
      ],
      [
        'a role',
        () => storage.commit([storage.roles.steps.remove(role_id, 1)]),
        ['group_person', 'group_client'],
      ],
      // As a server of before does it, which knows nothing of groups.
      [
        'an account by another server',
        () => database.execute(`delete from user_account where sub = '${sub}'`),
        ['group_client', 'role_client', 'role_group'],
      ],
    ] as const) {
      await all();
      await remove();
      assert.deepEqual(await left(), expected, what);
    }
  });

  test('a record that a later version marked is none here', async ({ storage, database }) => {
    const [one, held] = [await insertedGroup(storage), await insertedRole(storage)];
    const marked = `'{"crit":["moon"],"moon":1}'`;
    await database.execute(`update member_group set further = ${marked} where group_id = '${one.group_id}'`);
    await database.execute(
      `update application_role set further = ${marked} where role_id = '${held.role_id}'`,
    );
    await assert.rejects(storage.groups.find(one.group_id), { name: 'UnreadableRecord' });
    await assert.rejects(storage.roles.find(held.role_id), { name: 'UnreadableRecord' });
    const found = [];
    for await (const { message } of storage.findUnreadable()) found.push(message);
    for (const name of [`group ${one.group_id}`, `role ${held.role_id}`])
      assert.ok(
        found.some((message) => message.includes(name)),
        name,
      );
    await storage.commit([
      storage.groups.steps.remove(one.group_id),
      storage.roles.steps.remove(held.role_id),
    ]);
  });
});
