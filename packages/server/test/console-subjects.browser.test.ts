import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { type AdminApi, adminApiOf, type Registered } from './admin-api.ts';
import { startChromium, whyNoChromium } from './chromium.ts';
import { seriousBarriers, signInToConsole } from './console-page.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { claimsOf, post } from './token-client.ts';

const PASSWORD = 'correct horse battery staple';

describe('pairwise subjects in the console', { skip: whyNoChromium(), timeout: 120_000 }, () => {
  let home: TestHome;
  let server: RunningCountersign;
  let browser: Browser;
  let page: Page;
  let api: AdminApi;
  let client: Registered;

  before(async () => {
    home = await createTestHome();
    server = await home.start();
    api = adminApiOf(home.issuer);
    browser = await startChromium();
    await api.json('POST', '/users', { username: 'anna', password: PASSWORD });
    client = await api.register({
      client_name: 'Shop',
      redirect_uris: ['https://shop.example/cb', 'https://other.example/cb'],
      grant_types: ['authorization_code', 'password'],
      token_endpoint_auth_method: 'client_secret_post',
    });
    page = await signInToConsole(await browser.newContext({ ignoreHTTPSErrors: true }), home.issuer);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await home?.remove();
  });

  const registered = () => api.json('GET', `/clients/${client.client_id}`);

  test('the form asks for them, and says beside the field what keeps them away', async () => {
    await page.goto(`${home.issuer}/console/clients/${client.client_id}`);
    await page.getByRole('link', { name: 'Edit', exact: true }).click();
    await page.getByText('More settings').click();
    await page.getByLabel('Pairwise subjects').check();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText(/several hosts: shop\.example, other\.example/).waitFor();
    assert.deepEqual(await seriousBarriers(page), []);
    assert.equal((await registered()).subject_type, undefined);

    await api.update(client.client_id, { redirect_uris: ['https://shop.example/cb'] });
    await page.goto(`${home.issuer}/console/clients/${client.client_id}`);
    await page.getByRole('link', { name: 'Edit', exact: true }).click();
    await page.getByText('More settings').click();
    await page.getByLabel('Pairwise subjects').check();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved.', { exact: true }).waitFor();
    assert.equal((await registered()).subject_type, 'pairwise');
    await page.getByRole('tab', { name: 'Configuration' }).click();
    await page.getByText('pairwise', { exact: true }).waitFor();
  });

  test('the page of a person says by which sub they are known, and the search finds them by it', async () => {
    const { client_id, client_secret } = client;
    const answer = await post(`${home.issuer}/oauth2/token`, {
      grant_type: 'password',
      username: 'anna',
      password: PASSWORD,
      client_id,
      client_secret,
    });
    const sub = String(claimsOf(answer.json().access_token).sub);
    await page.goto(`${home.issuer}/console/users?search=${sub}`);
    await page.getByRole('link', { name: 'anna', exact: true }).click();
    const row = page.getByRole('table', { name: 'Subjects' }).getByRole('row', { name: /Shop/ });
    await row.waitFor();
    const text = String(await row.textContent());
    assert.ok(text.includes('shop.example') && text.includes(sub), text);
    assert.deepEqual(await seriousBarriers(page), []);
  });
});
