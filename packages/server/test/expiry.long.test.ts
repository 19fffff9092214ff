import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { certificateToPem } from '@countersign/x509';
import { type IssuedCertificate, issueCertificate } from '@countersign/x509/issuance';
import { writePkcs12 } from '@countersign/x509/key-store';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { createUnstartedHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { selfSigned, serveHttps } from './https-on-loopback.ts';
import { missingProgram } from './installed-program.ts';
import { type OpensslAuthority, openOpensslAuthority } from './openssl-authority.ts';
import { startPostgres, type TestPostgres, whyNoPostgres } from './postgres.ts';
import { post } from './token-client.ts';
import { createWebhookReceiver, goodSignatures, idOf, type WebhookReceiver } from './webhook-receiver.ts';

const DAY = 86_400_000;
const PASSWORD = 'wso2carbon';
/** A look of a node every minute, what processes hold every ten seconds. */
const TWO_LOOKS = 150_000;
const SECRET = 'what a receiver knows this deployment by';
const KINDS = ['authority', 'client', 'crl', 'jwks', 'proxy', 'server', 'signing_key'] as const;

type Node = {
  readonly home: TestHome;
  readonly api: AdminApi;
  server: RunningCountersign;
  readonly metrics: number;
};
type Told = {
  readonly event_id: string;
  readonly type: string;
  readonly detail: {
    readonly kind: string;
    readonly name: string;
    readonly days: number;
    readonly not_after: string;
  };
};
type Listed = {
  readonly kind: string;
  readonly key: string;
  readonly name: string;
  readonly not_after: string;
  readonly notices: readonly {
    readonly event_id: string;
    readonly days: number;
    readonly deliveries: readonly { readonly webhook: string; readonly state: string }[];
  }[];
};

describe('what ends, on three nodes of one deployment', {
  skip: whyNoPostgres() || (await missingProgram('openssl', ['version'])),
  timeout: 420_000,
}, () => {
  let postgres: TestPostgres;
  let authority: OpensslAuthority;
  let receiver: WebhookReceiver;
  const nodes: Node[] = [];

  /** Of sixty days, of which six are left: thirty, fourteen and seven count. */
  const soon = (subject: string, usage: 'client' | 'ca' | 'server' = 'client', left = 6) =>
    issueCertificate({
      subject: `CN=${subject}`,
      keyType: 'EC-P256',
      days: 60,
      usage,
      now: Date.now() - (60 - left) * DAY,
    });
  const pemOf = ({ certificate }: IssuedCertificate) => certificateToPem(certificate);
  const presenting = ({ certificate, privateKey }: IssuedCertificate) => ({
    cert: certificateToPem(certificate),
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  });

  const told = async (): Promise<readonly Told[]> => {
    const node = nodes[0];
    assert.ok(node);
    const all: Told[] = [];
    for (const type of ['expiry.approaching', 'expiry.passed']) {
      const { items } = await node.api.json('GET', `/events?type=${type}&limit=200`);
      assert.ok(Array.isArray(items));
      all.push(...items);
    }
    return all;
  };
  const kindsOf = (all: readonly { readonly kind: string }[]) =>
    [...new Set(all.map(({ kind }) => kind))].toSorted();
  const listedAt = async ({ api }: Node, query: string): Promise<readonly Listed[]> => {
    const { items, next } = await api.json('GET', `/certificates?limit=200&${query}`);
    assert.ok(Array.isArray(items));
    assert.equal(next, undefined);
    return items;
  };
  const measuredAt = async ({ metrics }: Node): Promise<ReadonlyMap<string, number>> => {
    const text = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
    return new Map(
      Array.from(
        text.matchAll(/^countersign_watched_ends_in_seconds\{kind="(\w+)"\} (\S+)$/gm),
        ([, kind = '', left]) => [kind, Number(left)],
      ),
    );
  };

  const client_id = 'published';
  let stopPublisher: (() => Promise<void>) | undefined;

  before(async () => {
    postgres = await startPostgres();
    authority = await openOpensslAuthority();
    await authority.root('issuing', '/CN=issuing');
    await authority.openssl(
      ...['ca', '-config', 'ca.cnf', '-name', 'issuing', '-gencrl', '-crlsec', '45', '-out', 'issuing.crl'],
    );
    const server = await soon('localhost', 'server');
    const partner = await soon('partner', 'ca');
    const pinned = await soon('proxy');
    const outbound = await selfSigned('publisher');
    receiver = await createWebhookReceiver(undefined);
    receiver.behave({ status: 500 });
    await receiver.listen();
    const published = await soon('published');
    const keys = [
      {
        ...published.certificate.x509.publicKey.export({ format: 'jwk' }),
        x5c: [Buffer.from(published.certificate.der).toString('base64')],
      },
    ];
    // It ends with the suite, not with a test.
    const publisher = await serveHttps({ after: () => {} }, outbound, (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/jwk-set+json' }).end(JSON.stringify({ keys }));
    });
    stopPublisher = publisher.stop;
    const registered = await soon('registered');
    const key = randomBytes(32).toString('hex');
    for (let number = 0; number < 3; number++) {
      const metrics = await freePort();
      const home = await createUnstartedHome({
        'database.identity_db': { type: 'postgres', url: postgres.url },
        encryption: { key },
        metrics: { enable: true, port: metrics },
        expiry_watch: { signing_key_age: 45 },
        webhook: [
          {
            id: 'on-call',
            url: receiver.url('/ends'),
            secret: SECRET,
            retry_delays: Array.from({ length: 20 }, () => 10),
            // What takes longer, on a machine that is busy, is sent again.
            timeout: 20,
          },
        ],
        'transport.proxy': { pinned_certificate: 'proxy.pem' },
        outbound: { allowed_addresses: ['127.0.0.1'], trusted_certificates_file: 'outbound.pem' },
        trust_group: [
          {
            name: 'issued',
            file_name: 'issuing.pem',
            type: 'PEM',
            revocation: 'require',
            crl_file: join(authority.folder, 'issuing.crl'),
          },
        ],
      });
      const write = (name: string, content: string | Uint8Array) =>
        writeFile(join(home.security, name), content);
      const entry = {
        kind: 'private-key',
        alias: 'wso2carbon',
        privateKey: server.privateKey,
        chain: [server.certificate],
      } as const;
      await write('wso2carbon.jks', await writePkcs12([entry], PASSWORD));
      const trusted = {
        kind: 'trusted-certificate',
        alias: 'partner',
        certificate: partner.certificate,
      } as const;
      await write('client-truststore.jks', await writePkcs12([trusted], PASSWORD));
      await write('proxy.pem', pemOf(pinned));
      await write('outbound.pem', `${outbound.pem}\n${receiver.certificate.pem}`);
      await write('issuing.pem', await readFile(join(authority.folder, 'issuing.pem')));
      // Before a node first looks: what clients have it looks at every hour.
      if (number === 0) {
        const add = (...args: readonly string[]) =>
          home.json('client', 'add', '--grant-types', 'client_credentials', ...args);
        const file = join(home.home, 'registered.pem');
        await writeFile(file, pemOf(registered));
        await add('--client-id', 'registered', '--client-name', 'registered', '--certificate', file);
        const jwks_uri = `${publisher.origin}/keys`;
        await add('--client-id', client_id, '--client-name', 'by its published key', '--jwks-uri', jwks_uri);
      }
      nodes.push({ home, api: adminApiOf(home.issuer), server: await home.start(), metrics });
    }
    for (const { home } of nodes) {
      const form = { grant_type: 'client_credentials', client_id };
      const answer = await post(`${home.issuer}/oauth2/token`, form, { certificate: presenting(published) });
      assert.equal(answer.status, 200, answer.text);
    }
  });
  after(async () => {
    await stopPublisher?.();
    await receiver?.stop();
    for (const { server, home } of nodes) {
      await server.stop();
      await home.remove();
    }
    await authority?.close();
    await postgres?.stop();
  });

  test('an event tells of each kind, once', async () => {
    const all = await eventually(
      told,
      (events) => kindsOf(events.map(({ detail }) => detail)).length === KINDS.length,
      TWO_LOOKS,
    );
    assert.deepEqual(kindsOf(all.map(({ detail }) => detail)), [...KINDS]);
    const days = Object.fromEntries(all.map(({ detail }) => [detail.kind, detail.days]));
    assert.deepEqual(days, {
      authority: 7,
      client: 7,
      jwks: 7,
      proxy: 7,
      server: 7,
      crl: 0,
      signing_key: 0,
    });
  });

  test('the metric of every node says how long it is to the soonest end of each kind', async () => {
    for (const node of nodes) {
      const measured = await eventually(
        () => measuredAt(node),
        (found) => found.size === KINDS.length,
        TWO_LOOKS,
      );
      for (const kind of ['authority', 'client', 'jwks', 'proxy', 'server']) {
        const left = (measured.get(kind) ?? 0) / 86_400;
        assert.ok(left > 5.9 && left <= 6, `${kind}: ${left} days`);
      }
      for (const kind of ['crl', 'signing_key']) assert.ok((measured.get(kind) ?? 1) < 0, kind);
    }
  });

  test('API, command line, doctor and metric of every node agree', async () => {
    const [first] = nodes;
    assert.ok(first);
    const expected = await listedAt(first, 'expires_within=30d');
    assert.deepEqual(kindsOf(expected), [...KINDS]);
    // What lives for a month only is announced later.
    const announced = expected.filter(({ notices }) => notices.length > 0);
    assert.deepEqual(kindsOf(announced), [...KINDS]);
    const events = new Map((await told()).map((event) => [event.event_id, event.detail]));
    for (const { kind, notices } of announced)
      for (const { event_id, days } of notices) {
        const detail = events.get(event_id);
        assert.deepEqual([detail?.kind, detail?.days], [kind, days]);
      }
    const keysOf = (all: readonly Listed[]) => all.map(({ key, not_after }) => `${key} ${not_after}`);
    for (const node of nodes) {
      assert.deepEqual(keysOf(await listedAt(node, 'expires_within=30d')), keysOf(expected));
      const printed = await node.home.json('certificate', 'list', '--expires-within', '30d');
      assert.ok(Array.isArray(printed));
      assert.deepEqual(keysOf(printed), keysOf(expected));
      const { stdout } = await node.home.command('doctor');
      // Of the others it looks at the places themselves.
      for (const { name } of expected.filter(({ kind }) => kind !== 'crl' && kind !== 'jwks'))
        assert.ok(stdout.includes(name), `doctor tells of ${name}: ${stdout}`);
      const measured = await measuredAt(node);
      for (const kind of KINDS) {
        const [soonest] = expected.filter((each) => each.kind === kind);
        const left = (Date.parse(soonest?.not_after ?? '') - Date.now()) / 1000;
        assert.ok(Math.abs((measured.get(kind) ?? 0) - left) < 10, `${kind}: ${measured.get(kind)}, ${left}`);
      }
    }
  });

  /** The ids of the events that the receiver took, one for each time. */
  const taken = () =>
    receiver.taken('/ends').map(({ body }) => {
      const { type, data } = JSON.parse(body);
      assert.match(type, /^countersign\.expiry\.(approaching|passed)$/);
      return String(data.event_id);
    });

  test('a webhook whose receiver failed, and works again, has each notice once, which every list tells', async () => {
    assert.ok(receiver.received.length > 0, 'it was tried');
    assert.deepEqual(receiver.taken(), [], 'and failed');
    receiver.behave({ status: 204 });
    const events = (await told()).map(({ event_id }) => event_id);
    await eventually(
      async () => taken(),
      (ids) => events.every((event_id) => ids.includes(event_id)),
      60_000,
    );
    for (const received of receiver.taken()) assert.equal(goodSignatures(received, SECRET), 1);
    const delivered = [{ webhook: 'on-call', state: 'delivered' }];
    for (const node of nodes) {
      const lists = [
        await eventually(
          () => listedAt(node, 'expires_within=30d'),
          (all) =>
            all.every(({ notices }) => notices.every(({ deliveries: [one] }) => one?.state === 'delivered')),
        ),
        await node.home.json('certificate', 'list', '--expires-within', '30d'),
      ];
      for (const list of lists) {
        assert.ok(Array.isArray(list));
        const notices: Listed['notices'] = list.flatMap((each) => each.notices);
        assert.ok(notices.length >= KINDS.length);
        for (const { deliveries } of notices)
          assert.deepEqual(
            deliveries.map(({ webhook, state }) => ({ webhook, state })),
            delivered,
          );
      }
      const { stdout } = await node.home.command('certificate', 'list', '--expires-within', '30d');
      assert.match(stdout, /told .* 7 days before the end: event \S+, webhook on-call delivered/);
    }
  });

  test('nobody is told twice, also after every node was started anew', async () => {
    const before = await told();
    for (const node of nodes) {
      await node.server.stop();
      node.server = await node.home.start();
    }
    for (const node of nodes)
      await eventually(
        () => measuredAt(node),
        (found) => found.size >= 5,
        TWO_LOOKS,
      );
    const now = await told();
    const namesOf = (all: readonly Told[]) =>
      all.map(({ detail }) => `${detail.kind} ${detail.name} ${detail.not_after} ${detail.days}`).toSorted();
    assert.deepEqual(namesOf(now), namesOf(before));
    assert.equal(new Set(namesOf(now)).size, now.length);
    const ids = taken();
    assert.deepEqual(
      ids.toSorted(),
      now.map(({ event_id }) => event_id).toSorted(),
      'each was delivered once',
    );
    assert.equal(new Set(receiver.taken().map(idOf)).size, ids.length);
  });

  test('narrowed to one kind, to a client, to what cannot be', async () => {
    const [{ api } = { api: undefined }] = nodes;
    assert.ok(api);
    const ask = (query: string) => api.request('GET', `/certificates?${query}`);
    const keys = (await ask('kind=signing_key')).json().items;
    assert.ok(Array.isArray(keys) && keys.length > 0 && keys.every(({ kind }) => kind === 'signing_key'));
    for (const [query, field] of [
      ['expires_within=soon', 'expires_within'],
      ['kind=everything', 'kind'],
      ['after=nowhere', 'after'],
      ['unused=perhaps', 'unused'],
    ] as const) {
      const answer = await ask(query);
      assert.equal(answer.status, 400, query);
      assert.equal(answer.json().field, field);
    }
  });
});
