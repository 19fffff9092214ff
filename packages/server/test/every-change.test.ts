import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Command } from 'commander';
import { wholeProgram } from '../src/cli/commands.ts';
import type { Event } from '../src/event/event.ts';
import { classOf } from '../src/event/event-class.ts';
import { type OpenHome, openHome } from '../src/server/open-home.ts';
import type { User } from '../src/user/user.ts';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { adminApiDescription } from './admin-api-description.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { grant, session } from './storage-contract.ts';

/** What one operation leaves: its one event, and whether something was before or is after it. */
type Expectation = {
  readonly type: string;
  readonly object: string;
  /** Members of `changes`; none where the event is the whole of it. */
  readonly changes: readonly string[];
};
type Trial = Expectation & {
  readonly run: () => Promise<unknown>;
  /** By which way it came, where that is another one than is tried. */
  readonly through?: 'import';
};

/** Commands that change nothing that the server keeps, or what it keeps beside its events. */
const UNCHANGING = {
  serve: 'a server: what it changes it tells itself',
  init: 'makes the home, in which there is no event yet',
  migrate: 'makes the schema that events stand in, or moves them with everything else',
  backup: 'reads',
  export: 'reads',
  import: 'writes many records, each with an event whose actor is the import: import.test.ts',
  restore:
    'puts other events in place of those there are, and tells of it among them: backup-and-restore.long.test.ts',
  gate: 'decides for a proxy, and keeps nothing',
  completion: 'prints what the program is',
  doctor: 'reads',
  explain: 'reads',
  events: 'reads',
  'audit verify': 'reads',
  'certificate inspect': 'reads',
  'certificate list': 'reads',
  'certificate issue': 'writes files for whoever called it',
  'client list': 'reads',
  'client show': 'reads',
  'keys list': 'reads',
  'registration-token list': 'reads',
  'truststore list': 'reads',
  'truststore adopt':
    'refuses where the database is one node’s own; its event elsewhere is tried in shared-trust.long.test.ts',
  'truststore write-file': 'writes a file from what is kept, and refuses likewise',
  'truststore export': 'reads',
  'user list': 'reads',
  'user second-factors': 'reads',
  'user subjects': 'reads',
  'group list': 'reads',
  'group show': 'reads',
  'role list': 'reads',
  'role show': 'reads',
  'attribute list': 'reads',
  'claim list': 'reads',
  'claim show': 'reads',
  'webhook list': 'reads',
  'webhook deliveries': 'reads',
  'webhook test': 'sends what is kept nowhere',
};

/** Operations that are no GET and change nothing all the same. */
const ASKING = [
  'POST /bulk/clients/check',
  'POST /certificates/check',
  'POST /certificates/explain',
  'POST /jwks/preview',
  'POST /settings/preview',
  'POST /truststore/preview',
  'POST /webhooks/{webhook}/test',
];

const leavesOf = (command: Command, path: readonly string[] = []): readonly string[] => {
  const here = [...path, command.name()];
  return command.commands.length === 0
    ? [here.join(' ')]
    : command.commands.flatMap((each) => leavesOf(each, here));
};

/** Every command, as `client add`. */
const everyCommand = async (): Promise<readonly string[]> =>
  (await wholeProgram()).commands.flatMap((command) => leavesOf(command)).toSorted();

describe('every change leaves one event that says who, what, to whom and with what difference', () => {
  let home: TestHome;
  let server: RunningCountersign;
  let api: AdminApi;
  let opened: OpenHome;
  let identity: Identity;
  let anchor: Identity;
  let user: User;
  let client_id: string;

  before(async () => {
    home = await createTestHome({
      oauth: { access_token_lifetime: 3600 },
      // Told of nothing that happens here, at an address that may not be reached.
      webhook: [{ id: 'hook', url: 'https://127.0.0.1:1/', secret: 'a secret of twenty-four characters' }],
    });
    server = await home.start();
    api = adminApiOf(home.issuer);
    opened = await openHome(home.home, { quiet: true });
    identity = await createIdentity('CN=one');
    anchor = await createIdentity('CN=anchor');
    await writeFile(join(home.home, 'anchor.pem'), anchor.pem);
    await api.json('POST', '/users', { username: 'anna', password: 'correct horse battery' });
    const found = await opened.storage.users.findByUsername('anna');
    assert.ok(found);
    user = found;
    ({ client_id } = await api.register({
      client_name: 'changed',
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['client_credentials'],
    }));
  });
  after(async () => {
    await opened?.close();
    await server?.stop();
    await home?.remove();
  });

  const kept = async (): Promise<readonly Event[]> =>
    (await opened.storage.events.list({}, { limit: 500 })).items.filter(
      (event) => classOf(event) !== 'traffic',
    );
  /** The events that `run` leaves, once the server wrote what it has. */
  const leftBy = async (run: () => Promise<unknown>): Promise<readonly Event[]> => {
    // Reading events has the server write those it still holds.
    await api.json('GET', '/events?limit=1');
    const known = new Set((await kept()).map(({ event_id }) => event_id));
    await run();
    await api.json('GET', '/events?limit=1');
    return (await kept()).filter(({ event_id }) => !known.has(event_id));
  };
  /** A delivery that arrived. */
  const deliveredOnce = async (): Promise<string> => {
    const event_id = randomUUID();
    const delivery_id = `${event_id}_hook`;
    const times = { created_at: Date.now(), expires_at: Date.now() + 3_600_000 };
    const sent = {
      delivery_id,
      webhook: 'hook',
      event_id,
      event_type: 'expiry.passed',
      body: '{}',
      ...times,
    };
    const { events, webhookDeliveries } = opened.storage;
    const [step, ...others] = events.steps.deliver([sent]);
    assert.ok(step && others.length === 0);
    const update = webhookDeliveries.steps.replay(delivery_id, Date.now() + 3_600_000, times.expires_at);
    await opened.storage.commit([step, update]);
    await webhookDeliveries.delivered(delivery_id, Date.now());
    return delivery_id;
  };
  const holdTo = async (what: string, { run, type, object, changes }: Trial, through: string) => {
    const [event, ...others] = await leftBy(run);
    assert.deepEqual(others, [], `${what}: one event`);
    assert.ok(event, `${what}: an event`);
    assert.equal(event.type, type, what);
    assert.equal(event.outcome, 'success', what);
    assert.equal(event.object?.kind, object, what);
    assert.ok(event.object?.id, what);
    assert.equal(event.actor?.through, through, what);
    assert.ok(event.actor?.name, what);
    if (through === 'admin-api') {
      assert.equal(event.actor?.name, 'admin', what);
      assert.equal(event.remote_address, '127.0.0.1', what);
      assert.equal(event.actor?.remote_address, '127.0.0.1', what);
    }
    assert.deepEqual(Object.keys(event.changes ?? {}).toSorted(), [...changes].toSorted(), what);
    for (const [member, change] of Object.entries(event.changes ?? {})) {
      assert.ok('old' in change || 'new' in change, `${what}: ${member}`);
    }
  };

  test('of the admin API', { timeout: 300_000 }, async () => {
    const { storage } = opened;
    const now = Date.now();
    const sub = () => user.sub;
    const lasting = () => ({ sub: sub(), created_at: now, expires_at: now + 3_600_000 });
    const newSession = async () => {
      const inserted = session({ ...lasting(), last_seen_at: now, remote_address: '192.0.2.1' });
      await storage.sessions.insert(inserted);
      return inserted.session_id;
    };
    const newGrant = async () => {
      const inserted = grant(client_id, lasting());
      await storage.grants.insert(inserted);
      return inserted.grant_id;
    };
    const consented = () =>
      storage.consents.put({ sub: sub(), client_id, scopes: ['openid'], granted_at: now });
    const factor = () =>
      storage.credentials.insert({
        kind: 'certificate',
        credential_id: 'x',
        sub: sub(),
        created_at: now,
        subject: 'CN=anna',
        not_after: now,
      });
    const lock = () =>
      storage.ephemerals.put('sign-in-lock', 'user:anna', { locked_at: 'now' }, now + 3_600_000);
    const session_id = await newSession();
    const grant_id = await newGrant();
    await consented();
    await factor();
    await lock();
    let token_id = '';
    let made = '';
    let [group_id, role_id, claim_rule_id] = ['', '', ''];
    const rule = { claim: 'team', scope: 'team', destinations: ['userinfo'], form: 'single' };
    const path = () => `/clients/${client_id}`;

    const created = ['client_name', 'token_endpoint_auth_method', 'grant_types', 'scopes'];
    const trials: Readonly<
      Record<string, Omit<Trial, 'changes'> & { readonly changes?: readonly string[] }>
    > = {
      'POST /clients': {
        type: 'client.created',
        object: 'client',
        run: async () => {
          const answer = await api.register({
            client_name: 'made',
            token_endpoint_auth_method: 'client_secret_basic',
            grant_types: ['client_credentials'],
          });
          made = answer.client_id;
        },
      },
      'PATCH /clients/{client_id}': {
        type: 'client.updated',
        object: 'client',
        changes: ['client_name'],
        run: () => api.json('PATCH', path(), { client_name: 'changed again' }),
      },
      'POST /clients/{client_id}/changes': {
        type: 'client.updated',
        object: 'client',
        changes: ['client_name'],
        run: () => api.json('POST', `${path()}/changes`, { metadata: { client_name: 'changed at once' } }),
      },
      'POST /clients/{client_id}/certificates': {
        type: 'client.updated',
        object: 'client',
        changes: ['certificates'],
        run: () => api.json('POST', `${path()}/certificates`, { certificate: identity.pem }),
      },
      'DELETE /clients/{client_id}/certificates/{thumbprint}': {
        type: 'client.updated',
        object: 'client',
        changes: ['certificates', 'ended_tokens'],
        run: () => api.json('DELETE', `${path()}/certificates/${identity.thumbprint}`),
      },
      'POST /clients/{client_id}/secret': {
        type: 'client.secret_regenerated',
        object: 'client',
        changes: ['client_secret', 'ended_tokens'],
        run: () => api.json('POST', `${path()}/secret`),
      },
      'DELETE /clients/{client_id}/tokens': {
        type: 'client.tokens_ended',
        object: 'client',
        changes: ['ended_tokens'],
        run: () => api.json('DELETE', `${path()}/tokens`),
      },
      'POST /bulk/clients': {
        type: 'client.disabled',
        object: 'client',
        changes: ['enabled', 'ended_tokens'],
        run: async () => {
          const operation = { operation: 'change', client_id: made, changes: { enabled: false } };
          await api.json('POST', '/bulk/clients', { operations: [operation] });
        },
      },
      'DELETE /clients/{client_id}': {
        type: 'client.removed',
        object: 'client',
        run: () => api.json('DELETE', `/clients/${made}`),
      },
      'POST /webhook-deliveries/{delivery_id}/replay': {
        type: 'webhook.replayed',
        object: 'webhook',
        changes: ['state'],
        run: async () => api.json('POST', `/webhook-deliveries/${await deliveredOnce()}/replay`),
      },
      'POST /webhook-deliveries/replay': {
        type: 'webhook.replayed',
        object: 'webhook',
        changes: ['state'],
        run: async () =>
          api.json('POST', '/webhook-deliveries/replay', { delivery_ids: [await deliveredOnce()] }),
      },
      'DELETE /nodes/{node}': {
        type: 'node.forgotten',
        object: 'node',
        changes: ['seen_at', 'version'],
        run: async () => {
          const node = 'lost:/var/lib/countersign';
          const then = Date.now() - 120_000;
          const said = { host: 'lost', home: '/var/lib/countersign', version: '1.0.0', files: {}, extra: [] };
          await opened.storage.nodes.report(
            { node, ...said, started_at: then, seen_at: then },
            Date.now() + 3_600_000,
          );
          await api.json('DELETE', `/nodes/${encodeURIComponent(node)}`);
        },
      },
      'POST /registration-tokens': {
        type: 'registration_token.created',
        object: 'registration_token',
        changes: ['label', 'clients_allowed', 'clients_registered', 'expires_at'],
        run: async () => {
          const answer = await api.json('POST', '/registration-tokens', { label: 'a partner' });
          token_id = String(answer.token_id);
        },
      },
      'DELETE /registration-tokens/{token_id}': {
        type: 'registration_token.removed',
        object: 'registration_token',
        changes: ['label', 'clients_allowed', 'clients_registered', 'expires_at'],
        run: () => api.json('DELETE', `/registration-tokens/${token_id}`),
      },
      'POST /truststore/certificates': {
        type: 'truststore.changed',
        object: 'truststore',
        changes: ['certificates'],
        run: () => api.json('POST', '/truststore/certificates', { content: anchor.pem, alias: 'anchor' }),
      },
      'PUT /truststore/certificates/{alias}/role': {
        type: 'truststore.role_named',
        object: 'truststore',
        changes: ['role'],
        run: () => api.json('PUT', '/truststore/certificates/anchor/role', { role: 'handshake' }),
      },
      'DELETE /truststore/certificates/{alias}/role': {
        type: 'truststore.role_named',
        object: 'truststore',
        changes: ['role'],
        run: () => api.json('DELETE', '/truststore/certificates/anchor/role'),
      },
      'PUT /truststore/roles/{thumbprint}': {
        type: 'truststore.role_named',
        object: 'truststore',
        changes: ['role'],
        run: () => api.json('PUT', `/truststore/roles/${anchor.thumbprint}`, { role: 'handshake' }),
      },
      'DELETE /truststore/roles/{thumbprint}': {
        type: 'truststore.role_named',
        object: 'truststore',
        changes: ['role'],
        run: () => api.json('DELETE', `/truststore/roles/${anchor.thumbprint}`),
      },
      'DELETE /truststore/certificates/{alias}': {
        type: 'truststore.changed',
        object: 'truststore',
        changes: ['certificates'],
        run: () => api.json('DELETE', '/truststore/certificates/anchor'),
      },
      'POST /users': {
        type: 'user.created',
        object: 'user',
        changes: ['username', 'roles', 'claims', 'enabled', 'password'],
        run: () => api.json('POST', '/users', { username: 'bert', password: 'correct horse battery' }),
      },
      'POST /import': {
        type: 'user.created',
        object: 'user',
        changes: ['username', 'roles', 'claims', 'enabled', 'password'],
        through: 'import',
        run: () => {
          const content = Buffer.from('username,password\nolga,correct horse battery').toString('base64');
          const files = [{ name: 'people.csv', content }];
          return api.json('POST', '/import', { source: 'people', dry_run: false, files });
        },
      },
      'PATCH /users/{username}': {
        type: 'user.updated',
        object: 'user',
        changes: ['claims', 'enabled'],
        run: () => api.updateUser('bert', { claims: { name: 'Bert' }, enabled: false }),
      },
      'PUT /users/{username}/password': {
        type: 'user.password_set',
        object: 'user',
        changes: ['password'],
        run: () => api.json('PUT', '/users/bert/password', { password: 'another horse battery' }),
      },
      'POST /users/{username}/unlock': {
        type: 'user.unlocked',
        object: 'user',
        changes: ['locked_at'],
        run: () => api.json('POST', '/users/anna/unlock'),
      },
      'POST /users/{username}/sign-in-link': {
        type: 'user.sign_in_link_made',
        object: 'user',
        changes: ['sign_in_link_until'],
        run: () => api.json('POST', '/users/anna/sign-in-link', {}),
      },
      'DELETE /users/{username}/sign-in-link': {
        type: 'user.sign_in_link_ended',
        object: 'user',
        changes: ['sign_in_link_until'],
        run: () => api.json('DELETE', '/users/anna/sign-in-link'),
      },
      'POST /groups': {
        type: 'group.created',
        object: 'group',
        changes: ['name', 'description'],
        run: async () => {
          const answer = await api.json('POST', '/groups', { name: 'engineering', description: 'builds' });
          group_id = String(answer.group_id);
        },
      },
      'PATCH /groups/{group_id}': {
        type: 'group.updated',
        object: 'group',
        changes: ['description'],
        run: () => api.json('PATCH', `/groups/${group_id}`, { description: 'makes' }),
      },
      'PUT /groups/{group_id}/people/{username}': {
        type: 'group.member_added',
        object: 'group',
        changes: ['member'],
        run: () => api.json('PUT', `/groups/${group_id}/people/anna`),
      },
      'DELETE /groups/{group_id}/people/{username}': {
        type: 'group.member_removed',
        object: 'group',
        changes: ['member'],
        run: () => api.json('DELETE', `/groups/${group_id}/people/anna`),
      },
      'PUT /groups/{group_id}/clients/{client_id}': {
        type: 'group.member_added',
        object: 'group',
        changes: ['member'],
        run: () => api.json('PUT', `/groups/${group_id}/clients/${client_id}`),
      },
      'DELETE /groups/{group_id}/clients/{client_id}': {
        type: 'group.member_removed',
        object: 'group',
        changes: ['member'],
        run: () => api.json('DELETE', `/groups/${group_id}/clients/${client_id}`),
      },
      'POST /groups/{group_id}/members/add': {
        type: 'group.member_added',
        object: 'group',
        changes: ['member'],
        run: () => api.json('POST', `/groups/${group_id}/members/add`, { people: ['anna'] }),
      },
      'POST /groups/{group_id}/members/remove': {
        type: 'group.member_removed',
        object: 'group',
        changes: ['member'],
        run: () => api.json('POST', `/groups/${group_id}/members/remove`, { people: ['anna'] }),
      },
      'POST /roles': {
        type: 'role.created',
        object: 'role',
        changes: ['name'],
        run: async () => {
          role_id = String((await api.json('POST', '/roles', { name: 'invoices.read' })).role_id);
        },
      },
      'PATCH /roles/{role_id}': {
        type: 'role.updated',
        object: 'role',
        changes: ['name'],
        run: () => api.json('PATCH', `/roles/${role_id}`, { name: 'invoices:read' }),
      },
      'POST /roles/{role_id}/holders/add': {
        type: 'role.assigned',
        object: 'role',
        changes: ['holder'],
        run: () => api.json('POST', `/roles/${role_id}/holders/add`, { groups: [group_id] }),
      },
      'POST /roles/{role_id}/holders/remove': {
        type: 'role.unassigned',
        object: 'role',
        changes: ['holder'],
        run: () => api.json('POST', `/roles/${role_id}/holders/remove`, { groups: [group_id] }),
      },
      ...Object.fromEntries(
        (
          [
            ['people/{username}', () => 'people/anna'],
            ['clients/{client_id}', () => `clients/${client_id}`],
            ['groups/{group_id}', () => `groups/${group_id}`],
          ] as const
        ).flatMap(([template, holder]) => [
          [
            `PUT /roles/{role_id}/${template}`,
            {
              type: 'role.assigned',
              object: 'role',
              changes: ['holder'],
              run: () => api.json('PUT', `/roles/${role_id}/${holder()}`),
            },
          ],
          [
            `DELETE /roles/{role_id}/${template}`,
            {
              type: 'role.unassigned',
              object: 'role',
              changes: ['holder'],
              run: () => api.json('DELETE', `/roles/${role_id}/${holder()}`),
            },
          ],
        ]),
      ),
      'DELETE /groups/{group_id}': {
        type: 'group.removed',
        object: 'group',
        changes: ['name', 'description'],
        run: () => api.json('DELETE', `/groups/${group_id}`),
      },
      'DELETE /roles/{role_id}': {
        type: 'role.removed',
        object: 'role',
        changes: ['name'],
        run: () => api.json('DELETE', `/roles/${role_id}`),
      },
      'POST /attributes': {
        type: 'attribute.defined',
        object: 'attribute',
        changes: ['name', 'type', 'list'],
        run: () => api.json('POST', '/attributes', { name: 'team', type: 'string' }),
      },
      'PUT /attributes/{name}': {
        type: 'attribute.updated',
        object: 'attribute',
        changes: ['title'],
        run: () => api.json('PUT', '/attributes/team', { type: 'string', title: 'Team' }),
      },
      'DELETE /attributes/{name}': {
        type: 'attribute.removed',
        object: 'attribute',
        changes: ['name', 'type', 'list', 'title'],
        run: () => api.json('DELETE', '/attributes/team'),
      },
      'POST /claim-rules': {
        type: 'claim_rule.created',
        object: 'claim_rule',
        changes: ['claim', 'scope', 'destinations', 'form', 'source'],
        run: async () => {
          const source = { from: 'value', value: 'red' };
          const answer = await api.json('POST', '/claim-rules', { ...rule, source });
          claim_rule_id = String(answer.claim_rule_id);
        },
      },
      'PUT /claim-rules/{claim_rule_id}': {
        type: 'claim_rule.updated',
        object: 'claim_rule',
        changes: ['source'],
        run: () => {
          const source = { from: 'value', value: 'blue' };
          return api.json('PUT', `/claim-rules/${claim_rule_id}`, { ...rule, source });
        },
      },
      'DELETE /claim-rules/{claim_rule_id}': {
        type: 'claim_rule.removed',
        object: 'claim_rule',
        changes: ['claim', 'scope', 'destinations', 'form', 'source'],
        run: () => api.json('DELETE', `/claim-rules/${claim_rule_id}`),
      },
      'DELETE /users/{username}': {
        type: 'user.removed',
        object: 'user',
        changes: ['username', 'roles', 'claims', 'enabled', 'password'],
        run: () => api.json('DELETE', '/users/bert'),
      },
      'DELETE /users/{username}/credentials': {
        type: 'user.credentials_removed',
        object: 'user',
        changes: ['credentials'],
        // The sessions and grants are for the changes that follow.
        run: () => api.json('DELETE', '/users/anna/credentials?end_sessions=false'),
      },
      'DELETE /users/{username}/consents/{client_id}': {
        type: 'consent.revoked',
        object: 'consent',
        changes: ['scopes'],
        run: () => api.json('DELETE', `/users/anna/consents/${client_id}`),
      },
      'DELETE /sessions/{session_id}': {
        type: 'session.ended',
        object: 'session',
        changes: [],
        run: () => api.json('DELETE', `/sessions/${session_id}`),
      },
      'DELETE /users/{username}/sessions': {
        type: 'user.signed_out',
        object: 'user',
        changes: [],
        run: async () => {
          await newSession();
          assert.equal((await api.json('DELETE', '/users/anna/sessions')).sessions, 1);
        },
      },
      'DELETE /grants/{grant_id}': {
        type: 'grant.revoked',
        object: 'grant',
        changes: ['scope'],
        run: async () => {
          await api.json('DELETE', `/grants/${await newGrant()}`);
        },
      },
      'PATCH /settings': {
        type: 'configuration.changed',
        object: 'configuration',
        changes: ['sign_in.session_lifetime', 'branding.name'],
        run: async () => {
          const { headers } = await api.request('GET', '/settings');
          const answer = await api.request(
            'PATCH',
            '/settings',
            { changes: { 'sign_in.session_lifetime': 7200, 'branding.name': 'Ours' } },
            { 'if-match': String(headers.etag) },
          );
          assert.equal(answer.status, 200, answer.text);
        },
      },
      'POST /signing-keys/rotate': {
        type: 'signing_key.rotated',
        object: 'signing_key',
        changes: ['active', 'next'],
        run: () => api.json('POST', '/signing-keys/rotate'),
      },
      'DELETE /signing-keys/{kid}': {
        type: 'signing_key.removed',
        object: 'signing_key',
        changes: ['alg', 'state', 'retired_at'],
        run: async () => {
          const retired = (await storage.signingKeys.list()).find(({ state }) => state === 'retired');
          await api.json('DELETE', `/signing-keys/${retired?.kid}`);
        },
      },
    };
    const { document } = await adminApiDescription(home.issuer);
    const changing = Object.entries(document.paths)
      .flatMap(([template, operations]) =>
        Object.keys(operations).map((method) => `${method.toUpperCase()} ${template}`),
      )
      .filter((operation) => !operation.startsWith('GET ') && !ASKING.includes(operation));
    assert.deepEqual(Object.keys(trials).toSorted(), changing.toSorted(), 'every operation has a trial');
    for (const [operation, { changes, through = 'admin-api', ...trial }] of Object.entries(trials)) {
      if (changes) {
        await holdTo(operation, { ...trial, changes }, through);
        continue;
      }
      // Of a client that is made or removed all members are told; these at least.
      const [event, ...others] = await leftBy(trial.run);
      assert.deepEqual(others, [], operation);
      assert.equal(event?.type, trial.type, operation);
      assert.equal(event?.actor?.name, 'admin', operation);
      assert.equal(event?.remote_address, '127.0.0.1', operation);
      assert.ok(event?.changes?.client_name && event.changes.grant_types, `${operation} ${created}`);
    }
    assert.equal((await storage.grants.find(grant_id))?.revoked_at !== undefined, true);
  });

  test('of the command line', { timeout: 300_000 }, async () => {
    const cli = async (...args: readonly string[]) => {
      const { code, stdout, stderr } = await home.command(...args, '--json');
      assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
      const answer: unknown = JSON.parse(stdout);
      return typeof answer === 'object' && answer !== null ? Object.entries(answer) : [];
    };
    const member = (answer: readonly (readonly [string, unknown])[], name: string) =>
      String(answer.find(([each]) => each === name)?.[1]);
    const { storage } = opened;
    let made = '';
    let token_id = '';
    let claim_rule_id = '';
    await storage.credentials.insert({
      kind: 'certificate',
      credential_id: 'y',
      sub: user.sub,
      created_at: 1,
      subject: 'CN=anna',
      not_after: 1,
    });
    const token = ['label', 'clients_allowed', 'clients_registered', 'expires_at'];
    const account = ['username', 'roles', 'claims', 'enabled', 'password'];
    const trials: Readonly<Record<string, Trial>> = {
      apply: {
        type: 'role.created',
        object: 'role',
        changes: ['name', 'managed_by'],
        run: async () => {
          const folder = join(home.home, 'files');
          await mkdir(folder);
          await writeFile(join(folder, 'role.yaml'), 'kind: role\nname: of files\n');
          await cli('apply', '-f', folder, '--yes');
        },
      },
      'client add': {
        type: 'client.created',
        object: 'client',
        changes: [],
        run: async () => {
          made = member(
            await cli(
              'client',
              'add',
              '--client-name',
              'made',
              '--token-endpoint-auth-method',
              'client_secret_basic',
              '--grant-types',
              'client_credentials',
            ),
            'client_id',
          );
        },
      },
      'client update': {
        type: 'client.updated',
        object: 'client',
        changes: ['client_name'],
        run: () => cli('client', 'update', made, '--client-name', 'changed'),
      },
      confirm: {
        type: 'client.enabled',
        object: 'client',
        changes: ['enabled'],
        run: async () => {
          const client = await storage.clients.find(made);
          assert.ok(client);
          const waits = { enabled: false, awaits_confirmation: true, revision: client.revision + 1 } as const;
          await storage.clients.update({ ...client, ...waits });
          await cli('confirm', '--client', made);
        },
      },
      'client remove': {
        type: 'client.removed',
        object: 'client',
        changes: [],
        run: () => cli('client', 'remove', made),
      },
      'user add': {
        type: 'user.created',
        object: 'user',
        changes: account,
        run: () => cli('user', 'add', 'carl'),
      },
      'user update': {
        type: 'user.updated',
        object: 'user',
        changes: ['roles'],
        run: () => cli('user', 'update', 'carl', '--roles', 'auditor'),
      },
      'user set-attribute': {
        type: 'user.updated',
        object: 'user',
        changes: ['claims'],
        run: () => cli('user', 'set-attribute', 'carl', 'nickname=Charlie'),
      },
      'user set-password': {
        type: 'user.password_set',
        object: 'user',
        changes: ['password'],
        run: () => cli('user', 'set-password', 'carl'),
      },
      'user sign-in-link': {
        type: 'user.sign_in_link_made',
        object: 'user',
        changes: ['sign_in_link_until'],
        run: () => cli('user', 'sign-in-link', 'carl'),
      },
      'user remove-second-factors': {
        type: 'user.credentials_removed',
        object: 'user',
        changes: ['credentials'],
        run: () => cli('user', 'remove-second-factors', 'anna'),
      },
      'user remove': {
        type: 'user.removed',
        object: 'user',
        changes: account,
        run: () => cli('user', 'remove', 'carl'),
      },
      'group add': {
        type: 'group.created',
        object: 'group',
        changes: ['name'],
        run: () => cli('group', 'add', 'operations'),
      },
      'group update': {
        type: 'group.updated',
        object: 'group',
        changes: ['name'],
        run: () => cli('group', 'update', 'operations', '--name', 'night shift'),
      },
      'group add-member': {
        type: 'group.member_added',
        object: 'group',
        changes: ['member'],
        run: () => cli('group', 'add-member', 'night shift', '--user', 'anna'),
      },
      'role add': {
        type: 'role.created',
        object: 'role',
        changes: ['name'],
        run: () => cli('role', 'add', 'restarts'),
      },
      'role update': {
        type: 'role.updated',
        object: 'role',
        changes: ['description'],
        run: () => cli('role', 'update', 'restarts', '--description', 'may restart'),
      },
      'role assign': {
        type: 'role.assigned',
        object: 'role',
        changes: ['holder'],
        run: () => cli('role', 'assign', 'restarts', '--group', 'night shift'),
      },
      'role unassign': {
        type: 'role.unassigned',
        object: 'role',
        changes: ['holder'],
        run: () => cli('role', 'unassign', 'restarts', '--group', 'night shift'),
      },
      'role remove': {
        type: 'role.removed',
        object: 'role',
        changes: ['name', 'description'],
        run: () => cli('role', 'remove', 'restarts'),
      },
      'group remove-member': {
        type: 'group.member_removed',
        object: 'group',
        changes: ['member'],
        run: () => cli('group', 'remove-member', 'night shift', '--user', 'anna'),
      },
      'group remove': {
        type: 'group.removed',
        object: 'group',
        changes: ['name'],
        run: () => cli('group', 'remove', 'night shift'),
      },
      'attribute add': {
        type: 'attribute.defined',
        object: 'attribute',
        changes: ['name', 'type', 'list'],
        run: () => cli('attribute', 'add', 'shift'),
      },
      'attribute update': {
        type: 'attribute.updated',
        object: 'attribute',
        changes: ['pattern'],
        run: () => cli('attribute', 'update', 'shift', '--pattern', '[a-z]+'),
      },
      'attribute remove': {
        type: 'attribute.removed',
        object: 'attribute',
        changes: ['name', 'type', 'list', 'pattern'],
        run: () => cli('attribute', 'remove', 'shift'),
      },
      'claim add': {
        type: 'claim_rule.created',
        object: 'claim_rule',
        changes: ['claim', 'scope', 'destinations', 'form', 'source'],
        run: async () => {
          const of = ['--scope', 'shift', '--from', 'groups', '--to', 'userinfo'];
          claim_rule_id = member(await cli('claim', 'add', 'shift', ...of), 'claim_rule_id');
        },
      },
      'claim update': {
        type: 'claim_rule.updated',
        object: 'claim_rule',
        changes: ['max_size'],
        run: () => cli('claim', 'update', claim_rule_id, '--max-size', '500'),
      },
      'claim remove': {
        type: 'claim_rule.removed',
        object: 'claim_rule',
        changes: ['claim', 'scope', 'destinations', 'form', 'source', 'max_size'],
        run: () => cli('claim', 'remove', claim_rule_id),
      },
      'registration-token add': {
        type: 'registration_token.created',
        object: 'registration_token',
        changes: token,
        run: async () => {
          token_id = member(await cli('registration-token', 'add', '--label', 'a partner'), 'token_id');
        },
      },
      'registration-token remove': {
        type: 'registration_token.removed',
        object: 'registration_token',
        changes: token,
        run: () => cli('registration-token', 'remove', token_id),
      },
      'webhook replay': {
        type: 'webhook.replayed',
        object: 'webhook',
        changes: ['state'],
        run: async () => cli('webhook', 'replay', await deliveredOnce()),
      },
      'keys rotate': {
        type: 'signing_key.rotated',
        object: 'signing_key',
        changes: ['active', 'next'],
        run: () => cli('keys', 'rotate'),
      },
      'keys remove': {
        type: 'signing_key.removed',
        object: 'signing_key',
        changes: ['alg', 'state', 'retired_at'],
        run: async () => {
          const retired = (await storage.signingKeys.list()).find(({ state }) => state === 'retired');
          await cli('keys', 'remove', retired?.kid ?? '');
        },
      },
      'truststore import': {
        type: 'truststore.changed',
        object: 'truststore',
        changes: ['certificates'],
        run: () => cli('truststore', 'import', join(home.home, 'anchor.pem'), '--alias', 'other'),
      },
      'truststore set-role': {
        type: 'truststore.role_named',
        object: 'truststore',
        changes: ['role'],
        run: () => cli('truststore', 'set-role', 'handshake', 'other'),
      },
      'truststore unset-role': {
        type: 'truststore.role_named',
        object: 'truststore',
        changes: ['role'],
        run: () => cli('truststore', 'unset-role', 'other'),
      },
      'truststore remove': {
        type: 'truststore.changed',
        object: 'truststore',
        changes: ['certificates'],
        run: () => cli('truststore', 'remove', 'other'),
      },
    };
    assert.deepEqual(
      [...Object.keys(trials), ...Object.keys(UNCHANGING)].toSorted(),
      await everyCommand(),
      'every command has a trial, or changes nothing',
    );
    // A running server would tell of the trust store file as well, as what it found changed.
    await server.stop();
    api = { ...api, json: async () => ({}) };
    for (const [command, trial] of Object.entries(trials)) {
      if (trial.changes.length > 0) {
        await holdTo(command, trial, 'command-line');
        continue;
      }
      const [event, ...others] = await leftBy(trial.run);
      assert.deepEqual(others, [], command);
      assert.equal(event?.type, trial.type, command);
      assert.equal(event?.actor?.through, 'command-line', command);
      assert.ok(event?.changes?.client_name, command);
    }
    const [imported] = (
      await opened.storage.events.list({ type: 'truststore.changed' }, { limit: 2 })
    ).items.slice(1);
    assert.partialDeepStrictEqual(imported?.changes, {
      certificates: { new: [{ alias: 'other', 'x5t#S256': anchor.thumbprint }] },
    });
  });

  test('and a change of the configuration tells old and new, of a secret that it changed', async () => {
    const running = await home.start();
    try {
      await home.editDeployment((text) =>
        text.replace(/^access_token_lifetime = 3600$/m, 'access_token_lifetime = 1234'),
      );
      const line = await running.line(/configuration\.reloaded success/);
      assert.match(line, /"oauth\.access_token_lifetime":\{"old":3600,"new":1234\}/);
      await home.editDeployment((text) => text.replace(/^password = "admin"$/m, 'password = "quite secret"'));
      const waiting = await running.line(/configuration\.needs_restart success/);
      assert.match(waiting, /"super_admin\.password":\{[^}]*"new":"\[redacted\]"\}/);
      assert.doesNotMatch(running.output(), /quite secret/);
    } finally {
      await running.stop();
    }
  });
});
