import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { z } from 'zod';
import { Configuration } from '../src/config/configuration.ts';
import { storageOptionsOf } from '../src/server/open-home.ts';
import { openStorage } from '../src/storage/open-storage.ts';
import type { Storage } from '../src/storage/storage.ts';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { createIdentity } from './client-identity.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { ONE_DATABASE } from './databases.ts';
import { causeOf, eventOf } from './event-of.ts';
import { type Answer, call, post } from './token-client.ts';

const Shown = z.looseObject({ client_secret: z.string().optional(), revision: z.int() });
const Changed = z.looseObject({
  items: z.array(
    z.looseObject({
      type: z.string(),
      actor: z.looseObject({ name: z.string() }),
      changes: z.record(z.string(), z.unknown()),
    }),
  ),
});

for (const database of ONE_DATABASE) {
  describe(`changes of a client on ${database.name}`, { skip: database.skip }, () => {
    let home: TestHome;
    let server: RunningCountersign;
    let api: AdminApi;
    let storage: Storage;
    let close = async () => {};

    before(async () => {
      const opened = await database.open();
      close = opened.close;
      home = await createTestHome({
        ...opened.deployment,
        registration: { mode: 'token', client_certificate: 'optional' },
      });
      server = await home.start();
      api = adminApiOf(home.issuer);
      const { atStart } = await Configuration.read(home.deploymentFile);
      storage = await openStorage(storageOptionsOf(atStart));
    });
    after(async () => {
      await storage?.close();
      await server?.stop();
      await home?.remove();
      await close();
    });

    const tokenFor = (client_id: string, client_secret: string) =>
      post(`${home.issuer}/oauth2/token`, { grant_type: 'client_credentials', client_id, client_secret });
    const withSecret = (client_name: string, more: object = {}) =>
      api.register({
        client_name,
        token_endpoint_auth_method: 'client_secret_post',
        grant_types: ['client_credentials'],
        ...more,
      });
    const shown = (client_id: string) => api.json('GET', `/clients/${client_id}`);
    const etagOf = async (client_id: string) =>
      String((await api.request('GET', `/clients/${client_id}`)).headers.etag);
    const refused = (answer: Answer) => [answer.status, answer.json().field];
    const eventsOf = async (client_id: string) => {
      const { items } = Changed.parse(await api.json('GET', `/events?client_id=${client_id}&type=client.`));
      return items;
    };

    test('a change that cannot be made whole is not made at all, and the old secret lives', async () => {
      const { client_id, client_secret } = await withSecret('whole');
      const etag = await etagOf(client_id);
      const update = ['client', 'update', client_id, '--regenerate-secret', '--jwks-uri', 'http://x'];
      const failed = await home.command(...update);
      assert.equal(failed.code, 1);
      assert.match(failed.stderr, /jwks_uri/);
      assert.equal((await tokenFor(client_id, client_secret)).status, 200);

      const path = `/clients/${client_id}`;
      const half = await api.request('PATCH', path, { enabled: false, jwks_uri: 'not a url' });
      assert.deepEqual(refused(half), [400, 'jwks_uri']);
      assert.deepEqual(refused(await api.request('PATCH', path, { enabled: 'true' })), [400, 'enabled']);
      assert.deepEqual(refused(await api.request('PATCH', path, { enabled: null })), [400, 'enabled']);
      assert.equal((await shown(client_id)).enabled, true);
      assert.equal(await etagOf(client_id), etag);

      const whole = await home.json(
        ...['client', 'update', client_id, '--regenerate-secret', '--disable', '--client-name', 'renamed'],
      );
      assert.equal((await tokenFor(client_id, client_secret)).status, 401);
      await api.update(client_id, { enabled: true });
      assert.equal((await tokenFor(client_id, String(Shown.parse(whole).client_secret))).status, 200);
    });

    test('every change is one event, which says who, and what it was before', async () => {
      const { client_id } = await withSecret('told');
      await api.json('PATCH', `/clients/${client_id}`, {
        client_name: 'told otherwise',
        enabled: false,
        scope: 'invoices',
      });
      await api.json('POST', `/clients/${client_id}/secret`);
      await home.json('client', 'update', client_id, '--enable');
      const unchanged = await api.json('PATCH', `/clients/${client_id}`, { scope: 'invoices' });
      assert.equal(unchanged.scope, 'invoices');
      const events = (await eventsOf(client_id)).toReversed();
      assert.deepEqual(
        events.map(({ type }) => type),
        ['client.created', 'client.updated', 'client.secret_regenerated', 'client.enabled'],
      );
      assert.deepEqual(events[1]?.changes, {
        client_name: { old: 'told', new: 'told otherwise' },
        scope: { old: '', new: 'invoices' },
        enabled: { old: true, new: false },
        ended_tokens: { new: { generation: 1, before: 1, certificates: {} } },
      });
      assert.deepEqual(events[2]?.changes, {
        client_secret: { old: '[redacted]', new: '[redacted]' },
        ended_tokens: {
          old: { generation: 1, before: 1, certificates: {} },
          new: { generation: 2, before: 2, certificates: {} },
        },
      });
      assert.deepEqual(events[3]?.changes, { enabled: { old: false, new: true } });
      assert.equal(events[1]?.actor.name, 'admin');
    });

    test('a certificate that is registered already is told of, not stored', async () => {
      const [one, two] = [await createIdentity('CN=one'), await createIdentity('CN=two')];
      const made = await api.json('POST', '/clients', {
        client_name: 'twice',
        certificates: [one.pem, two.pem, one.pem],
      });
      const client_id = String(made.client_id);
      assert.deepEqual(made.certificates, [one.pem, two.pem]);
      assert.match(
        JSON.stringify(made.warnings),
        new RegExp(`${one.thumbprint} is registered for this client`),
      );
      const etag = await etagOf(client_id);
      const again = await api.json('POST', `/clients/${client_id}/certificates`, { certificate: two.pem });
      assert.deepEqual(again.certificates, [one.pem, two.pem]);
      assert.match(
        JSON.stringify(again.warnings),
        new RegExp(`${two.thumbprint} is registered for this client`),
      );
      assert.equal(await etagOf(client_id), etag);
    });

    test('a list is replaced only by who has seen it, and by nobody who saw what is no more', async () => {
      const [old, next] = [await createIdentity('CN=old'), await createIdentity('CN=next')];
      const { client_id } = await api.register({ client_name: 'two hands', certificates: [old.pem] });
      const path = `/clients/${client_id}`;
      const opened = await etagOf(client_id);
      for (const blind of [{ certificates: [next.pem] }, { jwks: null }, { trust_anchors: [] }]) {
        const answer = await api.request('PATCH', path, blind);
        assert.deepEqual(refused(answer), [428, Object.keys(blind)[0]]);
      }
      const added = await api.request('POST', `${path}/certificates`, { certificate: next.pem });
      assert.equal(added.status, 200);
      const form = { client_name: 'two hands', certificates: [old.pem] };
      const late = await api.request('PATCH', path, form, { 'if-match': opened });
      assert.equal(late.status, 412);
      assert.equal(late.headers.etag, added.headers.etag);
      assert.equal((await api.request('DELETE', path, undefined, { 'if-match': opened })).status, 412);
      assert.deepEqual((await shown(client_id)).certificates, [old.pem, next.pem]);
      assert.equal((await api.request('PATCH', path, { scope: 'a' }, { 'if-match': 'none' })).status, 400);
      assert.equal((await api.request('PATCH', path, { scope: 'a' }, { 'if-match': 'W/"2"' })).status, 412);
      assert.equal((await api.request('PATCH', path, { scope: 'a' }, { 'if-match': '*' })).status, 200);

      const gone = await api.request('DELETE', `${path}/certificates/${old.thumbprint}`);
      assert.deepEqual(gone.json().certificates, [next.pem]);
      assert.equal((await api.request('DELETE', `${path}/certificates/${old.thumbprint}`)).status, 404);
      assert.equal((await api.request('DELETE', `${path}/certificates/${next.thumbprint}`)).status, 400);
      const { headers } = await api.request('GET', path);
      const removed = await api.request('DELETE', path, undefined, { 'if-match': String(headers.etag) });
      assert.equal(removed.status, 204);
    });

    test('the command line changes what it saw, if it says so', async () => {
      const { client_id } = await withSecret('seen');
      const { revision } = Shown.parse(await home.json('client', 'show', client_id));
      await api.json('PATCH', `/clients/${client_id}`, { scope: 'other' });
      const arguments_ = ['client', 'update', client_id, '--scope', 'mine', '--if-match', String(revision)];
      assert.equal((await home.command(...arguments_)).code, 1);
      assert.equal((await shown(client_id)).scope, 'other');
    });

    test('of many hands at once each keeps what it did', async () => {
      const { client_id } = await withSecret('many hands');
      const identities = await Promise.all(
        Array.from({ length: 6 }, (_, index) => createIdentity(`CN=${index}`)),
      );
      const answers = await Promise.all(
        identities.map(({ pem }) =>
          api.request('POST', `/clients/${client_id}/certificates`, { certificate: pem }),
        ),
      );
      assert.deepEqual(
        answers.map(({ status }) => status),
        Array(6).fill(200),
      );
      const { certificates } = await shown(client_id);
      assert.ok(Array.isArray(certificates));
      assert.deepEqual(certificates.toSorted(), identities.map(({ pem }) => pem).toSorted());
    });

    test('a registration whose answer was lost is answered again, and is one', async () => {
      const headers = { 'idempotency-key': '"8e03978e-40d5-43dd-bc93-6894a57f9324"' };
      const metadata = {
        client_name: 'once',
        token_endpoint_auth_method: 'client_secret_post',
        grant_types: ['client_credentials'],
      };
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => api.request('POST', '/clients', metadata, headers)),
      );
      assert.deepEqual(
        answers.map(({ status }) => status),
        Array(8).fill(201),
      );
      const [first, ...others] = answers.map((answer) => answer.json());
      for (const other of others) assert.deepEqual(other, first);
      const { client_id, client_secret } = first ?? {};
      assert.equal((await tokenFor(String(client_id), String(client_secret))).status, 200);
      assert.equal((await eventsOf(String(client_id))).length, 1);

      const other = await api.request('POST', '/clients', { ...metadata, scope: 'x' }, headers);
      assert.deepEqual(refused(other), [422, 'Idempotency-Key']);
      const short = await api.request('POST', '/clients', metadata, { 'idempotency-key': 'guessable' });
      assert.deepEqual(refused(short), [400, 'Idempotency-Key']);
      await api.json('POST', `/clients/${client_id}/secret`);
      const late = (await api.request('POST', '/clients', metadata, headers)).json();
      assert.equal(late.client_secret, undefined, 'a secret that has ended is not told');
      await api.request('DELETE', `/clients/${client_id}`);
      assert.equal((await api.request('POST', '/clients', metadata, headers)).status, 422);
    });

    test('so is one of a client that registers itself, even if its token is spent by then', async () => {
      const { initial_access_token } = await api.json('POST', '/registration-tokens', {
        label: 'last one',
        clients: 1,
        lifetime: 600,
      });
      const register = (key: string | undefined, client_name: string) =>
        call(`${home.issuer}/oauth2/register`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${initial_access_token}`,
            'content-type': 'application/json',
            ...(key !== undefined && { 'idempotency-key': key }),
          },
          body: JSON.stringify({
            client_name,
            token_endpoint_auth_method: 'client_secret_post',
            grant_types: ['client_credentials'],
          }),
        });
      const key = 'c0ffee00-0000-4000-8000-000000000001';
      const [first, second] = await Promise.all([register(key, 'itself'), register(key, 'itself')]);
      assert.equal(first.status, 201, first.text);
      assert.deepEqual(second.json(), first.json());
      assert.deepEqual((await register(key, 'itself')).json(), first.json());
      const { client_id, client_secret, registration_access_token, registration_client_uri } = first.json();
      assert.equal((await tokenFor(String(client_id), String(client_secret))).status, 200);
      const other = await register(key, 'another');
      assert.deepEqual([other.status, await causeOf(server, other)], [422, 'idempotency_key_reused']);
      const spent = await register(undefined, 'itself');
      assert.deepEqual([spent.status, await causeOf(server, spent)], [401, 'initial_access_token_spent']);
      const managed = await call(String(registration_client_uri), {
        headers: { authorization: `Bearer ${registration_access_token}` },
      });
      assert.equal(managed.status, 200, managed.text);
    });

    test('a client that a later version restricted is refused alone, and named', async () => {
      const { client_id, client_secret } = await withSecret('restricted');
      const other = await withSecret('unrestricted');
      const stored = await storage.clients.find(client_id);
      assert.ok(stored);
      const unknown_metadata = { allowed_zone: 'PT', crit: ['allowed_zone'] };
      await storage.clients.update({ ...stored, unknown_metadata, revision: stored.revision + 1 });

      const answer = await tokenFor(client_id, client_secret);
      assert.deepEqual([answer.status, answer.json().error], [401, 'invalid_client']);
      const { because, client_id: named, evidence } = await eventOf(server, answer);
      assert.deepEqual([because, named], ['record_unreadable', client_id]);
      assert.match(JSON.stringify(evidence), /allowed_zone/);
      assert.equal((await tokenFor(other.client_id, other.client_secret)).status, 200);

      const listed = await api.json('GET', '/clients?search=restricted');
      assert.match(JSON.stringify(listed.unreadable), new RegExp(client_id));
      assert.match(JSON.stringify(listed.items), new RegExp(other.client_id));
      assert.equal((await api.request('GET', `/clients/${client_id}`)).status, 409);
      assert.equal((await api.request('PATCH', `/clients/${client_id}`, { enabled: true })).status, 409);
      const doctor = await home.command('doctor');
      assert.equal(doctor.code, 1);
      assert.match(
        doctor.stdout,
        new RegExp(`metadata of client ${client_id} is not readable: .*allowed_zone`),
      );
      assert.equal((await api.request('DELETE', `/clients/${client_id}`)).status, 204);
    });

    test('a member that a later version wrote outlives a change, and is shown to nobody', async () => {
      const { client_id, client_secret } = await withSecret('kept');
      const stored = await storage.clients.find(client_id);
      assert.ok(stored);
      const unknown_metadata = { allowed_zone: 'PT' };
      await storage.clients.update({ ...stored, unknown_metadata, revision: stored.revision + 1 });
      assert.equal((await tokenFor(client_id, client_secret)).status, 200);
      const changed = await api.json('PATCH', `/clients/${client_id}`, { client_name: 'kept on' });
      assert.equal(changed.allowed_zone, undefined);
      assert.deepEqual((await storage.clients.find(client_id))?.unknown_metadata, unknown_metadata);
    });

    test('people are changed by who has seen them; of two owners who part at once one stays', async () => {
      const password = 'correct horse battery staple';
      for (const username of ['owner one', 'owner two'])
        await api.json('POST', '/users', { username, password, roles: ['owner'] });
      const path = (name: string) => `/users/${encodeURIComponent(name)}`;
      const { headers } = await api.request('GET', path('owner one'));
      const etag = String(headers.etag);
      const blind = await api.request('PATCH', path('owner one'), { claims: { name: 'One' } });
      assert.deepEqual(refused(blind), [428, 'claims']);
      await api.updateUser('owner one', { claims: { name: 'One' } });
      const late = await api.request('PATCH', path('owner one'), { claims: {} }, { 'if-match': etag });
      assert.equal(late.status, 412);
      assert.notEqual(late.headers.etag, etag);

      const admin = await storage.users.findByUsername('admin');
      assert.ok(admin);
      const as = (username: string) =>
        call(`${home.issuer}/api/admin/v1${path(username)}`, {
          method: 'PATCH',
          headers: {
            authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
            'content-type': 'application/json',
            'if-match': '*',
          },
          body: JSON.stringify({ roles: [] }),
        });
      await storage.users.update({ ...admin, enabled: false, revision: admin.revision + 1 });
      const parting = await Promise.all([as('owner one'), as('owner two')]);
      assert.deepEqual(parting.map(({ status }) => status).toSorted(), [200, 400]);
      await storage.users.update({ ...admin, enabled: true, revision: admin.revision + 2 });
    });
  });
}
