import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page, Route } from 'playwright-core';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { startChromium, whyNoChromium } from './chromium.ts';
import { signInToConsole } from './console-page.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { claimsOf } from './token-client.ts';

/** Longer than the console takes to ask again, however slow the machine. */
const SOON_MS = 3000;

describe('which answers the console takes', { skip: whyNoChromium(), timeout: 240_000 }, () => {
  let home: TestHome;
  let server: RunningCountersign;
  let browser: Browser;
  let api: AdminApi;

  before(async () => {
    home = await createTestHome();
    server = await home.start();
    api = adminApiOf(home.issuer);
    browser = await startChromium();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await home?.remove();
  });

  const newContext = (): Promise<BrowserContext> => browser.newContext({ ignoreHTTPSErrors: true });

  /** A page that waits for a person to sign in, and the way back the console expects. */
  async function begunSignIn(context: BrowserContext): Promise<{ page: Page; callback: URL }> {
    const page = await context.newPage();
    await page.goto(`${home.issuer}/console`);
    await page.getByLabel('Username').waitFor();
    const state = await page.evaluate<string>(
      "JSON.parse(sessionStorage.getItem('countersign.pending-sign-in')).state",
    );
    const callback = new URL(`${home.issuer}/console/callback`);
    callback.search = String(new URLSearchParams({ code: 'a-code', state, iss: home.issuer }));
    return { page, callback };
  }

  /** What the person is told at the callback, and how often the code was sent on. */
  async function arriveAt(page: Page, callback: URL): Promise<{ told: string; exchanges: number }> {
    let exchanges = 0;
    page.on('request', (request) => {
      if (request.url().endsWith('/oauth2/token')) exchanges += 1;
    });
    await page.goto(callback.href);
    await page.getByRole('heading', { name: 'Signing in did not succeed' }).waitFor();
    return { told: (await page.getByRole('alert').textContent()) ?? '', exchanges };
  }

  test('a code is sent on from an answer that names this server, and from no other', async () => {
    const whole = await begunSignIn(await newContext());
    const refusedByServer = await arriveAt(whole.page, whole.callback);
    assert.equal(refusedByServer.exchanges, 1);
    await whole.page.context().close();

    const silent = await begunSignIn(await newContext());
    silent.callback.searchParams.delete('iss');
    const withoutIss = await arriveAt(silent.page, silent.callback);
    assert.match(withoutIss.told, /"iss" \(issuer\) missing/);
    assert.equal(withoutIss.exchanges, 0);
    await silent.page.context().close();

    const mixedUp = await begunSignIn(await newContext());
    mixedUp.callback.searchParams.set('iss', 'https://other.example.com');
    const ofAnother = await arriveAt(mixedUp.page, mixedUp.callback);
    assert.match(ofAnother.told, /unexpected "iss" \(issuer\)/);
    assert.equal(ofAnother.exchanges, 0);
    await mixedUp.page.context().close();

    const foreign = await begunSignIn(await newContext());
    foreign.callback.searchParams.set('state', 'of-another-tab');
    const ofAnotherTab = await arriveAt(foreign.page, foreign.callback);
    assert.match(ofAnotherTab.told, /was not begun in this tab/);
    assert.equal(ofAnotherTab.exchanges, 0);
    await foreign.page.context().close();
  });

  /** Signs in while the claims of the ID token are changed on their way. */
  async function signInWithClaims(
    changed: (claims: Record<string, unknown>) => Record<string, unknown>,
  ): Promise<Page> {
    const context = await newContext();
    await context.route('**/oauth2/token', async (route) => {
      const response = await route.fetch();
      const answer = await response.json();
      const [header, , signature] = String(answer.id_token).split('.');
      const claims = Buffer.from(JSON.stringify(changed(claimsOf(answer.id_token)))).toString('base64url');
      await route.fulfill({
        response,
        json: { ...answer, id_token: `${header}.${claims}.${signature}` },
      });
    });
    const page = await context.newPage();
    await page.goto(`${home.issuer}/console`);
    await page.getByLabel('Username').fill('admin');
    await page.locator('input[name=password]').fill('admin');
    await page.locator('form button[type=submit]').first().click();
    await page.getByRole('heading', { name: /Overview|Signing in did not succeed/ }).waitFor();
    return page;
  }

  test('an ID token signs in while it is valid, for this sign-in, and from this server alone', async () => {
    const untouched = await signInWithClaims((claims) => claims);
    await untouched.getByRole('heading', { name: 'Overview' }).waitFor();
    await untouched.context().close();

    const now = Math.floor(Date.now() / 1000);
    for (const [changes, reason] of [
      [{ exp: now - 3600 }, /not valid at this time/],
      [{ exp: undefined }, /"exp" \(expiration time\) claim missing/],
      [{ nonce: 'of-another-sign-in' }, /nonce/],
      [{ aud: 'another-client' }, /"aud" \(audience\)/],
      [{ iss: 'https://other.example.com' }, /"iss" \(issuer\)/],
    ] as const) {
      const page = await signInWithClaims((claims) => ({ ...claims, ...changes }));
      await page.getByRole('heading', { name: 'Signing in did not succeed' }).waitFor();
      assert.match((await page.getByRole('alert').textContent()) ?? '', reason);
      await page.context().close();
    }
  });

  /** Holds back the next answer to what `matches`, as it is now, until the returned function lets it go. */
  async function holdBack(page: Page, matches: (url: URL) => boolean): Promise<() => Promise<void>> {
    let held: { route: Route; body: Buffer; status: number } | undefined;
    await page.route(
      (url) => matches(url),
      async (route) => {
        const response = await route.fetch();
        held = { route, body: await response.body(), status: response.status() };
      },
      { times: 1 },
    );
    return async () => {
      const { route, body, status } = held ?? assert.fail('nothing was held back');
      // The console may have given the request up meanwhile.
      await route.fulfill({ status, body, contentType: 'application/json' }).catch(() => {});
    };
  }

  /** What the browser tells a page that is hidden or comes back to the front. */
  const setVisibility = (page: Page, state: 'visible' | 'hidden') =>
    page.evaluate(
      `Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
       dispatchEvent(new Event('visibilitychange')); document.dispatchEvent(new Event('visibilitychange'))`,
    );

  test('two searches answered in the other order show the one that was typed last', async () => {
    for (const client_name of ['Alpha one', 'Alpha two']) {
      await api.register({ client_name, grant_types: ['client_credentials'] });
    }
    const page = await signInToConsole(await newContext(), home.issuer);
    await page.getByRole('link', { name: 'Clients', exact: true }).first().click();
    const search = page.getByLabel('Search by name or client_id');
    const asked = page.waitForRequest(/search=alpha(&|$)/);
    const letGo = await holdBack(page, (url) => url.searchParams.get('search') === 'alpha');
    await search.fill('alpha');
    await asked;
    await search.fill('alpha two');
    await page.getByRole('link', { name: 'Alpha two' }).waitFor();
    await page.getByRole('link', { name: 'Alpha one' }).waitFor({ state: 'detached' });
    await letGo();
    await page.waitForTimeout(500);
    assert.equal(await page.getByRole('link', { name: 'Alpha one' }).count(), 0);
    assert.equal(await page.getByRole('link', { name: 'Alpha two' }).count(), 1);
    await page.context().close();
  });

  test('an answer from before a change does not undo what the change made', async () => {
    const { client_id } = await api.register({
      client_name: 'Changed',
      grant_types: ['client_credentials'],
    });
    const page = await signInToConsole(await newContext(), home.issuer);
    await page.getByRole('link', { name: 'Clients', exact: true }).first().click();
    await page.getByRole('link', { name: 'Changed', exact: true }).click();
    await page.getByRole('button', { name: 'Disable' }).waitFor();
    const asked = page.waitForRequest((request) => request.url().endsWith(`/clients/${client_id}`));
    const letGo = await holdBack(page, (url) => url.pathname.endsWith(`/clients/${client_id}`));
    await setVisibility(page, 'hidden');
    await setVisibility(page, 'visible');
    await asked;
    await page.getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('button', { name: 'Enable' }).waitFor();
    await letGo();
    await page.waitForTimeout(500);
    assert.equal(await page.getByRole('button', { name: 'Enable' }).count(), 1);
    await page.context().close();
  });

  test('a hidden tab asks nothing; one that comes to the front asks at once', async () => {
    const page = await signInToConsole(await newContext(), home.issuer);
    const readings: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/api/admin/v1/events?')) readings.push(request.url());
    });
    await page.getByRole('link', { name: 'Live view' }).click();
    await page.getByRole('heading', { level: 1, name: 'Live view' }).waitFor();
    await page.waitForTimeout(SOON_MS);
    assert.ok(readings.length >= 2, 'the live view follows while it is seen');
    await setVisibility(page, 'hidden');
    await page.waitForTimeout(500);
    readings.length = 0;
    await page.waitForTimeout(2 * SOON_MS);
    assert.deepEqual(readings, []);
    const asked = page.waitForRequest(/\/api\/admin\/v1\/events\?/, { timeout: 1000 });
    await setVisibility(page, 'visible');
    await asked;
    await page.context().close();
  });

  test('a server that fails is asked again, one that refuses is not', async () => {
    const page = await signInToConsole(await newContext(), home.issuer);
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    const asked = { settings: 0, client: 0 };
    await page.route('**/api/admin/v1/settings', async (route) => {
      asked.settings += 1;
      if (asked.settings === 1) await route.fulfill({ status: 503, json: { error: 'server_error' } });
      else await route.continue();
    });
    page.on('request', (request) => {
      if (request.url().endsWith('/clients/no-such-client')) asked.client += 1;
    });
    const answered = page.waitForResponse((each) => each.url().endsWith('/v1/settings') && each.ok());
    await page.getByRole('link', { name: 'Settings' }).click();
    await answered;
    assert.equal(asked.settings, 2);
    await page.evaluate(
      "history.pushState(null, '', '/console/clients/no-such-client'); dispatchEvent(new PopStateEvent('popstate'))",
    );
    await page.getByText('This could not be read.').waitFor();
    await page.waitForTimeout(SOON_MS);
    assert.equal(asked.client, 1);
    await page.context().close();
  });
});
