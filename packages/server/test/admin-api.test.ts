import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { certificateToPem } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';
import { readKeyStore, writePkcs12 } from '@countersign/x509/key-store';
import { Validator } from '@seriousme/openapi-schema-validator';
import { z } from 'zod';
import { Configuration } from '../src/config/configuration.ts';
import { storageOptionsOf } from '../src/server/open-home.ts';
import { openStorage } from '../src/storage/open-storage.ts';
import type { Storage } from '../src/storage/storage.ts';
import { type AdminApi, adminApiOf, callAdminApi } from './admin-api.ts';
import { adminApiDescription } from './admin-api-description.ts';
import { createIdentity } from './client-identity.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { ONE_DATABASE } from './databases.ts';
import { eventually } from './eventually.ts';
import { type SelfSigned, selfSigned, serveHttps } from './https-on-loopback.ts';
import { type Answer, call, post } from './token-client.ts';

const PASSWORD = 'correct horse battery staple';
const DAY_MS = 86_400_000;
const SECRET = 'what nobody may read, of thirty-four';

/** Where the description lets anything stand: what comes from elsewhere (RFC 7517 §4, OIDC Core §5.1), or is recorded. */
const OPEN_OBJECTS = [
  '/Client.jwks',
  '/Client.jwks.keys/items',
  '/Client.scope_audiences',
  '/Client.attributes',
  '/ClientChanges.jwks/anyOf/0',
  '/ClientChanges.jwks/anyOf/0.keys/items',
  '/ClientChanges.scope_audiences/anyOf/0',
  '/ClientChanges.attributes/anyOf/0',
  '/ClientDelta.metadata.jwks/anyOf/0',
  '/ClientDelta.metadata.jwks/anyOf/0.keys/items',
  '/ClientDelta.metadata.scope_audiences/anyOf/0',
  '/ClientDelta.metadata.attributes/anyOf/0',
  '/ClientRegistration.jwks',
  '/ClientRegistration.jwks.keys/items',
  '/ClientRegistration.scope_audiences',
  '/ClientRegistration.attributes',
  '/Event.certificate',
  '/Event.evidence',
  '/Event.changes',
  '/Event.detail',
  '/ExplainedStep.detail',
  '/Finding.values',
  '/ImportReport.counts',
  '/ImportReport.counts/additionalProperties',
  '/IssuedClient.jwks',
  '/IssuedClient.jwks.keys/items',
  '/IssuedClient.scope_audiences',
  '/IssuedClient.attributes',
  '/JwksFailure.evidence',
  '/NewImport.answers.clients',
  '/NewImport.answers.settings',
  '/NewUser.claims',
  '/SettingsChanges.changes',
  '/User.claims',
  '/UserChanges.claims',
];

const basic = (username: string, password: string) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

const Findings = z.looseObject({
  certificate: z.looseObject({ 'x5t#S256': z.string(), self_signed: z.boolean() }),
  findings: z.array(z.object({ severity: z.string(), code: z.string(), message: z.string() })),
  chain: z.looseObject({
    trusted: z.boolean(),
    path: z.array(z.looseObject({ role: z.string() })),
    problem: z.looseObject({ reason: z.string() }).optional(),
  }),
});
const ImportAnswer = z.object({
  added: z.array(z.object({ alias: z.string() })),
  known: z.array(z.object({ alias: z.string() })),
});
const Stores = z.object({
  items: z.array(
    z.looseObject({
      group: z.string().optional(),
      entries: z.array(z.looseObject({ alias: z.string() })),
    }),
  ),
});

for (const database of ONE_DATABASE) {
  describe(`the admin API on ${database.name}`, { skip: database.skip }, () => {
    let home: TestHome;
    let server: RunningCountersign;
    let api: AdminApi;
    let close: () => Promise<void>;
    let storage: Storage;
    let publisher: SelfSigned;
    const asked = new Set<string>();

    before(async () => {
      const opened = await database.open();
      close = opened.close;
      home = await createTestHome({
        ...opened.deployment,
        outbound: { allowed_addresses: ['127.0.0.1'], trusted_certificates_file: 'publisher.pem' },
        trust_group: [{ name: 'partners', file_name: 'partners.pem', type: 'PEM', revocation: 'prefer' }],
        webhook: [
          {
            id: 'nobody',
            url: 'https://127.0.0.1:1/of/mine',
            secret: SECRET,
            events: ['registration_token.*'],
            retry_delays: [1],
          },
        ],
      });
      publisher = await selfSigned('publisher');
      const ca = await issueCertificate({
        subject: 'CN=Partners',
        keyType: 'EC-P256',
        days: 30,
        usage: 'ca',
        now: Date.now(),
      });
      await writeFile(join(home.security, 'partners.pem'), certificateToPem(ca.certificate));
      await writeFile(join(home.security, 'publisher.pem'), publisher.pem);
      server = await home.start();
      api = recording(adminApiOf(home.issuer));
      for (const [username, roles] of [
        ['manager', ['client_manager']],
        ['auditor', ['auditor']],
        ['nobody', []],
      ] as const) {
        await api.json('POST', '/users', { username, password: PASSWORD, roles });
      }
      const { atStart } = await Configuration.read(home.deploymentFile);
      storage = await openStorage(storageOptionsOf(atStart));
    });
    after(async () => {
      await storage?.close();
      await server?.stop();
      await home?.remove();
      await close?.();
    });

    /** Notes which operations the tests have asked for. */
    const recording = (plain: AdminApi): AdminApi => ({
      ...plain,
      request(method, path, body, headers) {
        asked.add(`${method.toLowerCase()} ${path.split('?')[0]}`);
        return plain.request(method, path, body, headers);
      },
      async json(method, path, body) {
        asked.add(`${method.toLowerCase()} ${path.split('?')[0]}`);
        return plain.json(method, path, body);
      },
      async register(metadata) {
        asked.add('post /clients');
        return plain.register(metadata);
      },
    });

    const operations = async () => {
      const { paths } = (await adminApiDescription(home.issuer)).document;
      return Object.entries(paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, { security }]) => ({
          method,
          path,
          scope: security[0].bearer[0],
        })),
      );
    };
    const as = (authorization: string | undefined, method: string, path: string): Promise<Answer> =>
      callAdminApi(home.issuer, path, {
        method: method.toUpperCase(),
        headers: {
          ...(authorization !== undefined && { authorization }),
          ...(method !== 'get' && method !== 'delete' && { 'content-type': 'application/json' }),
        },
        ...(method !== 'get' && method !== 'delete' && { body: 'not JSON' }),
      });

    test('says who is calling and what they may do', async () => {
      const me = await api.json('GET', '/me');
      assert.equal(me.username, 'admin');
      assert.deepEqual(me.roles, ['owner']);
      assert.equal(me.issuer, home.issuer);
      assert.equal(me.console_session_lifetime, 8 * 3600);
    });

    test('every operation refuses who is not signed in, and each role what it may not do', async () => {
      const scopesOf = { manager: ['admin:read', 'admin:clients', 'admin:trust'], auditor: ['admin:read'] };
      for (const { method, path, scope } of await operations()) {
        const url = path.replaceAll(/\{\w+\}/g, 'absent');
        assert.equal((await as(undefined, method, url)).status, 401, `${method} ${path}`);
        for (const [username, scopes] of Object.entries(scopesOf)) {
          if (scope === undefined || scopes.includes(scope)) continue;
          const answer = await as(basic(username, PASSWORD), method, url);
          assert.equal(answer.status, 403, `${username}: ${method} ${path}`);
          assert.equal(answer.json().error, 'insufficient_scope');
        }
      }
      assert.equal((await as(basic('nobody', PASSWORD), 'get', '/me')).status, 401);
    });

    test('a method that a path does not have is 405 with those it has, whoever asks and whatever is sent', async () => {
      const { paths } = (await adminApiDescription(home.issuer)).document;
      const allowed = Object.entries(paths).map(([path, methods]): [string, string[]] => [
        path,
        Object.keys(methods).map((method) => method.toUpperCase()),
      ]);
      allowed.push(['/openapi.json', ['GET', 'HEAD']]);
      for (const [path, methods] of allowed) {
        for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']) {
          if (methods.includes(method)) continue;
          const answer = await call(`${home.issuer}/api/admin/v1${path.replaceAll(/\{\w+\}/g, 'absent')}`, {
            method,
            ...(method.startsWith('P') && { headers: { 'content-type': 'text/plain' }, body: 'not JSON' }),
          });
          assert.equal(answer.status, 405, `${method} ${path}`);
          assert.equal(answer.headers.allow, methods.join(', '));
          if (method === 'HEAD') continue;
          const { error, error_description, event_id } = answer.json();
          assert.equal(error, 'invalid_request');
          assert.equal(error_description, `This endpoint answers ${methods.join(' and ')} only.`);
          assert.equal(event_id, answer.headers['countersign-event-id']);
        }
      }
      const refused = await callAdminApi(home.issuer, '/clients', { method: 'PUT' });
      const { because } = await api.json('GET', `/events/${refused.headers['countersign-event-id']}`);
      assert.equal(because, 'method_not_allowed');
    });

    test('its description is valid OpenAPI, closed but where anything may stand, and every body has a name', async () => {
      const { document } = await adminApiDescription(home.issuer);
      const { valid, errors } = await new Validator().validate(structuredClone(document));
      assert.ok(valid, JSON.stringify(errors));
      const contents = (value: unknown, at: string): readonly (readonly [string, unknown])[] =>
        typeof value === 'object' && value !== null
          ? Object.entries(value).flatMap(([name, member]) => [
              [`${at}/${name}`, member] as const,
              ...contents(member, `${at}/${name}`),
            ])
          : [];
      const isSchemaOf = z.looseObject({ schema: z.strictObject({ $ref: z.string() }) });
      const unnamed = contents(document.paths, '')
        .filter(([at, content]) => at.endsWith('/application/json') && !isSchemaOf.safeParse(content).success)
        .map(([at]) => at);
      assert.deepEqual(unnamed, []);
      const Open = z.looseObject({ type: z.literal('object'), additionalProperties: z.object({}) });
      const open = contents(document.components.schemas, '')
        .filter(([, schema]) => Open.safeParse(schema).success)
        .map(([at]) => at.replaceAll('/properties/', '.'));
      assert.deepEqual(open, OPEN_OBJECTS);
      const operationIds = Object.values(document.paths).flatMap((methods) =>
        Object.values(methods).map(({ operationId }) => operationId),
      );
      assert.equal(new Set(operationIds).size, operationIds.length);
    });

    test('cookies never count, and the page of another site cannot use what a browser adds by itself', async () => {
      const ask = (headers: Readonly<Record<string, string>>) =>
        callAdminApi(home.issuer, '/signing-keys/rotate', { method: 'POST', headers });
      assert.equal((await ask({ cookie: '__Host-countersign-session=x; token=y' })).status, 401);
      const authorization = basic('admin', 'admin');
      for (const headers of [
        { origin: 'https://evil.example' },
        { origin: 'null' },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
      ]) {
        const answer = await ask({ authorization, ...headers });
        assert.equal(answer.status, 401, JSON.stringify(headers));
      }
      const form = { authorization, 'content-type': 'text/plain', origin: 'https://evil.example' };
      assert.equal((await ask(form)).status, 401);
      assert.equal((await ask({ authorization, origin: home.issuer })).status, 200);
      assert.equal((await ask({ authorization })).status, 200);
    });

    describe('clients', () => {
      test('are listed by pages, searched, and narrowed by state, method and expiring certificate', async () => {
        const soon = await createIdentity('CN=soon', { days: 10 });
        const late = await createIdentity('CN=late', { days: 300 });
        const first = await api.register({ client_name: 'narrow soon', certificates: [soon.pem] });
        const second = await api.register({ client_name: 'narrow late', certificates: [late.pem] });
        const third = await api.register({ client_name: 'narrow secret' });
        await api.update(third.client_id, { enabled: false });
        const Listed = z.object({
          items: z.array(z.looseObject({ client_id: z.string() })),
          next: z.string().optional(),
          total: z.number(),
        });
        const list = async (query: string) =>
          Listed.parse(await api.json('GET', `/clients?search=narrow${query}`));
        const ids = async (query: string) =>
          (await list(query)).items.map((item) => item.client_id).toSorted();
        assert.deepEqual(await ids(''), [first, second, third].map((item) => item.client_id).toSorted());
        assert.deepEqual(await ids('&enabled=false'), [third.client_id]);
        assert.deepEqual(await ids('&token_endpoint_auth_method=client_secret_basic'), [third.client_id]);
        assert.deepEqual(await ids('&expiring_within=30'), [first.client_id]);
        const page = await list('&limit=2');
        assert.equal(page.items.length, 2);
        assert.equal((await list(`&limit=2&after=${page.next}`)).items.length, 1);
        assert.ok(page.total >= 4);
        assert.equal((await api.request('GET', '/clients?after=nonsense')).status, 400);

        // Sorted, begun at a value, counted; and what nobody can sort by is refused by its name.
        const inOrder = async (query: string) => (await list(query)).items.map((item) => item.client_id);
        assert.deepEqual(
          await inOrder(''),
          [second, third, first].map((item) => item.client_id),
        );
        assert.deepEqual(
          await inOrder('&order=desc'),
          [first, third, second].map((item) => item.client_id),
        );
        assert.deepEqual(
          await inOrder('&sort=certificates_end'),
          [first, second, third].map((item) => item.client_id),
        );
        assert.deepEqual(await inOrder('&from=Narrow%20s'), [third.client_id, first.client_id]);
        const day = new Date(Date.now() + 100 * DAY_MS).toISOString();
        for (const from of [day.slice(0, 10), day]) {
          assert.equal((await inOrder(`&sort=certificates_end&from=${from}`))[0], second.client_id);
        }
        const answer = await api.json('GET', '/clients?search=narrow&limit=1&total=matching');
        assert.equal(answer.matching, 3);
        assert.equal((await api.json('GET', '/clients?search=narrow')).matching, undefined);
        for (const [query, field] of [
          ['sort=metadata', 'sort'],
          ['order=up', 'order'],
          ['total=all', 'total'],
          ['certificates=valid', 'certificates'],
          ['sort=client_id_issued_at&from=yesterday', 'from'],
          ['sort=certificates_end&from=2026-02-31x', 'from'],
        ] as const) {
          const refused = await api.request('GET', `/clients?${query}`);
          assert.equal(refused.status, 400, query);
          assert.equal(refused.json().field, field, query);
        }
        const { next } = await list('&limit=1&sort=client_id');
        assert.equal((await api.request('GET', `/clients?limit=1&after=${next}`)).status, 400);
        assert.deepEqual(await ids('&certificates=expired'), []);
        const ended = await createIdentity('CN=narrow over', { days: 1, now: Date.now() - 9 * DAY_MS });
        const over = await api.register({ client_name: 'narrow over', certificates: [ended.pem] });
        assert.deepEqual(await ids('&certificates=expired'), [over.client_id]);
        await api.json('DELETE', `/clients/${over.client_id}`);

        const Expiry = z.object({
          buckets: z.array(z.object({ label: z.string(), count: z.number() })),
          soonest: z.array(z.looseObject({ client_id: z.string() })),
        });
        const { buckets, soonest } = Expiry.parse(await api.json('GET', '/certificates/expiry'));
        assert.equal(buckets.find(({ label }) => label === '< 30')?.count, 1);
        assert.equal(buckets.find(({ label }) => label === '< 1 year')?.count, 1);
        assert.equal(soonest[0]?.client_id, first.client_id);
      });

      test('show their certificates, get a new secret, change and go', async () => {
        const identity = await createIdentity('CN=shown');
        const { client_id, client_secret } = await api.register({
          client_name: 'shown',
          certificates: [identity.pem],
        });
        const shown = await api.json('GET', `/clients/${client_id}`);
        assert.equal(shown.client_secret, undefined);
        assert.match(
          JSON.stringify(shown.certificate_details),
          /fingerprint_sha256":"([0-9A-F]{2}:){31}[0-9A-F]{2}/,
        );
        const renewed = await api.json('POST', `/clients/${client_id}/secret`);
        assert.notEqual(renewed.client_secret, client_secret);
        await api.json('DELETE', `/clients/${client_id}/tokens`);
        assert.equal(
          (await api.json('PATCH', `/clients/${client_id}`, { client_name: 'changed' })).client_name,
          'changed',
        );
        const next = await createIdentity('CN=next');
        const added = await api.json('POST', `/clients/${client_id}/certificates`, { certificate: next.pem });
        assert.deepEqual(added.certificates, [identity.pem, next.pem]);
        const left = await api.json('DELETE', `/clients/${client_id}/certificates/${identity.thumbprint}`);
        assert.deepEqual(left.certificates, [next.pem]);
        assert.equal((await api.request('DELETE', `/clients/${client_id}`)).status, 204);
        assert.equal((await api.request('GET', `/clients/${client_id}`)).status, 404);
      });

      test('are registered, changed and removed by the hundred, each by itself', async () => {
        const Results = z.object({ results: z.array(z.looseObject({ status: z.number() })) });
        const bulk = async (operations: readonly unknown[], headers = {}, authorization?: string) =>
          api.request(
            'POST',
            '/bulk/clients',
            { operations },
            {
              ...headers,
              ...(authorization !== undefined && { authorization }),
            },
          );
        const resultsOf = (answer: Answer) => Results.parse(answer.json()).results;
        const metadata = (name: string) => ({
          ...{ client_name: name, grant_types: ['client_credentials'] },
          token_endpoint_auth_method: 'client_secret_basic',
        });
        const register = (name: string) => ({ operation: 'register', client: metadata(name) });
        const unfit = { client_name: 'bulk', grant_types: ['authorization_code'] };
        const key = { 'idempotency-key': 'one of many, at random'.replaceAll(' ', '-') };
        const asked = [register('bulk 1'), { operation: 'register', client: unfit }, register('bulk 2')];
        const first = await bulk(asked, key);
        const made = resultsOf(first);
        assert.deepEqual(
          made.map(({ status }) => status),
          [201, 400, 201],
        );
        assert.deepEqual([made[1]?.error, made[1]?.field], ['invalid_redirect_uri', 'redirect_uris']);
        const again = resultsOf(await bulk(asked, key));
        assert.deepEqual(again, made, 'whoever lost the answer is answered the same, secrets too');
        assert.equal((await bulk([register('bulk 3')], key)).status, 422);

        const [one, two] = [made[0]?.client_id, made[2]?.client_id];
        const changes = [
          { operation: 'change', client_id: one, changes: { enabled: false }, revision: 1 },
          { operation: 'change', client_id: two, changes: { enabled: false }, revision: 7 },
          { operation: 'change', client_id: two, changes: { certificates: [] } },
          { operation: 'change', client_id: 'absent', changes: { enabled: false } },
          { operation: 'remove', client_id: two },
          { operation: 'remove', client_id: two },
          { operation: 'remove', client_id: 'countersign-console' },
        ];
        const other = { 'idempotency-key': 'the-second-of-many' };
        const changed = resultsOf(await bulk(changes, other));
        assert.deepEqual(
          changed.map(({ status }) => status),
          [200, 412, 428, 404, 204, 404, 403],
        );
        assert.equal(changed[0]?.revision, 2);
        const { because } = await api.json('GET', `/events/${changed[6]?.event_id}`);
        assert.equal(because, 'role_insufficient');
        const repeated = resultsOf(await bulk(changes, other));
        assert.equal(repeated[4]?.status, 204, 'what was removed is answered as removed');
        assert.equal((await api.json('GET', `/clients/${one}`)).enabled, false);
        const Told = z.object({ items: z.array(z.looseObject({ type: z.string() })) });
        const { items } = Told.parse(await api.json('GET', `/events?client_id=${one}`));
        assert.deepEqual(
          items.map(({ type }) => type),
          ['client.disabled', 'client.created'],
        );

        const reaching = { operation: 'register', client: { ...metadata('reaches'), scope: 'admin:users' } };
        const manager = await bulk([reaching, register('bulk 4')], {}, basic('manager', PASSWORD));
        assert.deepEqual(
          resultsOf(manager).map(({ status }) => status),
          [403, 201],
        );
        assert.equal((await bulk(Array.from({ length: 501 }, () => register('x')))).status, 400);
        assert.equal((await bulk([{ operation: 'forget', client_id: 'x' }])).status, 400);
      });

      test('are looked at before they are registered, each by itself, and nothing is written', async () => {
        const own = await createIdentity('CN=looked-at');
        const asked = {
          client_name: 'looked at',
          client_id: 'looked-at',
          certificates: [own.pem],
          grant_types: ['client_credentials'],
          enabled: false,
        };
        const check = async (clients: readonly unknown[], authorization?: string) =>
          z
            .object({ results: z.array(z.record(z.string(), z.unknown())) })
            .parse(
              (
                await api.request(
                  'POST',
                  '/bulk/clients/check',
                  { clients },
                  authorization === undefined ? {} : { authorization },
                )
              ).json(),
            ).results;
        const secret = { ...asked, client_id: 'by-secret', certificates: [] };
        const unfit = { ...secret, grant_types: ['authorization_code'] };
        const [first, ...others] = await check([
          asked,
          secret,
          unfit,
          { ...secret, token_endpoint_auth_method: 'none' },
        ]);
        assert.deepEqual(first, { outcome: 'new', client_id: 'looked-at', makes_secret: false });
        assert.deepEqual(others[0], { outcome: 'new', client_id: 'by-secret', makes_secret: true });
        assert.deepEqual(
          others.slice(1).map(({ outcome, field }) => [outcome, field]),
          [
            ['refused', 'redirect_uris'],
            ['refused', 'grant_types'],
          ],
        );
        assert.equal((await api.request('GET', '/clients/looked-at')).status, 404);

        await api.register(asked);
        const part = { client_id: 'looked-at', client_name: 'looked at' };
        const [same, some, other, console] = await check([
          asked,
          part,
          { ...part, enabled: true, scope: 'read' },
          { client_id: 'countersign-console', client_name: 'Another one' },
        ]);
        assert.deepEqual(same, { outcome: 'same', client_id: 'looked-at' });
        assert.deepEqual(some, same, 'what a row does not say is not compared');
        assert.deepEqual(other, {
          outcome: 'differs',
          client_id: 'looked-at',
          differs: ['scope', 'enabled'],
        });
        assert.deepEqual(console?.differs, ['client_name']);
        assert.equal((await api.json('GET', '/clients/looked-at')).revision, 1);

        const [more] = await check([{ ...secret, scope: 'admin:users' }], basic('manager', PASSWORD));
        assert.deepEqual([more?.outcome, more?.error], ['refused', 'insufficient_scope']);
        assert.equal((await api.request('POST', '/bulk/clients/check', { clients: [] })).status, 400);
      });

      test('that reach the admin API are made and changed only by who may do as much', async () => {
        const manager = (method: string, path: string, body?: unknown) =>
          callAdminApi(home.issuer, path, {
            method,
            headers: {
              authorization: basic('manager', PASSWORD),
              ...(body !== undefined && { 'content-type': 'application/json' }),
            },
            ...(body !== undefined && { body: JSON.stringify(body) }),
          });
        const metadata = { client_name: 'reaches', redirect_uris: ['https://evil.example/cb'] };
        // Also what a manager may do: owners alone make administrators of clients.
        for (const scope of ['openid admin:users', 'openid admin:read']) {
          const refused = await manager('POST', '/clients', { ...metadata, scope });
          assert.equal(refused.status, 403, scope);
        }
        const plain = await manager('POST', '/clients', { ...metadata, scope: 'openid' });
        assert.equal(plain.status, 201);
        const { client_id } = plain.json();
        assert.equal((await manager('PATCH', `/clients/${client_id}`, { scope: 'admin:keys' })).status, 403);
        const powerful = await api.register({ client_name: 'automation', scope: 'admin:users' });
        const path = `/clients/${powerful.client_id}`;
        assert.equal((await manager('PATCH', path, { enabled: true })).status, 403);
        assert.equal((await manager('POST', `${path}/secret`)).status, 403);
        assert.equal((await manager('DELETE', path)).status, 403);
      });

      test("the console's own is changed by nobody", async () => {
        const path = '/clients/countersign-console';
        const redirect_uris = ['https://evil.example/cb'];
        assert.equal((await api.request('PATCH', path, { redirect_uris })).status, 403);
        assert.equal((await api.request('POST', `${path}/secret`)).status, 403);
        assert.equal((await api.request('DELETE', path)).status, 403);
        assert.equal((await api.json('GET', path)).built_in, true);
      });
    });

    describe('certificates', () => {
      const check = async (certificate: string, more: object = {}) =>
        Findings.parse(await api.json('POST', '/certificates/check', { certificate, ...more }));
      const codes = (checked: z.infer<typeof Findings>) => checked.findings.map(({ code }) => code);

      test('are looked at before they are saved: expired, soon, weak, for servers, of another client', async () => {
        const good = await createIdentity('CN=good', { days: 365 });
        const checked = await check(good.pem);
        assert.deepEqual(checked.findings, []);
        assert.equal(checked.certificate['x5t#S256'], good.thumbprint);
        assert.equal(checked.certificate.self_signed, true);
        const old = await createIdentity('CN=old', { now: Date.now() - 60 * DAY_MS });
        assert.deepEqual(codes(await check(old.pem)), ['expired']);
        const early = await createIdentity('CN=early', { now: Date.now() + 2 * DAY_MS });
        assert.deepEqual(codes(await check(early.pem)), ['not-yet-valid']);
        assert.deepEqual(codes(await check((await createIdentity('CN=soon', { days: 5 })).pem)), [
          'expires-soon',
        ]);
        const forServers = await createIdentity('CN=server', { usage: 'server', days: 365 });
        assert.deepEqual(codes(await check(forServers.pem)), ['not-for-client-auth']);

        const { client_id } = await api.register({ client_name: 'first owner', certificates: [good.pem] });
        assert.deepEqual(codes(await check(good.pem)), ['used-by-another-client']);
        assert.deepEqual(codes(await check(good.pem, { client_id })), []);
      });

      test('show the chain to the trust store or a group, or where it breaks off', async () => {
        const ca = await issueCertificate({
          subject: 'CN=Chain Root',
          keyType: 'EC-P256',
          days: 30,
          usage: 'ca',
          now: Date.now(),
        });
        const leaf = await createIdentity('CN=leaf', { issuer: ca });
        const before = await check(leaf.cert);
        assert.equal(before.chain.trusted, false);
        assert.equal(before.chain.problem?.reason, 'unknown-issuer');
        const content = certificateToPem(ca.certificate);
        await api.json('POST', '/truststore/certificates', { content, alias: 'chain-root' });
        const after = await check(leaf.cert);
        assert.equal(after.chain.trusted, true);
        assert.deepEqual(
          after.chain.path.map(({ role }) => role),
          ['client certificate', 'trust anchor'],
        );
        const role = '/truststore/certificates/chain-root/role';
        await api.json('PUT', role, { role: 'handshake' });
        const denied = await check(leaf.cert);
        assert.equal(denied.chain.trusted, false);
        assert.match(JSON.stringify(denied.chain), /"entry":"chain-root".*"why":"named by admin on /);
        await api.json('DELETE', role);
        assert.equal((await check(leaf.cert, { trust_group: 'partners' })).chain.trusted, false);
        const absent = { certificate: leaf.cert, trust_group: 'absent' };
        assert.equal((await api.request('POST', '/certificates/check', absent)).json().field, 'trust_group');
      });

      test('that are none, or bring their key along, are refused by name', async () => {
        const { key, pem } = await createIdentity('CN=key');
        for (const certificate of ['', 'not a certificate', pem.slice(0, 200), pem + key]) {
          const answer = await api.request('POST', '/certificates/check', { certificate });
          assert.equal(answer.status, 400);
          assert.equal(answer.json().field, 'certificate');
        }
      });
    });

    describe('jwks', () => {
      test('are fetched under the rules of every outbound fetch, and shown', async (t) => {
        const identity = await createIdentity('CN=published');
        const jwk = {
          ...identity.certificate.x509.publicKey.export({ format: 'jwk' }),
          kid: 'one',
          x5c: [Buffer.from(identity.certificate.der).toString('base64')],
        };
        const preview = (jwks_uri: string) => api.json('POST', '/jwks/preview', { jwks_uri });
        const listener: RequestListener = (_request, response) => {
          response.setHeader('content-type', 'application/json');
          response.end(JSON.stringify({ keys: [jwk, { kty: 'oct', k: 'c2VjcmV0' }] }));
        };
        const trusted = await serveHttps(t, publisher, listener);
        const shown = await preview(`${trusted.origin}/jwks.json`);
        assert.equal(shown.failure, undefined);
        assert.match(JSON.stringify(shown.keys), new RegExp(`"x5t#S256":"${identity.thumbprint}"`));
        assert.match(JSON.stringify(shown.skipped), /"because":"symmetric"/);
        const untrusted = await serveHttps(t, await selfSigned('unknown'), listener);
        const refused = await preview(`${untrusted.origin}/jwks.json`);
        assert.match(JSON.stringify(refused.failure), /"because":"tls"/);
        const plain = await preview('http://127.0.0.1:1/jwks.json');
        assert.match(JSON.stringify(plain.failure), /"because":"scheme"/);
        const secret = await preview('https://169.254.169.254/latest/meta-data');
        assert.match(JSON.stringify(secret.failure), /"because":"address-not-allowed"/);
      });
    });

    describe('trust', () => {
      const entries = async (group?: string) =>
        Stores.parse(await api.json('GET', '/truststore'))
          .items.find((store) => store.group === group)
          ?.entries.map(({ alias }) => alias) ?? [];
      const ca = (name: string) =>
        issueCertificate({
          subject: `CN=${name}`,
          keyType: 'EC-P256',
          days: 30,
          usage: 'ca',
          now: Date.now(),
        });

      test('takes PEM and PKCS#12 in, at once and in the file that keytool reads, and lets go of them', async () => {
        const [one, two] = [await ca('one'), await ca('two')];
        const content = certificateToPem(one.certificate);
        await api.json('POST', '/truststore/certificates', { content, alias: 'One' });
        assert.ok((await entries()).includes('one') || (await entries()).includes('One'));
        const store = await writePkcs12(
          [{ kind: 'trusted-certificate', alias: 'two', certificate: two.certificate }],
          'changeit',
        );
        const upload = { content: Buffer.from(store).toString('base64'), password: 'changeit', alias: 'two' };
        const wrong = await api.request('POST', '/truststore/certificates', { ...upload, password: 'no' });
        assert.equal(wrong.status, 400);
        assert.equal(wrong.json().field, 'password');
        await api.json('POST', '/truststore/certificates', upload);
        const again = await api.json('POST', '/truststore/certificates', { content, alias: 'three' });
        assert.deepEqual(again.added, []);
        if (database.name === 'postgres') await home.json('truststore', 'write-file');
        const file = await readFile(join(home.security, 'client-truststore.jks'));
        const written = (await readKeyStore(file, 'wso2carbon')).map(({ alias }) => alias.toLowerCase());
        assert.ok(written.includes('one') && written.includes('two'));
        assert.equal((await api.request('DELETE', '/truststore/certificates/ONE')).status, 204);
        assert.equal((await api.request('DELETE', '/truststore/certificates/one')).status, 404);
        assert.equal(
          (await entries()).some((alias) => alias.toLowerCase() === 'one'),
          false,
        );
      });

      test('changes of many at once are all kept', async () => {
        const made = await Promise.all(Array.from({ length: 5 }, (_, index) => ca(`parallel ${index}`)));
        await Promise.all(
          made.map(({ certificate }, index) =>
            api.json('POST', '/truststore/certificates', {
              content: certificateToPem(certificate),
              alias: `parallel-${index}`,
            }),
          ),
        );
        const kept = await entries();
        for (let index = 0; index < 5; index++) assert.ok(kept.includes(`parallel-${index}`), kept.join());
      });

      test('takes in a certificate once, given twice in one file or by two at once', async () => {
        const { certificate } = await ca('given twice');
        const content = certificateToPem(certificate).repeat(2);
        const imports = Array.from({ length: 4 }, () =>
          api.json('POST', '/truststore/certificates', { content }),
        );
        const answers = (await Promise.all(imports)).map((answer) => ImportAnswer.parse(answer));
        const alias = certificate.thumbprint.toLowerCase();
        assert.deepEqual(
          answers.map(({ added, known }) => added.length + known.length),
          [1, 1, 1, 1],
        );
        assert.deepEqual(
          answers.flatMap(({ added }) => added.map((entry) => entry.alias)),
          [alias],
        );
        assert.equal((await entries()).filter((name) => name === alias).length, 1);
      });

      test('of a group is another file', async () => {
        const { certificate } = await ca('group member');
        const body = { content: certificateToPem(certificate), group: 'partners' };
        await api.json('POST', '/truststore/certificates', body);
        assert.equal((await entries('partners')).length, 2);
        assert.match(await readFile(join(home.security, 'partners.pem'), 'utf8'), /BEGIN CERTIFICATE/);
        const absent = await api.request('POST', '/truststore/certificates', { ...body, group: 'absent' });
        assert.equal(absent.status, 404);
      });

      test('shows what entries are and why, and says it, of a group too', async () => {
        const held = async (group?: string) =>
          Stores.parse(await api.json('GET', '/truststore')).items.find((store) => store.group === group)
            ?.entries ?? [];
        const shown = async (group?: string) => JSON.stringify(await held(group));
        const [root, member] = [await ca('a root'), await ca('a member')];
        const upload = (certificate: typeof root.certificate, alias: string, group?: string) =>
          api.json('POST', '/truststore/certificates', {
            content: certificateToPem(certificate),
            alias,
            ...(group !== undefined && { group }),
          });
        await upload(root.certificate, 'a-root');
        await upload(member.certificate, 'a-member', 'partners');
        assert.match(await shown(), /"a-root".*"authority","because":"certificate-authority"/);
        assert.match(await shown('partners'), /"authority","because":"trust-group"/);
        const path = '/truststore/certificates/a-root/role';
        assert.equal((await api.json('PUT', path, { role: 'handshake' })).role, 'handshake');
        assert.match(await shown(), /"handshake","because":"named","why":"named by admin on /);
        assert.equal((await api.json('DELETE', path)).because, 'certificate-authority');
        // A PEM file keeps no aliases.
        const alias = (await held('partners')).at(-1)?.alias ?? '';
        const inGroup = `/truststore/certificates/${encodeURIComponent(alias)}/role?group=partners`;
        const named = await api.json('PUT', inGroup, { role: 'handshake' });
        assert.deepEqual([named.role, named.because], ['handshake', 'named']);
        assert.equal((await api.json('DELETE', inGroup)).because, 'trust-group');
        assert.equal(
          (await api.request('PUT', path.replace('a-root', 'absent'), { role: 'handshake' })).status,
          404,
        );
        assert.equal((await api.request('PUT', `${path}?group=absent`, { role: 'handshake' })).status, 404);
      });

      test('shows what is held for revocation', async () => {
        assert.deepEqual(await api.json('GET', '/revocation'), { items: [] });
      });

      test('belong to the node where its database is a file, and otherwise to all nodes, which report themselves', async () => {
        const stores = await api.json('GET', '/truststore');
        const { items, differences } = await api.json('GET', '/nodes');
        assert.ok(Array.isArray(stores.items) && Array.isArray(items));
        const isShared = database.name === 'postgres';
        assert.deepEqual(
          stores.items.map(({ kept_in }) => kept_in),
          Array(2).fill(isShared ? 'database' : 'file'),
        );
        assert.deepEqual(
          items.map(({ home: folder, this_node, extra }) => [folder, this_node, extra]),
          isShared ? [[home.home, true, []]] : [],
        );
        assert.deepEqual(differences, []);
        for (const { node } of [...items, { node: 'nobody:/nowhere' }]) {
          const path = `/nodes/${encodeURIComponent(node)}`;
          assert.equal((await api.request('DELETE', path)).status, 404, 'it is not missing');
        }
      });
    });

    describe('names that no path can carry', () => {
      const NAMES = [
        ...['.', '..', '-', '%2e', '%2F..%2f', 'a/b', '/', 'a?b=c&d#e', '50 % off; now', 'add', 'ü\\n'],
        'x'.repeat(255),
      ];
      const at = (...parts: readonly string[]) =>
        `/${parts.map((part) => (NAMES.includes(part) ? '-' : part)).join('/')}?${new URLSearchParams(
          parts.filter((part) => NAMES.includes(part)).map((part): [string, string] => ['path_name', part]),
        )}`;

      test('are those of clients that came from elsewhere, which are shown, changed and removed all the same', async () => {
        const metadata = {
          client_name: 'called so',
          token_endpoint_auth_method: 'none',
          grant_types: ['authorization_code'],
          redirect_uris: ['https://app.example/callback'],
        };
        const clients = NAMES.map((client_id) => ({ kind: 'client', client_id, metadata }));
        const lines = [{ countersign_export: 1 }, ...clients, { end: {} }].map((line) =>
          JSON.stringify(line),
        );
        const content = Buffer.from(`${lines.join('\n')}\n`).toString('base64');
        const files = [{ name: 'clients.jsonl', content }];
        const report = await api.json('POST', '/import', { source: 'countersign', dry_run: false, files });
        assert.deepEqual(report.counts, { client: { added: NAMES.length } });
        const group = await api.json('POST', '/groups', { name: 'hard to name' });
        for (const client_id of NAMES) {
          const path = at('clients', client_id);
          const shown = await api.request('GET', path);
          assert.equal(shown.json().client_id, client_id);
          const headers = { 'if-match': String(shown.headers.etag) };
          const changed = await api.request(
            'PATCH',
            path,
            { client_name: 'renamed', enabled: false },
            headers,
          );
          assert.deepEqual([changed.json().client_id, changed.json().enabled], [client_id, false]);
          await api.json('POST', at('clients', client_id, 'changes'), { enabled: true });
          const member = at('groups', String(group.group_id), 'clients', client_id);
          assert.equal((await api.request('PUT', member)).status, 204);
          const memberships = await api.json('GET', at('clients', client_id, 'memberships'));
          assert.match(JSON.stringify(memberships), /hard to name/);
          assert.equal((await api.request('DELETE', member)).status, 204);
          assert.equal((await api.request('DELETE', path)).status, 204);
          assert.equal((await api.request('GET', path)).status, 404);
        }
        await api.json('DELETE', `/groups/${group.group_id}`);
      });

      test('are those of people and of entries of a trust store', async () => {
        const authority = await createIdentity('CN=hard to name');
        for (const name of NAMES) {
          await api.json('POST', '/users', { username: name, password: PASSWORD });
          const path = at('users', name);
          const shown = await api.request('GET', path);
          assert.equal(shown.json().username, name);
          await api.request('PATCH', path, { enabled: false }, { 'if-match': String(shown.headers.etag) });
          assert.equal((await api.json('GET', path)).enabled, false);
          assert.equal((await api.request('DELETE', path)).status, 204);

          await api.json('POST', '/truststore/certificates', {
            content: authority.pem,
            alias: name.slice(0, 200),
          });
          const entry =
            name.length > 200
              ? `/truststore/certificates/${name.slice(0, 200)}`
              : at('truststore', 'certificates', name);
          assert.equal((await api.request('DELETE', entry)).status, 204);
        }
      });

      test('are as many as there are places for them, and other paths mean what they say', async () => {
        const { client_id } = await api.register({
          client_name: 'plain',
          client_id: '-',
          grant_types: ['client_credentials'],
        });
        assert.equal((await api.json('GET', '/clients/-')).client_id, '-');
        assert.equal((await api.json('GET', `/clients/${client_id}?other=.`)).client_id, '-');
        for (const path of [
          '/clients/plain?path_name=.',
          '/clients/-?path_name=a&path_name=b',
          '/clients?path_name=a',
        ]) {
          const refused = await api.request('GET', path);
          assert.deepEqual([refused.status, refused.json().field], [400, 'path_name'], path);
        }
        await api.json('DELETE', '/clients/-');
      });
    });

    describe('people', () => {
      test('are added, changed, given a password and removed; the last owner stays', async () => {
        const username = 'päivi / & co';
        const path = `/users/${encodeURIComponent(username)}`;
        await api.json('POST', '/users', { username, password: PASSWORD });
        assert.equal((await api.json('PATCH', path, { enabled: false })).enabled, false);
        assert.equal((await api.request('PUT', `${path}/password`, { password: '' })).status, 400);
        assert.equal((await api.request('PUT', `${path}/password`, { password: 'another' })).status, 400);
        assert.deepEqual(await api.json('PUT', `${path}/password`, { password: 'another good one' }), {
          sessions: 0,
          grants: 0,
        });
        assert.equal((await api.json('GET', path)).username, username);
        assert.equal((await api.request('DELETE', path)).status, 204);
        assert.equal((await api.request('DELETE', '/users/admin')).status, 400);
        assert.equal(
          (await api.request('PATCH', '/users/admin', { roles: ['auditor'] }, { 'if-match': '*' })).status,
          400,
        );
        await api.json('GET', '/users?search=admin');
      });

      test('are found by their sub, and show by which one clients know them', async () => {
        const { sub } = await api.json('GET', '/users/admin');
        assert.partialDeepStrictEqual(await api.json('GET', `/subjects/${sub}`), {
          sub,
          username: 'admin',
          subject_type: 'public',
        });
        assert.equal((await api.request('GET', '/subjects/someone-unknown')).status, 404);
        const { items } = await api.json('GET', '/users/admin/subjects');
        assert.ok(Array.isArray(items) && items.every((known) => known.sub === sub));
        assert.equal((await api.request('GET', '/users/someone-unknown/subjects')).status, 404);
        const found = await api.json('GET', `/users?search=${sub}`);
        assert.partialDeepStrictEqual(found, { items: [{ username: 'admin' }] });
      });

      test('locked by wrong passwords show it and are unlocked', async () => {
        await api.json('POST', '/users', { username: 'locked', password: PASSWORD, roles: ['auditor'] });
        for (let attempt = 0; attempt < 10; attempt++) await as(basic('locked', 'wrong'), 'get', '/me');
        assert.equal((await as(basic('locked', PASSWORD), 'get', '/me')).status, 401);
        assert.match(String((await api.json('GET', '/users/locked')).locked_at), /^\d{4}-/);
        assert.equal((await api.request('POST', '/users/locked/unlock')).status, 204);
        assert.equal((await api.json('GET', '/users/locked')).locked_at, undefined);
        assert.equal((await as(basic('locked', PASSWORD), 'get', '/me')).status, 200);
      });

      test('second factors are listed, and removed for someone who lost them', async () => {
        await api.json('POST', '/users', { username: 'dora', password: PASSWORD });
        const user = await storage.users.findByUsername('dora');
        assert.ok(user);
        const { sub } = user;
        const credential_id = `${database.name}-dora`;
        await storage.credentials.insert({
          kind: 'totp',
          credential_id,
          sub,
          created_at: 1,
          sealed_secret: 'sealed',
        });
        const path = '/users/dora/credentials';
        const answer = await api.request('GET', path);
        assert.deepEqual(answer.json().items, [
          { kind: 'totp', credential_id, created_at: '1970-01-01T00:00:00.001Z' },
        ]);
        assert.doesNotMatch(answer.text, /sealed/);
        const one = (more: string) => api.request('DELETE', `${path}?${more}`);
        for (const [more, status] of [
          ['credential_id=x', 400],
          ['kind=recovery_code&credential_id=x', 400],
          ['kind=sword', 400],
          ['kind=passkey', 404],
          ['kind=totp&credential_id=another', 404],
        ] as const) {
          assert.equal((await one(more)).status, status, more);
        }
        await storage.credentials.insert({
          kind: 'passkey',
          credential_id: `${credential_id}-passkey`,
          sub,
          created_at: 2,
          public_key: 'pQ',
          counter: 0,
          transports: [],
          label: 'Blue key',
        });
        for (const code of ['a', 'b']) {
          const id = `${credential_id}-${code}`;
          await storage.credentials.insert({ kind: 'recovery_code', credential_id: id, sub, created_at: 3 });
        }
        const kinds = async () => (await storage.credentials.list(sub)).map(({ kind }) => kind).toSorted();
        assert.equal((await one(`kind=passkey&credential_id=${credential_id}-passkey`)).json().removed, 1);
        assert.deepEqual(await kinds(), ['recovery_code', 'recovery_code', 'totp']);
        assert.equal((await api.request('GET', path)).text.match(/credential_id/g)?.length, 1);
        await storage.credentials.insert({
          kind: 'certificate',
          credential_id: `${credential_id}-certificate`,
          sub,
          created_at: 4,
          subject: 'CN=dora',
          not_after: 5,
        });
        assert.equal((await one('kind=totp')).json().removed, 1);
        assert.deepEqual(await kinds(), ['certificate'], 'recovery codes go with the last factor');
        assert.deepEqual(await api.json('DELETE', path), { removed: 1, sessions: 0, grants: 0 });
        assert.deepEqual(await api.json('GET', path), { items: [] });
        assert.equal((await api.request('GET', '/users/nobody-at-all/credentials')).status, 404);
      });

      test('a sign-in link is made, shown to nobody again, and ended', async () => {
        await api.json('POST', '/users', { username: 'lisa', password: PASSWORD });
        const path = '/users/lisa/sign-in-link';
        const made = await api.request('POST', path, {});
        assert.equal(made.status, 201);
        const { sign_in_link, expires_at } = made.json();
        assert.match(String(sign_in_link), /\/oauth2\/sign-in\/link\?token=[A-Za-z0-9_-]{43}$/);
        const shown = await api.json('GET', '/users/lisa');
        assert.deepEqual(Object.keys(Object(shown.sign_in_link)).toSorted(), [
          'expires_at',
          'made_at',
          'made_by',
        ]);
        assert.equal(Object(shown.sign_in_link).expires_at, expires_at);
        assert.equal((await api.request('DELETE', path)).status, 204);
        assert.equal((await api.json('GET', '/users/lisa')).sign_in_link, undefined);
        assert.equal((await api.request('DELETE', path)).status, 404);
      });

      test('sessions, consents and authorizations are listed by person and taken back', async () => {
        await api.json('POST', '/users', { username: 'carol', password: PASSWORD });
        const user = await storage.users.findByUsername('carol');
        assert.ok(user);
        const { sub } = user;
        const { client_id } = await api.register({
          client_name: 'consented',
          redirect_uris: ['https://consented.example/cb'],
          backchannel_logout_uri: 'https://127.0.0.1:1/logout',
        });
        const now = Date.now();
        const addSession = (session_id: string) =>
          storage.sessions.insert({
            session_id,
            secret_sha256: `${database.name}${session_id}`,
            sub,
            auth_time: Math.floor(now / 1000),
            amr: ['pwd'],
            client_ids: [client_id],
            created_at: now,
            last_seen_at: now,
            expires_at: now + DAY_MS,
          });
        const addGrant = (grant_id: string) =>
          storage.grants.insert({
            grant_id,
            client_id,
            sub,
            scope: 'openid',
            created_at: now,
            expires_at: now + DAY_MS,
          });
        await addSession('session-1');
        await addSession('session-2');
        await addGrant('grant-1');
        await addGrant('grant-2');
        await storage.consents.put({ sub, client_id, scopes: ['openid'], granted_at: now });
        const count = async (path: string) => {
          const { items } = await api.json('GET', path);
          assert.ok(Array.isArray(items));
          return items.length;
        };
        assert.equal(await count('/sessions?username=carol'), 2);
        assert.equal(await count('/sessions?username=nobody-of-this-name'), 0);
        assert.equal(await count(`/grants?username=carol&client_id=${client_id}`), 2);
        assert.equal(await count('/consents?username=carol'), 1);

        assert.equal((await api.request('DELETE', '/sessions/session-1')).status, 204);
        assert.equal((await api.request('DELETE', '/sessions/session-1')).status, 404);
        // The application is told; that its address is a private one is why it does not hear it.
        const told = `/events?type=logout_token.undelivered&client_id=${client_id}`;
        await eventually(
          () => count(told),
          (times) => times === 1,
        );
        assert.equal((await api.request('DELETE', '/grants/grant-1')).status, 204);
        assert.equal((await api.request('DELETE', '/grants/grant-1')).status, 404);
        const consent = `/users/carol/consents/${client_id}`;
        assert.equal((await api.request('DELETE', consent)).status, 204);
        assert.equal((await api.request('DELETE', consent)).status, 404);
        assert.equal(await count(`/grants?client_id=${client_id}`), 0, 'a consent takes its grants along');

        await addGrant('grant-3');
        assert.deepEqual(await api.json('DELETE', '/users/carol/sessions'), { sessions: 1, grants: 1 });
        asked.add('delete /users/{username}/consents/{client_id}');
      });
    });

    describe('groups and roles', () => {
      test('are made, changed and removed by who may change people', async () => {
        for (const [place, id] of [
          ['groups', 'group_id'],
          ['roles', 'role_id'],
        ] as const) {
          const made = await api.request('POST', `/${place}`, { name: 'Straße', description: 'a' });
          assert.equal(made.status, 201, made.text);
          const { name, description } = made.json();
          assert.deepEqual([name, description], ['Straße', 'a']);
          const path = `/${place}/${made.json()[id]}`;
          const again = await api.request('POST', `/${place}`, { name: 'STRAßE' });
          assert.deepEqual([again.status, again.json().field], [400, 'name']);
          for (const bad of [{}, { name: 1 }, { name: 'x', more: true }, { name: 'a\u202eb' }])
            assert.equal((await api.request('POST', `/${place}`, bad)).status, 400, JSON.stringify(bad));
          assert.equal((await api.request('GET', `/${place}/absent`)).status, 404);
          assert.equal((await api.request('PATCH', `/${place}/absent`, { name: 'x' })).status, 404);
          assert.equal((await api.request('DELETE', `/${place}/absent`)).status, 404);
          const seen = await api.request('GET', path);
          const changed = await api.request(
            'PATCH',
            path,
            { description: '' },
            { 'if-match': String(seen.headers.etag) },
          );
          assert.deepEqual([changed.status, changed.json().description], [200, '']);
          const late = await api.request(
            'PATCH',
            path,
            { name: 'x' },
            { 'if-match': String(seen.headers.etag) },
          );
          assert.deepEqual([late.status, late.headers.etag], [412, changed.headers.etag]);
          const { items } = await api.json('GET', `/${place}?search=RASS`);
          assert.deepEqual(items, [], 'ß is a letter of its own');
          const listed = await api.request('GET', `/${place}?search=RAß`);
          assert.match(listed.text, /Straße/);
          assert.equal((await api.request('GET', `/${place}?after=nonsense`)).status, 400);
          assert.equal((await api.request('DELETE', path, undefined, { 'if-match': '"1"' })).status, 412);
          assert.equal((await api.request('DELETE', path)).status, 204);
        }
      });

      test('hold people, clients and groups; a member has what its groups have', async () => {
        await api.json('POST', '/users', { username: 'grace', password: PASSWORD });
        const { client_id } = await api.register({
          client_name: 'Ledger',
          grant_types: ['client_credentials'],
        });
        const [outer, inner] = [
          await api.json('POST', '/groups', { name: 'outer' }),
          await api.json('POST', '/groups', { name: 'inner' }),
        ];
        const { role_id } = await api.json('POST', '/roles', { name: 'ledger.read' });
        const tooDeep = await api.request('PATCH', `/groups/${outer.group_id}`, { parent: outer.group_id });
        assert.deepEqual([tooDeep.status, tooDeep.json().field], [400, 'parent']);
        const moved = await api.json('PATCH', `/groups/${inner.group_id}`, { parent: outer.group_id });
        assert.deepEqual([moved.parent, moved.parent_name], [outer.group_id, 'outer']);
        const within = await api.json('GET', `/groups?within=${outer.group_id}`);
        assert.deepEqual(within.items, [moved]);
        const members = ['people/grace', `clients/${client_id}`];
        for (const member of members) {
          for (const times of [1, 2])
            assert.equal(
              (await api.request('PUT', `/groups/${inner.group_id}/${member}`)).status,
              204,
              `${member} ${times}`,
            );
        }
        for (const absent of ['people/absent', 'clients/absent'])
          for (const method of ['PUT', 'DELETE'])
            assert.equal(
              (await api.request(method, `/groups/${inner.group_id}/${absent}`)).status,
              404,
              absent,
            );
        const [people, clients] = [
          await api.json('GET', `/groups/${inner.group_id}/people`),
          await api.json('GET', `/groups/${inner.group_id}/clients`),
        ];
        assert.match(
          JSON.stringify(people),
          /^\{"items":\[\{"sub":"[^"]+","username":"grace","added_at":"[^"]+"\}\]\}$/,
        );
        assert.match(
          JSON.stringify(clients),
          new RegExp(`"client_id":"${client_id}","client_name":"Ledger"`),
        );
        for (const holder of [`groups/${outer.group_id}`, ...members])
          await api.json('PUT', `/roles/${role_id}/${holder}`);
        assert.equal((await api.request('PUT', `/roles/${role_id}/groups/absent`)).status, 404);
        const whole = await api.json('GET', `/groups/${outer.group_id}`);
        assert.deepEqual(whole.members, { people: 0, clients: 0, groups: 1 });
        assert.deepEqual(whole.roles, [{ role_id, name: 'ledger.read' }]);
        const role = await api.json('GET', `/roles/${role_id}`);
        assert.deepEqual(role.holders, { people: 1, clients: 1, groups: 1 });
        for (const place of ['people', 'clients', 'groups']) {
          const { items } = await api.json('GET', `/roles/${role_id}/${place}`);
          assert.ok(Array.isArray(items) && items.length === 1, place);
        }
        for (const owner of ['/users/grace', `/clients/${client_id}`])
          assert.deepEqual(await api.json('GET', `${owner}/memberships`), {
            groups: [
              { group_id: inner.group_id, name: 'inner', parent: outer.group_id, direct: true },
              { group_id: outer.group_id, name: 'outer', direct: false },
            ],
            roles: [{ role_id, name: 'ledger.read', direct: true, groups: ['outer'] }],
          });
        assert.equal((await api.request('GET', '/users/absent/memberships')).status, 404);
        assert.equal((await api.request('GET', '/clients/absent/memberships')).status, 404);
        const full = await api.request('DELETE', `/groups/${outer.group_id}`);
        assert.equal(full.status, 400);
        assert.match(full.text, /contains the group .inner.; move or remove/);
        for (const member of members) {
          assert.equal((await api.request('DELETE', `/groups/${inner.group_id}/${member}`)).status, 204);
          assert.equal((await api.request('DELETE', `/groups/${inner.group_id}/${member}`)).status, 404);
        }
        for (const holder of [`groups/${outer.group_id}`, ...members]) {
          assert.equal((await api.request('DELETE', `/roles/${role_id}/${holder}`)).status, 204);
          assert.equal((await api.request('DELETE', `/roles/${role_id}/${holder}`)).status, 404);
        }
        assert.deepEqual(await api.json('GET', '/users/grace/memberships'), { groups: [], roles: [] });
        const top = await api.json('PATCH', `/groups/${inner.group_id}`, { parent: null });
        assert.equal(top.parent, undefined);
        const { items } = await api.json('GET', '/events?type=group.member_added&search=grace');
        assert.ok(Array.isArray(items) && items.length === 1, 'an event is found by the person');
      });
    });

    describe('the server', () => {
      test('lists and rotates its signing keys', async () => {
        const signing = (items: unknown) =>
          z
            .array(z.looseObject({ use: z.string() }))
            .parse(items)
            .filter(({ use }) => use === 'sig');
        const before = signing((await api.json('GET', '/signing-keys')).items);
        const after = signing((await api.json('POST', '/signing-keys/rotate')).items);
        assert.equal(after.length, before.length + 4);
        assert.match(JSON.stringify(after), /"state":"next","created_at":"[^"]+","known_from":"/);
        assert.doesNotMatch(JSON.stringify(after), /sealed|"d"/);
      });

      test('rotates the key of the algorithm it is told of alone', async () => {
        const keysOf = async () =>
          z
            .object({ items: z.array(z.looseObject({ alg: z.string() })) })
            .parse(await api.json('GET', '/signing-keys')).items;
        const before = await keysOf();
        await api.json('POST', '/signing-keys/rotate?algorithm=RS256');
        const after = await keysOf();
        const counts = (alg: string) =>
          [before, after].map((keys) => keys.filter((key) => key.alg === alg).length);
        const [was = 0, is] = counts('RS256');
        assert.equal(is, was + 1);
        for (const alg of ['ES256', 'PS256', 'EdDSA']) assert.equal(counts(alg)[0], counts(alg)[1], alg);
        assert.equal((await api.request('POST', '/signing-keys/rotate?algorithm=HS256')).status, 400);
      });

      test('ends a retired key at once, and no key that is in use', async () => {
        const { items } = await api.json('POST', '/signing-keys/rotate');
        const kidOf = (state: string) =>
          z
            .array(z.looseObject({ kid: z.string(), state: z.string() }))
            .parse(items)
            .find((key) => key.state === state)?.kid;
        const remove = async (kid: string | undefined) =>
          (await api.request('DELETE', `/signing-keys/${kid}`)).status;
        assert.deepEqual(
          [await remove(kidOf('active')), await remove(kidOf('next')), await remove('nothing')],
          [400, 400, 404],
        );
        const retired = kidOf('retired');
        assert.deepEqual([await remove(retired), await remove(retired)], [204, 404]);
        assert.doesNotMatch((await call(`${home.issuer}/oauth2/jwks`)).text, new RegExp(String(retired)));
      });

      test('shows every setting with its source, and no secret', async () => {
        const answer = await api.request('GET', '/settings');
        const Settings = z.object({
          file: z.string(),
          sections: z.array(
            z.looseObject({
              settings: z.array(
                z.looseObject({
                  key: z.string(),
                  value: z.string().optional(),
                  secret: z.boolean(),
                  source: z.string(),
                  reload: z.string(),
                }),
              ),
            }),
          ),
        });
        const settings = Settings.parse(answer.json()).sections.flatMap((section) => section.settings);
        const setting = (key: string) => settings.find((candidate) => candidate.key === key);
        assert.equal(setting('server.port')?.value, String(home.port));
        assert.equal(setting('server.port')?.source, 'deployment.toml');
        assert.equal(setting('oauth.id_token_lifetime')?.source, 'default');
        assert.equal(setting('oauth.id_token_lifetime')?.reload, 'live');
        assert.equal(setting('super_admin.password')?.secret, true);
        assert.equal(setting('super_admin.password')?.value, undefined);
        assert.equal(setting('trust_group[0].name')?.value, '"partners"');
        assert.doesNotMatch(answer.text, /wso2carbon"(?!:)[^.]*password|"value":"\\"admin\\"","secret":true/);
        assert.equal(
          settings.some((candidate) => candidate.secret && candidate.value !== undefined),
          false,
        );
      });

      test('changes what is live in deployment.toml as it was seen, whole or not at all', async () => {
        const file = join(home.home, 'repository/conf/deployment.toml');
        const before = await readFile(file, 'utf8');
        const etag = String((await api.request('GET', '/settings')).headers.etag);
        const change = (
          changes: Record<string, unknown>,
          headers: Record<string, string> = { 'if-match': etag },
        ) => api.request('PATCH', '/settings', { changes }, headers);
        const refused: readonly (readonly [Record<string, unknown>, string])[] = [
          [{ 'sign_in.session_lifetime': 'soon' }, 'sign_in.session_lifetime'],
          [{ 'sign_in.session_lifetime': 0 }, 'sign_in.session_lifetime'],
          [{ 'keystore.primary.password': 'known' }, 'keystore.primary.password'],
          [{ 'server.port': 1 }, 'server.port'],
          [{ 'outbound.allowed_addresses': ['0.0.0.0/0'] }, 'outbound.allowed_addresses'],
          [{ 'branding.logo_file': '/etc/shadow' }, 'branding.logo_file'],
          [{ 'branding.name': '$env{HOME}' }, 'branding.name'],
          [{ 'branding.name': '$file{/etc/hostname}' }, 'branding.name'],
          [{ 'no.such_key': 1 }, 'no.such_key'],
          [{ 'trust_group[7].revocation': 'off' }, 'trust_group[7].revocation'],
          [{ 'trust_group[0].revocation': 'sometimes' }, 'trust_group[0].revocation'],
        ];
        for (const [changes, field] of refused) {
          const answer = await change(changes);
          assert.deepEqual([answer.status, answer.json().field], [400, field], answer.text);
        }
        assert.equal((await change({}, {})).status, 400);
        const changes = { 'sign_in.session_lifetime': 3600, 'trust_group[0].revocation': 'require' };
        assert.equal((await change(changes, {})).status, 428);
        assert.equal((await change(changes, { 'if-match': '"another"' })).status, 412);
        assert.equal(await readFile(file, 'utf8'), before);

        const preview = await api.request('POST', '/settings/preview', { changes });
        assert.equal(preview.headers.etag, etag);
        assert.deepEqual(preview.json().keys, Object.keys(changes));
        assert.match(preview.text, /session_lifetime = 3600/);
        assert.doesNotMatch(preview.text, /password/);
        assert.equal(await readFile(file, 'utf8'), before);

        const { mode } = await stat(file);
        const changed = await change(changes);
        assert.equal(changed.status, 200, changed.text);
        assert.notEqual(changed.headers.etag, etag);
        assert.match(changed.text, /"key":"sign_in\.session_lifetime"[^}]*"value":"3600"/);
        assert.equal((await stat(file)).mode, mode);
        assert.equal((await change(changes)).status, 412);
        const again = { 'if-match': String(changed.headers.etag) };
        const back = { 'sign_in.session_lifetime': null, 'trust_group[0].revocation': 'prefer' };
        assert.equal((await change(back, again)).status, 200);
        const { items } = await api.json('GET', '/events?type=configuration.changed');
        assert.equal(Array.isArray(items) && items.length, 2);
      });

      test('tells what is broken, and until when', async () => {
        const file = join(home.home, 'repository/conf/deployment.toml');
        const before = await readFile(file, 'utf8');
        const attention = async () => (await api.request('GET', '/attention')).text;
        await writeFile(file, `${before}\n[sign_in]\nsession_lifetime = "soon"\n`);
        try {
          await eventually(attention, (told) => /"kind":"file_broken".*session_lifetime must be/.test(told));
          const { headers } = await api.request('GET', '/settings');
          const answer = await api.request(
            'PATCH',
            '/settings',
            { changes: { 'branding.name': 'Ours' } },
            { 'if-match': String(headers.etag) },
          );
          assert.equal(answer.status, 409, answer.text);
        } finally {
          await writeFile(file, before);
        }
        await eventually(attention, (told) => !told.includes('file_broken'));
      });

      test('counts what ends by when it ends, as the list has it', async () => {
        const Counts = z.object({
          windows: z.array(
            z.object({
              from_days: z.int().optional(),
              until_days: z.int().optional(),
              unknown: z.boolean().optional(),
              counts: z.array(z.object({ kind: z.string(), count: z.int() })),
            }),
          ),
        });
        const { windows } = Counts.parse(await api.json('GET', '/certificates/counts'));
        const Page = z.object({ items: z.array(z.unknown()), next: z.string().optional() });
        for (const { from_days, until_days, unknown, counts } of windows) {
          if (unknown) continue;
          const bounds =
            from_days === undefined
              ? 'expired=true'
              : `expires_after=${from_days}d${until_days === undefined ? '' : `&expires_within=${until_days}d`}`;
          const { items, next } = Page.parse(await api.json('GET', `/certificates?limit=200&${bounds}`));
          assert.equal(next, undefined);
          const unknownEnds = until_days === undefined ? (windows.at(-1)?.counts ?? []) : [];
          const counted = [...counts, ...unknownEnds].reduce((sum, { count }) => sum + count, 0);
          assert.equal(items.length, counted, bounds);
        }
        const ahead = Page.parse(await api.json('GET', '/certificates?limit=200&expired=false'));
        const all = windows.slice(1).flatMap(({ counts }) => counts);
        assert.equal(
          ahead.items.length,
          all.reduce((sum, { count }) => sum + count, 0),
        );
      });

      test('shows what an import would bring, and changes nothing by it', async () => {
        const { pem } = await selfSigned('previewed');
        const before = JSON.stringify(await api.json('GET', '/truststore'));
        const answer = await api.json('POST', '/truststore/preview', { content: pem });
        assert.match(JSON.stringify(answer), /no-certificate-authority.*"private_keys":0/);
        assert.equal((await api.request('POST', '/truststore/preview', { content: 'nonsense' })).status, 400);
        assert.equal(JSON.stringify(await api.json('GET', '/truststore')), before);
      });

      test('gives out initial access tokens for registration, lists and revokes them', async () => {
        const made = await api.json('POST', '/registration-tokens', { label: 'partner', clients: 2 });
        const { items } = await api.json('GET', '/registration-tokens');
        assert.match(JSON.stringify(items), new RegExp(String(made.token_id)));
        assert.equal((await api.request('DELETE', `/registration-tokens/${made.token_id}`)).status, 204);
      });

      test('tells how much a client is used', async () => {
        const credentials = await api.register({
          client_name: 'counted',
          grant_types: ['client_credentials'],
          token_endpoint_auth_method: 'client_secret_post',
        });
        const { client_id, client_secret } = credentials;
        const form = { grant_type: 'client_credentials', client_id, client_secret };
        assert.equal((await post(`${home.issuer}/oauth2/token`, form)).status, 200);
        const { days } = await api.json('GET', `/clients/${client_id}/use?days=1`);
        assert.deepEqual(days, [{ day: new Date().toISOString().slice(0, 10), tokens: 1 }]);
      });

      test('lists events, counts them, and explains one', async () => {
        const refused = await post(`${home.issuer}/oauth2/token`, {
          grant_type: 'client_credentials',
          client_id: 'no-such-client',
        });
        const event_id = String(refused.headers['countersign-event-id']);
        const event = await api.json('GET', `/events/${event_id}`);
        assert.equal(event.because, 'client_unknown');
        assert.equal(typeof event.remedy, 'string');
        const { items } = await api.json('GET', '/events?outcome=refused&type=token.');
        assert.match(JSON.stringify(items), new RegExp(event_id));
        const { items: buckets } = await api.json(
          'GET',
          `/events/histogram?since=${Date.now() - DAY_MS}&bucket=3600000`,
        );
        assert.ok(Array.isArray(buckets) && buckets.length > 0);
        const { items: counts } = await api.json(
          'GET',
          `/events/counts?since=${Date.now() - DAY_MS}&type=token.refused`,
        );
        assert.match(JSON.stringify(counts), /"type":"token\.refused","outcome":"refused","sampled":false/);
        assert.equal((await api.request('GET', '/events/none')).status, 404);
      });

      test('finds every refused sign-in, by whom, and leaves noise out', async () => {
        const listed = async (query: string) => {
          const { items } = await api.json('GET', `/events?${query}`);
          assert.ok(Array.isArray(items));
          return items.map(({ event_id }) => String(event_id));
        };
        const wrong = await callAdminApi(home.issuer, '/me', {
          headers: { authorization: `Basic ${Buffer.from('Nobody-Known:wrong').toString('base64')}` },
        });
        assert.equal(wrong.status, 401);
        const refused = String(wrong.headers['countersign-event-id']);
        assert.ok((await listed('kind=sign_in&outcome=refused')).includes(refused));
        assert.deepEqual(await listed('person=nobody-known'), [refused]);
        assert.ok(!(await listed('kind=token&limit=500')).includes(refused));
        assert.ok(!(await listed('except=sign_in&limit=500')).includes(refused));
        assert.ok((await listed('except=connection&limit=500')).includes(refused));
        assert.deepEqual(await listed('certificate=no-such-thumbprint'), []);
        for (const query of ['kind=noise', 'except=noise'])
          assert.equal((await api.request('GET', `/events?${query}`)).status, 400, query);
      });

      test('counts requests, each of them, whether an event tells of it or not', async () => {
        const MINUTE = 60_000;
        const since = Math.floor(Date.now() / MINUTE) * MINUTE - MINUTE;
        const path = `/requests/histogram?since=${since}&bucket=${60 * MINUTE}`;
        const count = async (endpoint: string, outcome: string) => {
          const { items } = await api.json('GET', path);
          assert.ok(Array.isArray(items));
          const bars = items.filter((bar) => bar.endpoint === endpoint && bar.outcome === outcome);
          assert.ok(bars.every(({ time }) => time === since));
          return bars.reduce((sum, bar) => sum + Number(bar.count), 0);
        };
        const before = { keys: await count('jwks', 'success'), refused: await count('token', 'refused') };
        const asked = 60;
        for (let left = asked; left > 0; left--) await call(`${home.issuer}/oauth2/jwks`);
        await post(`${home.issuer}/oauth2/token`, { grant_type: 'client_credentials', client_id: 'nobody' });
        await eventually(
          () => count('jwks', 'success'),
          (now) => now === before.keys + asked,
        );
        await eventually(
          () => count('token', 'refused'),
          (now) => now === before.refused + 1,
        );
        for (const query of ['since=1&bucket=60000', `since=0&bucket=1000`, 'since=0', 'bucket=60000'])
          assert.equal((await api.request('GET', `/requests/histogram?${query}`)).status, 400, query);
      });

      test('lists what ends, the soonest first, narrowed and by pages', async () => {
        const Page = z.object({
          items: z.array(
            z.looseObject({ kind: z.string(), key: z.string(), not_after: z.string().optional() }),
          ),
          next: z.string().optional(),
        });
        const page = async (query: string) => Page.parse(await api.json('GET', `/certificates?${query}`));
        const { items } = await page('limit=200');
        // A set of published keys comes once the server has told that it holds it.
        const kinds = new Set(items.map(({ kind }) => kind));
        for (const kind of ['authority', 'client', 'server', 'signing_key']) assert.ok(kinds.has(kind), kind);
        const ends = items.flatMap(({ not_after }) => not_after ?? []);
        assert.deepEqual(ends, ends.toSorted());
        const keys: string[] = [];
        for (let next: string | undefined = ''; next !== undefined; ) {
          const some: z.infer<typeof Page> = await page(`kind=client&limit=2${next && `&after=${next}`}`);
          keys.push(...some.items.map(({ key }) => key));
          next = some.next;
        }
        assert.deepEqual(
          keys,
          items.flatMap(({ kind, key }) => (kind === 'client' ? [key] : [])),
        );
        const { items: servers } = await page('kind=server&expires_within=9999d');
        assert.ok(servers.length > 0 && servers.every(({ kind }) => kind === 'server'));
      });

      test('lists webhooks and their deliveries, and sends one again', async () => {
        await api.json('POST', '/registration-tokens', { label: 'told of' });
        const Deliveries = z.object({
          items: z.array(z.looseObject({ delivery_id: z.string(), attempts: z.int(), state: z.string() })),
        });
        const dead = async () => {
          const answer = await api.json('GET', '/webhook-deliveries?state=dead&webhook=nobody');
          return Deliveries.parse(answer).items;
        };
        const [given] = await eventually(dead, (items) => items.length > 0);
        assert.ok(given && given.attempts === 2);
        const listed = await api.request('GET', '/webhooks');
        assert.match(listed.text, /"webhook":"nobody".*"receiver":"https:\/\/127\.0\.0\.1:1"/);
        assert.doesNotMatch(listed.text, /thirty-four|of\/mine/);
        const replay = (id: string) => api.request('POST', `/webhook-deliveries/${id}/replay`);
        const again = await replay(given.delivery_id);
        assert.equal(again.status, 200, again.text);
        assert.equal((await replay('nothing')).status, 404);
        const is = await eventually(dead, (items) =>
          items.some(({ delivery_id }) => delivery_id === given.delivery_id),
        );
        assert.ok(is);
        assert.match((await api.request('GET', '/events?type=webhook.replayed')).text, /nobody/);
      });

      test('attributes of people and claim rules are defined, replaced and removed', async () => {
        const attribute = { name: 'floor', type: 'integer', list: true, title: 'Floor' };
        const made = await api.request('POST', '/attributes', attribute);
        assert.equal(made.status, 201, made.text);
        const taken = await api.request('POST', '/attributes', attribute);
        assert.deepEqual([taken.status, taken.json().field], [400, 'name']);
        const wrong = { ...attribute, name: 'other', pattern: 'x' };
        assert.equal((await api.request('POST', '/attributes', wrong)).json().field, 'pattern');
        for (const name of ['email', '__proto__', 'constructor']) {
          assert.equal((await api.request('POST', '/attributes', { ...attribute, name })).status, 400, name);
        }
        const etag = String((await api.request('GET', '/attributes/floor')).headers.etag);
        const otherwise = { type: 'integer', list: false };
        const put = await api.request('PUT', '/attributes/floor', otherwise, { 'if-match': etag });
        assert.deepEqual([put.status, put.json().list, put.json().title], [200, false, undefined]);
        const late = await api.request('PUT', '/attributes/floor', otherwise, { 'if-match': etag });
        assert.equal(late.status, 412);
        assert.match((await api.request('GET', '/attributes')).text, /"floor"/);

        const rule = {
          claim: 'floor',
          scope: 'work',
          source: { from: 'person_attribute', attribute: 'floor' },
          destinations: ['userinfo'],
          form: 'single',
        };
        const added = await api.request('POST', '/claim-rules', rule);
        assert.equal(added.status, 201, added.text);
        const path = `/claim-rules/${added.json().claim_rule_id}`;
        assert.equal(
          (await api.request('POST', '/claim-rules', { ...rule, claim: 'sub' })).json().field,
          'claim',
        );
        assert.equal((await api.request('DELETE', '/attributes/floor')).status, 400);
        const seen = String((await api.request('GET', path)).headers.etag);
        const changed = await api.request('PUT', path, { ...rule, form: 'list' }, { 'if-match': seen });
        assert.deepEqual([changed.status, changed.json().form], [200, 'list']);
        assert.equal((await api.request('DELETE', path, undefined, { 'if-match': seen })).status, 412);
        assert.match((await api.request('GET', '/claim-rules')).text, /"floor"/);
        assert.equal((await api.request('DELETE', path)).status, 204);
        assert.equal((await api.request('GET', path)).status, 404);
        assert.equal((await api.request('PUT', path, rule)).status, 404);
        assert.equal((await api.request('DELETE', '/attributes/floor')).status, 204);
        assert.equal((await api.request('GET', '/attributes/floor')).status, 404);
      });

      test('changes a client at once, explains a certificate, and names roles by thumbprint, for the command line', async () => {
        const certificate = await createIdentity('CN=by thumbprint', { days: 365 });
        const { client_id } = await api.register({ client_name: 'at once', certificates: [certificate.pem] });
        const path = `/clients/${client_id}/changes`;
        const changed = await api.json('POST', path, {
          metadata: { client_name: 'at last' },
          enabled: false,
        });
        assert.deepEqual([changed.client_name, changed.enabled, changed.revision], ['at last', false, 2]);
        assert.equal((await api.request('POST', path, { certificates: [] })).status, 400);
        const asked = { client_id, certificate: certificate.pem };
        const explained = await api.json('POST', '/certificates/explain', asked);
        assert.equal(explained.authenticated, false);
        assert.match(JSON.stringify(explained.steps), /client_disabled/);
        const root = await createIdentity('CN=root by thumbprint', { days: 365 });
        await api.json('POST', '/truststore/certificates', { content: root.pem, alias: 'by thumbprint' });
        const role = `/truststore/roles/${root.thumbprint}`;
        const named = await api.json('PUT', role, { role: 'handshake' });
        assert.match(JSON.stringify(named.entry), /"handshake"/);
        assert.equal((await api.request('DELETE', role)).status, 200);
        assert.equal(
          (await api.request('DELETE', `/truststore/roles/${certificate.thumbprint}`)).status,
          404,
        );
        assert.equal((await api.request('POST', '/webhooks/absent/test')).status, 404);
        const again = { delivery_ids: ['absent'] };
        assert.equal((await api.request('POST', '/webhook-deliveries/replay', again)).status, 404);
      });

      test('puts people into groups and gives them roles at once, and brings people in from a file', async () => {
        const sources = await api.request('GET', '/import/sources');
        assert.match(sources.text, /"people"/);
        const lines = ['pia', 'paul'].map((username) => JSON.stringify({ username }));
        const files = [{ name: 'people.jsonl', content: Buffer.from(lines.join('\n')).toString('base64') }];
        const imported = await api.json('POST', '/import', { source: 'people', dry_run: false, files });
        assert.match(JSON.stringify(imported.counts), /"person":\{"added":2\}/);
        const { group_id } = await api.json('POST', '/groups', { name: 'at once' });
        const { role_id } = await api.json('POST', '/roles', { name: 'at once' });
        const people = { people: ['pia', 'paul'] };
        const members = `/groups/${group_id}/members`;
        assert.equal((await api.json('POST', `${members}/add`, people)).added, 2);
        assert.equal((await api.json('POST', `${members}/add`, people)).there_before, 2);
        assert.equal((await api.request('POST', `${members}/remove`, people)).status, 204);
        const holders = `/roles/${role_id}/holders`;
        const group = { groups: [group_id] };
        assert.equal((await api.json('POST', `${holders}/add`, group)).added, 1);
        assert.match((await api.request('GET', `/groups/${group_id}/roles`)).text, /"at once"/);
        assert.equal((await api.request('POST', `${holders}/remove`, group)).status, 204);
        const nobody = await api.request('POST', `${members}/add`, { people: ['nobody at all'] });
        assert.ok(nobody.status === 400 || nobody.status === 404, nobody.text);
      });

      test('every operation of its description was asked for by a test here', async () => {
        const patterns = (await operations()).map(({ method, path }) => ({
          name: `${method} ${path}`,
          pattern: new RegExp(`^${method} ${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
        }));
        const missed = patterns.filter(
          ({ pattern }) => ![...asked].some((operation) => pattern.test(operation)),
        );
        assert.deepEqual(
          missed.map(({ name }) => name),
          [],
        );
      });
    });
  });
}
