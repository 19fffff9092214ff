import assert from 'node:assert/strict';
import test from 'node:test';
import { ADMINISTRATOR_PERMISSIONS } from './administrator-permissions.ts';
import { AdministratorPower } from './administrator-power.ts';
import { ADMINISTRATOR_ROLES, type LimitedRole } from './administrator-roles.ts';
import { ADMINISTRATOR_SCOPES, permissionsOfScope, scopesFor } from './administrator-scopes.ts';

const inGroup = (role: LimitedRole['role'], group_id: string): LimitedRole => ({ role, group_id });

test('a permission without a limit goes further than any with one, and limits add up', () => {
  const limited_roles = [inGroup('clients_reader', 'a'), inGroup('clients_writer', 'b')];
  const power = AdministratorPower.ofRoles({ roles: [], limited_roles });
  assert.deepEqual(power.reach('clients:read'), { groups: ['a', 'b'] });
  assert.deepEqual(power.reach('clients:write'), { groups: ['b'] });
  assert.equal(power.hasEverywhere('clients:read'), false);
  const wider = AdministratorPower.ofRoles({ roles: ['auditor'], limited_roles });
  assert.equal(wider.reach('clients:read'), 'everything');
  assert.deepEqual(wider.reach('clients:write'), { groups: ['b'] });
});

test('scopes take from it and add nothing', () => {
  const manager = AdministratorPower.ofRoles({ roles: ['client_manager'] });
  assert.deepEqual(manager.within(['admin:read', 'admin:users']).scopes(), ['admin:read']);
  assert.deepEqual(manager.within(['admin:clients:read', 'openid']).permissions(), ['clients:read']);
  assert.equal(manager.within([]).isNone, true);
  const limited = { roles: [], limited_roles: [inGroup('clients_writer', 'a')] };
  const power = AdministratorPower.ofRoles(limited).within(['admin:read', 'admin:clients']);
  assert.deepEqual(power.reach('clients:write'), { groups: ['a'] });
  assert.deepEqual(power.permissions(), ['clients:read', 'clients:write']);
});

test('a token may have a scope where all of it is held, however far', () => {
  const limited = AdministratorPower.ofRoles({ roles: [], limited_roles: [inGroup('clients_writer', 'a')] });
  assert.deepEqual(
    ADMINISTRATOR_SCOPES.filter((scope) => limited.holds(scope)),
    ['admin:clients', 'admin:clients:read', 'admin:clients:write'],
  );
  const none = AdministratorPower.ofRoles({ roles: [] });
  for (const scope of [...ADMINISTRATOR_SCOPES, 'admin:whatever', 'openid'])
    assert.equal(none.holds(scope), false);
  const owner = AdministratorPower.ofRoles({ roles: ['owner'] });
  for (const scope of ADMINISTRATOR_SCOPES) assert.equal(owner.holds(scope), true);
  assert.equal(owner.holds('admin:whatever'), false, 'one that stands for nothing is held by nobody');
});

test('it covers another where it goes as far in everything', () => {
  const of = (...limited_roles: readonly LimitedRole[]) =>
    AdministratorPower.ofRoles({ roles: [], limited_roles });
  const [a, ab] = [
    of(inGroup('clients_reader', 'a')),
    of(inGroup('clients_reader', 'a'), inGroup('clients_reader', 'b')),
  ];
  assert.deepEqual([ab.covers(a), a.covers(ab), a.covers(AdministratorPower.none)], [true, false, true]);
  const reader = AdministratorPower.ofRoles({ roles: ['clients_reader'] });
  assert.deepEqual([reader.covers(ab), ab.covers(reader)], [true, false]);
  const owner = AdministratorPower.ofRoles({ roles: ['owner'] });
  for (const role of ADMINISTRATOR_ROLES) {
    const power = AdministratorPower.ofRoles({ roles: [role] });
    assert.equal(owner.covers(power), true, role);
    assert.deepEqual([power.covers(owner), power.isWhole], [role === 'owner', role === 'owner'], role);
  }
});

test('every permission has a scope of its own, and a scope that stands for several says which', () => {
  for (const permission of ADMINISTRATOR_PERMISSIONS) {
    const scopes = scopesFor(permission);
    assert.deepEqual(permissionsOfScope(scopes.at(-1) ?? ''), [permission]);
  }
  assert.deepEqual(permissionsOfScope('openid'), []);
  assert.deepEqual(AdministratorPower.ofScopes(['admin:trust']).permissions(), [
    'trust:write',
    'settings:write',
  ]);
});
