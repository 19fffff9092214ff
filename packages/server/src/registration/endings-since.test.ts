import assert from 'node:assert/strict';
import { recorderInto } from '../../test/recorder-into.ts';
import { onBothDatabases, unique, user } from '../../test/storage-contract.ts';
import type { Event, EventDraft } from '../event/event.ts';
import type { Storage } from '../storage/storage.ts';
import type { Group, Role } from '../user/group.ts';
import type { Member } from '../user/membership.ts';
import { createAccountChanging } from './account-changing.ts';
import { applyEndings } from './endings-since.ts';
import { createGroupRegistrar } from './group-registrar.ts';
import { createRoleRegistrar } from './role-registrar.ts';

const ALICE = { name: 'alice', through: 'admin-api' } as const;
const named = () => ({ name: unique('name'), description: 'before', created_at: 1, revision: 1 });

/** Groups, roles and whom they have, with ids that a backup would bring back. */
function stateOf(storage: Storage, person: Member) {
  const [top, inner, other, gone] = ['top', 'inner', 'other', 'gone'].map(
    (name): Group => ({ group_id: unique(name), ...named() }),
  );
  const [role, ended] = ['role', 'ended'].map((name): Role => ({ role_id: unique(name), ...named() }));
  assert.ok(top && inner && other && gone && role && ended);
  const within = { ...inner, parent: top.group_id };
  const { groups, roles } = storage;
  const ofGroup = { kind: 'group', id: top.group_id } as const;
  return {
    groups: { top, inner: within, other, gone },
    roles: { role, ended },
    ofGroup,
    /** Puts it there, or back. */
    async write() {
      for (const { group_id } of [top, inner, other, gone])
        await storage.commit([groups.steps.remove(group_id)]);
      for (const { role_id } of [role, ended]) await storage.commit([roles.steps.remove(role_id)]);
      const { outcome } = await storage.commit([
        ...[top, within, other, gone].map((group) => groups.steps.insert(group)),
        ...[role, ended].map((each) => roles.steps.insert(each)),
        groups.steps.add(inner.group_id, person, 1),
        groups.steps.add(other.group_id, person, 1),
        roles.steps.assign(role.role_id, person, 1),
        roles.steps.assign(role.role_id, ofGroup, 1),
      ]);
      assert.equal(outcome, 'committed');
    },
  };
}

onBothDatabases('after a restore groups and roles', (test) => {
  test('are without what was taken away since the backup, and without what was given since', async ({
    storage,
  }) => {
    const account = user();
    await storage.users.insert(account);
    const person: Member = { kind: 'person', id: account.sub };
    const { groups, roles, ofGroup, write } = stateOf(storage, person);
    await write();

    const recorded: EventDraft[] = [];
    const recorder = recorderInto(recorded);
    const groupRegistrar = createGroupRegistrar(storage, recorder, () => 2);
    const roleRegistrar = createRoleRegistrar(storage, recorder, () => 2);
    const late = await groupRegistrar.add({ name: unique('late') }, ALICE);
    await groupRegistrar.takeOut(groups.inner.group_id, [person], ALICE);
    await groupRegistrar.addMembers(groups.top.group_id, [person], ALICE);
    await groupRegistrar.remove(groups.gone.group_id, ALICE);
    const renamed = unique('renamed');
    await groupRegistrar.update(
      groups.inner.group_id,
      { name: renamed, parent: null, description: '' },
      ALICE,
    );
    await groupRegistrar.update(groups.other.group_id, { parent: late.group_id }, ALICE);
    await roleRegistrar.unassign(roles.role.role_id, [ofGroup], ALICE);
    await roleRegistrar.update(roles.role.role_id, { description: 'after' }, ALICE);
    await roleRegistrar.remove(roles.ended.role_id, ALICE);

    await groupRegistrar.update(groups.other.group_id, { parent: null }, ALICE);
    await groupRegistrar.remove(late.group_id, ALICE);
    await write();
    const events = recorded
      .slice(0, -2)
      .map((draft, index): Event => ({ ...draft, event_id: unique('event'), time: 10 + index }));
    const { applied } = await applyEndings(storage, events, 100);
    assert.deepEqual(applied, {
      'group.member_removed': 1,
      'group.removed': 1,
      'group.updated': 2,
      'role.unassigned': 1,
      'role.updated': 1,
      'role.removed': 1,
    });
    const { groups: held, roles: had } = await storage.groups.belongingsOf(person);
    assert.deepEqual(
      [held.map(({ group_id }) => group_id), had.map(({ role_id, direct }) => [role_id, direct])],
      [[groups.other.group_id], [[roles.role.role_id, true]]],
    );
    const inner = await storage.groups.find(groups.inner.group_id);
    assert.deepEqual([inner?.name, inner?.description, inner?.parent], [renamed, '', undefined]);
    const other = await storage.groups.find(groups.other.group_id);
    assert.equal(other?.parent, undefined, 'the group that contained it was made since');
    assert.equal(await storage.groups.find(groups.gone.group_id), undefined);
    assert.equal((await storage.roles.find(roles.role.role_id))?.description, 'after');
    assert.equal(await storage.roles.find(roles.ended.role_id), undefined);
    assert.equal(await storage.roles.isHolder(roles.role.role_id, ofGroup), false);
    await applyEndings(storage, events, 100);
  });
});

onBothDatabases('after a restore an account', (test) => {
  test('is without the administrator roles that were taken away since the backup, limited ones too', async ({
    storage,
  }) => {
    const inGroup = (group_id: string) => ({ role: 'clients_writer', group_id }) as const;
    const backedUp = user({
      roles: ['auditor', 'keys_writer'],
      limited_roles: [inGroup('kept'), inGroup('taken')],
    });
    await storage.users.insert(backedUp);
    const recorded: EventDraft[] = [];
    const accounts = createAccountChanging(storage, recorderInto(recorded), () => 2);
    const after = {
      roles: ['auditor', 'trust_writer'],
      limited_roles: [inGroup('kept'), inGroup('given')],
    } as const;
    const { revision } = await accounts.change(
      'user.updated',
      backedUp.username,
      (account) => ({ ...account, ...after }),
      ALICE,
    );
    await storage.users.update({ ...backedUp, revision: revision + 1 });
    const events = recorded.map((draft): Event => ({ ...draft, event_id: unique('event'), time: 10 }));
    await applyEndings(storage, events, 100);
    const restored = await storage.users.find(backedUp.sub);
    assert.deepEqual([restored?.roles, restored?.limited_roles], [['auditor'], [inGroup('kept')]]);
  });
});

onBothDatabases('after a restore an account', (test) => {
  test('must do what was required of it since the backup', async ({ storage }) => {
    const backedUp = user({ required_actions: ['verify_email'] });
    await storage.users.insert(backedUp);
    const recorded: EventDraft[] = [];
    const accounts = createAccountChanging(storage, recorderInto(recorded), () => 2);
    const { revision } = await accounts.change(
      'user.updated',
      backedUp.username,
      (account) => ({ ...account, required_actions: ['configure_totp'] }),
      ALICE,
    );
    await storage.users.update({ ...backedUp, revision: revision + 1 });
    const events = recorded.map((draft): Event => ({ ...draft, event_id: unique('event'), time: 10 }));
    await applyEndings(storage, events, 100);
    const restored = await storage.users.find(backedUp.sub);
    assert.deepEqual(restored?.required_actions, ['configure_totp', 'verify_email']);
  });
});
