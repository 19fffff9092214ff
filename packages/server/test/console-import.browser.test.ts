import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { startChromium, whyNoChromium } from './chromium.ts';
import { seriousBarriers, signInToConsole } from './console-page.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { inEveryLook } from './every-look.ts';

/** Somebody who comes over, and somebody who does not. */
const PEOPLE = [
  'username,password,email,groups,enabled',
  'ana.pilot,correct horse battery staple,ana@harbour.example,pilots,',
  'bo.left,correct horse battery staple,,,perhaps',
].join('\n');

describe('the import in the console', { skip: whyNoChromium(), timeout: 180_000 }, () => {
  let home: TestHome;
  let server: RunningCountersign;
  let browser: Browser;
  let page: Page;
  let api: AdminApi;

  before(async () => {
    home = await createTestHome({});
    server = await home.start();
    api = adminApiOf(home.issuer);
    browser = await startChromium();
    page = await signInToConsole(await browser.newContext({ ignoreHTTPSErrors: true }), home.issuer);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await home?.remove();
  });

  async function look(name: string): Promise<void> {
    const barriers: string[] = [];
    await inEveryLook(page, `console-${name}`, async (style, overflow) => {
      if (overflow > 0) barriers.push(`${style}: wider than the screen by ${overflow} pixels`);
      for (const barrier of await seriousBarriers(page)) barriers.push(`${style}: ${barrier}`);
    });
    await page.setViewportSize({ width: 1440, height: 900 });
    assert.deepEqual(barriers, [], name);
  }
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
    await look('import-refused');

    await choose('Files', 'people.csv', PEOPLE);
    await see();
    await page.getByRole('heading', { name: 'What would come over' }).waitFor();
    await row('ana.pilot').getByText('would be added').waitFor();
    await row('bo.left').getByText('left out').waitFor();
    await look('import-dry-run');
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
