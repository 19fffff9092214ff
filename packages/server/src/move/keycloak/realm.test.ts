import assert from 'node:assert/strict';
import test from 'node:test';
import { jsonFile, type ReadItems, type ReadOptions, readItems, textFile } from '../../../test/read-items.ts';
import { type InputFile, UnreadableSource } from '../source.ts';
import { keycloak } from './keycloak.ts';

type Members = Readonly<Record<string, unknown>>;

const read = (files: readonly InputFile[], options: ReadOptions = {}): Promise<ReadItems> =>
  readItems(keycloak, files, options);
const readRealm = (realm: Members, options: ReadOptions = {}): Promise<ReadItems> =>
  read([jsonFile('yard-realm.json', { realm: 'yard', ...realm })], options);

const refused = (files: readonly InputFile[], message: RegExp, options: ReadOptions = {}): Promise<void> =>
  assert.rejects(read(files, options), (error: unknown) => {
    assert.ok(error instanceof UnreadableSource, String(error));
    assert.match(error.message, message);
    return true;
  });

test('roles that are made of others give these too, in whatever circles', async () => {
  const items = await readRealm({
    roles: {
      realm: [
        { name: 'chief', composites: { realm: ['clerk'], client: { api: ['write'] } } },
        { name: 'clerk', composites: { realm: ['chief'] }, attributes: { floor: ['2'] } },
        { name: 'Clerk', description: 'another one' },
        { name: 'hidden\u202e' },
        { name: 'default-roles-yard', composites: { realm: ['clerk', 'offline_access'] } },
        { name: 'offline_access', description: `$${'{role_offline}'}` },
      ],
      client: { api: [{ name: 'write' }], 'realm-management': [{ name: 'realm-admin' }] },
    },
    clients: [{ clientId: 'realm-management' }, { clientId: 'api', publicClient: true }],
    users: [
      { username: 'ada', realmRoles: ['chief'], clientRoles: { 'realm-management': ['realm-admin'] } },
      { username: 'bob', realmRoles: ['default-roles-yard', 'Clerk', 'unknown'] },
    ],
  });
  assert.deepEqual(
    items.records('role').map(({ name }) => name),
    ['chief', 'clerk', 'api/write'],
  );
  assert.deepEqual(items.person('ada').roles.toSorted(), ['api/write', 'chief', 'clerk']);
  assert.deepEqual(items.person('bob').roles.toSorted(), ['api/write', 'chief', 'clerk']);
  assert.match(items.told('ada', 'clientRoles')[0]?.why ?? '', /realm-management\/realm-admin/);
  assert.deepEqual(
    ['Clerk', 'hidden\u202e'].map((name) => items.item('role', name).record),
    [undefined, undefined],
  );
});

test('groups are named by name where that is enough, by path where it is not, or as said', async () => {
  const groups = [{ name: 'north', subGroups: [{ name: 'crew' }] }, { name: 'south' }];
  const names = async (realm: Members, settings: Readonly<Record<string, string>> = {}) =>
    (await readRealm(realm, { settings })).records('group').map(({ name }) => name);
  assert.deepEqual(await names({ groups }), ['north', 'south', 'crew']);
  const twice = [
    ...groups,
    { name: 'SOUTH', subGroups: [] },
    { name: 'east', subGroups: [{ name: 'Crew' }] },
  ];
  assert.deepEqual(await names({ groups: twice }), [
    '/north',
    '/south',
    '/east',
    '/north/crew',
    '/east/Crew',
  ]);
  const clients = [
    {
      clientId: 'c',
      protocolMappers: [
        {
          name: 'groups',
          protocolMapper: 'oidc-group-membership-mapper',
          config: { 'full.path': 'true', 'claim.name': 'groups', 'id.token.claim': 'true' },
        },
      ],
    },
  ];
  assert.deepEqual(await names({ groups, clients }), ['/north', '/south', '/north/crew']);
  assert.deepEqual(await names({ groups, clients }, { group_names: 'name' }), ['north', 'south', 'crew']);
  await refused([jsonFile('r.json', { realm: 'yard', groups })], /group_names is path or name, not "no"/, {
    settings: { group_names: 'no' },
  });
});

test('a group that is too deep is named, and no depth of a file ends the process', async () => {
  const nested = (depth: number): string =>
    `${'{"name":"g","subGroups":['.repeat(depth)}${']}'.repeat(depth)}`;
  const items = await read([
    textFile(
      'r.json',
      `{"realm":"yard","groups":[${nested(12)}],"users":[{"username":"ada","groups":["/g/g","${'/g'.repeat(12)}"]}]}`,
    ),
  ]);
  assert.equal(items.records('group').length, 10);
  assert.deepEqual(items.person('ada').groups, ['/g/g']);
  assert.equal(items.told('ada', 'groups').length, 1);
  const deep = await read([textFile('r.json', `{"realm":"yard","groups":[${nested(3000)}]}`)]);
  assert.equal(deep.records('group').length, 10);
});

const mapper = (protocolMapper: string, config: Members): Members => ({
  name: protocolMapper.replace(/^oidc-|-mapper$/g, ''),
  protocolMapper,
  config: { 'id.token.claim': 'true', 'access.token.claim': 'true', ...config },
});

test('mappers become claim rules where a rule can say the same, and are named where none can', async () => {
  const protocolMappers = [
    mapper('oidc-hardcoded-claim-mapper', { 'claim.name': 'tenant', 'claim.value': 'lisbon' }),
    mapper('oidc-hardcoded-claim-mapper', {
      'claim.name': 'tiers',
      'claim.value': '[1,2]',
      'jsonType.label': 'JSON',
    }),
    mapper('oidc-hardcoded-claim-mapper', {
      'claim.name': 'limit',
      'claim.value': '7',
      'jsonType.label': 'int',
    }),
    mapper('oidc-hardcoded-claim-mapper', {
      'claim.name': 'object',
      'claim.value': '{"a":1}',
      'jsonType.label': 'JSON',
    }),
    mapper('oidc-hardcoded-claim-mapper', { 'claim.name': 'sub', 'claim.value': 'root' }),
    mapper('oidc-hardcoded-claim-mapper', { 'claim.name': 'email', 'claim.value': 'x@y.example' }),
    mapper('oidc-usermodel-attribute-mapper', { 'claim.name': 'in.side', 'user.attribute': 'a' }),
    mapper('oidc-usermodel-attribute-mapper', {
      'claim.name': 'https://y\\.example/a',
      'user.attribute': 'a',
    }),
    mapper('oidc-usermodel-realm-role-mapper', { 'claim.name': 'roles' }),
    mapper('oidc-usermodel-realm-role-mapper', {
      'claim.name': 'prefixed',
      'usermodel.realmRoleMapping.rolePrefix': 'R_',
    }),
    mapper('oidc-usermodel-client-role-mapper', { 'claim.name': 'of_client' }),
    mapper('oidc-script-based-protocol-mapper', { 'claim.name': 'scripted' }),
    mapper('some-plug-in', {}),
    mapper('oidc-usermodel-attribute-mapper', {
      'claim.name': 'nowhere',
      'user.attribute': 'a',
      'id.token.claim': 'false',
      'access.token.claim': 'false',
    }),
  ];
  const items = await readRealm({
    clients: [{ clientId: 'c', publicClient: true, directAccessGrantsEnabled: true, protocolMappers }],
  });
  assert.deepEqual(
    items.records('claim_rule').map(({ claim, source, form }) => [claim, source, form]),
    [
      ['tenant', { from: 'value', value: 'lisbon' }, 'single'],
      ['tiers', { from: 'value', value: [1, 2] }, 'list'],
      ['limit', { from: 'value', value: 7 }, 'single'],
      ['https://y.example/a', { from: 'person_attribute', attribute: 'a' }, 'single'],
      ['roles', { from: 'roles' }, 'list'],
    ],
  );
  const lost = items
    .told('c')
    .filter(({ field, outcome }) => field.startsWith('protocolMappers.') && outcome === 'lost');
  assert.equal(lost.length, 9);
});

test('audiences stand with the scopes that give them', async () => {
  const audience = (config: Members): Members => mapper('oidc-audience-mapper', config);
  const items = await readRealm({
    clientScopes: [
      {
        name: 'berths',
        protocol: 'openid-connect',
        protocolMappers: [audience({ 'included.custom.audience': 'https://berths.example' })],
      },
      { name: 'quiet', protocol: 'openid-connect', attributes: { 'include.in.token.scope': 'false' } },
    ],
    clients: [
      {
        clientId: 'broker',
        secret: 's',
        serviceAccountsEnabled: true,
      },
      {
        clientId: 'gate',
        secret: 's',
        serviceAccountsEnabled: true,
        attributes: { 'standard.token.exchange.enabled': 'true' },
        defaultClientScopes: ['quiet'],
        optionalClientScopes: ['berths'],
        protocolMappers: [audience({ 'included.client.audience': 'api' })],
      },
    ],
  });
  const { metadata } = items.client('gate');
  assert.equal(metadata.scope, 'quiet berths');
  assert.equal(metadata.default_scope, 'quiet', 'a token without a scope would have no audience');
  assert.deepEqual(metadata.scope_audiences, { quiet: ['api'], berths: ['https://berths.example', 'api'] });
  assert.deepEqual(metadata.allowed_resources, ['api', 'https://berths.example']);
});

test('a broken file is refused by its name and place, and none of it is repeated', async () => {
  const secret = 'very-secret-value';
  const realm = JSON.stringify({ realm: 'yard', clients: [{ clientId: 'c', secret }] });
  const cut = realm.slice(0, realm.indexOf(secret) + secret.length);
  await refused([textFile('r.json', cut)], /^r\.json: is not JSON/);
  await assert.rejects(
    read([textFile('r.json', cut)]),
    (error: Error) => !error.message.includes('secret-value'),
  );
  await assert.rejects(read([textFile('r.json', secret)]), (error: Error) => !error.message.includes('very'));
  await refused([textFile('r.json', '')], /^r\.json: is empty/);
  await refused([textFile('r.json', new Uint8Array([0x7b, 0xff, 0x7d]))], /^r\.json: is not UTF-8/);
  for (const other of ['[]', '[1]', 'null', '7', '{}', '{"users":[]}']) {
    await refused(
      [textFile('r.json', other)],
      /^r\.json: is JSON, but neither a realm nor people nor clients/,
    );
  }
  await refused([jsonFile('r.json', { realm: 7, clients: [] })], /^r\.json: realm: /);
  await refused(
    [
      jsonFile('r.json', {
        realm: 'yard',
        clients: [{ clientId: 'a' }, { clientId: 'b', redirectUris: 'x' }],
      }),
    ],
    /^r\.json: clients\[1\]\.redirectUris: /,
  );
  await refused(
    [jsonFile('r.json', { realm: 'yard', users: [{ username: 'a', credentials: [{ createdDate: 'x' }] }] })],
    /^r\.json: users\[0\]\.credentials\.0\.createdDate: /,
  );
  await refused(
    [jsonFile('r.json', { realm: 'yard', clients: [{ clientId: 'a' }, { clientId: 'a' }] })],
    /has two clients "a"/,
  );
});

test('null is absence, wherever Keycloak writes it', async () => {
  const items = await readRealm({
    roles: null,
    groups: null,
    clientScopes: null,
    clientPolicies: { policies: null },
    clients: [
      {
        clientId: 'c',
        secret: 's',
        serviceAccountsEnabled: true,
        attributes: null,
        redirectUris: null,
        protocolMappers: null,
        name: null,
      },
    ],
    users: [
      {
        username: 'ada',
        attributes: null,
        credentials: null,
        groups: null,
        email: null,
        requiredActions: null,
      },
    ],
  });
  assert.equal(items.client('c').metadata.client_name, 'c');
  assert.deepEqual(items.person('ada').claims, {});
});

test('several files of one realm are one, and two that say the same are refused', async () => {
  const realm = jsonFile('yard-realm.json', {
    realm: 'yard',
    clients: [{ clientId: 'c', publicClient: true }],
  });
  const people = (name: string, ...usernames: string[]) =>
    jsonFile(name, { realm: 'yard', users: usernames.map((username) => ({ username })) });
  const api = jsonFile('people.json', [{ username: 'eve', email: 'eve@yard.example' }]);
  const folder = [
    people('yard-users-1.json', 'bob'),
    realm,
    people('yard-users-0.json', 'ada'),
    textFile('notes.txt', 'x'),
  ];
  const items = await read(folder);
  assert.deepEqual(
    items.records('person').map(({ username }) => username),
    ['ada', 'bob'],
  );
  const beside = await read([realm, api]);
  assert.deepEqual(beside.person('eve').claims, { email: 'eve@yard.example', email_verified: false });
  assert.equal(beside.told('eve', 'credentials').length, 1);
  assert.deepEqual((await read([api])).records('person').length, 1);
  await refused(
    [...folder, people('yard-users-2.json', 'ada')],
    /"ada" stands in yard-users-0\.json and in yard-users-2\.json/,
  );
  await refused(
    [...folder, jsonFile('again.json', { realm: 'yard', clients: [] })],
    /are both the realm yard/,
  );
  await refused([textFile('notes.txt', 'x'), textFile('more.txt', 'y')], /no file that ends with \.json/);
});

test('of several realms the one that is meant has to be said', async () => {
  const realms = ['master', 'yard'].map((realm) => ({
    realm,
    clients: [{ clientId: `of ${realm}`, publicClient: true }],
    users: [{ username: `of ${realm}` }],
  }));
  const apart = realms.map((realm) => jsonFile(`${realm.realm}-realm.json`, realm));
  for (const files of [apart, [jsonFile('all.json', realms)]]) {
    await refused(files, /several realms: master, yard; say which one with --set realm=NAME/);
    const items = await read(files, { settings: { realm: 'yard' } });
    assert.deepEqual(
      [
        ...items.records('client').map(({ client_id }) => client_id),
        ...items.records('person').map(({ username }) => username),
      ],
      ['of yard', 'of yard'],
    );
    await refused(files, /there is no realm "dock", only master, yard/, { settings: { realm: 'dock' } });
  }
  await refused(apart, /there is no setting "relam" of Keycloak, only realm and group_names/, {
    settings: { relam: 'yard' },
  });
});

test('clients alone are read as the Admin API and the console give them', async () => {
  const client = { clientId: 'c', secret: 's', serviceAccountsEnabled: true, defaultClientScopes: ['mine'] };
  for (const value of [client, [client]]) {
    const items = await read([jsonFile('c.json', value)]);
    assert.equal(items.client('c').metadata.scope, 'mine');
    assert.equal(items.client('c').metadata.access_token_lifetime, undefined);
    assert.ok(!items.all.some(({ kind }) => kind === 'server'));
  }
  await refused(
    [jsonFile('c.json', client), jsonFile('r.json', { realm: 'yard', clients: [] })],
    /c\.json has clients beside the realm yard/,
  );
});

test('what a realm has beside is named once', async () => {
  const items = await readRealm({
    smtpServer: { host: 'mail.yard.example', password: 'hunter2' },
    identityProviders: [{ alias: 'google', config: { clientSecret: 'hunter2' } }],
    components: {
      'org.keycloak.storage.UserStorageProvider': [{ name: 'ldap', config: { bindCredential: ['hunter2'] } }],
    },
    eventsListeners: ['jboss-logging'],
    loginTheme: 'yard',
    invented: { a: 1 },
    verifyEmail: false,
  });
  assert.deepEqual(
    items.told('yard').map(({ field, outcome }) => `${outcome} ${field}`),
    [
      'lost smtpServer',
      'lost identityProviders',
      'lost components.org.keycloak.storage.UserStorageProvider',
      'lost loginTheme',
      'lost invented',
    ],
  );
  assert.ok(!JSON.stringify(items.all).includes('hunter2'));
});

test('reading twice yields the same', async () => {
  const file = jsonFile('r.json', {
    realm: 'yard',
    clients: [{ clientId: 'c', publicClient: true }],
    users: [{ username: 'ada' }],
  });
  assert.deepEqual((await read([file])).all, (await read([file])).all);
});
