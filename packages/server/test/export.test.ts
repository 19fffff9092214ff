import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { hashClientSecret } from '../src/client/client-secret.ts';
import { encrypted } from '../src/move/countersign/encrypted-file.ts';
import { countersignSource } from '../src/move/countersign/source.ts';
import { importRecords } from '../src/move/import-records.ts';
import type { ImportReport } from '../src/move/report.ts';
import { type SourceInput, UnreadableSource } from '../src/move/source.ts';
import { createAttributeDefinitions } from '../src/registration/attribute-definitions.ts';
import { createClaimRules } from '../src/registration/claim-rules.ts';
import { createGroupRegistrar } from '../src/registration/group-registrar.ts';
import { createInitialAccessTokens } from '../src/registration/initial-access-tokens.ts';
import { createRoleRegistrar } from '../src/registration/role-registrar.ts';
import { exportHome } from '../src/server/exporting.ts';
import { importContext } from '../src/server/importing.ts';
import { type OpenHome, openHome } from '../src/server/open-home.ts';
import { openSubjects, presentSubjects } from '../src/server/subjects.ts';
import { type OpenTrustStores, openTrustStores } from '../src/server/trust-stores.ts';
import { everyItem } from '../src/storage/every-item.ts';
import { hashOpaqueToken } from '../src/token/opaque-token.ts';
import { hashPassword } from '../src/user/password.ts';
import type { User } from '../src/user/user.ts';
import { sealedTotpSecret } from '../src/user-authentication/second-factor.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import { createUnstartedHome, type TestHome } from './countersign-process.ts';

const BY = { name: 'operator', through: 'command-line' } as const;
const DAY = 86_400_000;
const PASSWORD = 'correct horse battery staple';
/** What a guess at a password costs in tests. */
const CHEAP = 2;
/** Octets that an import is given at once. */
const PIECE = 1_000;

type Open = { readonly opened: OpenHome; readonly trust: OpenTrustStores };

let folder: string;
let here: TestHome;
let there: TestHome;
let from: Open;
let to: Open;
let authority: Identity;
let partner: Identity;

async function open({ home }: TestHome): Promise<Open> {
  const opened = await openHome(home, { quiet: true });
  return { opened, trust: await openTrustStores(opened) };
}

async function close({ opened, trust }: Open): Promise<void> {
  trust.close();
  await opened.close();
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-export-'));
  const partners = {
    trust_group: [{ name: 'partners', file_name: 'partners.jks', type: 'JKS', password: 'wso2carbon' }],
  };
  [here, there] = await Promise.all([createUnstartedHome(partners), createUnstartedHome(partners)]);
  for (const { security } of [here, there]) {
    await copyFile(join(security, 'client-truststore.jks'), join(security, 'partners.jks'));
  }
  [authority, partner] = await Promise.all([
    createIdentity('CN=Harbour CA', { usage: 'ca' }),
    createIdentity('CN=Partner CA', { usage: 'ca' }),
  ]);
  [from, to] = await Promise.all([open(here), open(there)]);
  await fill(from);
});

after(async () => {
  await Promise.all([close(from), close(to)]);
  await Promise.all([here.remove(), there.remove(), rm(folder, { recursive: true })]);
});

/** Puts something of everything into a home. */
async function fill({ opened, trust }: Open): Promise<void> {
  await fillGroupings(opened, trust);
  await fillClients(opened);
  await fillPeople(opened);
  await fillDecisions(opened);
}

async function fillGroupings(opened: OpenHome, trust: OpenTrustStores): Promise<void> {
  const { storage, events, clock } = opened;
  const roles = createRoleRegistrar(storage, events, clock);
  const groups = createGroupRegistrar(storage, events, clock);
  const attributes = createAttributeDefinitions(storage, events, clock);
  await attributes.add('ship', { type: 'string', list: true, max_length: 20 }, BY);
  const pilot = await roles.add({ name: 'Pilot', description: 'steers' }, BY);
  await roles.add({ name: 'deckhand' }, BY);
  // The one that contains the other stands behind it in the alphabet.
  const zone = await groups.add({ name: 'zone', description: 'all of it' }, BY);
  await groups.add({ name: 'anchorage', parent: zone.group_id }, BY);
  await roles.assign(pilot.role_id, [{ kind: 'group', id: zone.group_id }], BY);
  const entry = ({ certificate }: Identity, alias: string) =>
    ({ kind: 'trusted-certificate', alias, certificate, created: clock() }) as const;
  const another = await createIdentity('CN=Handshake CA', { usage: 'ca' });
  const left = await createIdentity('CN=Left to the rule', { usage: 'ca' });
  await trust.stores.change(
    undefined,
    (present) => [...present, entry(authority, 'harbour')],
    BY,
    undefined,
    {
      role: 'authority',
      thumbprints: [authority.thumbprint],
    },
  );
  await trust.stores.change(undefined, (present) => [...present, entry(another, 'gate')], BY, undefined, {
    role: 'handshake',
    thumbprints: [another.thumbprint],
  });
  await trust.stores.change(undefined, (present) => [...present, entry(left, 'left')], BY, undefined);
  await trust.stores.change('partners', (present) => [...present, entry(partner, 'partner')], BY, undefined);
}

async function fillClients({ storage, events, clients, clock }: OpenHome): Promise<void> {
  const own = await createIdentity('CN=own');
  await clients.register(
    {
      client_id: 'web',
      client_name: 'Web ⚓',
      redirect_uris: ['https://web.example/cb'],
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'openid profile offline_access',
      contacts: ['ops@web.example'],
      subject_type: 'pairwise',
    },
    BY,
  );
  await clients.register(
    {
      client_id: 'signer',
      client_name: 'signer',
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_jwt',
    },
    BY,
  );
  await clients.register(
    {
      client_id: 'crane',
      client_name: 'crane',
      certificates: [own.pem],
      token_endpoint_auth_method: 'self_signed_tls_client_auth',
      access_token_lifetime: 120,
      attributes: { quay: 4 },
      skip_consent: true,
    },
    BY,
    { secret: 'always' },
  );
  await clients.change('crane', { endTokens: true, enabled: false }, BY);
  await clients.register(
    {
      client_id: 'partner',
      client_name: 'partner',
      trust_group: 'partners',
      tls_client_auth_subject_dn: 'CN=p',
      token_endpoint_auth_method: 'tls_client_auth',
    },
    BY,
  );
  const made = createInitialAccessTokens(storage, events, clock);
  const { record } = await made.add({ label: 'for partners', lifetime: 86_400, clients: 3 }, BY);
  await clients.register(
    {
      client_id: 'self',
      client_name: 'self',
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_basic',
    },
    { name: 'self', through: 'dynamic-registration' },
    {
      last: [
        storage.dynamicRegistrations.steps.insert({
          client_id: 'self',
          registration_access_token_sha256: hashOpaqueToken('registration access token'),
          initial_access_token_id: record.token_id,
          scope_asked: false,
          registered_at: clock(),
        }),
      ],
    },
  );
  await clients.register(
    {
      client_id: 'chosen',
      client_name: 'chosen',
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_basic',
    },
    BY,
  );
  const chosen = await storage.clients.find('chosen');
  assert.ok(chosen);
  const { client_secret_sha256: _, ...rest } = chosen;
  await storage.clients.update({
    ...rest,
    client_secret_argon2id: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$c2FsdHNhbHRzYWx0c2FsdHNhbHQ',
    awaits_confirmation: true,
    enabled: false,
    revision: chosen.revision + 1,
  });
  const group = await storage.groups.findByName('anchorage');
  const role = await storage.roles.findByName('deckhand');
  assert.ok(group && role);
  const member = { kind: 'client', id: 'crane' } as const;
  await storage.commit([
    storage.groups.steps.add(group.group_id, member, clock()),
    storage.roles.steps.assign(role.role_id, member, clock()),
  ]);
  const rules = createClaimRules(storage, events, clock);
  await rules.add(
    {
      claim: 'ship',
      source: { from: 'person_attribute', attribute: 'ship' },
      destinations: ['id_token', 'userinfo'],
      form: 'list',
      scope: 'profile',
    },
    BY,
  );
  await rules.add(
    {
      claim: 'area',
      client_id: 'web',
      source: { from: 'value', value: ['north'] },
      destinations: ['access_token'],
      form: 'list',
    },
    BY,
  );
}

const userNamed = (username: string, password_hash: string, rest: Partial<User> = {}): User => ({
  sub: randomUUID(),
  username,
  password_hash,
  roles: [],
  claims: {},
  enabled: true,
  created_at: 1_700_000_000_000,
  revision: 1,
  ...rest,
});

async function fillPeople({ storage, configuration, clock }: OpenHome): Promise<void> {
  const { key } = configuration.atStart.encryption;
  const zone = await storage.groups.findByName('zone');
  const deckhand = await storage.roles.findByName('deckhand');
  assert.ok(zone && deckhand);
  const ana = userNamed('Ana ½', await hashPassword('the harbour at night'), {
    claims: { name: 'Ana', email: 'ana@harbour.example', ship: ['Aurora', 'Bora'] },
    roles: ['auditor', 'keys_reader'],
    limited_roles: [{ role: 'clients_reader', group_id: zone.group_id }],
  });
  const bo = userNamed(
    'bo',
    '$pbkdf2-sha256$i=27500$c2FsdHNhbHRzYWx0$c2FsdHNhbHRzYWx0c2FsdHNhbHRzYWx0c2FsdHNhbHQ',
    {
      required_actions: ['update_password', 'verify_email'],
    },
  );
  const cy = userNamed('cy', '!', { enabled: false, awaits_confirmation: true });
  for (const user of [ana, bo, cy]) await storage.users.insert(user);
  const of = { sub: ana.sub, created_at: 1_710_000_000_000 };
  const sealed_secret = sealedTotpSecret('JBSWY3DPEHPK3PXPJBSWY3DP', ana.sub, key);
  await storage.credentials.insert({
    ...of,
    kind: 'totp',
    credential_id: ana.sub,
    sealed_secret,
    last_used_at: clock(),
  });
  await storage.credentials.insert({
    ...of,
    kind: 'passkey',
    credential_id: randomBytes(32).toString('base64url'),
    public_key: randomBytes(77).toString('base64url'),
    counter: 7,
    transports: ['usb', 'nfc'],
    label: 'key on the ring',
  });
  for (const code of ['one', 'two']) {
    await storage.credentials.insert({ ...of, kind: 'recovery_code', credential_id: hashClientSecret(code) });
  }
  await storage.credentials.insert({
    ...of,
    kind: 'certificate',
    credential_id: hashClientSecret('a certificate'),
    subject: 'CN=Ana',
    not_after: clock() + DAY,
  });
  const app = sealedTotpSecret('GEZDGNBVGY3TQOJQGEZDGNBV', bo.sub, key);
  await storage.credentials.insert({
    kind: 'totp',
    sub: bo.sub,
    credential_id: bo.sub,
    created_at: 1,
    sealed_secret: app,
    algorithm: 'SHA512',
    digits: 8,
    period: 60,
  });
  await storage.commit([
    storage.groups.steps.add(zone.group_id, { kind: 'person', id: ana.sub }, clock()),
    storage.roles.steps.assign(deckhand.role_id, { kind: 'person', id: ana.sub }, clock()),
  ]);
}

async function fillDecisions(opened: OpenHome): Promise<void> {
  const { storage, clock, configuration } = opened;
  await openSubjects({ storage, encryptionKey: configuration.atStart.encryption.key, clock });
  const ana = await storage.users.findByUsername('ana ½');
  assert.ok(ana);
  const { sub } = ana;
  const now = clock();
  await storage.consents.put({ sub, client_id: 'web', scopes: ['openid', 'profile'], granted_at: now - DAY });
  const grant = (grant_id: string, expires_at = now + DAY) => ({
    grant_id,
    client_id: 'web',
    sub,
    scope: 'openid offline_access',
    created_at: now - DAY,
    expires_at,
  });
  const token = (name: string, grant_id: string) => ({
    token_sha256: hashOpaqueToken(name),
    grant_id,
    client_id: 'web',
    sub,
    scope: 'openid offline_access',
    auth_time: 1_700_000_000,
    cnf: { jkt: hashOpaqueToken('a key') },
    issued_at: now - DAY,
    expires_at: now + DAY,
  });
  for (const [id, end] of [
    ['in force', now + DAY],
    ['ended', now - 1],
    ['revoked', now + DAY],
  ] as const) {
    await storage.grants.insert(grant(id, end));
    await storage.refreshTokens.insert(token(`of ${id}`, id));
  }
  await storage.grants.revoke('revoked', now);
  await storage.refreshTokens.insert(token('redeemed', 'in force'));
  await storage.commit([storage.refreshTokens.steps.redeem(hashOpaqueToken('redeemed'), now - 5)]);
  // Ends with a session, which does not move.
  await storage.refreshTokens.insert({
    ...token('of a session', 'in force'),
    scope: 'openid',
    session_id: 's',
  });
}

let written = 0;
const place = () => join(folder, `${written++}.jsonl`);

async function exported(
  { opened, trust }: Open,
  { extras = ['consents', 'grants'] }: { readonly extras?: readonly ('consents' | 'grants')[] } = {},
): Promise<string> {
  const file = place();
  const { leftOut } = await exportHome(opened, trust, { file, extras, password: undefined });
  assert.deepEqual(leftOut, []);
  return file;
}

const inputOf = (file: string, password?: string): SourceInput => ({
  files: [{ name: file, octets: () => createReadStream(file, { highWaterMark: PIECE }) }],
  certificates: [],
  answers: { clients: {}, settings: {} },
  ...(password !== undefined && { password: async () => password }),
});

const importInto = (
  { opened, trust }: Open,
  file: string,
  { password, dryRun = false }: { readonly password?: string; readonly dryRun?: boolean } = {},
): Promise<ImportReport> =>
  importRecords(
    countersignSource,
    inputOf(file, password),
    importContext(opened, trust.stores, { givesAdministratorRoles: true }),
    { sourceName: 'countersign', by: { name: 'operator' }, dryRun },
  );

const linesOf = async (file: string) => (await readFile(file, 'utf8')).trimEnd().split('\n');
/** What is not of the one server: no header, settings, end. */
const recordsOf = async (file: string) =>
  (await linesOf(file)).filter(
    (line) => line.startsWith('{"kind"') && !line.startsWith('{"kind":"settings"'),
  );
const eventsOf = async ({ opened: { events, storage } }: Open) => {
  await events.flush();
  const found = [];
  for await (const event of everyItem((page) => storage.events.list({}, page))) found.push(event);
  return found;
};

describe('an export', () => {
  test('is written the same each time, for its owner alone, and never over another file', async () => {
    const [one, other] = [await exported(from), await exported(from)];
    assert.deepEqual(await readFile(one), await readFile(other));
    assert.equal((await stat(one)).mode & 0o777, 0o600);
    const { opened, trust } = from;
    await assert.rejects(
      exportHome(opened, trust, { file: one, extras: [], password: undefined }),
      /is there already/,
    );
    assert.deepEqual(await readFile(one), await readFile(other));
  });

  test('has consents and grants only where they are asked for', async () => {
    const kinds = async (file: string) => new Set((await linesOf(file)).map((line) => JSON.parse(line).kind));
    const bare = await kinds(await exported(from, { extras: [] }));
    assert.ok(!bare.has('consent') && !bare.has('grant'));
    const whole = await kinds(await exported(from));
    assert.deepEqual([...whole.difference(bare)], ['consent', 'grant']);
  });

  test('has nothing that has ended, nor what ends with a session', async () => {
    const grants = (await recordsOf(await exported(from)))
      .map((line) => JSON.parse(line))
      .filter(({ kind }) => kind === 'grant');
    assert.deepEqual(
      grants.map(({ grant_id, refresh_tokens }) => [grant_id, refresh_tokens.length]),
      [['in force', 2]],
    );
  });

  test('comes to another server without loss, and a second import changes nothing', async () => {
    const file = await exported(from);
    const before = (await eventsOf(to)).length;
    const dry = await importInto(to, file, { dryRun: true });
    assert.equal((await eventsOf(to)).length, before);
    const { items } = await importInto(to, file);
    assert.deepEqual(items, dry.items);
    const left = items.filter(({ outcome, kind }) => outcome !== 'added' && kind !== 'server');
    assert.deepEqual(left, []);
    const records = await recordsOf(file);
    assert.deepEqual(await recordsOf(await exported(to)), records);
    const events = await eventsOf(to);
    assert.ok(events.length - before >= records.length);
    assert.ok(!JSON.stringify(events).includes('JBSWY3DP'));

    const again = await importInto(to, file);
    const changed = again.items.filter(({ outcome, kind }) => outcome !== 'present' && kind !== 'server');
    assert.deepEqual(changed, []);
    assert.equal((await eventsOf(to)).length, events.length);
  });

  test('that is encrypted is read with its password', async () => {
    const [plain, file] = [await exported(from), place()];
    await writeFile(file, encrypted(createReadStream(plain), PASSWORD, CHEAP));
    const { items } = await importInto(to, file, { password: PASSWORD });
    assert.deepEqual(items, (await importInto(to, plain)).items);
    await assert.rejects(
      importInto(to, file, { password: 'another one' }),
      /cannot be opened: the password is not/,
    );
    await assert.rejects(importInto(to, file), /is encrypted, and no password is given/);
  });

  test('tells what deployment.toml had there and has not here, and no secret of it', async () => {
    const file = await exported(from);
    const settings = (await linesOf(file)).find((line) => line.startsWith('{"kind":"settings"')) ?? '';
    assert.ok(settings.includes('"server.port"'));
    assert.ok(!settings.includes('super_admin.password'), settings);
    const input = { ...inputOf(file), settings: { 'server.hostname': 'localhost' } };
    const { items } = await importRecords(
      countersignSource,
      input,
      importContext(to.opened, to.trust.stores),
      {
        sourceName: 'countersign',
        by: { name: 'operator' },
        dryRun: true,
      },
    );
    const { findings = [] } = items.find(({ kind }) => kind === 'server') ?? {};
    assert.ok(findings.some(({ field, outcome }) => field === 'server.port' && outcome === 'lost'));
    assert.ok(!findings.some(({ field }) => field === 'server.hostname'));
  });

  test('gives no administrator role where whoever imports is below administrators', async () => {
    const file = place();
    const person = { kind: 'person', username: 'eve', administrator_roles: ['owner'], limited_roles: [] };
    await writeFile(file, `{"countersign_export":1}\n${JSON.stringify(person)}\n{"end":{}}\n`);
    const { items } = await importRecords(
      countersignSource,
      inputOf(file),
      importContext(to.opened, to.trust.stores),
      { sourceName: 'countersign', by: { name: 'admin' } },
    );
    const [{ outcome, findings } = { outcome: undefined, findings: [] }] = items;
    assert.equal(outcome, 'added');
    assert.ok(findings.some(({ field }) => field === 'administrator_roles'));
    assert.deepEqual((await to.opened.storage.users.findByUsername('eve'))?.roles, []);
  });

  describe('that is not whole', () => {
    const client = (client_id: string) =>
      JSON.stringify({
        kind: 'client',
        client_id,
        metadata: {
          client_name: client_id,
          grant_types: ['client_credentials'],
          token_endpoint_auth_method: 'client_secret_basic',
        },
        secret: { form: 'sha256', value: hashClientSecret('a secret that nobody tells') },
      });
    const HEADER = '{"countersign_export":1}';
    const END = '{"end":{}}';

    const cases: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
      ['is empty', '', /is empty/],
      ['is something else', '<xml/>\n', /is no export of Countersign/],
      ['is JSON of something else', '{"realm":"x"}\n', /is no export of Countersign/],
      [
        'is of a later version',
        '{"countersign_export":2}\n',
        /version 2 of the format, this program knows 1/,
      ],
      ['has a strange header', '{"countersign_export":1,"with":["keys"]}\n', /line 1/],
      ['is cut off after a line', `${HEADER}\n${client('x1')}\n`, /ends too early, after line 2/],
      ['is cut off amid a line', `${HEADER}\n${client('x2').slice(0, 40)}`, /line 2: it is not JSON/],
      [
        'goes on after its end',
        `${HEADER}\n${END}\n${client('x3')}\n`,
        /line 3: there is something after the end/,
      ],
      [
        'has a record of a strange kind',
        `${HEADER}\n${client('x4')}\n{"kind":"spaceship"}\n${END}\n`,
        /line 3: kind/,
      ],
      ['has a record that is none', `${HEADER}\n${client('x5')}\n[1]\n${END}\n`, /line 3/],
      [
        'lacks a record',
        `${HEADER}\n${client('x6')}\n{"end":{"records":{"client":2}}}\n`,
        /tells of 2 records of kind client, and there are 1/,
      ],
      ['was changed', `${HEADER}\n${client('x7')}\n{"end":{"sha256":"00"}}\n`, /is not as it was written/],
      ['is no UTF-8', Buffer.concat([Buffer.from(`${HEADER}\n`), Buffer.from([0xff, 0x0a])]), /is not UTF-8/],
      [
        'has a hostile member',
        `${HEADER}\n{"kind":"person","username":"x8","__proto__":{"roles":1},"root":true}\n${END}\n`,
        /line 2.*root/,
      ],
      [
        'has a line without an end',
        `${HEADER}\n"${'x'.repeat(17 * 1024 * 1024)}`,
        /a line of more than 16 MiB/,
      ],
    ];

    for (const [what, content, expected] of cases) {
      test(`since it ${what}, it changes nothing and says where it is at fault`, async () => {
        const file = place();
        await writeFile(file, content);
        const before = (await eventsOf(to)).length;
        await assert.rejects(importInto(to, file), (error) => {
          assert.ok(error instanceof UnreadableSource, String(error));
          assert.match(error.message, expected);
          // Errors tell places, and nothing of what stands there.
          assert.ok(!error.message.includes(hashClientSecret('a secret that nobody tells')));
          return true;
        });
        assert.equal((await eventsOf(to)).length, before);
      });
    }
  });

  test('leaves out what it names and is not there, and whoever is somebody else here', async () => {
    const sub = randomUUID();
    const records = [
      { kind: 'group', name: 'orphan', parent: 'nowhere' },
      {
        kind: 'trusted_certificate',
        alias: 'strange',
        certificate: authority.pem,
        role: 'by_rule',
        trust_group: 'nobody',
      },
      { kind: 'consent', username: 'nobody', sub, client_id: 'web', scopes: ['openid'], granted_at: 1 },
      {
        kind: 'consent',
        username: 'ANA ½',
        sub: randomUUID(),
        client_id: 'web',
        scopes: ['openid'],
        granted_at: 1,
      },
      {
        kind: 'grant',
        grant_id: 'g',
        username: 'bo',
        sub,
        client_id: 'web',
        scope: '',
        created_at: 1,
        expires_at: Date.now() + DAY,
      },
    ];
    const file = place();
    const lines = [
      '{"countersign_export":1}',
      ...records.map((record) => JSON.stringify(record)),
      '{"end":{}}',
    ];
    await writeFile(file, `${lines.join('\n')}\n`);
    const { items } = await importInto(to, file);
    assert.deepEqual(
      items.map(({ outcome, findings }) => [outcome, findings.at(-1)?.field]),
      [
        ['left out', 'parent'],
        ['left out', 'trust_group'],
        ['left out', 'username'],
        ['left out', 'sub'],
        ['left out', 'sub'],
      ],
    );
  });

  test('keeps pairwise subjects where no server ran before, and says where one did', async () => {
    const { storage } = to.opened;
    assert.ok(await storage.subjectSecret.find());
    const file = place();
    const secret = randomBytes(32).toString('base64url');
    await writeFile(
      file,
      `{"countersign_export":1}\n{"kind":"subject_secret","secret":"${secret}"}\n{"end":{}}\n`,
    );
    const { items } = await importInto(to, file);
    assert.equal(items[0]?.outcome, 'left out');
    assert.match(items[0]?.findings[0]?.why ?? '', /one of its own since its first start/);
    const [one, other] = await Promise.all(
      [from, to].map(({ opened: { storage, configuration } }) =>
        presentSubjects({ storage, encryptionKey: configuration.atStart.encryption.key }),
      ),
    );
    const web = await storage.clients.find('web');
    assert.ok(one && other && web);
    assert.equal(one.of(web, 'somebody'), other.of(web, 'somebody'));
  });
});
