import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { AdminApi } from './admin-api.ts';
import { whyNoChromium } from './chromium.ts';
import { signInToConsole } from './console-page.ts';
import { type ConsoleUnderTest, looksRight, openConsole } from './console-under-test.ts';
import type { TestHome } from './countersign-process.ts';

const PASSWORD = 'correct horse battery staple';

describe('groups and roles in the console', { skip: whyNoChromium(), timeout: 240_000 }, () => {
  let home: TestHome;
  let opened: ConsoleUnderTest | undefined;
  let browser: Browser;
  let page: Page;
  let api: AdminApi;
  let client_id: string;

  before(async () => {
    opened = await openConsole();
    ({ home, api, browser, page } = opened);
    for (const [username, name] of [
      ['alice', 'Alice Perera'],
      ['bob', 'Bob Silva'],
    ])
      await api.json('POST', '/users', { username, password: PASSWORD, claims: { name } });
    ({ client_id } = await api.register({ client_name: 'Billing', grant_types: ['client_credentials'] }));
    await api.json('POST', '/users', { username: 'eve', password: PASSWORD, roles: ['auditor'] });
    page.setDefaultTimeout(15_000);
  });
  after(() => opened?.close());

  const heading = (name: string) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  const goTo = async (path: string, name: string) => {
    await page.evaluate(
      `history.pushState(null, '', '/console${path}'); dispatchEvent(new PopStateEvent('popstate'))`,
    );
    await heading(name);
  };
  const row = (table: string, name: string) =>
    page.getByRole('table', { name: table }).getByRole('row').filter({ hasText: name });
  const pick = async (label: string, text: string, action: string) => {
    const form = page.locator('form.pick-form').filter({ has: page.getByLabel(label, { exact: true }) });
    await form.getByLabel(label, { exact: true }).fill(text);
    await form.getByRole('button', { name: action }).click();
  };
  const memberships = async (path: string) => {
    const { groups, roles } = await api.json('GET', `${path}/memberships`);
    assert.ok(Array.isArray(groups) && Array.isArray(roles));
    return [groups.map(({ name }) => name), roles.map(({ name }) => name)];
  };

  test('a group is made, filled, given a role and put into another', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Groups' }).click();
    await heading('Groups');
    await page.getByText('There are no groups yet.').waitFor();
    for (const name of ['engineering', 'company']) {
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name').fill(name);
      await dialog.getByLabel('Description').fill(`All of ${name}`);
      await dialog.getByRole('button', { name: 'Add' }).click();
      await heading(name);
      await page.getByRole('link', { name: 'Groups' }).first().click();
      await heading('Groups');
    }
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Engineering');
    await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click();
    await page.getByText(/a group has the name .engineering. already/).waitFor();
    await page.keyboard.press('Escape');

    await page.getByRole('link', { name: 'Roles', exact: true }).click();
    await heading('Roles');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('invoices.read');
    await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click();
    await heading('invoices.read');

    await goTo('/groups', 'Groups');
    await page.getByRole('link', { name: 'engineering', exact: true }).click();
    await heading('engineering');
    await pick('Add a person', 'alice', 'Add');
    await row('People of engineering', 'alice').waitFor();
    await pick('Add a client', client_id, 'Add');
    await row('Clients of engineering', 'Billing').waitFor();
    await pick('Give a role', 'invoices.read', 'Give');
    await row('Roles of the members of engineering', 'invoices.read').waitFor();
    await page.getByRole('button', { name: 'Change', exact: true }).click();
    await page.getByLabel('In the group').fill('no such group');
    await page.getByText('There is no such group.').waitFor();
    await page.getByLabel('In the group').fill('company');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'company', exact: true }).waitFor();
    const whole = [['company', 'engineering'], ['invoices.read']];
    assert.deepEqual(await memberships('/users/alice'), whole);
    assert.deepEqual(await memberships(`/clients/${client_id}`), whole);
    await looksRight(page, 'group');
    await goTo('/groups', 'Groups');
    await row('Groups', 'engineering').getByRole('link', { name: 'company' }).waitFor();
    await looksRight(page, 'groups');
    await goTo('/roles', 'Roles');
    await row('Roles', 'invoices.read').waitFor();
    await looksRight(page, 'roles');
    await page.getByRole('link', { name: 'invoices.read', exact: true }).click();
    await row('Groups of invoices.read', 'engineering').waitFor();
    await looksRight(page, 'role');
  });

  test('a person and a client show what they belong to, and join and leave there', async () => {
    await goTo('/users/alice', 'alice');
    await row('Groups of alice', 'company').getByText('by a group that it contains').waitFor();
    await row('Roles of alice', 'invoices.read').getByText('by engineering').waitFor();
    await pick('Give a role', 'invoices.read', 'Give');
    await row('Roles of alice', 'invoices.read').getByText('itself, by engineering').waitFor();
    await looksRight(page, 'user-memberships');
    await row('Groups of alice', 'engineering').getByRole('button', { name: 'Leave' }).click();
    await page.getByText('No groups.').waitFor();
    assert.deepEqual(await memberships('/users/alice'), [[], ['invoices.read']]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await row('Groups of alice', 'engineering').waitFor();
    await goTo(`/clients/${client_id}?tab=groups`, 'Billing');
    await row('Groups of Billing', 'engineering').getByText('member').waitFor();
    await looksRight(page, 'client-memberships');
    await row('Groups of Billing', 'engineering').getByRole('button', { name: 'Leave' }).click();
    await page.getByText('No groups.').waitFor();
    await pick('Add to a group', 'company', 'Add');
    await row('Groups of Billing', 'company').waitFor();
    assert.deepEqual(await memberships(`/clients/${client_id}`), [['company'], []]);
  });

  test('what a group contains stays, and what goes is asked for by its name', async () => {
    await goTo('/groups', 'Groups');
    await page.getByRole('table').getByRole('link', { name: 'company' }).first().click();
    await heading('company');
    const remove = async (name: string) => {
      await page.getByRole('button', { name: 'Delete', exact: true }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel(`Type ${name} to confirm`).fill(name);
      await dialog.getByRole('button', { name: 'Delete' }).click();
    };
    await remove('company');
    await page.getByText(/the group contains the group .engineering.; move or remove/).waitFor();
    await looksRight(page, 'group-delete');
    await page.keyboard.press('Escape');
    await page.getByRole('table').getByRole('link', { name: 'engineering' }).click();
    await heading('engineering');
    await remove('engineering');
    await heading('Groups');
    assert.deepEqual(await memberships('/users/alice'), [[], ['invoices.read']]);
    await goTo('/roles', 'Roles');
    await page.getByRole('link', { name: 'invoices.read', exact: true }).click();
    await heading('invoices.read');
    await row('People of invoices.read', 'alice').getByRole('button', { name: 'Take away' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take away' }).click();
    await page.getByText('No people.').waitFor();
    assert.deepEqual(await memberships('/users/alice'), [[], []]);
  });

  test('who may only read is offered no change', async () => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const theirs = await signInToConsole(context, home.issuer, 'eve', PASSWORD);
    await theirs.getByRole('navigation').getByRole('link', { name: 'Groups' }).click();
    await theirs.getByRole('link', { name: 'company', exact: true }).click();
    await theirs.getByRole('table', { name: 'Clients of company' }).waitFor();
    assert.deepEqual(await theirs.getByRole('main').getByRole('button').allTextContents(), []);
    await context.close();
  });
});
