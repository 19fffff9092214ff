import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import {
  client,
  comesToHold,
  event,
  grant,
  onBothDatabases,
  type StartedDatabase,
  signingKey,
  unique,
  user,
} from '../../test/storage-contract.ts';
import { REGISTRY_KINDS, type RegistryChange } from '../registry-change.ts';
import type { Group, Holder, Role } from '../user/group.ts';
import type { Member } from '../user/membership.ts';
import type { Storage } from './storage.ts';

/** Until what was done before was heard of everywhere. */
async function settled({ options }: StartedDatabase): Promise<void> {
  await (options.type === 'postgres' ? delay(700) : new Promise((resolve) => setImmediate(resolve)));
}

const numbers = ({ registry }: Storage) => REGISTRY_KINDS.map((kind) => registry.lastChange(kind));

onBothDatabases('the registry', (test) => {
  test('tells of every change of a client, user, signing key, role, claim, group or membership by its key, here at once and elsewhere soon', async ({
    storage,
    another,
    database,
  }) => {
    const registered = client();
    const account = user();
    const key = signingKey({ state: 'retired' });
    const role = {
      thumbprint: unique('thumbprint'),
      role: 'authority',
      named_by: 'alice',
      named_at: 1,
    } as const;
    const claim = unique('claim');
    const { steps } = storage.authorities;
    const ofClient: RegistryChange = { kind: 'client', key: registered.client_id };
    const ofUser: RegistryChange = { kind: 'user', key: account.sub };
    const ofKey: RegistryChange = { kind: 'signing key', key: key.kid };
    const ofRole: RegistryChange = { kind: 'authority', key: role.thumbprint };
    const group: Group = {
      group_id: unique('group'),
      name: 'a',
      description: '',
      created_at: 1,
      revision: 1,
    };
    const applicationRole: Role = {
      role_id: unique('role'),
      name: 'a',
      description: '',
      created_at: 1,
      revision: 1,
    };
    const member = user();
    const person: Member = { kind: 'person', id: member.sub };
    const ofIt: Holder = { kind: 'group', id: group.group_id };
    const ofGroup: RegistryChange = { kind: 'group', key: group.group_id };
    const ofApplicationRole: RegistryChange = { kind: 'role', key: applicationRole.role_id };
    const ofMember: RegistryChange = { kind: 'user', key: member.sub };
    const changes: readonly [RegistryChange, () => Promise<unknown>][] = [
      [ofClient, () => storage.clients.insert(registered)],
      [ofClient, () => storage.clients.update({ ...registered, revision: 2 })],
      [ofUser, () => storage.users.insert(account)],
      [ofUser, () => storage.users.update({ ...account, revision: 2 })],
      [ofUser, () => storage.users.remove(account.sub)],
      [ofKey, () => storage.commit([storage.signingKeys.steps.insertIfNone(key)])],
      [ofKey, () => storage.commit([storage.signingKeys.steps.remove(key.kid)])],
      [ofClient, () => storage.clients.remove(registered.client_id)],
      [ofRole, () => storage.commit([steps.name(role, undefined)])],
      [ofRole, () => storage.commit([steps.name({ ...role, role: 'handshake', named_at: 2 }, role)])],
      [ofRole, () => storage.commit([steps.unname({ ...role, named_at: 2 })])],
      [{ kind: 'authority', key: claim }, () => storage.commit(steps.claim('mallory', [claim], 1))],
      [ofGroup, () => storage.commit([storage.groups.steps.update({ ...group, name: 'b', revision: 2 })])],
      [
        ofApplicationRole,
        () => storage.commit([storage.roles.steps.update({ ...applicationRole, name: 'b', revision: 2 })]),
      ],
      [ofMember, () => storage.commit([storage.groups.steps.add(group.group_id, person, 1)])],
      [ofMember, () => storage.commit([storage.groups.steps.takeOut(group.group_id, person)])],
      [ofMember, () => storage.commit([storage.roles.steps.assign(applicationRole.role_id, person, 1)])],
      [ofMember, () => storage.commit([storage.roles.steps.unassign(applicationRole.role_id, person)])],
      [ofGroup, () => storage.commit([storage.roles.steps.assign(applicationRole.role_id, ofIt, 1)])],
      [ofGroup, () => storage.commit([storage.roles.steps.unassign(applicationRole.role_id, ofIt)])],
      [ofGroup, () => storage.commit([storage.groups.steps.remove(group.group_id)])],
      [ofApplicationRole, () => storage.commit([storage.roles.steps.remove(applicationRole.role_id)])],
    ];
    await storage.users.insert(member);
    await storage.commit([storage.groups.steps.insert(group), storage.roles.steps.insert(applicationRole)]);
    await settled(database);
    for (const [index, [{ kind, key }, change]] of changes.entries()) {
      const [mine, theirs] = [storage, another].map(({ registry }) => registry.lastChange(kind, key));
      const others = REGISTRY_KINDS.filter((each) => each !== kind);
      const untouched = () => [
        another.registry.lastChange(kind, 'of another'),
        ...others.map((each) => another.registry.lastChange(each)),
      ];
      const before = untouched();
      await change();
      assert.notEqual(storage.registry.lastChange(kind, key), mine, `change ${index}`);
      await new Promise((resolve) => setImmediate(resolve));
      await comesToHold(() => another.registry.lastChange(kind, key) !== theirs);
      assert.deepEqual(untouched(), before, `change ${index}`);
    }
  });

  test('tells of nothing else, of no unit that was refused, and of no claim that was known', async ({
    storage,
    another,
    database,
    insertedClient,
  }) => {
    const registered = await insertedClient();
    const claims = storage.authorities.steps.claim('mallory', [unique('claim')], 1);
    await storage.commit(claims);
    await settled(database);
    const before = [numbers(storage), numbers(another)];
    await storage.grants.insert(grant(registered.client_id));
    await storage.events.append([event()]);
    await storage.replays.claim(unique('jti'), 1);
    await storage.commit(claims);
    const refused = await storage.commit([
      ...storage.users.steps.insert(user()),
      ...storage.clients.steps.insert(registered),
    ]);
    assert.equal(refused.outcome, 'refused');
    await settled(database);
    assert.deepEqual([numbers(storage), numbers(another)], before);
  });

  test('a unit that changes very many records has everything count as changed', async ({
    storage,
    another,
  }) => {
    const claims = Array.from({ length: 201 }, () => unique('claim'));
    const before = another.registry.lastChange('client', 'anyone');
    await storage.commit(storage.authorities.steps.claim('mallory', claims, 1));
    await new Promise((resolve) => setImmediate(resolve));
    await comesToHold(() => another.registry.lastChange('client', 'anyone') !== before);
  });

  test('whatever is changed at once by many, every process comes to know', async ({ storage, another }) => {
    const known = Array.from({ length: 20 }, () => client());
    const before = new Map(
      known.map(({ client_id }) => [client_id, another.registry.lastChange('client', client_id)]),
    );
    await Promise.all(known.map((each) => storage.clients.insert(each)));
    await new Promise((resolve) => setImmediate(resolve));
    await comesToHold(() =>
      known.every(
        ({ client_id }) => another.registry.lastChange('client', client_id) !== before.get(client_id),
      ),
    );
  });

  for (const [title, statement] of [
    ['an operator who raises the number', 'update registry_version set version = version + 1'],
    ['a backup that has a lower number', 'update registry_version set version = 1'],
  ] as const) {
    test(`takes everything as changed after ${title}`, async ({ storage, database, insertedClient }) => {
      await insertedClient();
      await settled(database);
      const before = REGISTRY_KINDS.map((kind) => storage.registry.lastChange(kind, 'anything'));
      await database.execute(statement);
      await new Promise((resolve) => setImmediate(resolve));
      await comesToHold(() =>
        REGISTRY_KINDS.every(
          (kind, index) => storage.registry.lastChange(kind, 'anything') !== before[index],
        ),
      );
      await database.execute('delete from registry_change');
      await settled(database);
    });
  }
});
