import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { startChromium, whyNoChromium } from './chromium.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import { signInToConsole, speak } from './console-page.ts';
import { looksRight } from './console-under-test.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { takePicture } from './every-look.ts';
import { call, post } from './token-client.ts';

const DAY = 86_400_000;

describe('clients in the console', { skip: whyNoChromium(), timeout: 240_000 }, () => {
  let home: TestHome;
  let server: RunningCountersign;
  let browser: Browser;
  let page: Page;
  let api: AdminApi;
  /** What the browser sent to the admin API. */
  const sent: string[] = [];

  before(async () => {
    home = await createTestHome({});
    server = await home.start();
    api = adminApiOf(home.issuer);
    browser = await startChromium();
    const context = await browser.newContext({
      ignoreHTTPSErrors: true,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    page = await signInToConsole(context, home.issuer);
    page.setDefaultTimeout(15_000);
    page.on('request', (request) => void sent.push(request.postData() ?? ''));
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await home?.remove();
  });

  async function look(name: string): Promise<void> {
    await looksRight(page, name);
    await page.emulateMedia({ colorScheme: 'light' });
  }
  /** The page is no wider than a phone. */
  async function fits(): Promise<void> {
    await page.setViewportSize({ width: 390, height: 844 });
    const overflow = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    await page.setViewportSize({ width: 1440, height: 900 });
    assert.equal(overflow, 0, page.url());
  }
  const picture = async (name: string) => {
    await fits();
    await takePicture(page, `console-${name}`);
  };
  const heading = (name: string) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  const goTo = async (path: string, name: string) => {
    await page.evaluate(
      `history.pushState(null, '', '/console${path}'); dispatchEvent(new PopStateEvent('popstate'))`,
    );
    await heading(name);
    await page.locator('.loading').first().waitFor({ state: 'detached' });
  };
  /** The form for a new client, empty. */
  const addClient = async () => {
    await goTo('/clients', 'Clients');
    await goTo('/clients/add', 'Add a client');
  };
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  /** Puts a text into the focused input as a person does: by the clipboard. */
  const paste = async (text: string) => {
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
    await page.keyboard.press('ControlOrMeta+V');
  };
  const clientNamed = async (name: string) => {
    const { items } = await api.json('GET', `/clients?search=${encodeURIComponent(name)}`);
    assert.ok(Array.isArray(items) && items.length > 0, name);
    return items[0];
  };

  test('a private key is refused wherever it is pasted, called exposed, and never sent', async () => {
    const { key, cert } = await createIdentity('CN=exposed');
    await addClient();
    for (const label of ['Client name', 'Application certificate', 'Callback URL']) {
      const input = page.getByLabel(label, { exact: true });
      await input.focus();
      await paste(key);
      const dialog = page.getByRole('dialog', { name: 'This is a private key' });
      await dialog.getByText('It was not taken, and nothing of it was sent.').waitFor();
      await dialog.getByText(/Treat the key as exposed/).waitFor();
      await dialog.getByText(/Make a new key and a new certificate/).waitFor();
      if (label === 'Client name') await look('private-key');
      await button('Understood').click();
      assert.equal(await input.inputValue(), '', label);
    }
    // With its certificate in one paste it is a key all the same, and so is a JSON Web Key with its private part.
    const certificate = page.getByLabel('Application certificate', { exact: true });
    await certificate.focus();
    await paste(`${cert}\n${key}`);
    await button('Understood').click();
    await certificate.focus();
    await paste('{"kty":"EC","crv":"P-256","x":"AA","y":"AA","d":"AAAA"}');
    await button('Understood').click();
    // And a file of one.
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'server.key', mimeType: 'text/plain', buffer: Buffer.from(key) });
    await page.getByText(/^server.key holds a private key. Nothing of it was sent/).waitFor();
    const der = Buffer.from(key.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'key.der', mimeType: 'application/octet-stream', buffer: der });
    await page.getByText(/^key.der holds a private key. Nothing of it was sent/).waitFor();
    assert.equal(await certificate.inputValue(), '');
    const inner = key.split('\n')[1] ?? '';
    assert.deepEqual(
      sent.filter((body) => body.includes('PRIVATE KEY') || body.includes(inner) || body.includes('"d"')),
      [],
    );
  });

  test('several certificates of one paste are several, and each can be left out', async () => {
    const [one, two, three] = [
      await createIdentity('CN=one'),
      await createIdentity('CN=two'),
      await createIdentity('CN=three'),
    ];
    await addClient();
    await page.getByLabel('Client name').fill('Several');
    await page
      .getByLabel('Application certificate', { exact: true })
      .fill(`${one.pem}${two.pem}\n${three.pem}`);
    await page.getByText('3 certificates are read, and each is registered.').waitFor();
    await page
      .getByRole('article', { name: 'Certificate CN=two' })
      .getByRole('button', { name: 'Leave out' })
      .click();
    await page.getByText('2 certificates are read, and each is registered.').waitFor();
    await look('client-add-several');
    await page.getByLabel('Authorization code').uncheck();
    await page.getByRole('checkbox', { name: 'Refresh token' }).uncheck();
    await button('Add').click();
    await heading('Several');
    const { certificates } = await clientNamed('Several');
    assert.deepEqual(certificates, [one.pem.trim(), three.pem.trim()].map(String), 'as they were pasted');
  });

  test('a name that another client has, and marks that turn the writing round, are warned of', async () => {
    const { client_id } = await api.register({ client_name: 'Payroll', grant_types: ['client_credentials'] });
    await addClient();
    await page.getByLabel('Client name').fill('payroll ');
    await page.getByText(/Another client has this name already/).waitFor();
    await page.getByRole('link', { name: client_id }).waitFor();
    await page.getByLabel('Client name').fill('Pay\u202Ellor');
    await page.getByText(/marks that turn the direction of writing or hide: U\+202E/).waitFor();
    await page.getByText(/Another client has this name already/).waitFor({ state: 'detached' });
    await page.getByLabel('Client name').fill('Payroll of the north');
    await page.getByText(/marks that turn/).waitFor({ state: 'detached' });
  });

  test('a JWKS URI that cannot be fetched says why, and names [outbound] where that is the cause', async () => {
    await addClient();
    await page.getByText('The client publishes its certificate').click();
    const uri = page.getByLabel('JWKS URI', { exact: true });
    const fetches = button('Fetch and preview');
    for (const [written, why] of [
      ['', /Write the URI first/],
      ['client.example.com/jwks', /no whole URI/],
      ['http://client.example.com/jwks', /read over https alone, not http/],
      ['https://client.example.com/jwks#keys', /has no fragment/],
      ['https://me:secret@client.example.com/jwks', /leave the user name and password out/],
    ] as const) {
      await uri.fill(written);
      await page.getByText(why).waitFor();
      assert.equal(await fetches.isDisabled(), true, written);
    }
    await uri.fill('https://127.0.0.1:9/jwks.json');
    await fetches.click();
    await page.getByText(/add 127\.0\.0\.1 to allowed_addresses under \[outbound\]/).waitFor();
    await fits();
  });

  test('a client is put under a profile with DPoP, signed and pushed requests, and knows its own anchors', async () => {
    const ca = await createIdentity('CN=Own CA', { usage: 'ca' });
    await addClient();
    await page.getByLabel('Client name').fill('Bank');
    await page.getByText('Known by a name in it').click();
    await page.getByLabel('Value in the certificate').fill('CN=bank');
    await page.getByLabel('Trusted authorities').selectOption('Trust anchors of this client alone');
    await page.getByLabel('Trust anchors', { exact: true }).fill(ca.pem);
    await page.getByText('1 certificate is read.').waitFor();
    await page.getByLabel('Callback URL', { exact: true }).fill('https://bank.example/callback');
    await page.getByText('Security of requests and tokens').click();
    await page.getByLabel('Security profile').selectOption('FAPI 2.0 Security Profile');
    await page.getByLabel('Require DPoP').check();
    await page.getByLabel('Require pushed authorization requests').check();
    await page.getByLabel('Require signed requests (JAR)').check();
    await page.getByLabel('Requests signed with').selectOption('RS256');
    await button('Add').click();
    await page.getByText('Write the URI of the JWK set.').waitFor();
    await page.getByLabel('JWKS URI', { exact: true }).fill('https://bank.example/jwks.json');
    await button('Add').click();
    // What contradicts the profile is said at the input it is about.
    await page
      .locator('.field.wrong')
      .getByText(/RS256 is not one of/)
      .waitFor();
    await look('client-add-secure');
    await page.getByLabel('Requests signed with').selectOption('PS256');
    await button('Add').click();
    await heading('Bank');
    const bank = await clientNamed('Bank');
    assert.partialDeepStrictEqual(bank, {
      profile: 'fapi2-security',
      dpop_bound_access_tokens: true,
      require_signed_request_object: true,
      request_object_signing_alg: 'PS256',
      require_pushed_authorization_requests: true,
      jwks_uri: 'https://bank.example/jwks.json',
      trust_anchors: [ca.pem.trim()],
    });
    await page.getByRole('tab', { name: 'Configuration' }).click();
    await page.getByText('FAPI 2.0 Security Profile').waitFor();
    await page.getByRole('tab', { name: 'Certificates' }).click();
    await page.getByRole('article', { name: 'Certificate CN=Own CA' }).waitFor();

    await page.getByRole('link', { name: 'Edit', exact: true }).click();
    await heading('Edit Bank');
    await page.getByText('Security of requests and tokens').click();
    await page.getByLabel('Require DPoP').uncheck();
    await page.getByLabel('Trusted authorities').selectOption('The trust store');
    await button('Save').click();
    await heading('Bank');
    assert.partialDeepStrictEqual(await clientNamed('Bank'), {
      dpop_bound_access_tokens: false,
      trust_anchors: [],
      jwks_uri: 'https://bank.example/jwks.json',
      profile: 'fapi2-security',
    });
  });

  /** A client with tokens, a refusal and changes, of which one certificate follows the other. */
  async function withStory(): Promise<{ client_id: string; identity: Identity; refused: string }> {
    const identity = await createIdentity('CN=story');
    const next = await createIdentity('CN=next', { days: 90 });
    const { client_id } = await api.register({
      client_name: 'Story',
      certificates: [identity.pem],
      grant_types: ['client_credentials'],
    });
    await api.json('POST', `/clients/${client_id}/certificates`, { certificate: next.pem });
    await api.json('PATCH', `/clients/${client_id}`, { client_name: 'Long story' });
    const form = { grant_type: 'client_credentials', client_id };
    for (let time = 0; time < 3; time++) {
      const { status } = await post(`${home.issuer}/oauth2/token`, form, { certificate: identity });
      assert.equal(status, 200);
    }
    const answer = await post(`${home.issuer}/oauth2/token`, form, {
      certificate: await createIdentity('CN=stranger'),
    });
    assert.equal(answer.status, 401);
    return { client_id, identity, refused: String(answer.headers['countersign-event-id']) };
  }

  test('a client’s page tells its story: use, last refusal, certificates in time, who changed what', async () => {
    const { client_id, refused } = await withStory();
    await goTo(`/clients/${client_id}`, 'Long story');
    await page.getByText('3 tokens · 1 day').waitFor();
    await page.getByRole('img', { name: 'Access tokens a day' }).waitFor();
    await page.getByText(/Counted exactly since/).waitFor();
    const refusal = page.locator('dt', { hasText: 'Last refusal' }).locator('xpath=following-sibling::dd');
    assert.equal(await refusal.getByRole('link').getAttribute('href'), `/console/live/${refused}`);
    const timeline = page.getByRole('region', { name: 'Certificates in time' });
    assert.equal(await timeline.getByRole('listitem').count(), 2);
    await timeline.getByText(/Both of the last two are good together for another 29 days/).waitFor();
    const changes = page.locator('.change-list');
    const [first] = await changes.locator('> li').allTextContents();
    assert.match(first ?? '', /admin/);
    await changes.getByText('client_name: Story → Long story').waitFor();
    await look('client-story');
    // Of a secret that would authenticate nothing there is no word.
    assert.equal(await page.getByText('client_secret').count(), 0);
    await page.getByRole('link', { name: 'All changes in the audit trail' }).click();
    await heading('Audit trail');
  });

  test('a client whose only certificate has expired says so at the top, and gets another', async () => {
    const old = await createIdentity('CN=old', { now: Date.now() - 40 * DAY });
    const fresh = await createIdentity('CN=fresh', { days: 90 });
    const { client_id } = await api.register({
      client_name: 'Left behind',
      certificates: [old.pem],
      grant_types: ['client_credentials'],
    });
    await goTo(`/clients/${client_id}`, 'Left behind');
    await page.getByText(/Its only certificate expired 10 days ago. It cannot get tokens./).waitFor();
    await look('client-expired');
    await page.getByRole('tab', { name: /Certificates/ }).click();
    await button('Add a certificate').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Application certificate').fill(fresh.pem);
    await dialog.getByText('It can be used').waitFor();
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('The certificate is added').waitFor();
    await page.getByText(/Its only certificate expired/).waitFor({ state: 'detached' });
    const form = { grant_type: 'client_credentials', client_id };
    assert.equal((await post(`${home.issuer}/oauth2/token`, form, { certificate: fresh })).status, 200);
  });

  test('a secret that proves something is shown once, and made anew', async () => {
    await addClient();
    await page.getByLabel('Client name').fill('With a secret');
    await page.getByText('A generated password').click();
    await page.getByLabel('Authorization code').uncheck();
    await page.getByRole('checkbox', { name: 'Refresh token' }).uncheck();
    await button('Add').click();
    await heading('With a secret');
    await page.getByText('This is the only time the client_secret is shown.').waitFor();
    await button('Copy client_secret').click();
    assert.match(await page.evaluate<string>('navigator.clipboard.readText()'), /^[A-Za-z0-9_-]{64}$/);
    await button('I have copied it').click();
    await page.getByText('kept as a hash; it was shown once').waitFor();
    await page.getByRole('link', { name: 'Overview', exact: true }).click();
    await heading('Overview');
    await page.goBack();
    await heading('With a secret');
    await page.getByText('kept as a hash; it was shown once').waitFor();
  });

  test('a registration token is made for a group, handed over once, used, and ended', async () => {
    const { group_id } = await api.json('POST', '/groups', { name: 'partners' });
    await page.getByRole('navigation').getByRole('link', { name: 'Registration tokens' }).click();
    await heading('Registration tokens');
    await page.getByText('There are no registration tokens.').waitFor();
    await button('Make a token').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Whom it is given to').fill('Partner AG');
    await dialog.getByLabel('Good for').fill('x');
    await dialog.getByText('Write a whole number, at least 1.').waitFor();
    await dialog.getByLabel('Good for').fill('7');
    await dialog.getByLabel('Unit').selectOption('days');
    await dialog.getByLabel('How many clients it may register').fill('2');
    await dialog.getByLabel('Put the clients into the group').fill('nobody');
    await dialog.getByText('There is no such group.').waitFor();
    await dialog.getByLabel('Put the clients into the group').fill('partners');
    await dialog.getByText('There is no such group.').waitFor({ state: 'detached' });
    await fits();
    await dialog.getByRole('button', { name: 'Make a token' }).click();
    await dialog.getByText('This is the only time the token is shown.').waitFor();
    await dialog.getByRole('button', { name: 'Copy registration token' }).click();
    const token = await page.evaluate<string>('navigator.clipboard.readText()');
    await look('registration-token-made');
    await dialog.getByRole('button', { name: 'I have copied it' }).click();

    const registered = await call(`${home.issuer}/oauth2/register`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        client_name: 'Of the partner',
        grant_types: ['client_credentials'],
        token_endpoint_auth_method: 'client_secret_basic',
      }),
    });
    assert.equal(registered.status, 201, registered.text);
    const members = await api.json('GET', `/groups/${group_id}/clients`);
    assert.match(JSON.stringify(members), /Of the partner/);

    await goTo('/clients', 'Clients');
    await goTo('/registration-tokens', 'Registration tokens');
    const row = page.getByRole('row', { name: /Partner AG/ });
    await row.getByText('1 of 2').waitFor();
    await row.getByRole('link', { name: 'partners' }).waitFor();
    await row.getByText('in 6 days').waitFor();
    await look('registration-tokens');
    await row.getByRole('button', { name: 'End the token of Partner AG' }).click();
    await dialog.getByRole('button', { name: 'End', exact: true }).click();
    await page.getByText('The token of Partner AG has ended.').waitFor();
    await page.getByText('There are no registration tokens.').waitFor();
  });

  test('names of two dots and of 200 characters without a break fit every view', async () => {
    const long = 'x'.repeat(200);
    const { client_id } = await api.register({
      client_id: `id-${'y'.repeat(197)}`,
      client_name: long,
      redirect_uris: [`https://app.example.com/${'z'.repeat(255)}`],
      scope: `openid ${'s'.repeat(255)}`,
      contacts: ['c'.repeat(255)],
    });
    await api.json('PATCH', `/clients/${client_id}`, { scope: `openid ${'t'.repeat(255)}` });
    for (const tab of [
      '',
      '?tab=certificates',
      '?tab=settings',
      '?tab=groups',
      '?tab=activity',
      '?tab=access',
    ]) {
      await goTo(`/clients/${client_id}${tab}`, long);
      await fits();
    }
    await goTo(`/clients/${client_id}/edit`, `Edit ${long}`);
    await fits();
    await goTo(`/clients/${client_id}`, long);
    await look('client-long');
    const dots = await api.register({ client_name: '..', grant_types: ['client_credentials'] });
    await goTo(`/clients/${dots.client_id}`, '..');
    await page.getByRole('link', { name: 'Edit', exact: true }).click();
    await heading('Edit ..');
    const refused = await api.request('POST', '/clients', { client_id: '..', client_name: 'up' });
    assert.equal(refused.status, 400);
    assert.equal(refused.json().field, 'client_id');
  });

  test('the pages of clients speak German and Portuguese', async () => {
    const { client_id } = await clientNamed('Long story');
    for (const [language, add, tokens, makes] of [
      ['de', 'Client hinzufügen', 'Access-Tokens pro Tag', 'Registrierungs-Tokens'],
      ['pt', 'Adicionar um cliente', 'Tokens de acesso por dia', 'Tokens de registro'],
    ] as const) {
      await speak(page.context(), home.issuer, language);
      await page.reload();
      await page.getByRole('heading', { level: 1 }).waitFor();
      await goTo(`/clients/${client_id}`, 'Long story');
      await page.getByRole('heading', { name: tokens }).waitFor();
      await picture(`client-story-${language}`);
      await goTo('/clients/add', add);
      await picture(`client-add-${language}`);
      await goTo('/registration-tokens', makes);
    }
    await speak(page.context(), home.issuer, 'en');
  });
});
