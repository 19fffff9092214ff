import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type { Page, Request } from 'playwright-core';
import { z } from 'zod';
import type { AdminApi } from './admin-api.ts';
import { whyNoChromium } from './chromium.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import { type ConsoleUnderTest, looksRight, openConsole } from './console-under-test.ts';
import type { TestHome } from './countersign-process.ts';
import { post } from './token-client.ts';

const Results = z.array(
  z.looseObject({
    row: z.number(),
    client_id: z.string().optional(),
    outcome: z.string(),
    client_secret: z.string().optional(),
  }),
);

describe('the import of clients in the console', { skip: whyNoChromium(), timeout: 240_000 }, () => {
  let home: TestHome;
  let opened: ConsoleUnderTest | undefined;
  let page: Page;
  let api: AdminApi;
  let identity: Identity;

  before(async () => {
    opened = await openConsole();
    ({ home, api, page } = opened);
    identity = await createIdentity('CN=courier');
  });
  after(() => opened?.close());

  const open = async () => {
    await page.goto(`${home.issuer}/console/clients`);
    await page.getByRole('link', { name: 'Import', exact: true }).first().waitFor();
    await page.locator('main').getByRole('link', { name: 'Import', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Import clients' }).waitFor();
  };
  const choose = (name: string, content: string | Uint8Array) =>
    page
      .locator('main input[type=file]')
      .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) });
  const see = () => page.getByRole('button', { name: 'See what would come of it' }).click();
  const row = (name: string) => page.getByRole('row').filter({ hasText: name });
  const bringIn = (count: number) =>
    page.getByRole('button', { name: count === 1 ? 'Import 1 client' : `Import ${count} clients` }).click();
  const results = async () => {
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Results as JSON' }).click();
    return Results.parse(JSON.parse(await readFile(await (await download).path(), 'utf8')));
  };

  test('what is exported comes back in whole, and what was made of each is told and can be saved', async () => {
    await api.register({
      ...{ client_id: 'courier', client_name: 'Courier', certificates: [identity.pem] },
      ...{ grant_types: ['client_credentials'], scope: 'parcels:read', enabled: false },
    });
    await api.register({
      ...{ client_id: 'shop', client_name: 'Shop', token_endpoint_auth_method: 'client_secret_basic' },
      ...{ grant_types: ['authorization_code'], redirect_uris: ['https://shop.example/callback'] },
    });
    await api.register({
      ...{ client_id: 'stays', client_name: 'Stays', token_endpoint_auth_method: 'client_secret_basic' },
      grant_types: ['client_credentials'],
    });
    const before = await Promise.all(
      ['courier', 'shop'].map((client_id) => api.json('GET', `/clients/${client_id}`)),
    );
    await page.goto(`${home.issuer}/console/clients`);
    await page.getByRole('row', { name: /Courier/ }).waitFor();
    await page.locator('summary', { hasText: 'Export' }).click();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'All that match, as JSON' }).click();
    const exported = await readFile(await (await saved).path(), 'utf8');
    await Promise.all(['courier', 'shop'].map((client_id) => api.request('DELETE', `/clients/${client_id}`)));
    await api.update('stays', { client_name: 'Stays, changed' });

    await open();
    await choose('clients.json', exported);
    await see();
    await page.getByRole('heading', { name: 'What would come of it' }).waitFor();
    await row('Courier').getByText('new').waitFor();
    await row('Shop').getByText('A new secret is made.').waitFor();
    await row('Stays').getByText('Not the same: client_name.').waitFor();
    await row('Countersign console').getByText('there already').waitFor();
    await looksRight(page, 'client-import-judged');
    assert.equal((await api.request('GET', '/clients/courier')).status, 404, 'nothing is written yet');

    await bringIn(2);
    await page.getByRole('heading', { name: 'What came of it' }).waitFor();
    await page.getByText('Secrets were made').waitFor();
    await row('Courier').getByText('imported').waitFor();
    await looksRight(page, 'client-import-imported');
    const [courier, shop, stays] = (await results()).filter(
      ({ client_id }) => client_id !== 'countersign-console',
    );
    assert.deepEqual(
      [courier, shop, stays].map((each) => [
        each?.client_id,
        each?.outcome,
        each?.client_secret === undefined,
      ]),
      [
        ['courier', 'added', true],
        ['shop', 'added', false],
        ['stays', 'differs', true],
      ],
    );
    await page.getByText('Secrets were made').waitFor({ state: 'detached' });
    for (const was of before) {
      const {
        revision: _r,
        client_id_issued_at: _i,
        ...now
      } = await api.json('GET', `/clients/${was.client_id}`);
      const { revision: _revision, client_id_issued_at: _issued, ...then } = was;
      assert.deepEqual(now, then);
    }
    const token = await post(
      `${home.issuer}/oauth2/token`,
      { grant_type: 'client_credentials' },
      {
        headers: { authorization: `Basic ${Buffer.from(`shop:${shop?.client_secret}`).toString('base64')}` },
      },
    );
    assert.equal(token.json().error, 'unauthorized_client', 'the secret is that of the client');
    assert.equal((await api.json('GET', '/clients/stays')).client_name, 'Stays, changed');
  });

  test('lines, a table, and what is wrong in one of them: the others come in', async () => {
    await open();
    const lines = [
      { client_name: 'First', client_id: 'first', grant_types: ['client_credentials'] },
      { client_name: 'Broken', client_id: 'broken', grant_types: ['authorization_code'] },
      { client_name: 'First again', client_id: 'first' },
    ].map((line) => JSON.stringify(line));
    await page.getByLabel('Or paste its content').fill([...lines, 'nonsense'].join('\n'));
    await see();
    await row('First again').getByText('Row 1 has the same client_id.').waitFor();
    await row('Broken').getByText('redirect_uris').waitFor();
    await row('without a name').getByText('This is not JSON.').waitFor();
    await looksRight(page, 'client-import-refused');
    await bringIn(1);
    await row('First').getByText('imported').waitFor();
    assert.equal((await api.json('GET', '/clients/first')).client_name, 'First');
    await results();

    await choose(
      'clients.csv',
      'client_name;client_id;grant_types;enabled\r\n"One; of them";row-1;client_credentials;false\r\n',
    );
    await see();
    await row('One; of them').getByText('new', { exact: true }).waitFor();
    await bringIn(1);
    await row('One; of them').getByText('imported').waitFor();
    const made = await api.json('GET', '/clients/row-1');
    assert.deepEqual([made.client_name, made.enabled], ['One; of them', false]);
    await results();

    await choose('people.csv', 'surname\nPilot\n');
    await see();
    await page.getByText('the first row of a table must name client_name or client_id').waitFor();
  });

  test('what breaks off is gone on with, and no secret is lost', async () => {
    await open();
    const many = Array.from({ length: 130 }, (_, index) => ({
      ...{ client_id: `many-${index}`, client_name: `Many ${index}` },
      ...{ token_endpoint_auth_method: 'client_secret_basic', grant_types: ['client_credentials'] },
    }));
    await choose('many.json', JSON.stringify(many));
    await see();
    await page.getByText('130 new', { exact: true }).waitFor();
    // The answer to the first request is lost, when everything is done; the second never comes to the server.
    let requests = 0;
    await page.route('**/api/admin/v1/bulk/clients', async (route) => {
      requests++;
      if (requests === 1) await route.fetch();
      await route.abort();
    });
    await bringIn(130);
    await page.getByText('It broke off').waitFor();
    await looksRight(page, 'client-import-broken-off');
    await page.unroute('**/api/admin/v1/bulk/clients');
    await page.getByRole('button', { name: 'Go on with 130 clients' }).click();
    await page.getByText('130 imported', { exact: true }).waitFor();
    const all = await results();
    assert.equal(all.filter(({ client_secret }) => client_secret !== undefined).length, 130);
    const [first] = all;
    const token = await post(
      `${home.issuer}/oauth2/token`,
      { grant_type: 'client_credentials' },
      {
        headers: {
          authorization: `Basic ${Buffer.from(`${first?.client_id}:${first?.client_secret}`).toString('base64')}`,
        },
      },
    );
    assert.equal(token.status, 200);
  });

  test('secrets that nobody kept stay until somebody agrees to lose them', async () => {
    await open();
    const pasted = page.getByLabel('Or paste its content');
    const client = {
      ...{ client_id: 'kept', client_name: 'Kept', token_endpoint_auth_method: 'client_secret_basic' },
      grant_types: ['client_credentials'],
    };
    await pasted.fill(JSON.stringify(client));
    await see();
    await bringIn(1);
    await page.getByText('Secrets were made').waitFor();
    const asked: string[] = [];
    let agrees = false;
    page.on('dialog', async (dialog) => {
      asked.push(dialog.message());
      await (agrees ? dialog.accept() : dialog.dismiss());
    });
    await pasted.fill('something else');
    assert.equal(await pasted.inputValue(), JSON.stringify(client));
    await choose('other.json', '[]');
    await see();
    await page.getByText('Secrets were made').waitFor();
    assert.equal(asked.length, 3, asked.join());
    agrees = true;
    await choose('other.json', '[]');
    await page.getByText('Secrets were made').waitFor({ state: 'detached' });
    await page.getByText('other.json').waitFor();
    assert.equal(asked.length, 4);
    page.removeAllListeners('dialog');
  });

  test('a file with a private key is not taken, and nothing of it is sent', async () => {
    const sent: Request[] = [];
    page.on('request', (request) => void (request.method() === 'POST' && sent.push(request)));
    await open();
    const key = identity.key;
    await choose(
      'clients.json',
      JSON.stringify([{ client_name: 'Leak', certificates: [`${identity.pem}${key}`] }]),
    );
    await page.getByText('clients.json holds a private key.').waitFor();
    assert.ok(await page.getByRole('button', { name: 'See what would come of it' }).isDisabled());
    await choose('store.p12', new Uint8Array([0x30, 0x82, 0x01, 0x00, 0x02, 0x01, 0x03, 0xff]));
    await page.getByText('store.p12 is a key store').waitFor();
    assert.deepEqual(
      sent.map((request) => request.url()).filter((url) => url.includes('/bulk/')),
      [],
    );
  });
});
