import assert from 'node:assert/strict';
import { copyFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { loadPlugIns } from '../src/server/load-plug-ins.ts';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { eventOf } from './event-of.ts';
import { type Answer, call, claimsOf, post } from './token-client.ts';

const EXAMPLE = resolve(import.meta.dirname, '../../../examples/plugins/voucher-grant.ts');
const VOUCHER = 'https://example.com/grants/voucher';
const OBEDIENT = 'https://example.com/grants/obedient';

/** Does what the parameter says, and tells what it was given. */
const PLUG_IN = `
export default {
  kind: 'grant',
  grant_type: '${OBEDIENT}',
  async plan({ parameter, client_id, certificate }) {
    switch (parameter('command')) {
      case 'client': return { outcome: 'granted' };
      case 'person': return { outcome: 'granted', username: 'admin', scope: parameter('wanted') };
      case 'nobody': return { outcome: 'granted', username: 'nobody' };
      case 'tell': return { outcome: 'refused', reason: JSON.stringify([client_id, certificate?.['x5t#S256'], parameter('client_secret') ?? null]) };
      case 'deny': return { outcome: 'refused', reason: 'I was told to', error: 'access_denied' };
      case 'throw': throw new Error('broken on purpose');
      case 'hang': return new Promise(() => {});
      case 'nonsense': return { outcome: 'granted', scope: 7 };
    }
  },
};
`;

describe('plug-in grants', () => {
  let home: TestHome;
  let server: RunningCountersign;
  let admin: AdminApi;
  let identity: Identity;
  const dropin = (name: string) => join(home.home, 'repository/components/dropins', name);
  const ask = (grant_type: string, form: Readonly<Record<string, string>>) =>
    post(
      `${home.issuer}/oauth2/token`,
      { grant_type, client_id: 'printer', ...form },
      { certificate: identity },
    );
  const obey = (command: string, form: Readonly<Record<string, string>> = {}) =>
    ask(OBEDIENT, { command, ...form });
  const refused = async (answer: Answer) => {
    const { because, evidence } = await eventOf(server, answer);
    return [answer.status, answer.json().error, because, JSON.stringify(evidence)];
  };

  before(async () => {
    home = await createTestHome();
    identity = await createIdentity('CN=printer');
    await copyFile(EXAMPLE, dropin('voucher-grant.ts'));
    await writeFile(dropin('obedient.mjs'), PLUG_IN);
    server = await home.start();
    admin = adminApiOf(home.issuer);
    const grants = { grant_types: [VOUCHER, OBEDIENT, 'client_credentials'], scope: 'print scan admin:read' };
    await admin.register({
      client_id: 'printer',
      client_name: 'Printer',
      certificates: [identity.pem],
      ...grants,
    });
    await admin.register({ client_id: 'other', client_name: 'Other', certificates: [identity.pem] });
  });
  after(async () => {
    await server?.stop();
    await home?.remove();
  });

  test('the example gives a bound token for what its voucher is good for', async () => {
    const answer = await ask(VOUCHER, { voucher: 'correct-horse' });
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual([answer.json().scope, answer.json().expires_in], ['print', 300]);
    const { sub, cnf } = claimsOf(answer.json().access_token);
    assert.deepEqual([sub, cnf], ['printer', { 'x5t#S256': identity.thumbprint }]);
    const [status, error, because] = await refused(await ask(VOUCHER, { voucher: 'wrong' }));
    assert.deepEqual([status, error, because], [400, 'invalid_grant', 'grant_plug_in_refused']);
    const without = await ask(VOUCHER, {});
    assert.equal(without.json().error, 'invalid_request');
  });

  test('the metadata lists the grant types, and only clients registered for one may use it', async () => {
    const metadata = await call(`${home.issuer}/.well-known/oauth-authorization-server`);
    const { grant_types_supported } = metadata.json();
    assert.ok(Array.isArray(grant_types_supported));
    assert.ok(grant_types_supported.includes(VOUCHER) && grant_types_supported.includes(OBEDIENT));
    const answer = await ask(VOUCHER, { client_id: 'other', voucher: 'correct-horse' });
    assert.equal(answer.json().error, 'unauthorized_client');
  });

  test('what it grants stays within the registration of the client and the roles of the person', async () => {
    assert.equal((await obey('client')).json().scope, 'print scan');
    assert.equal((await obey('client', { scope: 'scan' })).json().scope, 'scan');
    assert.equal((await obey('client', { scope: 'admin:read' })).json().error, 'invalid_scope');
    const person = await obey('person', { wanted: 'print admin:read' });
    assert.equal(person.json().scope, 'print admin:read', person.text);
    assert.equal((await obey('person', { wanted: 'everything' })).json().error, 'invalid_scope');
    const nobody = await refused(await obey('nobody'));
    assert.deepEqual(nobody.slice(0, 3), [400, 'invalid_grant', 'user_unknown']);
  });

  test('it sees the client and its certificate, and never its credentials', async () => {
    const [status, error, because, evidence] = await refused(await obey('tell'));
    assert.deepEqual([status, error, because], [400, 'invalid_grant', 'grant_plug_in_refused']);
    assert.match(String(evidence), new RegExp(`printer.*${identity.thumbprint}.*null`));
    const denied = await refused(await obey('deny'));
    assert.deepEqual(denied.slice(0, 3), [400, 'access_denied', 'grant_plug_in_refused']);
  });

  test('one that breaks, hangs or answers nonsense refuses that request alone', async () => {
    const hanging = obey('hang');
    for (const [command, evidence] of [
      ['throw', /broken on purpose/],
      ['nonsense', /scope/],
      ['silence', /./],
    ] as const) {
      const [status, error, because, found] = await refused(await obey(command));
      assert.deepEqual([status, error, because], [400, 'invalid_grant', 'grant_plug_in_failed']);
      assert.match(String(found), evidence);
    }
    assert.equal((await ask(VOUCHER, { voucher: 'correct-horse' })).status, 200);
    assert.equal((await ask('client_credentials', {})).status, 200);
    const late = await refused(await hanging);
    assert.equal(late[2], 'grant_plug_in_failed');
  });

  for (const [name, source, message] of [
    ['taken', PLUG_IN, /the grant_type https:\/\/example\.com\/grants\/obedient is used twice/],
    [
      'reserved',
      PLUG_IN.replace(OBEDIENT, 'urn:ietf:params:oauth:grant-type:device_code'),
      /outside urn:ietf:/,
    ],
    ['short', PLUG_IN.replace(OBEDIENT, 'password'), /is not an absolute URI/],
    [
      'planless',
      "export default { kind: 'grant', grant_type: 'https://a.example' };",
      /has no default export/,
    ],
  ] as const) {
    test(`a file is refused: ${name}`, async () => {
      await writeFile(dropin(`zz-${name}.mjs`), source);
      await assert.rejects(loadPlugIns(dropin('.')), message);
      await rm(dropin(`zz-${name}.mjs`));
    });
  }
});
