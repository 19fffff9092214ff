import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { z } from 'zod';
import { adminRoute } from '../src/admin/route.ts';
import { AdministratorPower } from '../src/user/administrator-power.ts';
import { ADMINISTRATOR_ROLES, type AdministratorRole } from '../src/user/administrator-roles.ts';
import {
  ADMINISTRATOR_SCOPES,
  COARSE_SCOPES,
  type CoarseScope,
  isCoarseScope,
  permissionsOfScope,
} from '../src/user/administrator-scopes.ts';
import { type AdminApi, adminApiOf, callAdminApi } from './admin-api.ts';
import { adminApiDescription } from './admin-api-description.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import type { Answer } from './token-client.ts';

const PASSWORD = 'correct horse battery staple';
const ROOT = resolve(import.meta.dirname, '../../..');

/** What each operation asked for while these five scopes were all there were. */
const BEFORE: Readonly<Record<CoarseScope, readonly string[]>> = {
  'admin:read': [
    'GET /me',
    'GET /clients',
    'GET /clients/{client_id}',
    'GET /registration-tokens',
    'GET /certificates',
    'POST /certificates/check',
    'GET /certificates/expiry',
    'GET /truststore',
    'GET /revocation',
    'GET /nodes',
    'GET /users',
    'GET /users/{username}',
    'GET /users/{username}/credentials',
    'GET /sessions',
    'GET /consents',
    'GET /grants',
    'GET /signing-keys',
    'GET /events',
    'GET /events/histogram',
    'GET /events/counts',
    'GET /events/{event_id}',
    'GET /webhooks',
    'GET /webhook-deliveries',
    'GET /settings',
  ],
  'admin:clients': [
    'POST /clients',
    'PATCH /clients/{client_id}',
    'DELETE /clients/{client_id}',
    'POST /clients/{client_id}/certificates',
    'DELETE /clients/{client_id}/certificates/{thumbprint}',
    'POST /clients/{client_id}/secret',
    'DELETE /clients/{client_id}/tokens',
    'POST /bulk/clients',
    'POST /registration-tokens',
    'DELETE /registration-tokens/{token_id}',
    'POST /jwks/preview',
  ],
  'admin:trust': [
    'POST /truststore/certificates',
    'PUT /truststore/certificates/{alias}/role',
    'DELETE /truststore/certificates/{alias}/role',
    'DELETE /truststore/certificates/{alias}',
    'POST /webhook-deliveries/{delivery_id}/replay',
  ],
  'admin:users': [
    'POST /users',
    'PATCH /users/{username}',
    'DELETE /users/{username}',
    'PUT /users/{username}/password',
    'POST /users/{username}/unlock',
    'DELETE /users/{username}/credentials',
    'DELETE /sessions/{session_id}',
    'DELETE /users/{username}/sessions',
    'DELETE /users/{username}/consents/{client_id}',
    'DELETE /grants/{grant_id}',
  ],
  'admin:keys': ['POST /signing-keys/rotate', 'DELETE /signing-keys/{kid}'],
};

/** What the roles of then had. */
const SCOPES_BEFORE: Readonly<Record<'owner' | 'client_manager' | 'auditor', readonly CoarseScope[]>> = {
  owner: ['admin:read', 'admin:clients', 'admin:trust', 'admin:users', 'admin:keys'],
  client_manager: ['admin:read', 'admin:clients', 'admin:trust'],
  auditor: ['admin:read'],
};

type Row = { readonly operation: string; readonly access: string; readonly roles: readonly string[] };

const quoted = (text: string): readonly string[] =>
  Array.from(text.matchAll(/`([^`]+)`/g), ([, name = '']) => name);

/** The last table of docs/administrators.md. */
function documentedRows(): readonly Row[] {
  const page = readFileSync(resolve(ROOT, 'docs/administrators.md'), 'utf8');
  const [, section = ''] = page.split('## Which role may do what');
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => {
      const [, operation = '', , access = '', roles = ''] = line.split(' | ').join('|').split('|');
      return { operation: quoted(operation)[0] ?? '', access: access.trim(), roles: quoted(roles) };
    });
}

const basic = (username: string) => `Basic ${Buffer.from(`${username}:${PASSWORD}`).toString('base64')}`;

describe('administrator roles', () => {
  let home: TestHome;
  let server: RunningCountersign;
  let api: AdminApi;

  before(async () => {
    home = await createTestHome();
    server = await home.start();
    api = adminApiOf(home.issuer);
    for (const role of ADMINISTRATOR_ROLES) {
      await api.json('POST', '/users', { username: role, password: PASSWORD, roles: [role] });
    }
  });
  after(async () => {
    await server?.stop();
    await home?.remove();
  });

  /** Asks for an operation about nothing that is there, with a body that nobody can read. */
  const ask = (username: string, operation: string): Promise<Answer> => {
    const [method = '', path = ''] = operation.split(' ');
    const hasBody = method !== 'GET' && method !== 'DELETE';
    return callAdminApi(home.issuer, path.replaceAll(/\{\w+\}/g, 'absent'), {
      method,
      headers: { authorization: basic(username), ...(hasBody && { 'content-type': 'application/json' }) },
      ...(hasBody && { body: 'not JSON' }),
    });
  };

  const described = async () => {
    const { paths } = (await adminApiDescription(home.issuer)).document;
    return Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { security }]) => ({
        operation: `${method.toUpperCase()} ${path}`,
        scopes: security.flatMap(
          (way) => z.object({ bearer: z.array(z.string()) }).safeParse(way).data?.bearer ?? [],
        ),
      })),
    );
  };

  test('every role may do at every operation what the table of docs/administrators.md says, and nothing else', async () => {
    const rows = documentedRows();
    assert.deepEqual(
      rows.map(({ operation }) => operation),
      (await described()).map(({ operation }) => operation),
    );
    let refused = 0;
    for (const { operation, roles } of rows) {
      for (const role of ADMINISTRATOR_ROLES) {
        const answer = await ask(role, operation);
        const what = `${role}: ${operation}: ${answer.status} ${answer.text.slice(0, 200)}`;
        if (roles.includes(role)) {
          assert.ok(![401, 403].includes(answer.status), what);
          continue;
        }
        refused++;
        assert.equal(answer.status, 403, what);
        assert.equal(answer.json().error, 'insufficient_scope', what);
      }
    }
    assert.ok(rows.length > 45 && refused > 300, `${rows.length} operations, ${refused} refusals`);
  });

  test('an event says what was missing, and what was there', async () => {
    const { headers } = await ask('keys_reader', 'POST /signing-keys/rotate');
    const event = await api.json('GET', `/events/${headers['countersign-event-id']}`);
    assert.equal(event.because, 'role_insufficient');
    assert.equal(event.username, 'keys_reader');
    assert.deepEqual(event.evidence, {
      request: 'POST /api/admin/v1/signing-keys/rotate',
      expected: 'admin:keys:write',
      presented: ['admin:keys:read'],
    });
    const several = await ask('audit_reader', 'GET /grants');
    const of = await api.json('GET', `/events/${several.headers['countersign-event-id']}`);
    assert.deepEqual(z.looseObject({ expected: z.unknown() }).parse(of.evidence).expected, [
      'admin:clients:read',
      'admin:people:read',
    ]);
  });

  test('the five scopes and the three roles there were before mean at every operation what they meant', async () => {
    const operations = await described();
    const before = Object.keys(BEFORE)
      .filter(isCoarseScope)
      .flatMap((scope) => BEFORE[scope].map((operation) => ({ operation, scope })));
    const known = new Set(before.map(({ operation }) => operation));
    assert.deepEqual(
      operations.filter(({ operation }) => known.has(operation)).length,
      known.size,
      'every operation of before is there',
    );
    for (const { operation, scope: asked } of before) {
      const { scopes = [] } = operations.find((each) => each.operation === operation) ?? {};
      assert.deepEqual(scopes.filter(isCoarseScope), [asked], operation);
      for (const [role, held] of Object.entries(SCOPES_BEFORE)) {
        const { status } = await ask(role, operation);
        assert.equal(![401, 403].includes(status), held.includes(asked), `${role}: ${operation}: ${status}`);
      }
    }
    for (const role of ['owner', 'client_manager', 'auditor'] as const) {
      const power = AdministratorPower.ofRoles({ roles: [role] });
      assert.deepEqual(power.scopes(), SCOPES_BEFORE[role]);
      assert.deepEqual(
        Object.keys(COARSE_SCOPES).filter((scope) => power.holds(scope)),
        SCOPES_BEFORE[role],
      );
    }
  });

  test('every permission is one that an operation needs, or that a check of accounts asks for', async () => {
    const asked = new Set((await described()).flatMap(({ scopes }) => scopes));
    const idle = ADMINISTRATOR_SCOPES.filter(
      (scope) => !asked.has(scope) && !permissionsOfScope(scope).includes('administrators:write'),
    );
    assert.deepEqual(idle, []);
  });

  test('several roles add up, and an account with roles of one area has nothing of another', async () => {
    const roles: readonly AdministratorRole[] = ['keys_writer', 'audit_reader'];
    await api.json('POST', '/users', { username: 'several', password: PASSWORD, roles });
    const me = (await ask('several', 'GET /me')).json();
    assert.deepEqual(me.roles, roles);
    assert.deepEqual(me.scopes, ['admin:keys', 'admin:keys:read', 'admin:audit:read']);
    assert.deepEqual(me.permissions, [
      { permission: 'keys:read' },
      { permission: 'keys:write' },
      { permission: 'audit:read' },
    ]);
    assert.equal((await ask('several', 'GET /events')).status, 200);
    assert.equal((await ask('several', 'GET /clients')).status, 403);
  });

  test('who reads some areas sees of what ends on a known day what belongs to these', async () => {
    await api.register({ client_name: 'dated', grant_types: ['client_credentials'] });
    const kindsFor = async (username: string) => {
      const { items } = z
        .looseObject({ items: z.array(z.looseObject({ kind: z.string() })) })
        .parse((await ask(username, 'GET /certificates')).json());
      return [...new Set(items.map(({ kind }) => kind))];
    };
    assert.deepEqual(await kindsFor('keys_reader'), ['signing_key']);
    assert.deepEqual(await kindsFor('settings_reader'), ['server']);
    assert.deepEqual((await kindsFor('auditor')).toSorted(), ['server', 'signing_key']);
    assert.deepEqual(await kindsFor('trust_reader'), []);
  });

  test('who reads clients sees of events those that name one', async () => {
    const { client_id } = await api.register({ client_name: 'told of', grant_types: ['client_credentials'] });
    const Events = z.looseObject({
      items: z.array(z.looseObject({ event_id: z.string(), client_id: z.string().optional() })),
    });
    const { items } = Events.parse((await ask('clients_reader', 'GET /events')).json());
    assert.ok(items.some((event) => event.client_id === client_id));
    assert.ok(items.every((event) => event.client_id !== undefined));
    const all = Events.parse((await ask('audit_reader', 'GET /events')).json()).items;
    const hidden = all.find((event) => event.client_id === undefined);
    assert.ok(hidden, 'there are events of people');
    assert.equal((await ask('clients_reader', `GET /events/${hidden.event_id}`)).status, 404);
    assert.equal((await ask('audit_reader', `GET /events/${hidden.event_id}`)).status, 200);
  });

  test('who writes people neither gives a role nor touches the account of an administrator', async () => {
    const as = (method: string, path: string, body?: unknown, headers = {}) =>
      api.request(method, path, body, { authorization: basic('people_writer'), ...headers });
    const plain = { username: 'plain', password: PASSWORD };
    assert.equal((await as('POST', '/users', plain)).status, 201);
    assert.equal(
      (await as('POST', '/users', { ...plain, username: 'x', roles: ['keys_reader'] })).status,
      403,
    );
    const { etag } = (await as('GET', '/users/plain')).headers;
    const isKnown = { 'if-match': String(etag) };
    assert.equal((await as('PATCH', '/users/plain', { roles: ['people_reader'] }, isKnown)).status, 403);
    assert.equal((await as('PATCH', '/users/plain', { roles: [] }, isKnown)).status, 200);
    const other = { password: 'another horse battery staple' };
    const operations = [
      ['PUT', '/password', other],
      ['POST', '/unlock', undefined],
      ['POST', '/sign-in-link', {}],
      ['DELETE', '/sign-in-link', undefined],
      ['DELETE', '/sessions', undefined],
      ['DELETE', '/credentials', undefined],
      ['DELETE', '/consents/countersign-console', undefined],
      ['PATCH', '', { enabled: false }],
      ['DELETE', '', undefined],
    ] as const;
    for (const administrator of ['admin', 'keys_reader', 'people_writer']) {
      for (const [method, path, body] of operations) {
        const answer = await as(method, `/users/${administrator}${path}`, body);
        assert.equal(answer.status, 403, `${method} ${administrator}${path}: ${answer.text}`);
      }
    }
    for (const [method, path, body] of operations) {
      const { status } = await as(method, `/users/plain${path}`, body);
      assert.ok([200, 201, 204, 404].includes(status), `${method} ${path}: ${status}`);
    }
    assert.equal((await as('GET', '/users/plain')).status, 404, 'it is removed');
  });

  test('an operation without an area does not compile, nor one with an access that its area does not have', () => {
    const common = {
      method: 'GET',
      path: '/x',
      summary: 'Show x',
      tag: 'x',
      handle: async () => undefined,
    } as const;
    // @ts-expect-error there is no area
    adminRoute(common);
    // @ts-expect-error there is no access
    adminRoute({ ...common, area: 'clients' });
    // @ts-expect-error the audit trail is written by what happens alone
    adminRoute({ ...common, area: 'audit', access: 'write' });
    // @ts-expect-error a list of areas names one at least
    adminRoute({ ...common, area: [], access: 'read' });
    assert.equal(adminRoute({ ...common, area: 'audit', access: 'read' }).area, 'audit');
  });
});
