import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { startChromium, whyNoChromium } from './chromium.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';

/** As far as somebody would press Tab before giving up. */
const MOST_STEPS = 80;

/** What has the focus, as a screen reader calls it. */
const FOCUSED = `(() => {
  const { activeElement: element } = document;
  if (!element || element === document.body) return 'nothing';
  const labels = element.labels ? [...element.labels].map((label) => label.textContent) : [];
  return (element.getAttribute('aria-label') || labels.join(' ') || element.textContent || element.name || element.localName).trim();
})()`;

describe('the console by keyboard alone', { skip: whyNoChromium(), timeout: 240_000 }, () => {
  let home: TestHome;
  let server: RunningCountersign;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let api: AdminApi;

  before(async () => {
    home = await createTestHome({});
    server = await home.start();
    api = adminApiOf(home.issuer);
    for (const name of ['invoices.read', 'invoices.write', 'payroll.read'])
      await api.json('POST', '/roles', { name, description: '' });
    browser = await startChromium();
    context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'en-GB' });
    page = await context.newPage();
    page.setDefaultTimeout(20_000);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await home?.remove();
  });

  const focused = () => page.evaluate<string>(FOCUSED);

  /** Presses Tab until what is called so has the focus. */
  async function tabTo(name: string | RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    const passed: string[] = [];
    for (let step = 0; step < MOST_STEPS; step += 1) {
      const now = await focused();
      if (typeof name === 'string' ? now === name : name.test(now)) return;
      passed.push(now);
      await page.keyboard.press(key);
    }
    assert.fail(`no way by ${key} to ${name}: ${passed.join(' | ')}`);
  }

  /** Waits until what is called so has the focus. */
  async function focusCameTo(name: string | RegExp): Promise<void> {
    for (let tries = 0; tries < 100; tries += 1) {
      const now = await focused();
      if (typeof name === 'string' ? now === name : name.test(now)) return;
      await page.waitForTimeout(100);
    }
    assert.fail(`the focus is at ${await focused()}, and should be at ${name}`);
  }

  const press = (...keys: readonly string[]) =>
    keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());

  test('signing in, and going to a place', async () => {
    await page.goto(`${home.issuer}/console`);
    await page.waitForURL(/\/oauth2\/sign-in/);
    await tabTo('Username');
    await page.keyboard.type('admin');
    await tabTo('Password');
    await page.keyboard.type('admin');
    await press('Enter');
    await page.waitForURL(/\/oauth2\/consent|\/console/);
    if (page.url().includes('/oauth2/consent')) {
      await tabTo('Allow');
      await press('Enter');
    }
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await focusCameTo('Overview');
    await tabTo('Groups', 'Shift+Tab');
    await press('Enter');
    await page.locator('h1:focus', { hasText: 'Groups' }).waitFor();
    await tabTo('Skip to the content', 'Shift+Tab');
    await press('Enter', 'Tab');
    assert.equal(await focused(), 'Add', 'what is skipped is the navigation');
  });

  test('a group is made and given roles; one is taken away, and that is undone', async () => {
    await tabTo('Add');
    await press('Enter');
    await focusCameTo('Name');
    await press('Escape');
    await focusCameTo('Add');
    await press('Enter');
    await focusCameTo('Name');
    await page.keyboard.type('Finance');
    await press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Finance' }).waitFor();
    await focusCameTo('Finance');
    for (const role of ['invoices.read', 'invoices.write', 'payroll.read']) {
      await tabTo('Give a role');
      await page.keyboard.type(role);
      const give = page.getByRole('button', { name: 'Give', exact: true }).first();
      await give.and(page.locator(':enabled')).waitFor();
      await press('Enter');
      await page.getByRole('link', { name: role }).waitFor();
      await focusCameTo('Give a role');
    }
    await tabTo('Take away');
    await press('Enter');
    await page.getByRole('link', { name: 'invoices.read' }).waitFor({ state: 'detached' });
    // The row is gone: the same button of the next has the focus.
    await focusCameTo('Take away');
    const row = () =>
      page.evaluate<string>('document.activeElement.closest("tr").querySelector("a").textContent');
    assert.equal(await row(), 'invoices.write');
    await press('F8');
    assert.equal(await focused(), 'Undo');
    await press('Enter');
    await page.getByRole('link', { name: 'invoices.read' }).waitFor();
    await page.getByText('Undone.').waitFor();
    await focusCameTo('Take away');
  });

  test('a claim is defined, and removed with a dialog that hands the focus on', async () => {
    await tabTo('Claims', 'Shift+Tab');
    await press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Claims' }).waitFor();
    for (const claim of ['teams', 'units']) {
      await tabTo('Define a claim');
      await press('Enter');
      await focusCameTo('Claim');
      await page.keyboard.type(claim);
      await tabTo('Scope');
      await page.keyboard.type('people');
      await press('Enter');
      await page.getByRole('rowheader', { name: claim }).waitFor();
      await focusCameTo('Define a claim');
    }
    await tabTo('Remove the claim teams');
    await press('Enter');
    await tabTo('Cancel');
    await press('Enter');
    await focusCameTo('Remove the claim teams');
    await press('Enter');
    await tabTo('Remove');
    await press('Enter');
    await page.getByRole('rowheader', { name: 'teams' }).waitFor({ state: 'detached' });
    await focusCameTo('Remove the claim units');
  });

  test('a message stays while it has the focus, and for good where one likes', async () => {
    await page.clock.install();
    await tabTo('Remove the claim units');
    await press('Enter');
    await tabTo('Remove');
    await press('Enter');
    const message = page.getByText('The claim units is given no more.');
    await message.waitFor();
    await page.clock.runFor(9_000);
    await message.waitFor();
    await press('F8');
    await focusCameTo('Dismiss');
    await page.clock.runFor(60_000);
    await message.waitFor();
    await tabTo('Messages stay until they are dismissed');
    await press('Space');
    await page.evaluate('document.activeElement.blur()');
    await page.clock.runFor(60_000);
    await message.waitFor();
    await press('F8', 'Enter');
    await message.waitFor({ state: 'detached' });
  });
});
