import assert from 'node:assert/strict';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { rootCertificates } from 'node:tls';
import { readKeyStore, writePkcs12 } from '@countersign/x509/key-store';
import { homePaths } from '../src/config/home.ts';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import {
  createUnstartedHome,
  type RunningCountersign,
  type TestDeployment,
  type TestHome,
} from './countersign-process.ts';
import { DATABASES } from './databases.ts';
import { eventOf } from './event-of.ts';
import { eventually } from './eventually.ts';
import { type Answer, call, post } from './token-client.ts';

const BOB = 'CN=bob,O=Bank';

type Entry = Readonly<Record<string, unknown>>;

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const tables = (value: unknown): readonly Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter(isTable) : [];

/** The thumbprint as openssl prints it. */
const fingerprint = ({ thumbprint }: Identity) =>
  Buffer.from(thumbprint, 'base64url').toString('hex').toUpperCase().match(/../g)?.join(':') ?? '';

const authority = (name: string) => createIdentity(`CN=${name}`, { usage: 'ca' });
/** Bob’s certificate, from whoever. */
const bobBy = (issuer: Identity) => createIdentity(BOB, { issuer });

/** A server with one client, Bob, who is known by his name. */
type World = {
  readonly home: TestHome;
  readonly server: RunningCountersign;
  readonly api: AdminApi;
  readonly bob: string;
  ask(identity: Pick<Identity, 'cert' | 'key'>, client_id?: string): Promise<Answer>;
  /** What the admin API says of an entry of the trust store. */
  entry(alias: string): Promise<Entry>;
  close(): Promise<void>;
};

async function openWorld(
  deployment: TestDeployment = {},
  prepare: (home: TestHome) => Promise<unknown> = async () => {},
): Promise<World> {
  const home = await createUnstartedHome(deployment);
  await prepare(home);
  const server = await home.start();
  const api = adminApiOf(home.issuer);
  const { client_id } = await api.register({
    client_name: 'bob',
    token_endpoint_auth_method: 'tls_client_auth',
    grant_types: ['client_credentials'],
    tls_client_auth_subject_dn: BOB,
  });
  return {
    home,
    server,
    api,
    bob: client_id,
    ask: ({ cert, key }, asked = client_id) =>
      post(
        `${home.issuer}/oauth2/token`,
        { grant_type: 'client_credentials', client_id: asked },
        { certificate: { cert, key } },
      ),
    async entry(alias) {
      const [store] = tables((await api.json('GET', '/truststore')).items);
      const found = tables(store?.entries).find((entry) => entry.alias === alias);
      assert.ok(found, `there is no entry ${alias}`);
      return found;
    },
    async close() {
      await server.stop();
      await home.remove();
    },
  };
}

const etagOf = async ({ api }: World) => String((await api.request('GET', '/truststore')).headers.etag);
const importInto = ({ api }: World, { pem }: Identity, alias: string, role?: string) =>
  api.request('POST', '/truststore/certificates', { content: pem, alias, ...(role && { role }) });
const rolesNamed = async ({ api }: World, { thumbprint }: Identity) =>
  tables((await api.json('GET', '/events?type=truststore.role_named&limit=100')).items)
    .filter(({ object }) => isTable(object) && object.id === thumbprint)
    .map(({ changes, actor }) => [
      isTable(changes) ? changes.role : undefined,
      isTable(actor) ? [actor.name !== '', actor.through] : undefined,
    ])
    .toReversed();

/** Why the server refused, for its operator. */
const whyRefused = async ({ server }: World, answer: Answer) => {
  assert.equal(answer.status, 401, answer.text);
  const { because, evidence } = await eventOf(server, answer);
  return { because, evidence: isTable(evidence) ? evidence : {} };
};

describe('what an entry of the trust store is, said by people', () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world?.close());

  test('by the admin API: shown with its reason, changed at once, with its event, only as it was seen', async () => {
    const { api, ask, entry } = world;
    const ca = await authority('said by the API');
    const identity = await bobBy(ca);
    assert.equal((await importInto(world, ca, 'api')).status, 201);
    assert.partialDeepStrictEqual(await entry('api'), {
      role: 'authority',
      because: 'certificate-authority',
      unconfirmed: true,
    });
    assert.equal((await ask(identity)).status, 200);

    const path = '/truststore/certificates/API/role';
    const seen = await etagOf(world);
    const put = (role: string, etag?: string) =>
      api.request('PUT', path, { role }, etag === undefined ? {} : { 'if-match': etag });
    const confirmed = await put('authority', seen);
    assert.equal(confirmed.status, 200, confirmed.text);
    assert.partialDeepStrictEqual(confirmed.json(), {
      alias: 'api',
      role: 'authority',
      because: 'named',
      named_by: 'admin',
      unconfirmed: false,
    });
    const now = await etagOf(world);
    assert.notEqual(now, seen);
    assert.equal(confirmed.headers.etag, now);
    for (const late of [
      await put('handshake', seen),
      await api.request('DELETE', path, undefined, { 'if-match': seen }),
    ]) {
      assert.equal(late.status, 412, late.text);
    }
    assert.equal((await ask(identity)).status, 200);

    assert.equal((await put('handshake')).status, 200);
    const { because, evidence } = await whyRefused(world, await ask(identity));
    assert.equal(because, 'certificate_not_trusted');
    const [told] = tables(evidence.no_authority);
    assert.partialDeepStrictEqual(told, {
      entry: 'api',
      'x5t#S256': ca.thumbprint,
      role: 'handshake',
      to_change: 'countersign truststore set-role authority api',
    });
    assert.match(String(told?.why), /^named by admin on \d{4}-\d\d-\d\d$/);

    assert.equal((await put('handshake')).status, 200, 'what changes nothing is done');
    const left = await api.request('DELETE', path);
    assert.partialDeepStrictEqual(left.json(), { role: 'authority', because: 'certificate-authority' });
    assert.equal((await ask(identity)).status, 200);

    const by = [true, 'admin-api'];
    assert.deepEqual(await rolesNamed(world, ca), [
      [{ old: 'by the rule', new: 'authority' }, by],
      [{ old: 'authority', new: 'handshake' }, by],
      [{ old: 'handshake', new: 'by the rule' }, by],
    ]);
    assert.equal((await api.request('PUT', path, { role: 'king' })).status, 400);
    const absent = await api.request('PUT', '/truststore/certificates/absent/role', { role: 'authority' });
    assert.equal(absent.status, 404);
  });

  test('as it is imported: nothing vouches in between, and what was there is named too', async () => {
    const { api, ask, entry } = world;
    const ca = await authority('imported to come through');
    const identity = await bobBy(ca);
    const imported = await importInto(world, ca, 'imported', 'handshake');
    assert.partialDeepStrictEqual(tables(imported.json().added)[0], { role: 'handshake', because: 'named' });
    assert.equal((await ask(identity)).status, 401);
    const again = await importInto(world, ca, 'again', 'authority');
    assert.deepEqual(again.json().added, []);
    assert.partialDeepStrictEqual(tables(again.json().known)[0], { alias: 'imported', role: 'authority' });
    assert.equal((await ask(identity)).status, 200);
    assert.equal((await entry('imported')).because, 'named');
    // With no certificate that could be taken nothing is named either.
    const other = await authority('never imported');
    const taken = await importInto(world, other, 'imported', 'authority');
    assert.equal(taken.status, 400);
    assert.deepEqual(await rolesNamed(world, other), []);
    assert.equal((await api.request('DELETE', '/truststore/certificates/imported')).status, 204);
  });

  test('the word of people wins over the rule, and what is wrong with it is said', async () => {
    const { api, ask, entry } = world;
    const own = await createIdentity('CN=mallory', { usage: 'ca' });
    await api.register({
      client_name: 'mallory',
      client_id: undefined,
      token_endpoint_auth_method: 'self_signed_tls_client_auth',
      grant_types: ['client_credentials'],
      certificates: [own.pem],
    });
    const imported = (await importInto(world, own, 'own')).json();
    const [added] = tables(imported.added);
    assert.partialDeepStrictEqual(added, { role: 'handshake', because: 'certificate-of-a-client' });
    assert.equal(Array.isArray(added?.clients) && added.clients.length, 1);
    assert.equal((await ask(await bobBy(own))).status, 401);
    const named = await api.json('PUT', '/truststore/certificates/own/role', { role: 'authority' });
    assert.match(String(named.warning), /whoever has that key can be any client/);
    assert.deepEqual(named.clients, added?.clients, 'who is in the way is shown all the same');
    assert.equal((await ask(await bobBy(own))).status, 200);

    const leaf = await createIdentity('CN=leaf');
    const warned = (await importInto(world, leaf, 'leaf', 'authority')).json();
    assert.match(JSON.stringify(warned.warnings), /leaf is named an authority, but nothing chains to it/);
    assert.equal((await entry('leaf')).role, 'authority');
    for (const alias of ['own', 'leaf']) await api.json('DELETE', `/truststore/certificates/${alias}`);
  });

  test('by the command line, while the server runs: printed after an import, listed, set and unset', async () => {
    const { home, ask, entry } = world;
    const ca = await authority('said by a command');
    const identity = await bobBy(ca);
    const file = join(home.home, 'command.pem');
    await writeFile(file, ca.pem);
    const printed = await home.command('truststore', 'import', file, '--alias', 'it’s mine');
    assert.equal(printed.code, 0, printed.stderr);
    assert.match(
      printed.stdout,
      /authority, a certificate authority, and no client’s own; nobody confirmed it\n/,
    );
    assert.match(printed.stdout, /countersign truststore set-role authority 'it’s mine'\n/);
    await world.server.line(/in the trust store: it’s mine: authority/);
    assert.equal((await ask(identity)).status, 200);
    const listed = await home.command('truststore', 'list');
    assert.match(listed.stdout, /role {13}authority\n/);
    assert.match(listed.stdout, /unconfirmed {6}true\n/);

    await home.json('truststore', 'set-role', 'handshake', 'it’s mine');
    assert.equal((await ask(identity)).status, 401);
    const one = tables(await home.json('truststore', 'list')).find(({ alias }) => alias === 'it’s mine');
    assert.partialDeepStrictEqual(one, { role: 'handshake', because: 'named', unconfirmed: false });
    assert.equal((await entry('it’s mine')).role, 'handshake');
    await home.json('truststore', 'set-role', 'authority', fingerprint(ca));
    assert.equal((await ask(identity)).status, 200);
    const unset = await home.json('truststore', 'unset-role', 'it’s mine');
    assert.partialDeepStrictEqual(unset, { role: 'authority', because: 'certificate-authority' });
    const by = [true, 'command-line'];
    assert.deepEqual(await rolesNamed(world, ca), [
      [{ old: 'by the rule', new: 'handshake' }, by],
      [{ old: 'handshake', new: 'authority' }, by],
      [{ old: 'authority', new: 'by the rule' }, by],
    ]);

    const other = await authority('with a role');
    await writeFile(file, other.pem);
    const named = await home.command(
      ...['truststore', 'import', file, '--alias', 'with role', '--role', 'handshake'],
    );
    assert.match(named.stdout, /imported with role\n {2}handshake, named by /);
    await world.server.line(/in the trust store: with role: handshake/);
    assert.equal((await ask(await bobBy(other))).status, 401);

    for (const [args, code, message] of [
      [['truststore', 'set-role', 'king', 'with role'], 2, /authority or handshake/],
      [['truststore', 'import', file, '--role', 'king'], 2, /king/],
      [['truststore', 'set-role', 'authority', 'absent'], 1, /no entry absent/],
      [['truststore', 'unset-role', 'absent'], 1, /no entry absent/],
    ] as const) {
      const refused = await home.command(...args);
      assert.equal(refused.code, code, args.join(' '));
      assert.match(refused.stderr, message);
    }
  });

  test('an authority that is removed has to be named again; what vouched for nobody comes back so, and is shown', async () => {
    const { home, api, ask, entry } = world;
    /** The running server has seen that a command removed it. */
    const takenUp = (alias: string) =>
      eventually(
        async () => tables(tables((await api.json('GET', '/truststore')).items)[0]?.entries),
        (entries) => !entries.some((each) => each.alias === alias),
      );
    const [named, denied] = [await authority('named'), await authority('denied')];
    await importInto(world, named, 'named', 'authority');
    await importInto(world, denied, 'denied', 'handshake');
    for (const alias of ['named', 'denied']) await api.json('DELETE', `/truststore/certificates/${alias}`);
    assert.deepEqual((await rolesNamed(world, named)).at(-1)?.[0], { old: 'authority', new: 'by the rule' });
    assert.equal((await rolesNamed(world, denied)).length, 1);
    const [again] = tables((await importInto(world, named, 'named')).json().added);
    assert.partialDeepStrictEqual(again, { because: 'certificate-authority', unconfirmed: true });
    const [back] = tables((await importInto(world, denied, 'denied')).json().added);
    assert.partialDeepStrictEqual(back, { role: 'handshake', because: 'named', named_by: 'admin' });
    assert.equal((await ask(await bobBy(denied))).status, 401);

    // By the command line likewise; until it is imported again the doctor tells of it.
    await home.json('truststore', 'remove', 'denied');
    const examined = await home.command('doctor');
    assert.match(
      examined.stdout,
      new RegExp(`${denied.thumbprint} stands in no store, and will be handshake`),
    );
    await home.json('truststore', 'unset-role', fingerprint(denied));
    await takenUp('denied');
    const [free] = tables((await importInto(world, denied, 'denied')).json().added);
    assert.equal(free?.because, 'certificate-authority');
    await home.json('truststore', 'set-role', 'authority', 'named');
    await home.json('truststore', 'remove', 'named');
    await takenUp('named');
    assert.deepEqual((await rolesNamed(world, named)).at(-1)?.[0], { old: 'authority', new: 'by the rule' });
    await importInto(world, named, 'named');
    assert.equal((await entry('named')).because, 'certificate-authority');
  });

  test('what keytool imports is told in the log, and unconfirmed by the doctor', async () => {
    const { home, server, ask, entry } = world;
    const ca = await authority('by keytool');
    const file = join(home.security, 'client-truststore.jks');
    const entries = await readKeyStore(await readFile(file), 'wso2carbon');
    const added = { kind: 'trusted-certificate', alias: 'keytool', certificate: ca.certificate } as const;
    await writeFile(file, await writePkcs12([...entries, added], 'wso2carbon'));
    await server.line(/in the trust store: keytool: authority, a certificate authority.*nobody confirmed it/);
    assert.equal((await entry('keytool')).unconfirmed, true);
    assert.equal((await ask(await bobBy(ca))).status, 200);
    const told = await server.line(new RegExp(`authority_unconfirmed".*${ca.thumbprint}`));
    assert.match(told, /"client_id"/);
    const examined = await home.command('doctor');
    assert.match(
      examined.stdout,
      /^warning trust +keytool in the trust store vouches for clients: .*nobody confirmed it: countersign truststore set-role authority keytool, or countersign truststore set-role handshake keytool$/m,
    );
    await home.json('truststore', 'set-role', 'authority', 'keytool');
    assert.match((await home.command('doctor')).stdout, /^ok +trust +keytool in .*: named by /m);
  });
});

test('what deployment.toml names goes before what is set, and setting another is refused by its key', async (t) => {
  const [vouching, denied] = [await authority('in the file'), await authority('denied in the file')];
  const world = await openWorld({
    truststore: { authorities: [fingerprint(vouching)], handshake: [denied.thumbprint] },
  });
  t.after(world.close);
  const { home, server, api, ask, entry } = world;
  await importInto(world, vouching, 'vouching');
  await importInto(world, denied, 'denied');
  assert.partialDeepStrictEqual(await entry('vouching'), {
    role: 'authority',
    because: 'configured',
    why: '[truststore] authorities of deployment.toml names it',
    unconfirmed: false,
  });
  assert.equal((await ask(await bobBy(vouching))).status, 200);
  const { evidence } = await whyRefused(world, await ask(await bobBy(denied)));
  assert.equal(
    tables(evidence.no_authority)[0]?.to_change,
    'take the thumbprint out of [truststore] handshake of deployment.toml',
  );

  const sentence = /\[truststore\] handshake of deployment\.toml names .*, as handshake, and goes before/;
  const path = '/truststore/certificates/denied/role';
  for (const refused of [
    await api.request('PUT', path, { role: 'authority' }),
    await api.request('DELETE', path),
    await importInto(world, denied, 'denied', 'authority'),
  ]) {
    assert.deepEqual([refused.status, refused.json().field], [400, 'role'], refused.text);
    assert.match(String(refused.json().error_description), sentence);
  }
  const command = await home.command('truststore', 'set-role', 'authority', 'denied');
  assert.equal(command.code, 1);
  assert.match(command.stderr, sentence);
  assert.deepEqual(await rolesNamed(world, denied), [], 'nothing was set');
  // What the file says already is no contradiction, and nothing is set beside it.
  assert.equal((await api.request('PUT', path, { role: 'handshake' })).status, 200);
  assert.deepEqual(await rolesNamed(world, denied), []);

  await home.editDeployment((text) => text.replace(/^handshake = .*$/m, 'handshake = []'));
  await server.line(/configuration\.reloaded success.*truststore\.handshake|truststore\.handshake.*reloaded/);
  assert.equal((await api.request('PUT', path, { role: 'authority' })).status, 200);
  assert.equal((await ask(await bobBy(denied))).status, 200);
  assert.match(
    (await home.command('doctor')).stdout,
    /vouching in the trust store vouches for clients: \[trust/,
  );
});

test('roots of the public web are warned of: at start, as they come in, and by the doctor, while they vouch', async (t) => {
  const home = await createUnstartedHome();
  t.after(() => home.remove());
  const file = join(home.home, 'roots.pem');
  const [first = '', second = ''] = rootCertificates;
  await writeFile(file, first);
  await home.json('truststore', 'import', file, '--alias', 'first');
  const server = await home.start();
  t.after(() => server.stop());
  assert.match(server.output(), /the trust store holds 1 roots of the public web/);
  await writeFile(file, second);
  await home.json('truststore', 'import', file, '--alias', 'second');
  await server.line(/in the trust store: second: authority/);
  const warning = /^warning trust +2 entries are roots of the public web/m;
  assert.match((await home.command('doctor')).stdout, warning);
  await home.editDeployment((text) => `${text}\n[truststore]\nunnamed = "handshake"\n`);
  const told = await home.command('doctor');
  assert.doesNotMatch(told.stdout, /roots of the public web/);
  assert.match(told.stdout, /first in the trust store vouches for nobody: nobody named it/);
});

/** What a person did with the entry, and whether it vouches then. */
type Step = readonly [what: string, vouches: boolean, work: (world: World) => Promise<unknown>];

/** A client’s own certificate authority goes through every state that an entry can be in. */
const states = (entry: Identity): readonly Step[] => [
  ['a certificate authority', true, (world) => importInto(world, entry, 'entry')],
  [
    'a client’s own',
    false,
    ({ api }) =>
      api.register({
        client_name: 'mallory',
        token_endpoint_auth_method: 'self_signed_tls_client_auth',
        grant_types: ['client_credentials'],
        certificates: [entry.pem],
      }),
  ],
  ['named an authority', true, ({ home }) => home.json('truststore', 'set-role', 'authority', 'entry')],
  ['named to come through', false, ({ home }) => home.json('truststore', 'set-role', 'handshake', 'entry')],
  ['a client’s own again', false, ({ home }) => home.json('truststore', 'unset-role', 'entry')],
];

describe('every door of the trust store goes by the one rule', () => {
  const trusting = { registration: { mode: 'open', client_certificate: 'trusted' } };
  const strict = (home: TestHome) =>
    home.editDeployment((text) => text.replace(/^trustManagerClassName = /m, '# $&'));
  /** A client that is its exact certificate: it needs nothing of the trust store but to be seen. */
  const seen = (world: World, { pem }: Identity) =>
    world.api.register({
      client_name: 'seen',
      token_endpoint_auth_method: 'self_signed_tls_client_auth',
      grant_types: ['client_credentials'],
      certificates: [pem],
    });

  test('tls_client_auth, registration with a trusted certificate, doctor and explain', async (t) => {
    const world = await openWorld(trusting);
    t.after(world.close);
    const { home, server, bob, ask } = world;
    const entry = await authority('entry');
    const identity = await bobBy(entry);
    const file = join(home.home, 'bob.pem');
    await writeFile(file, identity.pem);
    const register = () =>
      call(`${home.issuer}/oauth2/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ client_name: 'guest', grant_types: ['client_credentials'] }),
        certificate: identity,
      });
    for (const [what, vouches, work] of states(entry)) {
      await work(world);
      const token = await ask(identity);
      assert.equal(token.status, vouches ? 200 : 401, `${what}: ${token.text}`);
      const registered = await register();
      assert.equal(registered.status, vouches ? 201 : 403, `${what}: ${registered.text}`);
      const doctor = await home.command('doctor');
      const found = vouches ? 'vouches for clients' : 'vouches for nobody';
      assert.match(doctor.stdout, new RegExp(`trust +entry in the trust store ${found}: `), what);
      const explained = await home.command('explain', '--cert', file, '--client', bob);
      assert.equal(explained.code, vouches ? 0 : 1, `${what}: ${explained.stdout}`);
      if (vouches) continue;
      for (const { because, evidence } of [await eventOf(server, token), await eventOf(server, registered)]) {
        assert.equal(because, 'certificate_not_trusted', what);
        assert.match(
          JSON.stringify(evidence),
          /"entry":"entry".*"to_change":"countersign truststore set-role/,
        );
      }
      const event = await home.command('explain', String(token.headers['countersign-event-id']));
      for (const text of [explained.stdout, event.stdout]) {
        assert.match(
          text,
          /what to do +An entry of the trust store bears the issuer’s name|remedy +An entry/,
        );
        assert.match(text, /entry +entry\n/, what);
        assert.match(text, /role +handshake\n/, what);
        assert.match(text, /why +(?:the certificate of|named by)/, what);
        assert.match(text, /to_change +countersign truststore set-role authority entry\n/, what);
      }
    }
  });

  test('the strict handshake, and explain of it', async (t) => {
    const world = await openWorld({}, strict);
    t.after(world.close);
    const { home, ask } = world;
    const entry = await authority('entry');
    const identity = await createIdentity('CN=seen', { issuer: entry });
    const { client_id } = await seen(world, identity);
    const file = join(home.home, 'seen.pem');
    await writeFile(file, identity.pem);
    for (const [what, vouches, work] of states(entry)) {
      await work(world);
      // What is seen is judged of now from the next connection on.
      await ask(identity, client_id);
      const token = await ask(identity, client_id);
      assert.equal(token.status, vouches ? 200 : 401, `${what}: ${token.text}`);
      const explained = await home.command('explain', '--cert', file, '--client', client_id);
      assert.equal(explained.code, vouches ? 0 : 1, `${what}: ${explained.stdout}`);
      if (vouches) continue;
      assert.match(explained.stdout, /FAILED the trust manager admits it\n/);
      const { items } = await world.api.json('GET', '/events?type=certificate.not_admitted&limit=1');
      const [event] = tables(items);
      assert.match(JSON.stringify(event?.evidence), /"no_authority":\[\{"entry":"entry"/, what);
      const told = await home.command('explain', String(event?.event_id));
      assert.match(told.stdout, /to_change +countersign truststore set-role authority entry\n/, what);
      assert.match(explained.stdout, /to_change +countersign truststore set-role authority entry\n/, what);
    }
    // The entry itself comes through whatever it is.
    const own = await seen(world, entry);
    assert.equal((await ask(entry, own.client_id)).status, 200);
  });

  test('what a proxy says, with the trust manager and without', async (t) => {
    const proxy = {
      'transport.proxy': { trusted_addresses: ['127.0.0.1', '::1'], certificate_header: 'rfc9440' },
    };
    for (const prepare of [async () => {}, strict]) {
      const world = await openWorld(proxy, prepare);
      t.after(world.close);
      const { home, bob } = world;
      const entry = await authority('entry');
      const identity = await bobBy(entry);
      const exact = await createIdentity('CN=seen', { issuer: entry });
      const { client_id } = await seen(world, exact);
      const forwarded = ({ certificate }: Identity, asked: string) =>
        post(
          `${home.issuer}/oauth2/token`,
          { grant_type: 'client_credentials', client_id: asked },
          { headers: { 'client-cert': `:${Buffer.from(certificate.der).toString('base64')}:` } },
        );
      for (const [what, vouches, work] of states(entry)) {
        await work(world);
        await forwarded(identity, bob);
        const token = await forwarded(identity, bob);
        assert.equal(token.status, vouches ? 200 : 401, `${what}: ${token.text}`);
        const itself = await forwarded(exact, client_id);
        assert.equal(itself.status, vouches || prepare !== strict ? 200 : 401, `${what}: ${itself.text}`);
      }
    }
  });
});

test('what a client proves by authenticating counts at once, in every process', async (t) => {
  const world = await openWorld({ registration: { mode: 'open' } });
  t.after(world.close);
  const { home, ask, entry } = world;
  const own = await authority('own');
  const { x, y, crv, kty } = own.certificate.x509.publicKey.export({ format: 'jwk' });
  const made = await call(`${home.issuer}/oauth2/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: 'a word and no proof yet',
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'self_signed_tls_client_auth',
      jwks: { keys: [{ kty, crv, x, y }] },
    }),
  });
  assert.equal(made.status, 201, made.text);
  await importInto(world, own, 'own');
  const forged = await bobBy(own);
  assert.equal((await ask(forged)).status, 200, 'the window that docs/security.md states');
  assert.equal((await ask(own, String(made.json().client_id))).status, 200);
  const refused = await eventually(
    () => ask(forged),
    ({ status }) => status === 401,
    2000,
  );
  assert.match(JSON.stringify((await whyRefused(world, refused)).evidence), /own.*the certificate of/);
  assert.equal((await entry('own')).because, 'certificate-of-a-client');
});

test('an upgrade keeps what entries do, but for clients’ own, and prints what each is once', async (t) => {
  const world = await openWorld();
  t.after(world.close);
  const { home, server, api, ask } = world;
  const [ca, own] = [await authority('before'), await authority('own')];
  const { client_id } = await api.register({
    client_name: 'mallory',
    token_endpoint_auth_method: 'self_signed_tls_client_auth',
    grant_types: ['client_credentials'],
    certificates: [own.pem],
  });
  await importInto(world, ca, 'ca');
  await importInto(world, own, 'own');
  await server.stop();
  // As the database was before there were roles: no claim, and clients.
  const database = new DatabaseSync(join(home.home, 'repository/database/countersign.db'));
  database.exec('delete from authority_claim; update trust_upgrade set done = 0');
  database.close();
  assert.match((await home.command('doctor')).stdout, /what clients had before the upgrade is not known yet/);

  const upgraded = await home.start();
  t.after(() => upgraded.stop());
  const table = [
    /in the trust store: ca: authority, a certificate authority, and no client’s own; nobody confirmed it/,
    new RegExp(`in the trust store: own: handshake, the certificate of ${client_id}`),
  ];
  for (const line of table) await upgraded.line(line);
  assert.equal((await ask(await bobBy(ca))).status, 200);
  assert.equal((await ask(await bobBy(own))).status, 401);
  assert.equal((await ask(own, client_id)).status, 200);
  await upgraded.stop();
  const again = await home.start();
  t.after(() => again.stop());
  for (const line of table) assert.doesNotMatch(again.output(), line);
});

for (const database of DATABASES.filter(({ name }) => name === 'postgres')) {
  test('a role counts on every node', { skip: database.skip }, async (t) => {
    const { deployment, close } = await database.open();
    t.after(close);
    const one = await openWorld(deployment);
    t.after(one.close);
    const keyOf = ({ home }: TestHome) => homePaths(home).encryptionKey;
    const two = await openWorld(deployment, (home) => copyFile(keyOf(one.home), keyOf(home)));
    t.after(two.close);
    const ca = await authority('on both');
    const identity = await bobBy(ca);
    for (const world of [one, two]) assert.equal((await importInto(world, ca, 'ca')).status, 201);
    for (const [role, status] of [
      ['handshake', 401],
      ['authority', 200],
    ] as const) {
      await one.api.json('PUT', '/truststore/certificates/ca/role', { role });
      assert.equal((await one.ask(identity)).status, status);
      await eventually(
        () => two.ask(identity),
        (answer) => answer.status === status,
        1000,
      );
      assert.equal((await two.entry('ca')).role, role);
    }
  });
}
