import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { certificateToPem } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';
import { z } from 'zod';
import { Configuration } from '../src/config/configuration.ts';
import { storageOptionsOf } from '../src/server/open-home.ts';
import { openStorage } from '../src/storage/open-storage.ts';
import type { Storage } from '../src/storage/storage.ts';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { ONE_DATABASE } from './databases.ts';
import { selfSigned } from './https-on-loopback.ts';
import { type Answer, post } from './token-client.ts';

const PASSWORD = 'correct horse battery staple';
const DAY_MS = 86_400_000;
const METADATA = { grant_types: ['client_credentials'] };

const Page = z.looseObject({
  items: z.array(z.looseObject({ client_id: z.string().optional(), event_id: z.string().optional() })),
  next: z.string().optional(),
});

for (const database of ONE_DATABASE) {
  describe(`administrators of the clients of a group, on ${database.name}`, { skip: database.skip }, () => {
    let home: TestHome;
    let server: RunningCountersign;
    let api: AdminApi;
    let storage: Storage;
    let close: () => Promise<void>;
    let shared: string;
    let own: string;
    let inner: string;
    let foreign: string;
    let foreignSecret: string;

    const group = async (group_id: string, parent?: string): Promise<void> => {
      const made = { group_id, name: `${group_id} of ours`, description: '', created_at: 1, revision: 1 };
      const step = storage.groups.steps.insert({ ...made, ...(parent !== undefined && { parent }) });
      assert.equal((await storage.commit([step])).outcome, 'committed');
    };
    const putInto = async (group_id: string, client_id: string): Promise<void> => {
      const step = storage.groups.steps.add(group_id, { kind: 'client', id: client_id }, 1);
      assert.equal((await storage.commit([step])).outcome, 'committed');
    };
    const registered = async (client_name: string, group_id?: string): Promise<string> => {
      const { client_id } = await api.register({ ...METADATA, client_name, certificates: [shared] });
      if (group_id !== undefined) await putInto(group_id, client_id);
      return client_id;
    };

    const as = (
      username: string,
      method: string,
      path: string,
      body?: unknown,
      headers: Readonly<Record<string, string>> = {},
    ): Promise<Answer> => {
      const authorization = `Basic ${Buffer.from(`${username}:${PASSWORD}`).toString('base64')}`;
      return api.request(method, path, body, { authorization, ...headers });
    };
    /** A listing to its end, one item a page. */
    const listed = async (username: string, path: string): Promise<z.infer<typeof Page>['items']> => {
      const items: z.infer<typeof Page>['items'] = [];
      let after = '';
      for (let pages = 0; pages < 100; pages++) {
        const answer = await as(username, 'GET', `${path}${path.includes('?') ? '&' : '?'}limit=1${after}`);
        assert.equal(answer.status, 200, answer.text);
        const page = Page.parse(answer.json());
        items.push(...page.items);
        if (page.next === undefined) return items;
        after = `&after=${encodeURIComponent(page.next)}`;
      }
      throw new Error('the listing does not end');
    };
    const idsOf = (items: z.infer<typeof Page>['items']) =>
      [...new Set(items.map(({ client_id }) => client_id))].toSorted();
    const mine = () => [own, inner].toSorted();
    const isAbsent = (answer: Answer, what: string) => {
      assert.equal(answer.status, 404, `${what}: ${answer.text}`);
      assert.equal(answer.json().event_id, undefined, what);
    };
    const evidenceOf = async (answer: Answer) => {
      assert.equal(answer.status, 403, answer.text);
      const event = await api.json('GET', `/events/${answer.headers['countersign-event-id']}`);
      assert.equal(event.because, 'role_insufficient');
      return z.looseObject({ expected: z.unknown(), fields: z.unknown() }).partial().parse(event.evidence);
    };

    before(async () => {
      const opened = await database.open();
      close = opened.close;
      home = await createTestHome(opened.deployment);
      server = await home.start();
      api = adminApiOf(home.issuer);
      const { atStart } = await Configuration.read(home.deploymentFile);
      storage = await openStorage(storageOptionsOf(atStart));
      shared = (await selfSigned('shared')).pem;
      for (const [group_id, parent] of [['partners'], ['north', 'partners'], ['others']] as const) {
        await group(group_id, parent);
      }
      own = await registered('own', 'partners');
      inner = await registered('inner', 'north');
      foreign = await registered('foreign', 'others');
      await registered('of nobody');
      const renewed = await api.json('POST', `/clients/${foreign}/secret`);
      foreignSecret = String(renewed.client_secret);
      const accounts = [
        ['writer', [], [{ role: 'clients_writer', group: 'PARTNERS of ours' }]],
        ['reader', [], [{ role: 'clients_reader', group: 'partners of ours' }]],
        ['audit', [], [{ role: 'audit_reader', group: 'partners of ours' }]],
        ['wide', ['clients_reader'], [{ role: 'clients_writer', group: 'north of ours' }]],
        [
          'several',
          [],
          [
            { role: 'clients_writer', group: 'partners of ours' },
            { role: 'clients_writer', group: 'others of ours' },
          ],
        ],
      ] as const;
      for (const [username, roles, limited_roles] of accounts) {
        await api.json('POST', '/users', { username, password: PASSWORD, roles, limited_roles });
      }
    });
    after(async () => {
      await storage?.close();
      await server?.stop();
      await home?.remove();
      await close?.();
    });

    test('see, list, search and count their own clients alone', async () => {
      for (const username of ['writer', 'reader']) {
        assert.deepEqual(idsOf(await listed(username, '/clients')), mine());
        const first = (await as(username, 'GET', '/clients?limit=1')).json();
        assert.equal(first.total, 2);
        assert.deepEqual(idsOf(await listed(username, '/clients?search=own')), [own]);
        for (const search of [foreign, 'foreign', 'nobody', 'console']) {
          const page = (await as(username, 'GET', `/clients?search=${search}`)).json();
          assert.deepEqual(page, { items: [], total: 2 }, search);
        }
        assert.deepEqual(idsOf(await listed(username, '/clients?expiring_within=36500')), mine());
        assert.equal((await as(username, 'GET', `/clients/${inner}`)).status, 200);
      }
      assert.equal(
        (await as('audit', 'GET', '/clients')).status,
        403,
        'the audit trail alone shows no clients',
      );
    });

    test('a client of somebody else is as one that is not there, to whatever is asked about it', async () => {
      const pem = certificateToPem(
        (
          await issueCertificate({
            subject: 'CN=x',
            keyType: 'EC-P256',
            days: 9,
            usage: 'client',
            now: Date.now(),
          })
        ).certificate,
      );
      const operations = [
        ['GET', '', undefined],
        ['PATCH', '', { client_name: 'mine now' }],
        ['PATCH', '', { nonsense: 1 }],
        ['DELETE', '', undefined],
        ['POST', '/certificates', { certificate: pem }],
        ['POST', '/secret', undefined],
        ['DELETE', '/tokens', undefined],
        ['DELETE', `/certificates/${'A'.repeat(43)}`, undefined],
      ] as const;
      for (const [method, path, body] of operations) {
        const [there, absent] = await Promise.all(
          [foreign, 'absent'].map((client_id) => as('writer', method, `/clients/${client_id}${path}`, body)),
        );
        assert.ok(there && absent);
        isAbsent(there, `${method} ${path}`);
        const words = (answer: Answer) => answer.text.replaceAll(foreign, '…').replaceAll('absent', '…');
        assert.equal(words(there), words(absent), `${method} ${path}`);
        // Not even its revision can be asked for.
        isAbsent(
          await as('writer', method, `/clients/${foreign}${path}`, body, { 'if-match': '"77"' }),
          path,
        );
      }
      const still = await api.json('GET', `/clients/${foreign}`);
      assert.equal(still.client_name, 'foreign');
    });

    test('do with their own what others do with all', async () => {
      assert.equal((await as('writer', 'PATCH', `/clients/${inner}`, { enabled: false })).status, 200);
      assert.equal((await as('writer', 'PATCH', `/clients/${inner}`, { enabled: true })).status, 200);
      assert.equal((await as('writer', 'POST', `/clients/${own}/secret`)).status, 200);
      assert.equal((await as('writer', 'DELETE', `/clients/${own}/tokens`)).status, 200);
      const { expected } = await evidenceOf(
        await as('reader', 'PATCH', `/clients/${own}`, { enabled: false }),
      );
      assert.equal(expected, 'admin:clients:write');
    });

    test('register into their group, by a client_id that is not theirs to choose', async () => {
      const made = await as('writer', 'POST', '/clients', { ...METADATA, client_name: 'made' });
      assert.equal(made.status, 201, made.text);
      const client_id = String(made.json().client_id);
      assert.equal(await storage.groups.isMember('partners', { kind: 'client', id: client_id }), true);
      assert.ok(idsOf(await listed('writer', '/clients')).includes(client_id));
      const told = await listed('writer', `/events?client_id=${client_id}`);
      assert.deepEqual(
        told.map(({ type }) => type).toSorted(),
        ['client.created', 'group.member_added'],
        'both with the client',
      );
      const north = await as('writer', 'POST', '/clients?group=north%20of%20ours', {
        ...METADATA,
        client_name: 'made in the north',
      });
      const northern = String(north.json().client_id);
      assert.equal(await storage.groups.isMember('north', { kind: 'client', id: northern }), true);
      const names = ['others of ours', 'absent'];
      const refused = await Promise.all(
        names.map((name) =>
          as('writer', 'POST', `/clients?group=${encodeURIComponent(name)}`, {
            ...METADATA,
            client_name: 'x',
          }),
        ),
      );
      assert.deepEqual(
        refused.map(({ status }) => status),
        [400, 400],
      );
      assert.equal(refused[0]?.text, refused[1]?.text, 'which groups there are is not told');
      for (const wanted of [foreign, 'free-name']) {
        const answer = await as('writer', 'POST', '/clients', {
          ...METADATA,
          client_name: 'x',
          client_id: wanted,
        });
        assert.deepEqual([answer.status, answer.json().field], [400, 'client_id'], wanted);
      }
      const unnamed = await as('several', 'POST', '/clients', { ...METADATA, client_name: 'x' });
      assert.deepEqual([unnamed.status, unnamed.json().field], [400, 'group']);
      const named = await as('several', 'POST', '/clients?group=OTHERS%20of%20ours', {
        ...METADATA,
        client_name: 'named',
      });
      assert.equal(named.status, 201, named.text);
      for (const id of [client_id, northern])
        assert.equal((await as('writer', 'DELETE', `/clients/${id}`)).status, 204);
      await api.json('DELETE', `/clients/${named.json().client_id}`);
      const byOwner = await api.request('POST', '/clients?group=others%20of%20ours', {
        ...METADATA,
        client_name: 'put there by an owner',
        client_id: 'owners-choice',
      });
      assert.equal(byOwner.status, 201);
      assert.equal(await storage.groups.isMember('others', { kind: 'client', id: 'owners-choice' }), true);
      await api.json('DELETE', '/clients/owners-choice');
    });

    test('register once what is asked for twice, with one Idempotency-Key', async () => {
      const key = randomUUID();
      const ask = () =>
        as('writer', 'POST', '/clients', { ...METADATA, client_name: 'once' }, { 'idempotency-key': key });
      const [one, other] = [await ask(), await ask()];
      assert.deepEqual([one.status, other.status], [201, 201], other.text);
      assert.equal(one.json().client_id, other.json().client_id);
      assert.equal(one.json().client_secret, other.json().client_secret);
      await api.json('DELETE', `/clients/${one.json().client_id}`);
    });

    test('change many at once, each as if it were asked alone', async () => {
      const operations = [
        { operation: 'change', client_id: own, changes: { client_name: 'own again' } },
        { operation: 'change', client_id: foreign, changes: { client_name: 'mine now' } },
        { operation: 'change', client_id: 'absent', changes: { client_name: 'mine now' } },
        { operation: 'remove', client_id: foreign },
        { operation: 'register', client: { ...METADATA, client_name: 'by many' } },
        { operation: 'register', client: { ...METADATA, client_name: 'x', client_id: foreign } },
        { operation: 'register', client: { ...METADATA, client_name: 'x' }, group: 'others of ours' },
        { operation: 'register', client: { ...METADATA, client_name: 'x', scope: 'admin:read' } },
      ];
      const { results } = z
        .looseObject({
          results: z.array(z.looseObject({ status: z.number(), client_id: z.string().optional() })),
        })
        .parse((await as('writer', 'POST', '/bulk/clients', { operations })).json());
      assert.deepEqual(
        results.map(({ status }) => status),
        [200, 404, 404, 404, 201, 400, 400, 403],
      );
      const made = String(results[4]?.client_id);
      assert.equal(await storage.groups.isMember('partners', { kind: 'client', id: made }), true);
      const key = randomUUID();
      const again = { operations: [{ operation: 'remove', client_id: made }] };
      for (let times = 0; times < 2; times++) {
        const answer = await as('writer', 'POST', '/bulk/clients', again, {
          'idempotency-key': key,
        });
        assert.equal(
          z.looseObject({ results: z.array(z.looseObject({ status: z.number() })) }).parse(answer.json())
            .results[0]?.status,
          204,
        );
      }
    });

    test('give no client what reaches further than the client', async () => {
      const further = {
        scope: 'openid admin:clients:read',
        skip_consent: true,
        token_exchange: { impersonation: true },
        allowed_resources: [],
      };
      for (const [member, value] of Object.entries(further)) {
        const changed = await as('writer', 'PATCH', `/clients/${own}`, { [member]: value });
        await evidenceOf(changed);
        const registering = await as('writer', 'POST', '/clients', {
          ...METADATA,
          client_name: 'x',
          [member]: value,
        });
        await evidenceOf(registering);
      }
      const { fields } = await evidenceOf(
        await as('writer', 'PATCH', `/clients/${own}`, { skip_consent: true }),
      );
      assert.deepEqual(fields, ['skip_consent']);
      await api.update(own, { skip_consent: true });
      const kept = await as('writer', 'PATCH', `/clients/${own}`, { client_name: 'own' });
      assert.deepEqual([kept.status, kept.json().skip_consent], [200, true], 'what stands there stays');
      await api.update(own, { skip_consent: null });
    });

    test('take nobody’s certificate out of use by registering it', async () => {
      const now = Date.now();
      const ca = await issueCertificate({
        subject: 'CN=Authority',
        keyType: 'EC-P256',
        days: 30,
        usage: 'ca',
        now,
      });
      const authority = certificateToPem(ca.certificate);
      await api.json('POST', '/truststore/certificates', { content: authority });
      const added = await as('writer', 'POST', `/clients/${own}/certificates`, { certificate: authority });
      assert.deepEqual([added.status, added.json().error], [400, 'invalid_client_metadata'], added.text);
      const made = await as('writer', 'POST', '/clients', {
        ...METADATA,
        client_name: 'x',
        certificates: [authority],
      });
      assert.equal(made.status, 400);
      const { items } = z
        .looseObject({
          items: z.array(z.looseObject({ entries: z.array(z.looseObject({ role: z.string() })) })),
        })
        .parse(await api.json('GET', '/truststore'));
      assert.ok(items.some(({ entries }) => entries.some(({ role }) => role === 'authority')));
    });

    test('learn from findings and warnings of no other client', async () => {
      const Warned = z.looseObject({
        warnings: z.array(z.object({ field: z.string(), message: z.string() })).default([]),
      });
      const change = { client_name: 'own' };
      const told = Warned.parse((await as('writer', 'PATCH', `/clients/${own}`, change)).json()).warnings;
      const text = told.map(({ message }) => message).join();
      assert.ok(text.includes(inner) && !text.includes(foreign), text);
      const all = Warned.parse(await api.update(own, change))
        .warnings.map(({ message }) => message)
        .join();
      assert.ok(all.includes(foreign), 'who sees it is told');
      const check = { certificate: shared, client_id: foreign };
      const found = (await as('reader', 'POST', '/certificates/check', check)).text;
      assert.ok(found.includes(own) && !found.includes(foreign) && !found.includes('foreign'), found);
    });

    test('see the ends of their certificates and nobody else’s', async () => {
      const buckets = async (username: string) =>
        z
          .looseObject({
            buckets: z.array(z.looseObject({ count: z.number() })),
            soonest: z.array(z.looseObject({ client_id: z.string() })),
          })
          .parse((await as(username, 'GET', '/certificates/expiry')).json());
      const { buckets: counted, soonest } = await buckets('reader');
      assert.equal(
        counted.reduce((sum, { count }) => sum + count, 0),
        2,
      );
      assert.deepEqual(soonest.map(({ client_id }) => client_id).toSorted(), mine());
      const Watched = z.looseObject({
        kind: z.string(),
        client_id: z.string(),
        shared: z.array(z.looseObject({ client_id: z.string() })),
      });
      for (const query of ['', '?shared=true', '?kind=client', '?expires_within=9999d']) {
        const items = (await listed('reader', `/certificates${query}`)).map((item) => Watched.parse(item));
        assert.deepEqual(items.map(({ client_id }) => client_id).toSorted(), mine(), query);
        for (const { client_id, shared: with_ } of items) {
          assert.deepEqual(
            with_.map((other) => other.client_id),
            mine().filter((id) => id !== client_id),
            query,
          );
        }
      }
      assert.deepEqual(await listed('reader', `/certificates?client_id=${foreign}`), []);
      assert.deepEqual(await listed('reader', '/certificates?kind=signing_key'), []);
    });

    test('see the events that name their clients, and no number of others', async () => {
      const token = await post(`${home.issuer}/oauth2/token`, {
        grant_type: 'client_credentials',
        client_id: foreign,
        client_secret: `${foreignSecret}x`,
      });
      const hidden = String(token.headers['countersign-event-id']);
      for (const username of ['audit', 'reader', 'writer']) {
        const events = await listed(username, '/events');
        assert.ok(events.length > 1);
        assert.deepEqual(
          idsOf(events).filter((id) => id === undefined || !mine().includes(id)),
          [],
        );
        const searches = [
          `client_id=${foreign}`,
          `object=${foreign}`,
          `search=${foreign}`,
          'type=user.',
          'actor=admin&type=user.',
        ];
        for (const search of searches) {
          assert.deepEqual(await listed(username, `/events?${search}`), [], search);
        }
        const [there, absent] = [
          await as(username, 'GET', `/events/${hidden}`),
          await as(username, 'GET', '/events/01HZZZZZZZZZZZZZZZZZZZZZZZ'),
        ];
        isAbsent(there, 'an event of another client');
        assert.equal(absent.status, 404);
        const [first] = events;
        assert.equal((await as(username, 'GET', `/events/${first?.event_id}`)).status, 200);
      }
      assert.equal((await api.request('GET', `/events/${hidden}`)).status, 200, 'it is there');
      for (const path of [
        `/events/counts?since=${Date.now() - DAY_MS}`,
        `/events/histogram?since=${Date.now() - DAY_MS}&bucket=3600000`,
        '/requests/histogram?since=0&bucket=60000',
      ]) {
        await evidenceOf(await as('audit', 'GET', path));
      }
    });

    test('see the grants at their clients', async () => {
      const now = Date.now();
      for (const [index, client_id] of [own, foreign].entries()) {
        const grant = { grant_id: `grant-${index}`, client_id, sub: 'gone', scope: 'openid' };
        await storage.grants.insert({ ...grant, created_at: now, expires_at: now + DAY_MS });
      }
      assert.deepEqual(idsOf(await listed('reader', '/grants')), [own]);
      assert.deepEqual(await listed('reader', `/grants?client_id=${foreign}`), []);
      assert.deepEqual(await listed('reader', '/grants?search=grant'), []);
      assert.equal((await as('writer', 'DELETE', '/grants/grant-1')).status, 403, 'grants are of people');
      assert.deepEqual(idsOf(await listed('wide', '/grants')), [own, foreign].toSorted());
    });

    test('nobody without power over all clients says which of them a group holds', async () => {
      await api.json('POST', '/users', {
        username: 'both',
        password: PASSWORD,
        roles: ['people_writer'],
        limited_roles: [{ role: 'clients_writer', group: 'partners of ours' }],
      });
      await api.json('POST', '/users', { username: 'people', password: PASSWORD, roles: ['people_writer'] });
      for (const username of ['both', 'people']) {
        for (const [method, path, body] of [
          ['PUT', `/groups/partners/clients/${foreign}`, undefined],
          ['DELETE', `/groups/others/clients/${foreign}`, undefined],
          ['PATCH', '/groups/others', { parent: 'partners' }],
          ['PATCH', '/groups/north', { parent: null }],
        ] as const) {
          const { expected } = await evidenceOf(await as(username, method, path, body));
          assert.equal(expected, 'admin:clients:write', `${username}: ${method} ${path}`);
        }
        assert.equal((await as(username, 'PATCH', '/groups/others', { description: username })).status, 200);
        assert.equal((await as(username, 'PUT', '/groups/others/people/people')).status, 204);
      }
      isAbsent(await as('both', 'GET', `/clients/${foreign}`), 'it stands where it stood');
      assert.equal((await as('writer', 'PUT', `/groups/north/clients/${own}`)).status, 403);
      isAbsent(await as('writer', 'GET', `/clients/${foreign}/memberships`), 'memberships of another client');
      const memberships = (await as('writer', 'GET', `/clients/${inner}/memberships`)).text;
      assert.ok(memberships.includes('north of ours'), memberships);
    });

    test('have nothing to do with registration tokens', async () => {
      await evidenceOf(await as('reader', 'GET', '/registration-tokens'));
      await evidenceOf(await as('writer', 'POST', '/registration-tokens', { label: 'x' }));
      await evidenceOf(await as('writer', 'DELETE', '/registration-tokens/absent'));
    });

    test('may read more than they write', async () => {
      assert.equal((await as('wide', 'GET', `/clients/${foreign}`)).status, 200);
      const { expected } = await evidenceOf(
        await as('wide', 'PATCH', `/clients/${foreign}`, { enabled: false }),
      );
      assert.equal(expected, 'admin:clients:write');
      assert.equal((await as('wide', 'PATCH', `/clients/${inner}`, { enabled: true })).status, 200);
    });

    test('are told by /me and by their account what they reach', async () => {
      const limited = [{ role: 'clients_writer', group: 'partners of ours', group_id: 'partners' }];
      const me = (await as('writer', 'GET', '/me')).json();
      assert.deepEqual([me.roles, me.limited_roles], [[], limited]);
      assert.deepEqual(me.permissions, [
        { permission: 'clients:read', group_ids: ['partners'] },
        { permission: 'clients:write', group_ids: ['partners'] },
      ]);
      const account = await api.json('GET', '/users/writer');
      assert.deepEqual(account.limited_roles, limited);
      const { items } = z
        .looseObject({ items: z.array(z.looseObject({ type: z.string(), changes: z.unknown() })) })
        .parse(await api.json('GET', '/events?type=user.created&search=writer'));
      assert.ok(JSON.stringify(items[0]?.changes).includes('clients_writer@partners'));
    });

    test('a role goes to no group that is not there, and is limited only where there is something to limit', async () => {
      const add = (limited_roles: unknown) =>
        api.request('POST', '/users', { username: 'nobody', password: PASSWORD, limited_roles });
      const absent = await add([{ role: 'clients_reader', group: 'absent' }]);
      assert.deepEqual([absent.status, absent.json().field], [400, 'limited_roles']);
      for (const role of ['owner', 'auditor', 'keys_writer', 'people_reader']) {
        assert.equal((await add([{ role, group: 'partners of ours' }])).status, 400, role);
      }
      const blind = await api.request('PATCH', '/users/reader', { limited_roles: [] });
      assert.deepEqual([blind.status, blind.json().field], [428, 'limited_roles']);
    });

    test('the command line gives and takes roles, those for a group too', async () => {
      const Account = z.looseObject({
        roles: z.array(z.string()),
        limited_roles: z.array(z.unknown()).optional(),
      });
      const added = await home.json('user', 'add', 'cli', '--roles', 'keys_writer,audit_reader');
      assert.deepEqual(Account.parse(added).roles, ['keys_writer', 'audit_reader']);
      const groups = ['clients_reader@north of ours', 'audit_reader@partners of ours'];
      const limited = groups.flatMap((each) => ['--limited-role', each]);
      const updated = Account.parse(await home.json('user', 'update', 'cli', ...limited));
      assert.deepEqual(updated.roles, ['keys_writer', 'audit_reader'], 'what is not given stays');
      assert.deepEqual(updated.limited_roles, [
        { role: 'clients_reader', group_id: 'north' },
        { role: 'audit_reader', group_id: 'partners' },
      ]);
      const account = await api.json('GET', '/users/cli');
      assert.equal(z.array(z.unknown()).parse(account.limited_roles).length, 2, 'a running server sees it');
      const plain = await home.command('user', 'update', 'cli', '--roles', '', '--no-limited-roles');
      assert.deepEqual([plain.code, plain.stdout.trim()], [0, 'cli  administers nothing']);
      const wrong: readonly (readonly [number, RegExp, ...string[]])[] = [
        [2, /give --roles/],
        [2, /is not an administrator role; there are owner, .*clients_writer/, '--roles', 'king'],
        [2, /ROLE@GROUP/, '--limited-role', 'owner@north of ours'],
        [2, /ROLE@GROUP/, '--limited-role', 'clients_reader'],
        [2, /contradict/, '--no-limited-roles', '--limited-role', 'clients_reader@north of ours'],
        [1, /"nowhere" is no group/, '--limited-role', 'clients_reader@nowhere'],
      ];
      for (const [code, message, ...options] of wrong) {
        const answer = await home.command('user', 'update', 'cli', ...options);
        assert.equal(answer.code, code, answer.stderr);
        assert.match(answer.stderr, message);
      }
      const last = await home.command('user', 'update', 'admin', '--roles', 'auditor');
      assert.equal(last.code, 1);
      assert.match(last.stderr, /last enabled owner/);
    });

    test('a token of such an administrator has the limit too', async () => {
      const { client_id, client_secret } = await api.register({
        client_name: 'tool',
        grant_types: ['password'],
        scope: 'admin:clients:read admin:clients:write admin:read',
        skip_consent: true,
      });
      const tokenFor = async (username: string, scope: string) =>
        post(`${home.issuer}/oauth2/token`, {
          grant_type: 'password',
          username,
          password: PASSWORD,
          scope,
          client_id,
          client_secret,
        });
      const answer = await tokenFor('writer', 'admin:clients:read');
      assert.equal(answer.status, 200, answer.text);
      const authorization = `Bearer ${answer.json().access_token}`;
      const page = Page.parse((await api.request('GET', '/clients', undefined, { authorization })).json());
      assert.deepEqual(idsOf(page.items), mine());
      const change = await api.request('PATCH', `/clients/${own}`, { enabled: true }, { authorization });
      assert.equal(change.status, 403, 'the scope is to read');
      assert.equal((await tokenFor('writer', 'admin:read')).json().error, 'invalid_scope');
      await api.json('DELETE', `/clients/${client_id}`);
    });

    test('what they reach follows the group at once, and ends with the role or the group', async () => {
      const moved = await registered('moved');
      isAbsent(await as('reader', 'GET', `/clients/${moved}`), 'before');
      await putInto('north', moved);
      assert.equal((await as('reader', 'GET', `/clients/${moved}`)).status, 200);
      await storage.commit([storage.groups.steps.takeOut('north', { kind: 'client', id: moved })]);
      isAbsent(await as('reader', 'GET', `/clients/${moved}`), 'afterwards');
      await api.updateUser('reader', { limited_roles: [] });
      assert.equal((await as('reader', 'GET', '/clients')).status, 401, 'no administrator any more');
      await storage.commit([storage.groups.steps.remove('others')]);
      const account = await api.json('GET', '/users/several');
      assert.deepEqual(z.array(z.looseObject({})).parse(account.limited_roles)[1], {
        role: 'clients_writer',
        group_id: 'others',
      });
      isAbsent(await as('several', 'GET', `/clients/${foreign}`), 'of a group that is gone');
    });

    test('the audit file names nobody’s limit otherwise than the event', async () => {
      const lines = await readFile(join(home.home, 'repository/logs/audit.log'), 'utf8');
      assert.ok(lines.includes('clients_writer@partners'));
    });
  });
}
