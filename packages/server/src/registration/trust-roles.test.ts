import assert from 'node:assert/strict';
import test from 'node:test';
import { recorderInto } from '../../test/recorder-into.ts';
import { openTestStorage } from '../../test/test-storage.ts';
import type { EventDraft } from '../event/event.ts';
import { createTrustRoles, RoleConfigured } from './trust-roles.ts';

const ALICE = { name: 'alice', through: 'admin-api' } as const;

test('of roles given at once each is told with what it replaced', async (t) => {
  const storage = await openTestStorage(t);
  const recorded: EventDraft[] = [];
  let now = 0;
  const unconfigured = () => ({ authorities: [], handshake: [] });
  const roles = createTrustRoles(storage, recorderInto(recorded), unconfigured, () => now++);
  const asked = ['authority', 'handshake', undefined, 'authority', 'handshake'] as const;
  await Promise.all(asked.map((role) => roles.name(['x'], role, ALICE)));
  const told = recorded.map(({ changes }) => changes?.role);
  assert.ok(told.length > 1);
  assert.deepEqual(
    told.map((change) => change?.old),
    ['by the rule', ...told.slice(0, -1).map((change) => change?.new)],
  );
  const [held] = await roles.list();
  assert.equal(held?.role ?? 'by the rule', told.at(-1)?.new);
});

test('of certificates one of which deployment.toml names otherwise none gets the role', async (t) => {
  const storage = await openTestStorage(t);
  const recorded: EventDraft[] = [];
  const configured = { authorities: ['named'], handshake: ['denied'] };
  const roles = createTrustRoles(storage, recorderInto(recorded), () => configured, Date.now);
  await assert.rejects(roles.name(['free', 'denied'], 'authority', ALICE), (error) => {
    assert.ok(error instanceof RoleConfigured);
    assert.match(error.message, /^\[truststore\] handshake of deployment\.toml names denied/);
    return true;
  });
  await assert.rejects(roles.name(['named'], undefined, ALICE), RoleConfigured);
  assert.deepEqual([await roles.list(), recorded], [[], []]);
  await roles.name(['free', 'named'], 'authority', ALICE);
  assert.deepEqual(
    (await roles.list()).map(({ thumbprint }) => thumbprint),
    ['free'],
    'what the file says stands in the file',
  );
  assert.equal(recorded.length, 1);
});
