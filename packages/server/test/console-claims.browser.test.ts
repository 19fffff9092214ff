import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { startChromium, whyNoChromium } from './chromium.ts';
import { seriousBarriers, signInToConsole } from './console-page.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { inEveryLook } from './every-look.ts';

describe('claims in the console', { skip: whyNoChromium(), timeout: 180_000 }, () => {
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
  const dialog = () => page.getByRole('dialog');
  const closed = () => dialog().waitFor({ state: 'detached' });
  const items = async (path: string) => {
    const { items: found } = await api.json('GET', path);
    assert.ok(Array.isArray(found));
    return found;
  };

  test('an attribute and a claim made of it are defined, changed and removed', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Claims' }).click();
    await page.getByRole('heading', { level: 1, name: 'Claims' }).waitFor();
    await page.getByText('No claim is defined.').waitFor();

    await page.getByRole('button', { name: 'Define an attribute' }).click();
    await dialog().getByLabel('Name').fill('department');
    await dialog().getByLabel('Title').fill('Department');
    await dialog().getByRole('button', { name: 'Define' }).click();
    await closed();

    await page.getByRole('button', { name: 'Define a claim' }).click();
    await dialog().getByLabel('Claim').fill('sub');
    await dialog().getByLabel('Scope').fill('work');
    await dialog().getByLabel('Made of').selectOption('person_attribute');
    await dialog().getByLabel('Attribute').fill('department');
    await dialog().getByRole('button', { name: 'Define' }).click();
    await page.getByText('is the name of a claim of the protocols').waitFor();
    await look('claim-dialog');
    await dialog().getByLabel('Claim').fill('department');
    await dialog().getByLabel('Introspection').check();
    await dialog().getByRole('button', { name: 'Define' }).click();
    await closed();
    const [rule] = await items('/claim-rules');
    assert.deepEqual(
      [rule.claim, rule.scope, rule.source, rule.destinations, rule.form],
      [
        'department',
        'work',
        { from: 'person_attribute', attribute: 'department' },
        ['id_token', 'userinfo', 'introspection'],
        'single',
      ],
    );
    await look('claims');

    await page.getByRole('button', { name: 'Change the claim department' }).click();
    await dialog().getByLabel('Made of').selectOption('value');
    await dialog().getByLabel('Value').fill('["a","b"]');
    await dialog().getByLabel('Form').selectOption('list');
    await dialog().getByRole('button', { name: 'Save' }).click();
    await closed();
    const [changed] = await items('/claim-rules');
    assert.deepEqual([changed.source, changed.revision], [{ from: 'value', value: ['a', 'b'] }, 2]);

    await page.getByRole('button', { name: 'Remove the claim department' }).click();
    await dialog().getByRole('button', { name: 'Remove' }).click();
    await page.getByText('No claim is defined.').waitFor();
    await page.getByRole('button', { name: 'Remove the attribute department' }).click();
    await dialog().getByRole('button', { name: 'Remove' }).click();
    await page.getByText('No attribute is defined.').waitFor();
    assert.deepEqual([await items('/claim-rules'), await items('/attributes')], [[], []]);
  });
});
