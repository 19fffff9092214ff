import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import {
  createUnstartedHome,
  type RunningCountersign,
  type TestDeployment,
  type TestHome,
} from './countersign-process.ts';
import { DATABASES } from './databases.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import {
  createWebhookReceiver,
  goodSignatures,
  idOf,
  type Received,
  type WebhookReceiver,
} from './webhook-receiver.ts';

const SECRET = `whsec_${Buffer.from('a key of thirty-two octets, whole').toString('base64')}`;
const PREVIOUS = 'the secret of before, which is its own key';
const OUTBOUND = { allowed_addresses: ['127.0.0.1'], trusted_certificates_file: 'receiver.pem' };

const CloudEvent = z.object({
  specversion: z.literal('1.0'),
  id: z.string(),
  source: z.string(),
  type: z.string(),
  subject: z.string(),
  time: z.string(),
  datacontenttype: z.literal('application/json'),
  data: z.looseObject({ event_id: z.string(), type: z.string(), client_id: z.string().optional() }),
});
const Page = z.object({ items: z.array(z.record(z.string(), z.unknown())) });

async function homeFor(receiver: WebhookReceiver, deployment: TestDeployment): Promise<TestHome> {
  const home = await createUnstartedHome({ outbound: OUTBOUND, ...deployment });
  await writeFile(join(home.security, 'receiver.pem'), receiver.certificate.pem);
  return home;
}

/** What was taken of each delivery, by its id. */
const takenById = (receiver: WebhookReceiver, path: string) => Map.groupBy(receiver.taken(path), idOf);
const eventOf = (received: Received) => CloudEvent.parse(JSON.parse(received.body));
const clientsIn = (receiver: WebhookReceiver, path: string) =>
  new Set(receiver.taken(path).map((each) => eventOf(each).data.client_id));

for (const database of DATABASES) {
  describe(`webhooks on ${database.name}`, { skip: database.skip, timeout: 240_000 }, () => {
    let receiver: WebhookReceiver;
    let home: TestHome;
    let server: RunningCountersign;
    let admin: AdminApi;
    let metrics: number;
    let closeDatabase = async () => {};

    before(async () => {
      const opened = await database.open();
      closeDatabase = opened.close;
      receiver = await createWebhookReceiver(undefined);
      metrics = await freePort();
      home = await homeFor(receiver, {
        ...opened.deployment,
        metrics: { enable: true, port: metrics },
        webhook: [
          {
            id: 'on-call',
            url: receiver.url('/on-call'),
            secret: SECRET,
            previous_secret: PREVIOUS,
            events: ['client.*', 'webhook.recovered'],
            retry_delays: Array.from({ length: 20 }, (_, index) => (index < 10 ? 1 : 2)),
            timeout: 1,
          },
          {
            id: 'hanging',
            url: receiver.url('/hanging'),
            secret: SECRET,
            events: ['*'],
            retry_delays: [600],
            timeout: 60,
          },
          {
            id: 'short',
            url: receiver.url('/short'),
            secret: SECRET,
            events: ['registration_token.*'],
            retry_delays: [1],
            timeout: 5,
          },
        ],
      });
      receiver.behave('hang', '/hanging');
      // Two workers, one sender.
      server = await home.start(undefined, {}, '--workers', '2');
      admin = adminApiOf(home.issuer);
    });
    after(async () => {
      await server?.stop();
      await receiver?.stop();
      await home?.remove();
      await closeDatabase();
    });

    const register = async (client_name: string) =>
      (await admin.register({ client_name, grant_types: ['client_credentials'] })).client_id;
    const listed = async (query: string) =>
      Page.parse(await admin.json('GET', `/webhook-deliveries?${query}`)).items;
    const events = async (type: string) => Page.parse(await admin.json('GET', `/events?type=${type}`)).items;
    const happen = (label: string) => admin.json('POST', '/registration-tokens', { label });

    test('what failed in every way arrives once the receiver works, each event once, and is known by its signature', async () => {
      const clients: string[] = [await register('nobody listens')];
      await eventually(
        () => listed('webhook=on-call'),
        ([delivery]) => Number(delivery?.attempts) >= 3 && delivery?.last_error !== undefined,
      );
      await receiver.listen();
      const ways = [
        ['500', { status: 500 }],
        ['redirect', { status: 302, headers: { location: 'https://elsewhere.example' } }],
        ['reset', 'reset'],
        ['hang', 'hang'],
        ['429', { status: 429, headers: { 'retry-after': '3' } }],
      ] as const;
      for (const [name, behaviour] of ways) {
        receiver.behave(behaviour, '/on-call');
        const seen = receiver.received.length;
        clients.push(await register(name));
        await eventually(
          async () => receiver.received.slice(seen).filter(({ path }) => path === '/on-call').length,
          (count) => count > 0,
        );
      }
      assert.equal(receiver.taken('/on-call').length, 0);
      receiver.behave({ status: 200 }, '/on-call');
      await eventually(
        async () => clientsIn(receiver, '/on-call'),
        (arrived) => clients.every((client_id) => arrived.has(client_id)),
        40_000,
      );
      for (const [id, each] of takenById(receiver, '/on-call')) assert.equal(each.length, 1, id);
      const attempts = Map.groupBy(
        receiver.received.filter(({ path }) => path === '/on-call'),
        idOf,
      );
      assert.ok(Array.from(attempts.values()).some((each) => each.length > 1));
      for (const each of attempts.values()) {
        assert.equal(new Set(each.map(({ body }) => body)).size, 1, 'the body stays as it is');
        for (const received of each) {
          assert.equal(received.headers['content-type'], 'application/cloudevents+json');
          assert.equal(goodSignatures(received, SECRET), 1);
          assert.equal(goodSignatures(received, PREVIOUS), 1);
          assert.ok(Math.abs(Number(received.headers['webhook-timestamp']) * 1000 - received.at) < 10_000);
          const { id, source, type, data } = eventOf(received);
          assert.deepEqual([id, source, type], [idOf(received), home.issuer, `countersign.${data.type}`]);
        }
      }
      const [recovered, ...more] = await eventually(
        () => events('webhook.recovered'),
        (items) => items.length > 0,
      );
      assert.deepEqual(more, []);
      assert.deepEqual(recovered?.object, { kind: 'webhook', id: 'on-call' });
      await eventually(
        () => listed('webhook=on-call&state=waiting'),
        (items) => items.length === 0,
      );
    });

    test('a receiver that does not answer keeps no other waiting', async () => {
      await eventually(
        async () => receiver.received.filter(({ path }) => path === '/hanging').length,
        (count) => count > 0,
      );
      const client_id = await register('quick');
      await eventually(
        async () => clientsIn(receiver, '/on-call').has(client_id),
        (arrived) => arrived,
      );
      assert.equal(receiver.taken('/hanging').length, 0);
    });

    test('what is given up is an event and a metric, is listed, and replayed by API and command line', async () => {
      receiver.behave({ status: 410 }, '/short');
      await happen('gone');
      const [gone] = await eventually(
        () => listed('webhook=short&state=dead'),
        (items) => items.length === 1,
      );
      assert.equal(gone?.attempts, 1);
      receiver.behave({ status: 503 }, '/short');
      await happen('late');
      const dead = await eventually(
        () => listed('webhook=short&state=dead'),
        (items) => items.length === 2,
      );
      assert.deepEqual(
        dead.map(({ attempts, last_error, is_configured }) => [attempts, last_error, is_configured]),
        [
          [2, 'the server answered 503', true],
          [1, 'the server answered 410', true],
        ],
      );
      const [told] = (await events('webhook.undelivered')).filter(
        ({ detail }) => z.looseObject({}).parse(detail).delivery_id === dead[0]?.delivery_id,
      );
      const evidence = z.looseObject({}).parse(told?.evidence);
      assert.deepEqual([evidence.receiver, evidence.presented], [new URL(receiver.url('')).origin, 503]);
      assert.doesNotMatch(JSON.stringify(told), /\/short/);
      const list = Page.parse(await admin.json('GET', '/webhooks')).items;
      const short = list.find(({ webhook }) => webhook === 'short');
      assert.deepEqual(
        [short?.dead, short?.waiting, short?.receiver],
        [2, 0, new URL(receiver.url('')).origin],
      );
      await eventually(
        async () => (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text(),
        (text) => /^countersign_webhook_dead_letters\{webhook="short"\} 2$/m.test(text),
        40_000,
      );
      const text = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
      assert.match(text, /^countersign_webhook_deliveries_total\{webhook="short",outcome="dead"\} 2$/m);

      receiver.behave({ status: 202 }, '/short');
      const [first, second] = dead.map(({ delivery_id }) => String(delivery_id));
      assert.ok(first && second);
      const answer = await admin.json('POST', `/webhook-deliveries/${first}/replay`);
      assert.ok(answer.state !== 'dead' && Number(answer.attempts) <= 1);
      assert.deepEqual(await home.json('webhook', 'replay', second), { replayed: [second] });
      await eventually(
        async () => takenById(receiver, '/short'),
        (taken) => taken.has(first) && taken.has(second),
      );
      const same = receiver.received.filter((each) => idOf(each) === first);
      assert.ok(same.length === 3 && new Set(same.map(({ body }) => body)).size === 1);
      const replayed = await eventually(
        () => events('webhook.replayed'),
        (items) => items.length === 2,
      );
      const actors = replayed.map(({ actor }) => z.looseObject({}).parse(actor).through);
      assert.deepEqual(actors.toSorted(), ['admin-api', 'command-line']);
      assert.equal((await admin.request('POST', '/webhook-deliveries/none/replay')).status, 404);
    });

    test('the command line lists, narrows, tries, and says what is wrong', async () => {
      const list = z.array(z.looseObject({})).parse(await home.json('webhook', 'list'));
      assert.deepEqual(
        list.map(({ webhook }) => webhook),
        ['on-call', 'hanging', 'short'],
      );
      const Deliveries = z.object({ deliveries: z.array(z.looseObject({ event_id: z.string() })) });
      const { deliveries } = Deliveries.parse(
        await home.json('webhook', 'deliveries', '--webhook', 'short', '--state', 'delivered'),
      );
      assert.equal(deliveries.length, 2);
      const event_id = deliveries[0]?.event_id ?? '';
      const ofEvent = Deliveries.parse(
        await home.json('webhook', 'deliveries', '--event', event_id.toLowerCase()),
      ).deliveries;
      assert.deepEqual(new Set(ofEvent.map(({ webhook }) => webhook)), new Set(['hanging', 'short']));

      receiver.behave({ status: 204 }, '/short');
      const tried = z.looseObject({}).parse(await home.json('webhook', 'test', 'short'));
      assert.equal(tried.status, 204);
      const received = receiver.received.find((each) => idOf(each) === tried.webhook_id);
      assert.ok(received && goodSignatures(received, SECRET) === 1);
      assert.equal(z.looseObject({}).parse(JSON.parse(received.body)).type, 'countersign.test');
      receiver.behave({ status: 404 }, '/short');
      const refused = await home.command('webhook', 'test', 'short');
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /did not take the test .*the server answered 404/);
      const unknown = await home.command('webhook', 'test', 'shorn');
      assert.deepEqual([unknown.code, /the nearest is short/.test(unknown.stderr)], [1, true]);
      assert.equal((await home.command('webhook', 'replay')).code, 2);
      assert.equal((await home.command('webhook', 'replay', 'a', '--all-dead')).code, 2);
      assert.equal((await home.command('webhook', 'replay', 'a', '--json')).code, 1);
      assert.deepEqual(await home.json('webhook', 'replay', '--all-dead'), { replayed: [] });
    });

    test('a secret changes over while the server runs, and is never told of', async () => {
      const renewed = `whsec_${Buffer.from('another key of thirty-two octets').toString('base64')}`;
      await home.editDeployment((text) =>
        text.replace(
          `secret = "${SECRET}"\nprevious_secret = "${PREVIOUS}"`,
          `secret = "${renewed}"\nprevious_secret = "${SECRET}"`,
        ),
      );
      const reloaded = await server.line(/configuration\.reloaded.*webhook/);
      const secrets = [renewed, SECRET, PREVIOUS, receiver.url('/on-call')];
      for (const hidden of secrets) assert.ok(!reloaded.includes(hidden), reloaded);
      assert.match(reloaded, /\[redacted\]/);
      const settings = JSON.stringify(await admin.json('GET', '/settings'));
      for (const hidden of secrets) assert.ok(!settings.includes(hidden));
      const client_id = await register('renewed');
      const received = await eventually(
        async () => receiver.taken('/on-call').find((each) => eventOf(each).data.client_id === client_id),
        (found) => found !== undefined,
      );
      assert.ok(received);
      assert.deepEqual(
        [renewed, SECRET, PREVIOUS].map((each) => goodSignatures(received, each)),
        [1, 1, 0],
      );
    });

    test('a webhook that is taken out is sent nothing more, and what it had is listed as such', async () => {
      await home.editDeployment((text) => text.replace('id = "hanging"', 'id = "other"'));
      const list = await eventually(
        async () => Page.parse(await admin.json('GET', '/webhooks')).items,
        (items) =>
          items.some(({ webhook, is_configured }) => webhook === 'hanging' && is_configured === false),
      );
      assert.ok(list.some(({ webhook, is_configured }) => webhook === 'other' && is_configured === true));
      // Each worker takes the file up by itself.
      const [waiting] = await eventually(
        () => listed('webhook=hanging&state=waiting'),
        ([first]) => first?.is_configured === false,
      );
      const refused = await home.command('webhook', 'replay', String(waiting?.delivery_id));
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /deployment\.toml does not have any more/);
      await eventually(
        async () =>
          (await admin.request('POST', `/webhook-deliveries/${waiting?.delivery_id}/replay`)).status,
        (status) => status === 400,
      );
    });
  });
}

const postgres = DATABASES.find(({ name }) => name === 'postgres');

describe('webhooks of three nodes', { skip: postgres?.skip ?? 'no database', timeout: 240_000 }, () => {
  const COUNT = 60;
  let receiver: WebhookReceiver;
  const homes: TestHome[] = [];
  const nodes: RunningCountersign[] = [];
  let closeDatabase = async () => {};

  before(async () => {
    assert(postgres);
    const opened = await postgres.open();
    closeDatabase = opened.close;
    receiver = await createWebhookReceiver(undefined, 50);
    await receiver.listen();
    const webhook = [
      {
        id: 'all',
        url: receiver.url('/all'),
        secret: SECRET,
        events: ['client.*'],
        retry_delays: Array.from({ length: 10 }, () => 1),
        // What takes longer, on a machine that is busy, is sent again.
        timeout: 20,
      },
    ];
    const encryption = { key: '0f'.repeat(32) };
    for (let count = 0; count < 3; count++) {
      const home = await homeFor(receiver, { ...opened.deployment, encryption, webhook });
      homes.push(home);
      nodes.push(await home.start());
    }
  });
  after(async () => {
    await Promise.all(nodes.map((node) => node.stop()));
    await receiver?.stop();
    await Promise.all(homes.map((home) => home.remove()));
    await closeDatabase();
  });

  const registerAt = async (home: TestHome | undefined, count: number): Promise<string[]> => {
    const admin = adminApiOf(home?.issuer ?? '');
    const made: string[] = [];
    for (let index = 0; index < count; index++) {
      const { client_id } = await admin.register({ client_name: `client ${index}` });
      made.push(client_id);
    }
    return made;
  };

  test('send nothing twice', async () => {
    const made = (await Promise.all(homes.map((home) => registerAt(home, COUNT / 3)))).flat();
    await eventually(
      async () => clientsIn(receiver, '/all'),
      (arrived) => made.every((client_id) => arrived.has(client_id)),
      60_000,
    );
    await pause(3_000);
    const twice = Array.from(takenById(receiver, '/all')).filter(([, each]) => each.length > 1);
    assert.deepEqual(
      twice.map(([id]) => id),
      [],
    );
    const ofThese = receiver
      .taken('/all')
      .filter((each) => made.includes(eventOf(each).data.client_id ?? ''));
    assert.equal(ofThese.length, COUNT);
  });

  test('lose nothing where one of them is killed while it sends', async () => {
    receiver.behave('hang', '/all');
    const made = await registerAt(homes[0], 12);
    await eventually(
      async () => receiver.received.filter(({ isTaken }) => !isTaken).length,
      (count) => count > 0,
    );
    await nodes[0]?.stop('SIGKILL');
    receiver.behave({ status: 200 }, '/all');
    await eventually(
      async () => clientsIn(receiver, '/all'),
      (arrived) => made.every((client_id) => arrived.has(client_id)),
      60_000,
    );
  });
});
