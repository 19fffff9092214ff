import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { AdminApi } from './admin-api.ts';
import { whyNoChromium } from './chromium.ts';
import { type ConsoleUnderTest, looksRight, openConsole } from './console-under-test.ts';
import type { TestHome } from './countersign-process.ts';

const PASSWORD = 'correct horse battery staple';
/** Resolved away in paths, decoded by proxies, those of places of the console, and one that nothing breaks. */
const NAMES = [
  ...['.', '..', '-', 'add', 'import', 'a/b', '%2e%2e', '%2F', 'a?b=c#d', '50 % off; now', 'ü\\n'],
  'x'.repeat(255),
];

describe('names that no path can carry, in the console', { skip: whyNoChromium(), timeout: 240_000 }, () => {
  let home: TestHome;
  let opened: ConsoleUnderTest | undefined;
  let page: Page;
  let api: AdminApi;

  before(async () => {
    opened = await openConsole();
    ({ home, api, page } = opened);
    const metadata = {
      ...{ token_endpoint_auth_method: 'none', grant_types: ['authorization_code'] },
      redirect_uris: ['https://app.example/callback'],
    };
    // As other servers gave them out; here nobody gets such a name anew.
    const clients = NAMES.map((client_id, index) => ({
      ...{ kind: 'client', client_id },
      metadata: { ...metadata, client_name: `Client number ${index}` },
    }));
    const lines = [{ countersign_export: 1 }, ...clients, { end: {} }].map((line) => JSON.stringify(line));
    const content = Buffer.from(`${lines.join('\n')}\n`).toString('base64');
    const files = [{ name: 'clients.jsonl', content }];
    await api.json('POST', '/import', { source: 'countersign', dry_run: false, files });
    for (const username of NAMES) await api.json('POST', '/users', { username, password: PASSWORD });
  });
  after(() => opened?.close());

  const heading = (name: string) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();

  test('clients are opened, loaded anew, edited, disabled and deleted', async () => {
    await page.goto(`${home.issuer}/console/clients`);
    await page.getByRole('link', { name: 'Client number 0', exact: true }).waitFor();
    await looksRight(page, 'names-clients');
    for (const [index, client_id] of NAMES.entries()) {
      const name = `Client number ${index}`;
      await page.getByRole('link', { name, exact: true }).click();
      await heading(name);
      await page.getByText(client_id, { exact: true }).first().waitFor();
      await page.getByRole('tab', { name: 'Configuration' }).click();
      await page.reload();
      await heading(name);
      await page.getByRole('tab', { name: 'Configuration', selected: true }).waitFor();
      if (client_id.length > 100) await looksRight(page, 'names-client');
      await page.getByRole('link', { name: 'Edit', exact: true }).click();
      await heading(`Edit ${name}`);
      await page.getByLabel('Client name', { exact: true }).fill(`${name}, renamed`);
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await heading(`${name}, renamed`);
      await page.getByRole('button', { name: 'Disable', exact: true }).click();
      await page.getByRole('button', { name: 'Enable', exact: true }).waitFor();
      await page.getByRole('button', { name: 'Delete', exact: true }).click();
      const dialog = page.getByRole('dialog');
      const typed = dialog.getByRole('textbox');
      if ((await typed.count()) > 0) await typed.fill(`${name}, renamed`);
      await dialog.getByRole('button', { name: 'Delete' }).click();
      await heading('Clients');
    }
    assert.equal((await api.json('GET', '/clients')).total, 1, 'the console itself is left');
  });

  test('people are opened, loaded anew, disabled and removed', async () => {
    await page.goto(`${home.issuer}/console/users?size=50`);
    for (const username of NAMES) {
      await page.getByRole('link', { name: username, exact: true }).click();
      await heading(username);
      await page.reload();
      await heading(username);
      if (username.length > 100) await looksRight(page, 'names-user');
      await page.getByRole('button', { name: 'Disable', exact: true }).click();
      await page.getByRole('button', { name: 'Enable', exact: true }).waitFor();
      await page.locator('a.back').click();
      await heading('Users');
    }
    const { items } = await api.json('GET', '/users?enabled=false');
    assert.equal(Array.isArray(items) && items.length, NAMES.length);
  });
});
