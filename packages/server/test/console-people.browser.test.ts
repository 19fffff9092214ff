import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import { totpCode, totpStep } from '../src/user-authentication/totp.ts';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { startChromium, whyNoChromium } from './chromium.ts';
import { seriousBarriers, signInToConsole } from './console-page.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { inEveryLook } from './every-look.ts';

const PASSWORD = 'correct horse battery staple';
const ANOTHER = 'a harbour full of pears';

describe('people, in the console and on their own pages', { skip: whyNoChromium(), timeout: 180_000 }, () => {
  let home: TestHome;
  let server: RunningCountersign;
  let browser: Browser;
  let issuer: string;
  let api: AdminApi;
  let console_: Page;

  before(async () => {
    home = await createTestHome({ sign_in: { client_certificate: true } });
    server = await home.start();
    issuer = home.issuer;
    api = adminApiOf(issuer);
    browser = await startChromium();
    console_ = await signInToConsole(await openBrowser(), issuer);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await home?.remove();
  });

  const openBrowser = (options: { readonly locale?: string; readonly scripts?: false } = {}) =>
    browser.newContext({
      ignoreHTTPSErrors: true,
      locale: options.locale ?? 'en-GB',
      javaScriptEnabled: options.scripts !== false,
    });

  const add = (username: string) =>
    api.json('POST', '/users', {
      username,
      password: PASSWORD,
      claims: { name: 'Anna Lindqvist', email: `${username}@example.com` },
    });

  async function signIn(page: Page, username: string, password = PASSWORD): Promise<void> {
    await page.getByLabel('Username').fill(username);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  const toPerson = async (username: string) => {
    await console_.goto(`${issuer}/console/users/${username}`);
    await console_.getByRole('heading', { name: username, exact: true }).waitFor();
  };

  const look = (page: Page, name: string) =>
    inEveryLook(page, `people-${name}`, async (style, overflow) => {
      assert.equal(overflow, 0, `${name} is wider than a ${style} screen`);
      if (style === 'desktop-light') assert.deepEqual(await seriousBarriers(page), [], `${name}, ${style}`);
    });

  const authenticator = async (context: BrowserContext, page: Page): Promise<CDPSession> => {
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
    return devtools;
  };

  test('anna keeps her recovery codes: copied, downloaded, and read again after a reload', async () => {
    await add('anna');
    const context = await openBrowser();
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: issuer });
    const page = await context.newPage();
    await authenticator(context, page);
    await page.goto(`${issuer}/account`);
    await signIn(page, 'anna');
    await page.getByRole('link', { name: 'Set up authenticator app' }).click();
    const secret = ((await page.locator('.secret').textContent()) ?? '').replaceAll(' ', '');
    await page.getByLabel('Code that the app shows').fill('000000');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('The code is wrong.').first().waitFor();
    await page.reload();
    assert.equal(await page.getByText('There is a problem').count(), 0, 'a reload sends nothing again');
    await page.getByLabel('Code that the app shows').fill(totpCode(secret, totpStep(Date.now())));
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
    await look(page, 'recovery-codes');
    const codes = await page.locator('.codes li').allTextContents();
    assert.equal(codes.length, 10);
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByText('The codes are copied.').waitFor();
    assert.equal(await page.evaluate('navigator.clipboard.readText()'), codes.join(' '));
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download' }).click();
    const download = await downloading;
    assert.equal(download.suggestedFilename(), 'recovery-codes.txt');
    const kept = await readFile(await download.path(), 'utf8');
    for (const code of codes) assert.ok(kept.includes(code));
    assert.ok(await page.getByRole('button', { name: 'Print' }).isVisible());
    await page.reload();
    assert.deepEqual(await page.locator('.codes li').allTextContents(), codes);
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Your account' }).waitFor();

    await page.getByRole('link', { name: 'Add a passkey' }).click();
    await page.getByLabel('Name').fill('Blue security key');
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByText('Your passkey is added.').waitFor();
    await look(page, 'account');

    await page.goto(`${issuer}/oidc/logout`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in again' }).click();
    await signIn(page, 'anna');
    const passkey = page.getByRole('button', { name: 'Use a passkey' });
    await passkey.waitFor();
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Use a passkey');
    assert.equal(await page.getByLabel('Code').isVisible(), false, 'the code stands behind');
    await look(page, 'passkey-first');
    await page.getByText('Use a code instead').click();
    assert.ok(await page.getByLabel('Code').isVisible());
    await passkey.click();
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    await context.close();
  });

  test('without script the codes are selected and printed, and downloaded by a link', async () => {
    await add('unscripted');
    const context = await openBrowser({ scripts: false });
    const page = await context.newPage();
    await page.goto(`${issuer}/account`);
    await signIn(page, 'unscripted');
    await page.getByRole('link', { name: 'Set up authenticator app' }).click();
    const secret = ((await page.locator('.secret').textContent()) ?? '').replaceAll(' ', '');
    await page.getByLabel('Code that the app shows').fill(totpCode(secret, totpStep(Date.now())));
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
    assert.ok(await page.locator('noscript .hint').isVisible());
    assert.equal(await page.getByRole('button', { name: 'Copy' }).count(), 0);
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download' }).click();
    assert.match(await readFile(await (await downloading).path(), 'utf8'), /unscripted/);
    await page.emulateMedia({ media: 'print' });
    assert.ok(await page.locator('.codes').isVisible());
    assert.equal(await page.getByRole('link', { name: 'Download' }).isVisible(), false);
    await context.close();
  });

  test('the administrator sees what anna signs in with and where, removes her passkey, and ends her telephone', async () => {
    const telephone = await browser.newContext({
      ignoreHTTPSErrors: true,
      userAgent:
        'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
    });
    await add('bruno');
    const page = await telephone.newPage();
    await page.goto(`${issuer}/account`);
    await signIn(page, 'bruno');
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    await toPerson('bruno');
    await console_.getByText('The password alone lets this person in.').waitFor();
    const sessions = console_.getByRole('table', { name: 'Sessions' });
    await sessions.getByRole('rowheader', { name: 'Safari, iPhone' }).waitFor();
    assert.match((await sessions.textContent()) ?? '', /127\.0\.0\.1.*password/s);
    await console_.getByRole('button', { name: 'End the session in Safari, iPhone' }).click();
    await console_.getByRole('dialog').getByRole('button', { name: 'End' }).click();
    await console_.getByText('The session is ended.').waitFor();
    await page.reload();
    assert.match(page.url(), /\/oauth2\/sign-in$/);
    await telephone.close();

    await toPerson('anna');
    const factors = console_.getByRole('table', { name: 'Second factors and certificates' });
    await factors.getByRole('rowheader', { name: 'Passkey' }).waitFor();
    await factors.getByText('10 left').waitFor();
    await look(console_, 'person');
    await console_.getByRole('button', { name: 'Remove Passkey Blue security key' }).click();
    await look(console_, 'remove-factor');
    await console_.getByLabel('End sessions and authorizations').uncheck();
    await console_.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await console_.getByText('Passkey Blue security key is removed.').waitFor();
    const { items } = await api.json('GET', '/users/anna/credentials');
    assert.ok(Array.isArray(items));
    assert.deepEqual([...new Set(items.map(({ kind }) => kind))].toSorted(), ['recovery_code', 'totp']);
    await factors.getByRole('rowheader', { name: 'Authenticator app' }).waitFor();
  });

  test('carla forgot her password: a link, shown once, lets her in and has her choose another', async () => {
    await add('carla');
    await toPerson('carla');
    await console_.getByRole('button', { name: 'Make a sign-in link' }).click();
    await console_.getByLabel('Good for').selectOption('15 minutes');
    await look(console_, 'sign-in-link');
    await console_.getByRole('dialog').getByRole('button', { name: 'Make a sign-in link' }).click();
    await console_.getByText('The link is made. It is shown this once.').waitFor();
    await look(console_, 'sign-in-link-made');
    const link = (await console_.locator('dialog code').textContent()) ?? '';
    await console_.getByRole('button', { name: 'Done' }).click();
    await console_.getByText('A sign-in link is open.').waitFor();
    await look(console_, 'sign-in-link-open');

    const context = await openBrowser();
    const page = await context.newPage();
    await page.goto(link);
    await page.getByRole('heading', { name: 'Sign in by your link' }).waitFor();
    assert.equal(page.url(), `${issuer}/oauth2/sign-in/link`, 'the secret does not stay in the address');
    await look(page, 'link');
    await page.getByRole('button', { name: 'Sign in and choose a password' }).click();
    await page.getByLabel('New password', { exact: true }).fill(ANOTHER);
    await page.getByLabel('New password again').fill(ANOTHER);
    await page.getByRole('button', { name: 'Change password and sign in' }).click();
    await page.getByRole('heading', { name: 'Your account' }).waitFor();

    const late = await openBrowser();
    const other = await late.newPage();
    await other.goto(link);
    await other.getByRole('heading', { name: 'This sign-in link is over' }).waitFor();
    await look(other, 'link-over');
    await other.reload();
    await other.getByRole('link', { name: 'Go to your account' }).click();
    await signIn(other, 'carla', ANOTHER);
    await other.getByRole('heading', { name: 'Your account' }).waitFor();
    await Promise.all([context.close(), late.close()]);

    await console_.reload();
    await console_.getByRole('heading', { name: 'carla', exact: true }).waitFor();
    assert.equal(await console_.getByText('A sign-in link is open.').count(), 0);
  });

  test('a link that nobody used is ended, and a temporary password is made by a click', async () => {
    await add('dora');
    await toPerson('dora');
    await console_.getByRole('button', { name: 'Make a sign-in link' }).click();
    await console_.getByRole('dialog').getByRole('button', { name: 'Make a sign-in link' }).click();
    await console_.getByRole('button', { name: 'Done' }).click();
    await console_.getByRole('button', { name: 'End it now' }).click();
    await console_.getByText('The sign-in link is ended.').waitFor();
    assert.equal((await api.json('GET', '/users/dora')).sign_in_link, undefined);

    await console_.getByRole('button', { name: 'Set password' }).click();
    await console_.getByRole('button', { name: 'Make a temporary password' }).click();
    const password = (await console_.locator('dialog code').textContent()) ?? '';
    assert.match(password, /^\w{6}(-\w{6}){3}$/);
    assert.ok(await console_.getByRole('checkbox', { name: 'Temporary' }).isChecked());
    await look(console_, 'temporary-password');
    await console_.getByRole('dialog').getByRole('button', { name: 'Set password' }).click();
    await console_.getByText('The password is set; ended: 0 sessions, 0 authorizations.').waitFor();
    const context = await openBrowser();
    const page = await context.newPage();
    await page.goto(`${issuer}/account`);
    await signIn(page, 'dora', password);
    await page.getByRole('heading', { name: 'Choose a new password' }).waitFor();
    await context.close();
  });

  test('Back leads to pages all the way through the account, never to a form that is sent again', async () => {
    await add('wanderer');
    const context = await openBrowser();
    const page = await context.newPage();
    await page.goto(`${issuer}/`);
    await look(page, 'start');
    await page.getByRole('link', { name: 'Go to your account' }).click();
    await signIn(page, 'wanderer');
    await page.getByRole('link', { name: 'Change password' }).click();
    await page.getByLabel('Current password').fill('wrong');
    await page.getByLabel('New password', { exact: true }).fill(ANOTHER);
    await page.getByLabel('New password again').fill(ANOTHER);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('The current password is wrong.').first().waitFor();
    await page.getByRole('link', { name: 'Cancel' }).click();
    await page
      .getByRole('button', { name: /Sign out everywhere else/ })
      .or(page.getByRole('link', { name: 'Set up authenticator app' }))
      .first()
      .waitFor();
    await page.goto(`${issuer}/account/nowhere`);
    await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
    await look(page, 'nothing-here');
    const seen: string[] = [];
    for (let steps = 0; steps < 10 && !page.url().endsWith(`${new URL(issuer).port}/`); steps++) {
      const answer = await page.goBack();
      assert.ok(answer === null || answer.status() < 400, `${answer?.status()} ${page.url()}`);
      await page.locator('h1').first().waitFor();
      seen.push(new URL(page.url()).pathname);
    }
    assert.equal(seen.at(-1), '/', seen.join(' '));
    await context.close();
  });

  test('the pages of a person speak German and Portuguese too', async () => {
    for (const [locale, words] of [
      [
        'de-DE',
        { factors: 'Zweite Faktoren und Zertifikate', link: 'Anmeldelink erstellen', left: 'noch 10' },
      ],
      [
        'pt-BR',
        { factors: 'Segundos fatores e certificados', link: 'Criar link de acesso', left: 'restam 10' },
      ],
    ] as const) {
      const context = await openBrowser({ locale });
      const page = await context.newPage();
      await page.goto(`${issuer}/console/users/anna`);
      await page.locator('input[name=username]').fill('admin');
      await page.locator('input[name=password]').fill('admin');
      await page.locator('form button[type=submit]').first().click();
      await page.waitForURL(/\/oauth2\/consent|\/console/);
      if (page.url().includes('/oauth2/consent')) await page.locator('button[value=allow]').click();
      await page.getByRole('heading', { name: words.factors }).waitFor();
      await page.getByText(words.left).waitFor();
      await page.getByRole('rowheader', { name: 'Chrome, Linux' }).waitFor();
      await page.locator('.loading').first().waitFor({ state: 'detached' });
      await look(page, `person-${locale}`);
      await page.getByRole('button', { name: words.link }).click();
      await page.getByRole('dialog').waitFor();
      await context.close();
    }
  });
});
