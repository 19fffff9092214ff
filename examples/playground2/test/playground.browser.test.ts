import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { startChromium, whyNoChromium } from '../../../packages/server/test/chromium.ts';
import {
  createTestHome,
  type RunningCountersign,
  type TestHome,
} from '../../../packages/server/test/countersign-process.ts';
import { inEveryLook } from '../../../packages/server/test/every-look.ts';
import { isObject } from '../src/json.ts';
import { type RunningPlayground, startPlayground } from './playground-process.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const VIOLATIONS = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.map(({ id, impact, nodes }) => [impact, id, ...nodes.map((node) => node.failureSummary)].join(' ')))`;

/** Looks at a page in every size and mode, and has axe look for barriers. */
async function look(page: Page, name: string): Promise<void> {
  await inEveryLook(page, `playground-${name}`, async (style, overflow) => {
    assert.equal(overflow, 0, `${name} is wider than a ${style} screen`);
    await page.addScriptTag({ path: AXE });
    assert.deepEqual(await page.evaluate(VIOLATIONS), [], `${name}, ${style}`);
  });
}

describe('playground2 in Chromium', { skip: whyNoChromium(), timeout: 360_000 }, () => {
  let home: TestHome;
  let server: RunningCountersign;
  let playground: RunningPlayground;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  before(async () => {
    home = await createTestHome();
    server = await home.start();
    playground = await startPlayground(home.home);
    browser = await startChromium();
    // Without scripts, as the pages promise; the content security policy would keep axe out.
    context = await browser.newContext({ ignoreHTTPSErrors: true, bypassCSP: true, locale: 'en-GB' });
    page = await context.newPage();
  });
  after(async () => {
    await browser?.close();
    await playground?.stop();
    await server?.stop();
    await home?.remove();
  });

  const press = async (name: string) => {
    await page.getByRole('button', { name, exact: true }).click();
    await page.waitForURL(/#outcome$/);
  };
  const textOf = async (locator: Locator) => (await locator.allInnerTexts()).join('\n');
  const outcome = () => textOf(page.locator('#outcome'));
  const signIn = async (at: Page) => {
    await at.goto(playground.url);
    await at.getByRole('link', { name: 'Sign in with Countersign' }).click();
    await at.getByLabel('Username').fill('admin');
    await at.getByLabel('Password').fill('admin');
    await at.getByRole('button', { name: 'Sign in', exact: true }).click();
  };
  const claims = async (token: string): Promise<Record<string, unknown>> => {
    const text = await textOf(page.getByRole('region', { name: `${token}: claims` }));
    const parsed: unknown = JSON.parse(text.replaceAll(/ \d{4}-\d\d-\d\dT[\d:]+Z$/gm, ''));
    return isObject(parsed) ? parsed : assert.fail(text);
  };

  test('signs a person in: login, consent, callback, tokens bound to its certificate', async () => {
    await page.goto(playground.url);
    await look(page, 'welcome');
    await signIn(page);
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.waitForURL(playground.url);
    await look(page, 'tokens');
    const [identity, access] = [await claims('ID token'), await claims('Access token')];
    assert.equal(identity.iss, home.issuer);
    assert.equal(identity.aud, 'playground2');
    assert.equal(access.sub, identity.sub);
    assert.match(String(access.scope), /playground\.read/);
    const shown = isObject(access.cnf) ? access.cnf['x5t#S256'] : undefined;
    const compared = await page.locator('.compare dd').allInnerTexts();
    assert.deepEqual(compared, [shown, shown]);
    assert.match(await textOf(page.locator('.binding')), /= Equal/);
  });

  test('calls the API with the bound token and its certificate', async () => {
    await press('With the right certificate');
    assert.match(await outcome(), /Accepted[\s\S]*HTTP status\s+200[\s\S]*"binding": "certificate"/);
    await look(page, 'api-accepted');
  });

  test('is refused with a wrong certificate, and shows the reason of both sides', async () => {
    await press('With a wrong certificate');
    const text = await outcome();
    assert.match(text, /Refused/);
    assert.match(text, /HTTP status\s+401/);
    assert.match(
      text,
      /Bearer realm="playground2 API", error="invalid_token", error_description="The access token/,
    );
    assert.match(text, /What the operator of the API reads\s+Cause\s+certificate_differs/);
    const [, presented] = /Certificate presented\s+(\S{43})/.exec(text) ?? assert.fail(text);
    const [, bound] = /Token bound to\s+(\S{43})/.exec(text) ?? assert.fail(text);
    assert.notEqual(presented, bound);
    assert.ok(text.includes(`x5t#S256 ${presented}, subject CN=playground2`), text);
    assert.ok(text.includes(`x5t#S256 ${bound}`), text);
    await look(page, 'api-refused');
  });

  test('is refused without a certificate', async () => {
    await press('Without a certificate');
    assert.match(await outcome(), /HTTP status\s+401[\s\S]*certificate_absent/);
  });

  test('calls the API as itself, without a person', async () => {
    await press('As the application');
    assert.match(await outcome(), /HTTP status\s+200[\s\S]*"client_id": "playground2"/);
  });

  test('refreshes to other tokens with the same binding, and introspects them', async () => {
    const before = await claims('Access token');
    await press('Refresh the tokens');
    assert.match(await outcome(), /Accepted[\s\S]*a new access token, bound to the same certificate\./);
    const after = await claims('Access token');
    assert.notEqual(after.jti, before.jti);
    assert.deepEqual(after.cnf, before.cnf);
    await press('Introspect the access token');
    assert.match(await outcome(), /in force[\s\S]*"active": true/);
    await look(page, 'introspected');
  });

  test('takes no form from elsewhere', async () => {
    await page.evaluate('document.querySelector("[name=form_token]").value = "x".repeat(43)');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Nothing was done' }).waitFor();
    await look(page, 'problem');
    await page.goto(playground.url);
    await page.getByRole('heading', { name: /^Hello/ }).waitFor();
  });

  test('finishes no sign-in that was begun elsewhere', async () => {
    const other = await browser.newContext({ ignoreHTTPSErrors: true });
    const callback = await other.newPage();
    const answer = await callback.goto(`${playground.url}oauth2client?code=a&state=b&iss=${home.issuer}`);
    assert.equal(answer?.status(), 400);
    await other.close();
  });

  test('revokes the tokens: the API and a refresh are refused, and told why', async () => {
    await press('Revoke the tokens');
    assert.match(await outcome(), /are revoked/);
    await press('With the right certificate');
    assert.match(await outcome(), /HTTP status\s+401[\s\S]*token_inactive/);
    await press('Refresh the tokens');
    assert.match(await outcome(), /Refused[\s\S]*invalid_grant[\s\S]*npx countersign explain \S+/);
    await look(page, 'refresh-refused');
  });

  test('signs the person out of the authorization server too', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(`${playground.url}signed-out`);
    await page.getByText('You have signed out.').waitFor();
    await look(page, 'signed-out');
    await page.getByRole('link', { name: 'Sign in with Countersign' }).click();
    await page.getByLabel('Password').waitFor();
  });

  test('needs no script, and keeps to its content security policy', async () => {
    const plain = await browser.newContext({
      ignoreHTTPSErrors: true,
      javaScriptEnabled: false,
      locale: 'en-GB',
    });
    const own = await plain.newPage();
    const complaints: string[] = [];
    own.on('console', (message) => complaints.push(message.text()));
    await signIn(own);
    await own.getByRole('heading', { name: /^Hello/ }).waitFor();
    await own.getByRole('button', { name: 'Without a certificate' }).click();
    await own.getByText('certificate_absent').waitFor();
    await own.getByRole('button', { name: 'Sign out' }).click();
    await own.waitForURL(`${playground.url}signed-out`);
    assert.deepEqual(complaints, []);
    await plain.close();
  });

  test('says so when Countersign is not within reach, and starts again with what it has', async () => {
    await server.stop();
    await playground.stop();
    playground = await startPlayground(home.home);
    const answer = await page.goto(`${playground.url}sign-in`);
    assert.equal(answer?.status(), 502);
    await page.getByRole('heading', { name: 'Countersign is not within reach' }).waitFor();
    server = await home.start();
    await signIn(page);
    await page.waitForURL(playground.url);
    await page.getByRole('heading', { name: /^Hello/ }).waitFor();
  });
});
