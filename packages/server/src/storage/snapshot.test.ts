import assert from 'node:assert/strict';
import { grant, onBothDatabases, refreshToken } from '../../test/storage-contract.ts';
import type { Step } from '../unit-of-work.ts';
import type { Group } from '../user/group.ts';
import type { User } from '../user/user.ts';
import { atOneMoment } from './snapshot.ts';
import type { UnreadableRecord } from './storage-errors.ts';

/** More than two pages. */
const MANY = 1_001;
const TOGETHER = 100;

const nobody = (problem: UnreadableRecord) => assert.fail(problem.message);

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const numbered = (number: number) => String(number).padStart(5, '0');

const group = (name: string, parent?: string): Group => ({
  group_id: `id of ${name}`,
  name,
  description: '',
  ...(parent !== undefined && { parent }),
  created_at: 1,
  revision: 1,
});

const user = (username: string): User => ({
  sub: `sub of ${username}`,
  username,
  password_hash: '!',
  roles: [],
  claims: {},
  enabled: true,
  created_at: 1,
  revision: 1,
});

onBothDatabases('a snapshot', (test) => {
  test('has everything once, page after page, with what belongs to it', async (given) => {
    const { storage, database, insertedClient } = given;
    const steps: Step[] = [storage.groups.steps.insert(group('above'))];
    for (let at = 0; at < MANY; at++) {
      const name = numbered(at);
      steps.push(
        storage.groups.steps.insert(group(`g${name}`, 'id of above')),
        storage.roles.steps.insert({
          role_id: `r${name}`,
          name,
          description: '',
          created_at: 1,
          revision: 1,
        }),
        ...storage.users.steps.insert(user(`P${name}`)),
      );
    }
    for (let from = 0; from < steps.length; from += TOGETHER) {
      const { outcome } = await storage.commit(steps.slice(from, from + TOGETHER));
      assert.equal(outcome, 'committed');
    }
    const { client_id } = await insertedClient();
    const person = { kind: 'person', id: 'sub of P00700' } as const;
    await storage.commit([
      storage.groups.steps.add('id of g00002', person, 1),
      storage.groups.steps.add('id of g00001', person, 1),
      storage.roles.steps.assign('r00003', person, 1),
      storage.roles.steps.assign('r00004', { kind: 'group', id: 'id of g00900' }, 1),
      storage.groups.steps.add('id of above', { kind: 'client', id: client_id }, 1),
    ]);
    await atOneMoment(database.options, nobody, async (snapshot) => {
      const groups = await all(snapshot.groups());
      assert.deepEqual(
        groups.map(({ group: { name }, parent }) => [name, parent]),
        [['above', undefined], ...Array.from({ length: MANY }, (_, at) => [`g${numbered(at)}`, 'above'])],
      );
      assert.deepEqual(groups.find(({ group: { name } }) => name === 'g00900')?.roles, ['00004']);
      assert.equal((await all(snapshot.roles())).length, MANY);
      const people = await all(snapshot.people());
      assert.deepEqual(
        people.map(({ user: { username } }) => username),
        Array.from({ length: MANY }, (_, at) => `P${numbered(at)}`),
      );
      const belonging = people.filter(({ groups, roles }) => groups.length + roles.length > 0);
      assert.deepEqual(
        belonging.map(({ user: { username }, groups, roles }) => [username, groups, roles]),
        [['P00700', ['g00001', 'g00002'], ['00003']]],
      );
      const clients = await all(snapshot.clients());
      assert.deepEqual(
        clients.map(({ client, groups, registration }) => [client.client_id, groups, registration]),
        [[client_id, ['above'], undefined]],
      );
      assert.equal(await snapshot.groupName('id of g00005'), 'g00005');
      assert.equal(await snapshot.groupName('nothing'), undefined);
    });
  });

  test('is of one moment, and nobody waits for it', async ({ storage, database }) => {
    await atOneMoment(database.options, nobody, async (snapshot) => {
      const before = (await all(snapshot.people())).length;
      await storage.users.insert(user('arrived meanwhile'));
      assert.ok(await storage.users.findByUsername('arrived meanwhile'));
      assert.equal((await all(snapshot.people())).length, before);
    });
  });

  test('has grants that are in force with the refresh tokens of each, and consents', async (given) => {
    const { storage, database, insertedClient } = given;
    await storage.users.insert(user('grantee'));
    const { client_id } = await insertedClient();
    const sub = 'sub of grantee';
    const ids = Array.from({ length: 502 }, (_, at) => `grant ${numbered(at)}`);
    const steps = ids.flatMap((grant_id) => [
      storage.grants.steps.insert(grant(client_id, { grant_id, sub })),
      storage.refreshTokens.steps.insert(
        refreshToken(client_id, { grant_id, sub, token_sha256: `token of ${grant_id}` }),
      ),
    ]);
    for (let from = 0; from < steps.length; from += TOGETHER) {
      await storage.commit(steps.slice(from, from + TOGETHER));
    }
    await storage.grants.revoke('grant 00007', 2_000);
    await storage.grants.insert(
      grant(client_id, { grant_id: 'grant without a person', sub: 'sub of nobody' }),
    );
    await storage.consents.put({ sub, client_id, scopes: ['openid'], granted_at: 5 });
    await atOneMoment(database.options, nobody, async (snapshot) => {
      const grants = await all(snapshot.grants(3_000));
      assert.deepEqual(
        grants.map(({ grant: { grant_id }, username, refreshTokens }) => [
          grant_id,
          username,
          refreshTokens.map(({ token_sha256 }) => token_sha256),
        ]),
        ids.filter((id) => id !== 'grant 00007').map((id) => [id, 'grantee', [`token of ${id}`]]),
      );
      assert.deepEqual(await all(snapshot.grants(9_000)), []);
      assert.deepEqual(await all(snapshot.consents()), [
        { username: 'grantee', consent: { sub, client_id, scopes: ['openid'], granted_at: 5 } },
      ]);
    });
  });

  test('names what cannot be read, and goes on with what stands below and behind it', async (given) => {
    const { storage, database } = given;
    await storage.commit([
      storage.groups.steps.insert(group('damaged')),
      storage.groups.steps.insert(group('below the damaged', 'id of damaged')),
    ]);
    await storage.users.insert(user('zz damaged'));
    await database.execute(
      `update member_group set further = '{"crit":["walls"],"walls":1}' where name = 'damaged'`,
    );
    await database.execute(`update user_account set claims = '[' where username = 'zz damaged'`);
    const problems: string[] = [];
    await atOneMoment(
      database.options,
      ({ record }) => problems.push(record),
      async (snapshot) => {
        const groups = await all(snapshot.groups());
        assert.ok(groups.some(({ group: { name } }) => name === 'below the damaged'));
        assert.ok(!groups.some(({ group: { name } }) => name === 'damaged'));
        await all(snapshot.people());
      },
    );
    assert.deepEqual(problems, ['group id of damaged', 'claims of user sub of zz damaged']);
  });
});
