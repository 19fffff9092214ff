import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { AdminApi } from './admin-api.ts';
import { whyNoChromium } from './chromium.ts';
import { signInToConsole } from './console-page.ts';
import { type ConsoleUnderTest, looksRight, openConsole } from './console-under-test.ts';
import type { TestHome } from './countersign-process.ts';

/** Somebody who comes over, and somebody who does not. */
const PEOPLE = [
  'username,password,email,groups,enabled',
  'ana.pilot,correct horse battery staple,ana@harbour.example,pilots,',
  'bo.left,correct horse battery staple,,,perhaps',
].join('\n');

describe('the import in the console', { skip: whyNoChromium(), timeout: 180_000 }, () => {
  let home: TestHome;
  let opened: ConsoleUnderTest | undefined;
  let browser: Browser;
  let page: Page;
  let api: AdminApi;

  before(async () => {
    opened = await openConsole();
    ({ home, api, browser, page } = opened);
  });
  after(() => opened?.close());

  const choose = (about: string, name: string, text: string) =>
    page
      .locator(`input[data-about="${about}"]`)
      .first()
      .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
  const see = () => page.getByRole('button', { name: 'See what would come over' }).click();
  const row = (name: string) => page.getByRole('row').filter({ hasText: name });

  test('files are judged first, then brought in, and a second time nothing changes', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Import' }).click();
    await page.getByRole('heading', { level: 1, name: 'Import' }).waitFor();
    await page.getByLabel('From').selectOption('people');

    await choose('Files', 'people.csv', 'surname\nPilot');
    await see();
    await page.getByText('Nothing was brought in').waitFor();
    await looksRight(page, 'import-refused');

    await choose('Files', 'people.csv', PEOPLE);
    await see();
    await page.getByRole('heading', { name: 'What would come over' }).waitFor();
    await row('ana.pilot').getByText('would be added').waitFor();
    await row('bo.left').getByText('left out').waitFor();
    await looksRight(page, 'import-dry-run');
    assert.equal((await api.request('GET', '/users/ana.pilot')).status, 404);

    await page.getByRole('button', { name: 'Bring it in' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Bring it in' }).click();
    await page.getByRole('heading', { name: 'What came over' }).waitFor();
    assert.equal((await api.json('GET', '/users/ana.pilot')).username, 'ana.pilot');
    assert.equal(await page.getByRole('button', { name: 'Bring it in' }).count(), 0);

    await see();
    await row('ana.pilot').getByText('there already').waitFor();
  });

  test('whoever is no owner is offered none', async () => {
    await api.json('POST', '/users', {
      username: 'manager',
      password: 'correct horse battery staple',
      roles: ['client_manager'],
    });
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const other = await signInToConsole(context, home.issuer, 'manager', 'correct horse battery staple');
    await other.getByRole('navigation').getByRole('link', { name: 'Overview' }).waitFor();
    assert.equal(await other.getByRole('navigation').getByRole('link', { name: 'Import' }).count(), 0);
    await context.close();
  });
});
