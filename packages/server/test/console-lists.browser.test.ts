import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { certificateToPem } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { startChromium, whyNoChromium } from './chromium.ts';
import { seriousBarriers, signInToConsole } from './console-page.ts';
import { looksRight } from './console-under-test.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';

const DAY_MS = 86_400_000;
const PASSWORD = 'correct horse battery staple';
/** Beside those that the tests need by name. */
const MANY = 120;

/** A certificate that ended, or will, so many days from now. */
async function certificateThatEnds(days: number): Promise<string> {
  const { certificate } = await issueCertificate({
    subject: `CN=ends in ${days} days`,
    keyType: 'EC-P256',
    days: 400,
    usage: 'client',
    now: Date.now() + (days - 400) * DAY_MS,
  });
  return certificateToPem(certificate);
}

describe('lists of the console', { skip: whyNoChromium(), timeout: 180_000 }, () => {
  let home: TestHome;
  let server: RunningCountersign;
  let browser: Browser;
  let api: AdminApi;
  let page: Page;

  before(async () => {
    home = await createTestHome();
    server = await home.start();
    api = adminApiOf(home.issuer);
    const [past, soon, later] = await Promise.all([-20, 10, 300].map(certificateThatEnds));
    const named = [
      { client_id: 'ended', client_name: 'Abandoned printer', certificates: [past] },
      { client_id: 'renewed', client_name: 'Billing', certificates: [past, later] },
      { client_id: 'soon', client_name: 'Courier', certificates: [soon] },
    ];
    const many = Array.from({ length: MANY }, (_, index) => ({
      client_id: `worker-${String(index).padStart(3, '0')}`,
      client_name: `${index % 2 === 0 ? 'Even' : 'Odd'} worker ${String(index).padStart(3, '0')}`,
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_basic',
    }));
    const operations = [...named, ...many].map((client) => ({ operation: 'register', client }));
    await api.json('POST', '/bulk/clients', { operations });
    for (const username of ['anna', 'bert', 'carla']) {
      await api.json('POST', '/users', { username, password: PASSWORD, claims: { name: username } });
    }
    browser = await startChromium();
    page = await signInToConsole(await browser.newContext({ ignoreHTTPSErrors: true }), home.issuer);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await home?.remove();
  });

  const open = async (path: string) => {
    await page.goto(`${home.issuer}/console${path}`);
    await rows().first().waitFor();
  };
  const rows = () => page.locator('tbody tr');
  const names = () => page.locator('tbody th').allTextContents();
  const settled = () => page.locator('.table-card[aria-busy="false"]').waitFor();
  const button = (name: string | RegExp) =>
    page.getByRole('button', { name, exact: typeof name === 'string' });
  const firstIs = (name: string) =>
    page.locator('tbody th').first().getByText(name, { exact: true }).waitFor();
  const dialog = () => page.getByRole('dialog');

  test('a list is sorted by its heads, either way, and the address says so', async () => {
    await open('/clients');
    await firstIs('Abandoned printer');
    await button('Name').click();
    await firstIs('Odd worker 119');
    assert.match(page.url(), /sort=client_name&order=desc/);
    assert.equal(
      await page.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort'),
      'descending',
    );
    await button('Certificate').click();
    await firstIs('Abandoned printer');
    await settled();
    assert.deepEqual((await names()).slice(0, 3), ['Abandoned printer', 'Courier', 'Billing']);
    await button('Certificate').click();
    await firstIs('Billing');
    await page.reload();
    await firstIs('Billing');
  });

  test('a client whose certificates have all expired says so, and can be listed with its like', async () => {
    await open('/clients?sort=certificates_end');
    const ended = page.getByRole('row', { name: /Abandoned printer/ });
    await ended.getByText('its certificate expired 20 days ago').waitFor();
    await page
      .getByRole('row', { name: /Courier/ })
      .getByText('the last one expires in')
      .waitFor();
    await page
      .getByRole('combobox', { name: 'Certificate' })
      .selectOption({ label: 'None is valid any more' });
    await page.getByText('1 entry', { exact: true }).waitFor();
    assert.deepEqual(await names(), ['Abandoned printer']);
    await page.getByRole('combobox', { name: 'Certificate' }).selectOption({ label: 'Has an expired one' });
    await page.getByText('2 entries', { exact: true }).waitFor();
  });

  test('columns, page size and saved filters are as the person left them', async () => {
    await open('/clients');
    assert.equal(await rows().count(), 25);
    await page.getByLabel('Entries on a page').selectOption('50');
    await rows().nth(49).waitFor();
    const columns = page.locator('summary', { hasText: 'Columns' });
    await columns.click();
    await page.getByLabel('Registered', { exact: true }).check();
    await page.getByLabel('Authentication', { exact: true }).uncheck();
    await page.keyboard.press('Escape');
    assert.ok(await page.evaluate("document.activeElement?.textContent === 'Columns'"));
    await page.getByLabel('Search by name or client_id').fill('odd');
    await page.getByText('60 entries', { exact: true }).waitFor();
    await page.locator('summary', { hasText: 'Saved filters' }).click();
    await page.getByLabel('Name of these filters').fill('The odd ones');
    await button('Save these filters').click();
    await page.reload();
    await page.getByText('60 entries', { exact: true }).waitFor();
    await rows().nth(49).waitFor();
    const heads = await page.getByRole('columnheader').allTextContents();
    assert.ok(heads.includes('Registered') && !heads.includes('Authentication'), heads.join());
    await button('Clear all filters').click();
    await page.getByText('124 entries', { exact: true }).waitFor();
    assert.equal(await page.getByLabel('Search by name or client_id').inputValue(), '');
    await page.locator('summary', { hasText: 'Saved filters' }).click();
    await button('The odd ones').click();
    await page.getByText('60 entries', { exact: true }).waitFor();
    assert.equal(await page.getByLabel('Search by name or client_id').inputValue(), 'odd');
    await page.locator('summary', { hasText: 'Saved filters' }).click();
    await button('Forget The odd ones').click();
    await page.getByLabel('Entries on a page').selectOption('25');
    await page.locator('summary', { hasText: 'Columns' }).click();
    await page.getByLabel('Authentication', { exact: true }).check();
  });

  test('pages are turned, the last one known is gone to, and any letter', async () => {
    await open('/clients');
    const next = button('Next page');
    for (const number of [2, 3, 4]) {
      await next.click();
      await page.getByText(`Page ${number}`, { exact: true }).waitFor();
      await settled();
    }
    const fourth = await names();
    await button('Previous page').click();
    await page.getByText('Page 3', { exact: true }).waitFor();
    await button('First').click();
    await firstIs('Abandoned printer');
    await button('Page 5, the last one known').click();
    await page.getByText('Page 5', { exact: true }).waitFor();
    await settled();
    await button('Previous page').click();
    await page
      .locator('tbody th')
      .first()
      .getByText(fourth[0] ?? '', { exact: true })
      .waitFor();
    assert.deepEqual(await names(), fourth);
    await page.getByRole('textbox', { name: 'Name from …' }).fill('odd worker 1');
    await button('Go to').click();
    await firstIs('Odd worker 101');
    assert.match(page.url(), /from=odd\+worker\+1/);
    await button('Begins at odd worker 1').click();
    await firstIs('Abandoned printer');
  });

  test('who comes back finds page, filters, scroll and focus as they were', async () => {
    await open('/clients?search=worker');
    await button('Next page').click();
    await page.getByText('Page 2', { exact: true }).waitFor();
    await settled();
    const link = page.locator('tbody th a').nth(20);
    const name = (await link.textContent()) ?? '';
    await link.scrollIntoViewIfNeeded();
    const scrolled = await page.evaluate<number>('scrollY');
    assert.ok(scrolled > 0);
    for (const back of [() => page.goBack(), () => page.locator('a.back').click()]) {
      await page.getByRole('link', { name, exact: true }).click();
      await page.getByRole('heading', { level: 1, name }).waitFor();
      await back();
      await page.getByText('Page 2', { exact: true }).waitFor();
      await page.waitForFunction(`document.activeElement?.textContent === ${JSON.stringify(name)}`);
      assert.equal(await page.evaluate<number>('scrollY'), scrolled);
      assert.equal(await page.getByLabel('Search by name or client_id').inputValue(), 'worker');
    }
  });

  const enabledOf = async (search: string): Promise<readonly boolean[]> => {
    const { items } = z
      .looseObject({ items: z.array(z.looseObject({ enabled: z.boolean() })) })
      .parse(await api.json('GET', `/clients?limit=200&search=${search}`));
    return items.map(({ enabled }) => enabled);
  };

  test('several are disabled and enabled, and what is refused is named with its reason', async () => {
    await open('/clients?search=even');
    await page.getByRole('checkbox', { name: 'Select Even worker 000' }).check();
    await page.getByRole('checkbox', { name: 'Select Even worker 002' }).check();
    await page.getByText('2 selected', { exact: true }).waitFor();
    await button('Disable').click();
    await dialog().getByRole('heading', { name: 'Disable 2 clients?' }).waitFor();
    await dialog().getByRole('button', { name: 'Disable' }).click();
    await page.getByText('2 clients are disabled.').waitFor();
    assert.deepEqual((await enabledOf('even')).slice(0, 3), [false, false, true]);
    await button('Enable').click();
    await dialog().getByRole('button', { name: 'Enable' }).click();
    await page.getByText('2 clients are enabled.').waitFor();

    await open('/clients?search=console');
    await page.getByRole('checkbox', { name: 'Select this page' }).check();
    await button('Disable').click();
    await dialog().getByRole('button', { name: 'Disable' }).click();
    await dialog().getByText('1 was refused.').waitFor();
    await dialog().getByText('The client of the console is built in.').waitFor();
    assert.deepEqual(await seriousBarriers(page), []);
    await dialog().getByRole('button', { name: 'Close' }).last().click();
  });

  test('all that match are exported, and deleted once their number is typed', async () => {
    await open('/clients?search=odd');
    await page.getByRole('checkbox', { name: 'Select this page' }).check();
    await button('Select all that match: 60 entries').click();
    await page.getByText('All that match are selected: 60 entries').waitFor();
    for (const format of ['CSV', 'JSON']) {
      await page.locator('summary', { hasText: 'Export' }).click();
      const download = page.waitForEvent('download');
      await button(`All that match, as ${format}`).click();
      const file = await readFile(await (await download).path(), 'utf8');
      if (format === 'JSON') {
        const clients = z.array(z.looseObject({ client_id: z.string() })).parse(JSON.parse(file));
        assert.equal(clients.length, 60);
        assert.ok(!file.includes('client_secret_sha256'));
      } else {
        const lines = file.trimEnd().split('\r\n');
        assert.equal(lines.length, 61);
        assert.match(
          lines[0] ?? '',
          /^client_name,client_id,token_endpoint_auth_method,certificates_end,enabled/,
        );
        assert.match(lines[1] ?? '', /^Odd worker 001,worker-001,client_secret_basic,,true/);
      }
    }
    await button('Delete').click();
    const confirm = dialog().getByRole('button', { name: 'Delete' });
    await dialog().getByRole('heading', { name: 'Delete 60 clients?' }).waitFor();
    assert.ok(await confirm.isDisabled());
    await dialog().getByLabel('Type 60 to confirm').fill('6');
    assert.ok(await confirm.isDisabled());
    await dialog().getByLabel('Type 60 to confirm').fill('60');
    await confirm.click();
    await page.getByText('60 clients are deleted.').waitFor();
    await page.getByText('No client matches.').waitFor();
    assert.deepEqual(await enabledOf('odd'), []);
    assert.equal((await enabledOf('even')).length, 60);
  });

  test('every look of a list is whole and as wide as its screen', async () => {
    await open('/clients?sort=certificates_end');
    await page.getByRole('checkbox', { name: 'Select Courier' }).check();
    await looksRight(page, 'lists-clients');
  });
});
