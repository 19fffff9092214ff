import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { z } from 'zod';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';

const Memberships = z.object({
  groups: z.array(z.object({ name: z.string(), direct: z.boolean() })),
  roles: z.array(z.object({ name: z.string(), direct: z.boolean(), groups: z.array(z.string()) })),
});

describe('groups and roles at the command line, beside a running server', { timeout: 240_000 }, () => {
  let home: TestHome;
  let server: RunningCountersign;
  let api: AdminApi;

  before(async () => {
    home = await createTestHome({});
    server = await home.start();
    api = adminApiOf(home.issuer);
    for (const username of ['alice', 'bob'])
      await api.json('POST', '/users', { username, password: 'correct horse battery staple' });
    await api.json('POST', '/clients', {
      client_id: 'billing',
      client_name: 'Billing',
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['client_credentials'],
    });
  });
  after(async () => {
    await server?.stop();
    await home?.remove();
  });

  /** Runs a command that is to succeed. @returns what it printed */
  const run = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await home.command(...args);
    assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
    return stdout.trimEnd();
  };
  const refused = async (expected: number, message: RegExp, ...args: readonly string[]) => {
    const { code, stdout, stderr } = await home.command(...args);
    assert.deepEqual([code, stdout], [expected, ''], args.join(' '));
    assert.match(stderr, message);
  };
  const membershipsOf = async (path: string) =>
    Memberships.parse(await api.json('GET', `${path}/memberships`));
  const eventsOf = async (type: string) =>
    z
      .array(
        z.looseObject({
          username: z.string().optional(),
          actor: z.looseObject({ through: z.string() }),
          changes: z.unknown(),
          detail: z.unknown(),
        }),
      )
      .parse((await api.json('GET', `/events?type=${type}`)).items);

  test('a running server sees what the command line gave, at once', async () => {
    await run('group', 'add', 'company', '--description', 'all of us');
    const added: unknown = JSON.parse(
      await run('group', 'add', 'engineering', '--parent', 'COMPANY', '--json'),
    );
    const company = await home.json('group', 'show', 'company');
    const { group_id } = z.object({ group_id: z.string() }).parse(company);
    assert.partialDeepStrictEqual(added, { name: 'engineering', parent: group_id, parent_name: 'company' });
    assert.equal(
      await run('group', 'add-member', 'engineering', '--user', 'alice', '--client', 'billing'),
      'engineering: 2 members added',
    );
    await run('role', 'add', 'invoices.read', '--description', 'sees invoices');
    await run('role', 'assign', 'invoices.read', '--group', 'company', '--user', 'bob');
    const whole = {
      groups: [
        { name: 'company', direct: false },
        { name: 'engineering', direct: true },
      ],
      roles: [{ name: 'invoices.read', direct: false, groups: ['company'] }],
    };
    assert.deepEqual(await membershipsOf('/users/alice'), whole);
    assert.deepEqual(await membershipsOf('/clients/billing'), whole);
    assert.deepEqual(await membershipsOf('/users/bob'), {
      groups: [],
      roles: [{ name: 'invoices.read', direct: true, groups: [] }],
    });
    const [event] = await eventsOf('group.member_added');
    assert.equal(event?.actor.through, 'command-line');
    assert.match(JSON.stringify(event?.changes), /"new":\{"kind":"client","id":"billing","name":"Billing"\}/);
  });

  test('lists and shows them, for people and as JSON', async () => {
    assert.equal(await run('group', 'list'), 'company  all of us\nengineering  in company');
    assert.equal(await run('group', 'list', '--search', 'GIN'), 'engineering  in company');
    assert.equal(await run('group', 'list', '--within', 'engineering'), 'no groups');
    assert.equal(
      await run('group', 'list', '--client', 'billing'),
      'company  (by a group that it contains)\nengineering',
    );
    assert.equal(await run('role', 'list', '--user', 'alice'), 'invoices.read  (by company)');
    assert.equal(await run('role', 'list', '--group', 'company'), 'invoices.read  sees invoices');
    const shown = await run('group', 'show', 'engineering');
    assert.match(
      shown,
      /^group_id {5}\S+\nname {9}engineering\nin {11}company\nmember {7}person {2}alice\nmember {7}client {2}Billing {2}billing$/,
    );
    assert.match(await run('group', 'show', 'company'), /\nrole {9}invoices\.read\ncontains {5}engineering$/);
    assert.match(
      await run('role', 'show', 'invoices.read'),
      /\nheld by {6}person {2}bob\nheld by {6}group {3}company$/,
    );
    const group = await home.json('group', 'show', 'engineering');
    assert.partialDeepStrictEqual(group, {
      members: { people: 1, clients: 1, groups: 0 },
      people: [{ username: 'alice' }],
      clients: [{ client_id: 'billing', client_name: 'Billing' }],
      groups: [],
      roles: [],
    });
    assert.partialDeepStrictEqual(await home.json('role', 'show', 'invoices.read'), {
      holders: { people: 1, clients: 0, groups: 1 },
      people: [{ username: 'bob' }],
      groups: [{ name: 'company' }],
    });
  });

  test('says what is wrong, and does several things whole or not at all', async () => {
    await refused(1, /there is no group "nothing"/, 'group', 'show', 'nothing');
    await refused(1, /there is no role "nothing"/, 'role', 'remove', 'nothing');
    await refused(1, /a group has the name "company" already/, 'group', 'add', 'Company');
    await refused(
      1,
      /"engineering" is in the group/,
      'group',
      'update',
      'company',
      '--parent',
      'engineering',
    );
    await refused(1, /contains the group "engineering"; move or remove/, 'group', 'remove', 'company');
    await refused(1, /no client is registered under nobody/, 'group', 'list', '--client', 'nobody');
    await refused(2, /name somebody: --user or --client/, 'group', 'add-member', 'company');
    await refused(2, /nothing to change/, 'group', 'update', 'company');
    await refused(
      2,
      /--parent or --top-level, not both/,
      'group',
      'update',
      'company',
      '--parent',
      'x',
      '--top-level',
    );
    await refused(
      2,
      /--search, --user, --client or --group, not several/,
      'role',
      'list',
      '--user',
      'alice',
      '--client',
      'billing',
    );
    const both = ['--user', 'bob', '--client', 'nobody'];
    await refused(1, /no client is registered under nobody/, 'group', 'add-member', 'company', ...both);
    await refused(
      1,
      /no account has the username "nobody"/,
      'role',
      'assign',
      'invoices.read',
      '--user',
      'nobody',
    );
    await refused(
      1,
      /bob is no member of the group company itself/,
      'group',
      'remove-member',
      'company',
      '--user',
      'bob',
    );
    assert.deepEqual((await membershipsOf('/users/bob')).groups, []);
  });

  test('a removed client or person leaves nothing to whoever is called so next', async () => {
    await run('client', 'remove', 'billing');
    await run(
      'client',
      'add',
      '--client-id',
      'billing',
      '--client-name',
      'Another',
      '--token-endpoint-auth-method',
      'client_secret_basic',
      '--grant-types',
      'client_credentials',
    );
    assert.deepEqual(await membershipsOf('/clients/billing'), { groups: [], roles: [] });
    await run('user', 'remove', 'alice');
    await run('user', 'add', 'alice');
    assert.deepEqual(await membershipsOf('/users/alice'), { groups: [], roles: [] });
    const lost = { groups: ['engineering'] };
    for (const type of ['user.removed', 'client.removed'])
      assert.deepEqual((await eventsOf(type))[0]?.detail, lost, type);
    assert.partialDeepStrictEqual(await home.json('group', 'show', 'engineering'), {
      members: { people: 0, clients: 0, groups: 0 },
    });
    await run('group', 'update', 'engineering', '--name', 'builders', '--top-level');
    await run('group', 'remove', 'company');
    await run('group', 'remove', 'builders');
    await run('role', 'remove', 'invoices.read');
    assert.deepEqual(await membershipsOf('/users/bob'), { groups: [], roles: [] });
    assert.equal(await run('group', 'list'), 'no groups');
  });
});
