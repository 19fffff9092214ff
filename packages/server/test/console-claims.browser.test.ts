import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { AdminApi } from './admin-api.ts';
import { whyNoChromium } from './chromium.ts';
import { type ConsoleUnderTest, looksRight, openConsole } from './console-under-test.ts';

describe('claims in the console', { skip: whyNoChromium(), timeout: 180_000 }, () => {
  let opened: ConsoleUnderTest | undefined;
  let page: Page;
  let api: AdminApi;

  before(async () => {
    opened = await openConsole();
    ({ api, page } = opened);
  });
  after(() => opened?.close());

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
    await looksRight(page, 'claim-dialog');
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
    await looksRight(page, 'claims');

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
