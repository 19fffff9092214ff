import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import {
  type AuthorizationServer,
  startAuthorizationServer,
  type TestClient,
} from './authorization-server.ts';
import { startChromium, whyNoChromium } from './chromium.ts';
import { serveHttp } from './https-on-loopback.ts';

const PASSWORD = 'correct horse battery staple';
const LONG = { timeout: 60_000 };

describe('tabs of one browser, in Chromium', { skip: whyNoChromium(), timeout: 600_000 }, () => {
  let server: AuthorizationServer;
  let browser: Browser;

  before(async () => {
    server = await startAuthorizationServer();
    browser = await startChromium();
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  /** A browser that nobody has used yet. */
  const fresh = (options: { readonly scripts?: false } = {}): Promise<BrowserContext> =>
    browser.newContext({
      ignoreHTTPSErrors: true,
      locale: 'en-GB',
      javaScriptEnabled: options.scripts !== false,
    });

  const application = async (t: TestContext) => {
    const { port } = await serveHttp(t, (_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><title>Back</title><h1>Back at the application</h1>');
    });
    const origin = `http://localhost:${port}`;
    const client = await server.register({
      client_name: 'Orchard Orders',
      scope: 'openid email',
      redirect_uris: [`${origin}/callback`],
    });
    return { client, origin };
  };

  const person = async () => (await server.browser()).user;

  const authorizationUrl = ({ client_id, redirect_uri }: TestClient, more = {}) =>
    `${server.issuer}/oauth2/authorize?${new URLSearchParams({
      client_id,
      redirect_uri,
      response_type: 'code',
      scope: 'openid email',
      ...more,
    })}`;

  const signIn = async (page: Page, username: string, password = PASSWORD): Promise<void> => {
    await page.getByLabel('Username').fill(username);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click(LONG);
  };

  const isAt = (page: Page, origin: string): boolean => page.url().startsWith(`${origin}/callback?`);

  /** From wherever a tab is to the application, by what stands on its pages; those that go on by themselves do. */
  const arrive = async (page: Page, origin: string): Promise<URLSearchParams> => {
    const onwards = page
      .getByRole('button', { name: 'Allow' })
      .or(page.getByRole('link', { name: /^Continue as/ }))
      .first();
    for (let steps = 0; steps < 6 && !isAt(page, origin); steps++) {
      const arrived = page.waitForURL((url) => url.href.startsWith(`${origin}/callback?`), LONG);
      const asked = onwards.waitFor(LONG).then(() => 'asked' as const);
      const next = await Promise.race([arrived, asked]);
      void Promise.allSettled([arrived, asked]);
      if (next === 'asked' && !isAt(page, origin)) {
        const here = page.url();
        await onwards.click(LONG);
        await page.waitForURL((url) => url.href !== here, LONG);
      }
    }
    return new URL(page.url()).searchParams;
  };

  /** Tabs that were opened at once in a browser without any cookie, each with a request of its own. */
  const openTabs = async (context: BrowserContext, client: TestClient, count: number) => {
    const pages = await Promise.all(Array.from({ length: count }, () => context.newPage()));
    await Promise.all(
      pages.map((page, index) => page.goto(authorizationUrl(client, { state: `tab ${index}` }), LONG)),
    );
    for (const page of pages) assert.equal(await page.getByLabel('Password').count(), 1, page.url());
    return pages;
  };

  for (const count of [1, 2, 8, 20]) {
    test(`${count} at once: each form, sent in turn, reaches its application`, async (t) => {
      const { client, origin } = await application(t);
      const { username } = await person();
      const context = await fresh();
      const pages = await openTabs(context, client, count);
      for (const [index, page] of pages.entries()) {
        await signIn(page, username);
        const answer = await arrive(page, origin);
        assert.equal(answer.get('state'), `tab ${index}`);
        assert.ok(answer.get('code'), page.url());
      }
      const header = (await context.cookies(server.issuer)).map(({ name, value }) => `${name}=${value}`);
      assert.ok(header.join('; ').length < 4096, 'proxies take the cookies');
      await context.close();
    });

    test(`${count} at once: all forms sent at once reach their applications`, async (t) => {
      const { client, origin } = await application(t);
      const { username } = await person();
      const context = await fresh();
      const pages = await openTabs(context, client, count);
      for (const page of pages) {
        await page.getByLabel('Username').fill(username);
        await page.getByLabel('Password').fill(PASSWORD);
      }
      await Promise.all(
        pages.map((page) => page.getByRole('button', { name: 'Sign in', exact: true }).click(LONG)),
      );
      const states = await Promise.all(
        pages.map(async (page) => {
          const answer = await arrive(page, origin);
          assert.ok(answer.get('code'), page.url());
          return answer.get('state');
        }),
      );
      assert.deepEqual(
        states,
        Array.from({ length: count }, (_, index) => `tab ${index}`),
      );
      await context.close();
    });
  }

  test('without JavaScript, and reloaded after another tab signed in, a tab goes on by a button', async (t) => {
    const { client, origin } = await application(t);
    const { username } = await person();
    const context = await fresh({ scripts: false });
    const [first, second, third] = await openTabs(context, client, 3);
    assert.ok(first && second && third);
    await signIn(first, username);
    assert.ok((await arrive(first, origin)).get('code'));
    await second.reload();
    assert.ok(await second.getByText(`You are signed in as ${username}.`).isVisible());
    await second.getByRole('link', { name: `Continue as ${username}` }).click();
    assert.equal((await arrive(second, origin)).get('state'), 'tab 1');
    await signIn(third, 'somebody-else');
    assert.ok(await third.getByText('The username or password is wrong.').isVisible());
    await third.getByRole('link', { name: `Continue as ${username}` }).click();
    assert.equal((await arrive(third, origin)).get('state'), 'tab 2');
    await context.close();
  });

  test('Back leads to pages, never to a form that the browser cannot send again', async (t) => {
    const { client, origin } = await application(t);
    const { username } = await person();
    const context = await fresh();
    const page = await context.newPage();
    await page.goto(`${origin}/start`);
    await page.goto(authorizationUrl(client, { state: 'back' }));
    await signIn(page, username, 'wrong');
    await page.getByText('The username or password is wrong.').waitFor();
    assert.equal(await page.getByLabel('Username').inputValue(), username);
    await signIn(page, username);
    await page.getByRole('button', { name: 'Allow' }).waitFor();

    const seen: string[] = [];
    for (let steps = 0; steps < 8 && !page.url().startsWith(origin); steps++) {
      const answer = await page.goBack();
      assert.ok(answer === null || answer.status() < 400, `${answer?.status()} ${page.url()}`);
      const words = await page.locator('h1').textContent();
      assert.match(String(words), /Sign in|Allow access|One moment|Back at the application/, page.url());
      seen.push(new URL(page.url()).pathname);
    }
    assert.ok(seen.includes('/oauth2/sign-in'), seen.join(' '));
    assert.ok(page.url().startsWith(origin), seen.join(' '));

    for (let steps = 0; steps < 8 && !page.url().includes('/consent'); steps++) {
      await page.goForward();
      await page.locator('h1').waitFor();
    }
    await page.getByRole('button', { name: 'Allow' }).click();
    assert.equal((await arrive(page, origin)).get('state'), 'back');

    const after = await page.goBack();
    assert.ok(after === null || after.status() <= 400, String(after?.status()));
    const onwards = page.getByRole('link', { name: 'Start again at Orchard Orders' });
    if (!page.url().startsWith(origin)) assert.ok(await onwards.isVisible(), page.url());
    await context.close();
  });

  test('a browser that lost its cookies, or a page of long ago, leads to the application', async (t) => {
    const { client, origin } = await application(t);
    const { username } = await person();
    for (const lose of [
      (context: BrowserContext) => context.clearCookies(),
      (_context: BrowserContext, page: Page) =>
        page.evaluate(
          "for (const form of document.forms) form.setAttribute('action', form.getAttribute('action').replace(/=(.)/, (_, first) => first === '_' ? '=-' : '=_'))",
        ),
    ]) {
      const context = await fresh();
      const page = await context.newPage();
      await page.goto(authorizationUrl(client));
      await lose(context, page);
      await signIn(page, username);
      await page.getByRole('heading', { name: 'This sign-in is over' }).waitFor();
      await page.getByRole('link', { name: 'Start again at Orchard Orders' }).click();
      await page.waitForURL(`${origin}/`);
      await context.close();
    }
  });
});
