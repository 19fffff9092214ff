import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import {
  type AuthorizationServer,
  obtainCode,
  redeemCode,
  startAuthorizationServer,
  type TestBrowser,
  type TestClient,
} from './authorization-server.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { eventually } from './eventually.ts';
import { startPostgres, whyNoPostgres } from './postgres.ts';
import { call, claimsOf, post } from './token-client.ts';

/** A change is heard of by the other node within a second. */
const HEARD_MS = 2_000;
const EVERYWHERE = ['id_token', 'userinfo', 'access_token', 'introspection'];

describe('claims of groups and roles, on two nodes', { skip: whyNoPostgres(), timeout: 180_000 }, () => {
  let postgres: Awaited<ReturnType<typeof startPostgres>>;
  let server: AuthorizationServer;
  let second: TestHome;
  let secondServer: RunningCountersign;
  let admin: AdminApi;
  let browser: TestBrowser;
  let client: TestClient;
  let api: TestClient;

  const nodes = () => [server.issuer, second.issuer];
  const made = async (path: string, body: object, id: string) => {
    const { [id]: found } = await admin.json('POST', path, body);
    return String(found);
  };
  const signedIn = async () => {
    const answer = await redeemCode(
      server,
      client,
      await obtainCode(server, browser, client, { scope: 'openid groups offline_access' }),
    );
    assert.equal(answer.status, 200, answer.text);
    return answer.json();
  };
  const refreshed = async (node: string, refresh_token: unknown) => {
    const form = { grant_type: 'refresh_token', refresh_token: String(refresh_token) };
    const answer = await post(`${node}/oauth2/token`, { ...form, client_id: client.client_id }, client.tls);
    assert.equal(answer.status, 200, answer.text);
    return claimsOf(answer.json().id_token);
  };
  const userinfo = async (node: string, access_token: unknown) => {
    const headers = { authorization: `Bearer ${access_token}` };
    const answer = await call(`${node}/oauth2/userinfo`, { ...client.tls, headers });
    assert.equal(answer.status, 200, answer.text);
    return answer.json();
  };
  const introspect = async (node: string, token: unknown) => {
    const form = { token: String(token), client_id: api.client_id };
    return (await post(`${node}/oauth2/introspect`, form, api.tls)).json();
  };
  const ownToken = async (node: string) => {
    const form = { grant_type: 'client_credentials', client_id: api.client_id };
    return claimsOf((await post(`${node}/oauth2/token`, form, api.tls)).json().access_token);
  };

  before(async () => {
    postgres = await startPostgres();
    const database = { 'database.identity_db': { type: 'postgres', url: postgres.url } } as const;
    server = await startAuthorizationServer(database, async ({ security }) => {
      second = await createTestHome();
      await copyFile(join(security, 'encryption.key'), join(second.security, 'encryption.key'));
    });
    await second.editDeployment((text) =>
      text
        .replace('\n[server]\n', `\n[server]\nbase_url = ${JSON.stringify(server.issuer)}\n`)
        .replace(/\n\[database\.identity_db\]\n(?:.+\n)*/, '\n')
        .concat(`\n[database.identity_db]\ntype = "postgres"\nurl = ${JSON.stringify(postgres.url)}\n`),
    );
    secondServer = await second.start();
    admin = adminApiOf(server.issuer);
    browser = await server.browser();
    client = await server.register({
      scope: 'openid groups offline_access',
      grant_types: ['authorization_code', 'refresh_token'],
    });
    api = await server.register({ grant_types: ['client_credentials'] });
    for (const from of ['groups', 'roles']) {
      const all = { source: { from }, form: 'list', destinations: EVERYWHERE };
      await admin.json('POST', '/claim-rules', { claim: from, scope: 'groups', ...all });
      await admin.json('POST', '/claim-rules', { claim: from, client_id: api.client_id, ...all });
    }
  });
  after(async () => {
    await secondServer?.stop();
    await second?.remove();
    await server?.close();
    await postgres?.stop();
  });

  test('a change of a group is at UserInfo and introspection at once, and in the next token, on both', async () => {
    const engineering = await made('/groups', { name: 'engineering' }, 'group_id');
    const backend = await made('/groups', { name: 'backend', parent: engineering }, 'group_id');
    const reader = await made('/roles', { name: 'reader' }, 'role_id');
    const person = `people/${browser.user.username}`;
    await admin.json('PUT', `/groups/${backend}/${person}`);
    await admin.json('PUT', `/roles/${reader}/groups/${engineering}`);

    const { access_token, refresh_token, id_token } = await signedIn();
    const expected = { groups: ['backend', 'engineering'], roles: ['reader'] };
    const ofBoth = ({ groups, roles }: Record<string, unknown>) => ({ groups, roles });
    assert.deepEqual(ofBoth(claimsOf(id_token)), expected);
    assert.deepEqual(ofBoth(claimsOf(access_token)), expected);
    for (const node of nodes()) {
      assert.deepEqual(ofBoth(await userinfo(node, access_token)), expected);
      assert.deepEqual(ofBoth(await introspect(node, access_token)), expected);
    }

    await admin.json('DELETE', `/groups/${backend}/${person}`);
    for (const node of nodes()) {
      const isGone = (told: Record<string, unknown>) => told.groups === undefined && told.roles === undefined;
      // On the node of the change at once; on the other as soon as it heard of it.
      const within = node === server.issuer ? 0 : HEARD_MS;
      await eventually(() => userinfo(node, access_token), isGone, within);
      await eventually(() => introspect(node, access_token), isGone, within);
      assert.ok(isGone(await refreshed(node, refresh_token)), 'the next ID token');
    }

    await admin.json('PUT', `/groups/${engineering}/${person}`);
    const renamed = await admin.request('GET', `/groups/${engineering}`);
    const patched = await admin.request(
      'PATCH',
      `/groups/${engineering}`,
      { name: 'machines' },
      {
        'if-match': String(renamed.headers.etag),
      },
    );
    assert.equal(patched.status, 200, patched.text);
    for (const node of nodes()) {
      await eventually(
        () => userinfo(node, access_token),
        ({ groups }) => JSON.stringify(groups) === '["machines"]',
        HEARD_MS,
      );
    }
  });

  test('a client in groups has them in its own tokens', async () => {
    const robots = await made('/groups', { name: 'robots' }, 'group_id');
    await admin.json('PUT', `/groups/${robots}/clients/${api.client_id}`);
    assert.deepEqual((await ownToken(server.issuer)).groups, ['robots']);
    await eventually(
      () => ownToken(second.issuer),
      ({ groups }) => JSON.stringify(groups) === '["robots"]',
      HEARD_MS,
    );
    await admin.json('DELETE', `/groups/${robots}`);
    assert.equal('groups' in (await ownToken(server.issuer)), false);
  });

  test('a rule that is changed on one node counts on the other', async () => {
    const { claim_rule_id } = await admin.json('POST', '/claim-rules', {
      claim: 'stage',
      client_id: api.client_id,
      source: { from: 'value', value: 'test' },
      destinations: ['access_token'],
      form: 'single',
    });
    assert.equal((await ownToken(server.issuer)).stage, 'test');
    await eventually(
      () => ownToken(second.issuer),
      ({ stage }) => stage === 'test',
      HEARD_MS,
    );
    await admin.json('DELETE', `/claim-rules/${claim_rule_id}`);
    await eventually(
      () => ownToken(second.issuer),
      ({ stage }) => stage === undefined,
      HEARD_MS,
    );
  });

  test('500 groups of one person stay out of the tokens, which fit a header, and are at UserInfo', async () => {
    const names = Array.from({ length: 500 }, (_, index) => `department-${String(index).padStart(3, '0')}`);
    const { groups } = server.opened.storage;
    const member = { kind: 'person', id: browser.user.sub } as const;
    const steps = names.flatMap((name) => {
      const group = { group_id: randomUUID(), name, description: '', created_at: 0, revision: 1 };
      return [groups.steps.insert(group), groups.steps.add(group.group_id, member, 0)];
    });
    assert.equal((await server.opened.storage.commit(steps)).outcome, 'committed');
    for (const node of nodes()) {
      const hasAll = ({ groups }: Record<string, unknown>) => Array.isArray(groups) && groups.length >= 500;
      const { access_token } = await signedIn();
      await eventually(() => userinfo(node, access_token), hasAll, HEARD_MS);
    }
    const { access_token, id_token } = await signedIn();
    for (const token of [access_token, id_token]) {
      assert.equal('groups' in claimsOf(token), false);
      // nginx and many others end a line of headers at 8 kB.
      assert.ok(`Authorization: Bearer ${token}`.length < 4096, `${String(token).length} characters`);
    }
    for (const node of nodes()) {
      for (const told of [await userinfo(node, access_token), await introspect(node, access_token)]) {
        assert.ok(Array.isArray(told.groups));
        assert.deepEqual(
          told.groups.filter((name) => String(name).startsWith('department-')),
          names,
        );
      }
    }
    const { items } = await eventually(
      () => admin.json('GET', '/events?type=claim.left_out&limit=20'),
      ({ items }) => Array.isArray(items) && items.length >= 2,
    );
    assert.ok(Array.isArray(items));
    assert.ok(
      items.every(({ detail }) => detail.claim === 'groups' && detail.limit === 4096 && detail.size > 4096),
    );
  });
});
