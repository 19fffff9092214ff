import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { startChromium, whyNoChromium } from './chromium.ts';
import { seriousBarriers, signInToConsole } from './console-page.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';

const PASSWORD = 'correct horse battery staple';

/** What each account has, and the places it is shown. */
const ACCOUNTS = {
  limited: [
    { limited_roles: [{ role: 'clients_writer', group: 'partners' }] },
    ['Overview', 'Clients', 'Certificates', 'Live view', 'Sessions and tokens', 'Audit trail'],
  ],
  clients: [
    { roles: ['clients_writer'] },
    [
      'Overview',
      'Clients',
      'Registration tokens',
      'Certificates',
      'Live view',
      'Claims',
      'Sessions and tokens',
      'Audit trail',
    ],
  ],
  people: [
    { roles: ['people_writer'] },
    ['Overview', 'Users', 'Groups', 'Roles', 'Claims', 'Sessions and tokens'],
  ],
  keys: [{ roles: ['keys_reader'] }, ['Overview', 'Certificates', 'Signing keys']],
  trust: [{ roles: ['trust_writer'] }, ['Overview', 'Trust', 'Certificates']],
  settings: [{ roles: ['settings_reader'] }, ['Overview', 'Certificates', 'Webhooks', 'Settings']],
  audit: [{ roles: ['audit_reader'] }, ['Overview', 'Live view', 'Audit trail']],
} as const;

describe('administrator roles in the console', { skip: whyNoChromium(), timeout: 240_000 }, () => {
  let home: TestHome;
  let server: RunningCountersign;
  let browser: Browser;
  let api: AdminApi;

  before(async () => {
    home = await createTestHome({});
    server = await home.start();
    api = adminApiOf(home.issuer);
    const { group_id } = await api.json('POST', '/groups', { name: 'partners' });
    const { client_id } = await api.register({ client_name: 'Ours', grant_types: ['client_credentials'] });
    await api.register({ client_name: 'Theirs', grant_types: ['client_credentials'] });
    await api.json('PUT', `/groups/${group_id}/clients/${client_id}`);
    await api.json('POST', '/users', { username: 'plain', password: PASSWORD });
    for (const [username, [roles]] of Object.entries(ACCOUNTS)) {
      await api.json('POST', '/users', { username, password: PASSWORD, ...roles });
    }
    browser = await startChromium();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await home?.remove();
  });

  const signedIn = async (username: string, password = PASSWORD): Promise<Page> => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await signInToConsole(context, home.issuer, username, password);
    page.setDefaultTimeout(15_000);
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    return page;
  };
  /** Requests that were refused, from now on. */
  const refusalsOf = (page: Page): readonly string[] => {
    const refused: string[] = [];
    page.on('response', (response) => {
      if (response.status() === 403) refused.push(`${response.request().method()} ${response.url()}`);
    });
    return refused;
  };

  for (const [username, [, places]] of Object.entries(ACCOUNTS)) {
    test(`${username} is shown the places of its roles, and nothing there is refused`, async () => {
      const page = await signedIn(username);
      const refused = refusalsOf(page);
      const links = page.getByRole('navigation', { name: 'Console' }).getByRole('link');
      assert.deepEqual(await links.allTextContents(), places);
      for (const place of places) {
        await page
          .getByRole('navigation', { name: 'Console' })
          .getByRole('link', { name: place, exact: true })
          .click();
        await page.getByRole('heading', { level: 1, name: place, exact: true }).waitFor();
        await page.getByRole('status', { name: 'Loading' }).first().waitFor({ state: 'detached' });
        assert.equal(await page.getByText('Your role does not allow this.').count(), 0, place);
      }
      assert.deepEqual(refused, []);
      await page.context().close();
    });
  }

  test('who administers the clients of a group sees and adds these alone', async () => {
    const page = await signedIn('limited');
    const refused = refusalsOf(page);
    await page.locator('.tile').getByText('1', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Clients', exact: true }).first().click();
    await page.getByRole('link', { name: 'Ours' }).waitFor();
    assert.equal(await page.getByText('Theirs').count(), 0);
    await page.getByRole('link', { name: 'Add', exact: true }).click();
    await page.getByLabel('Group').waitFor();
    await page.getByLabel('Client name').fill('Added here');
    await page.getByText('Client secret', { exact: true }).click();
    await page.getByLabel('Callback URL', { exact: true }).fill('https://app.example/callback');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Added here' }).waitFor();
    await page.getByRole('tab', { name: 'Groups and roles' }).click();
    await page
      .getByRole('table', { name: /Groups of/ })
      .getByText('partners')
      .waitFor();
    assert.equal(await page.getByLabel('Add to a group').count(), 0);
    assert.deepEqual(refused, []);
    await page.context().close();
  });

  test('who writes people is offered nothing about administrators, nor a role to give', async () => {
    const page = await signedIn('people');
    await page.getByRole('link', { name: 'Users', exact: true }).click();
    await page.getByRole('link', { name: 'plain', exact: true }).click();
    await page.getByRole('button', { name: 'Set password' }).waitFor();
    assert.equal(await page.getByLabel('Auditor', { exact: true }).isDisabled(), true);
    const give = page.getByRole('button', { name: 'Give', exact: true });
    await give.first().waitFor();
    assert.equal(await give.count(), 1, 'of a role of applications');
    await page.getByRole('link', { name: 'Users', exact: true }).first().click();
    await page.getByRole('link', { name: 'admin', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'admin' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Set password' }).count(), 0);
    await page.context().close();
  });

  test('an owner gives a role for a group, sees it and takes it away', async () => {
    const page = await signedIn('admin', 'admin');
    await page.getByRole('link', { name: 'Users', exact: true }).click();
    await page.getByRole('link', { name: 'plain', exact: true }).click();
    await page.getByLabel('Keys: reader').click();
    await page.getByText('The roles are changed.').first().waitFor();
    await page.getByLabel('Role in a group').selectOption('clients_reader');
    const group = page.getByLabel('Group', { exact: true });
    await group.fill('nowhere');
    const form = page.locator('form').filter({ has: group });
    await form.getByRole('button', { name: 'Give' }).click();
    await page.getByText(/.nowhere. is no group/).waitFor();
    await group.fill('partners');
    await form.getByRole('button', { name: 'Give' }).click();
    const given = page.getByRole('listitem').filter({ hasText: 'Clients: reader in partners' });
    await given.waitFor();
    assert.deepEqual(await seriousBarriers(page), []);
    const account = await api.json('GET', '/users/plain');
    assert.deepEqual(account.roles, ['keys_reader']);
    assert.equal(Array.isArray(account.limited_roles) && account.limited_roles.length, 1);
    await page.getByRole('link', { name: 'Users', exact: true }).first().click();
    await page
      .getByRole('row')
      .filter({ hasText: 'plain' })
      .getByText('Clients: reader in partners')
      .waitFor();
    await page.getByRole('link', { name: 'plain', exact: true }).click();
    await given.getByRole('button', { name: 'Take away' }).click();
    await given.waitFor({ state: 'detached' });
    assert.equal((await api.json('GET', '/users/plain')).limited_roles, undefined);
    await page.context().close();
  });
});
