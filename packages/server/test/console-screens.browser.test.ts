import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { certificateToPem } from '@countersign/x509';
import { type IssuedCertificate, issueCertificate } from '@countersign/x509/issuance';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { startChromium, whyNoChromium } from './chromium.ts';
import { faintParts, moving, smallTargets, spaceText, unseenFocus, unspaceText } from './console-measures.ts';
import { seriousBarriers, signInToConsole } from './console-page.ts';
import { breaks } from './console-pseudo.ts';
import { looksRight } from './console-under-test.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { takePicture } from './every-look.ts';
import { post } from './token-client.ts';
import { createWebhookReceiver, type WebhookReceiver } from './webhook-receiver.ts';

const DAY_MS = 86_400_000;

const issue = (
  subject: string,
  days: number,
  age = 0,
  issuer?: IssuedCertificate,
): Promise<IssuedCertificate> =>
  issueCertificate({
    subject,
    keyType: 'EC-P256',
    days,
    usage: 'client',
    now: Date.now() - age * DAY_MS,
    subjectAltNames: { dns: ['client.example.com'], uri: ['spiffe://example.com/client'] },
    ...(issuer && { issuer }),
  });

describe('every screen of the console', { skip: whyNoChromium(), timeout: 600_000 }, () => {
  let home: TestHome;
  let server: RunningCountersign;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let api: AdminApi;
  let client_id: string;
  let refused: string;
  let receiver: WebhookReceiver;

  before(async () => {
    receiver = await createWebhookReceiver(undefined);
    await receiver.listen();
    receiver.behave({ status: 410 });
    const told = (id: string, ...events: readonly string[]) => ({
      id,
      url: receiver.url(`/${id}`),
      secret: 'a secret of twenty-four characters',
      events,
    });
    home = await createTestHome({
      outbound: { allowed_addresses: ['127.0.0.1'], trusted_certificates_file: 'receiver.pem' },
      webhook: [told('on-call', 'expiry.*', 'user.*'), told('chat', 'webhook.*')],
    });
    await writeFile(join(home.security, 'receiver.pem'), receiver.certificate.pem);
    server = await home.start();
    api = adminApiOf(home.issuer);
    await fill();
    browser = await startChromium();
    context = await browser.newContext({ ignoreHTTPSErrors: true });
    page = await signInToConsole(context, home.issuer);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await receiver?.stop();
    await home?.remove();
  });

  /** A deployment that has been in use for a while. */
  async function fill(): Promise<void> {
    const current = await issue('CN=billing,O=Example,C=LK', 40, 20);
    const next = await issue('CN=billing,O=Example,C=LK', 365);
    const stranger = await issue('CN=billing,O=Example,C=LK', 365);
    const registered = await api.register({
      client_name: 'Billing',
      certificates: [current, next].map(({ certificate }) => certificateToPem(certificate)),
      grant_types: ['client_credentials', 'password', 'authorization_code', 'refresh_token'],
      redirect_uris: ['https://billing.example.com/callback'],
      scope: 'openid profile invoices:read invoices:write',
    });
    client_id = registered.client_id;
    const expired = await issue('CN=warehouse,O=Example', 10, 30);
    await api.register({ client_name: 'Warehouse', certificates: [certificateToPem(expired.certificate)] });
    await api.register({
      client_name: 'Reporting',
      grant_types: ['client_credentials'],
      scope: 'reports:read',
    });
    const ca = await issueCertificate({
      subject: 'CN=Example Root,O=Example',
      keyType: 'EC-P256',
      days: 3650,
      usage: 'ca',
      now: Date.now(),
    });
    await api.json('POST', '/truststore/certificates', {
      content: certificateToPem(ca.certificate),
      alias: 'example-root',
    });
    const entry = async (certificate: IssuedCertificate, alias: string, role?: string) =>
      api.json('POST', '/truststore/certificates', {
        content: certificateToPem(certificate.certificate),
        alias,
        ...(role !== undefined && { role }),
      });
    const issuing = (name: string) =>
      issueCertificate({
        subject: `CN=${name}`,
        keyType: 'EC-P256',
        days: 900,
        usage: 'ca',
        now: Date.now(),
      });
    await entry(await issuing('Partner Root'), 'partner-root', 'authority');
    await entry(await issuing('Old Root'), 'old-root', 'handshake');
    await entry(current, 'billing');
    await entry(next, 'billing-next', 'authority');
    await api.register({
      client_name: 'Partner gateway',
      tls_client_auth_subject_dn: 'CN=gateway,O=Partner',
      grant_types: ['client_credentials'],
    });
    for (const username of ['alice', 'bob']) {
      await api.json('POST', '/users', {
        username,
        password: 'correct horse battery staple',
        roles: username === 'alice' ? ['auditor'] : [],
        claims: {
          name: username === 'alice' ? 'Alice Perera' : 'Bob Silva',
          email: `${username}@example.com`,
        },
      });
    }
    const token = (identity: IssuedCertificate) =>
      post(
        `${home.issuer}/oauth2/token`,
        { grant_type: 'client_credentials', client_id, scope: 'invoices:read' },
        {
          certificate: {
            cert: certificateToPem(identity.certificate),
            key: identity.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
          },
        },
      );
    assert.equal((await token(current)).status, 200);
    const answer = await token(stranger);
    assert.equal(answer.status, 401);
    refused = String(answer.headers['countersign-event-id']);
  }

  /** Goes to a place by the history, as a link would: loading anew would sign in anew. */
  async function goTo(path: string, heading: string | RegExp): Promise<void> {
    await page.evaluate(
      `history.pushState(null, '', '/console${path}'); dispatchEvent(new PopStateEvent('popstate'))`,
    );
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    await page.locator('.loading').first().waitFor({ state: 'detached' });
  }

  const places: readonly (readonly [name: string, path: () => string, heading: string | RegExp])[] = [
    ['overview', () => '', 'Overview'],
    ['clients', () => '/clients', 'Clients'],
    ['client-add', () => '/clients/add', 'Add a client'],
    ['client', () => `/clients/${client_id}`, 'Billing'],
    ['client-certificates', () => `/clients/${client_id}?tab=certificates`, 'Billing'],
    ['client-settings', () => `/clients/${client_id}?tab=settings`, 'Billing'],
    ['client-activity', () => `/clients/${client_id}?tab=activity`, 'Billing'],
    ['client-access', () => `/clients/${client_id}?tab=access`, 'Billing'],
    ['client-edit', () => `/clients/${client_id}/edit`, 'Edit Billing'],
    ['clients-empty', () => '/clients?search=nothing-like-this', 'Clients'],
    ['certificates', () => '/certificates', 'Certificates'],
    ['certificates-soon', () => '/certificates?kind=client&within=30d', 'Certificates'],
    ['trust', () => '/trust', 'Trust'],
    ['live', () => '/live', 'Live view'],
    ['explanation', () => `/live/${refused}`, 'Token refused'],
    ['users', () => '/users', 'Users'],
    ['user', () => '/users/alice', 'alice'],
    ['sessions', () => '/access', 'Sessions and tokens'],
    ['consents', () => '/access?tab=consents', 'Sessions and tokens'],
    ['authorizations', () => '/access?tab=grants', 'Sessions and tokens'],
    ['keys', () => '/keys', 'Signing keys'],
    ['audit', () => '/audit', 'Audit trail'],
    ['settings', () => '/settings', 'Settings'],
    ['not-found', () => '/no/such/place', 'There is nothing here'],
    ['error', () => '/clients/no-such-client', 'Client'],
    ['client-import', () => '/clients/import', 'Import clients'],
    ['registration-tokens', () => '/registration-tokens', 'Registration tokens'],
    ['groups', () => '/groups', 'Groups'],
    ['roles', () => '/roles', 'Roles'],
    ['claims', () => '/claims', 'Claims'],
    ['import', () => '/import', 'Import'],
  ];
  /** What is wrong with places, as `asked` finds it. */
  async function wrongWith(
    asked: (name: string) => Promise<readonly string[]>,
    among = places,
  ): Promise<readonly string[]> {
    const wrong: string[] = [];
    for (const [name, path, heading] of among) {
      await goTo(path(), heading);
      for (const what of await asked(name)) wrong.push(`${name}: ${what}`);
    }
    return wrong;
  }

  for (const [name, path, heading] of places) {
    test(name, async () => {
      await goTo(path(), heading);
      await looksRight(page, name);
    });
  }

  test('nothing is cut at 320 pixels, at twice the size, and with more space in the text', async () => {
    const shapes = [
      { name: '320 pixels', viewport: { width: 320, height: 640 }, isSpaced: false },
      { name: 'twice the size', viewport: { width: 720, height: 450 }, isSpaced: false },
      { name: 'more space', viewport: { width: 1440, height: 900 }, isSpaced: true },
      { name: 'more space on a phone', viewport: { width: 390, height: 844 }, isSpaced: true },
    ];
    const wrong: string[] = [];
    for (const { name: shape, viewport, isSpaced } of shapes) {
      await page.setViewportSize(viewport);
      if (isSpaced) await spaceText(page);
      const found = await wrongWith(async (name) => {
        if (shape !== 'twice the size')
          await takePicture(page, `console-${name}-${shape.replaceAll(' ', '-')}`);
        return breaks(page);
      });
      for (const what of found) wrong.push(`${shape}: ${what}`);
      await unspaceText(page);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    assert.deepEqual(wrong, []);
  });

  test('targets have 24 pixels, or nothing near', async () => {
    const wrong: string[] = [];
    for (const viewport of [
      { width: 1440, height: 900 },
      { width: 390, height: 844 },
    ]) {
      await page.setViewportSize(viewport);
      for (const what of await wrongWith(() => smallTargets(page))) wrong.push(`${viewport.width}: ${what}`);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    assert.deepEqual(wrong, []);
  });

  test('what has the focus shows it, and nothing hides it', async () => {
    const wrong: string[] = [];
    for (const viewport of [
      { width: 1440, height: 900 },
      { width: 390, height: 844 },
    ]) {
      await page.setViewportSize(viewport);
      for (const what of await wrongWith(() => unseenFocus(page))) wrong.push(`${viewport.width}: ${what}`);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    assert.deepEqual([...new Set(wrong)], []);
  });

  test('inputs and icons stand out in both modes, and nothing moves for who wants none of it', async () => {
    const wrong: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const found = await wrongWith(async () => [...(await faintParts(page)), ...(await moving(page))]);
      for (const what of found) wrong.push(`${colorScheme}: ${what}`);
    }
    await page.emulateMedia({ colorScheme: 'light' });
    assert.deepEqual(wrong, []);
  });

  test('what a client has of its own', async () => {
    await goTo(`/clients/${client_id}/edit`, 'Edit Billing');
    await page.getByText('Tokens and scopes of its own').click();
    await page.getByLabel('Default scopes of its own').check();
    await page.getByLabel('Audiences by scope').fill('invoices:read https://api.example.com/invoices');
    await looksRight(page, 'client-own-tokens');
    await page.getByLabel('Audiences by scope').fill('');
    await page.getByLabel('Default scopes of its own').uncheck();
  });

  test('webhooks, and what was given up is sent again', async () => {
    await goTo('/webhooks', 'Webhooks');
    await page.getByRole('cell', { name: 'the server answered 410' }).first().waitFor();
    await looksRight(page, 'webhooks');
    receiver.behave({ status: 204 });
    await page.getByLabel('Webhook', { exact: true }).selectOption('on-call');
    const row = page.getByRole('row').filter({ hasText: 'user.created' }).filter({ hasText: 'given up' });
    await row.first().getByRole('button', { name: 'Send again' }).click();
    await page.getByText('It is sent again.').waitFor();
    await page
      .getByRole('row')
      .filter({ hasText: 'user.created' })
      .filter({ hasText: 'delivered' })
      .waitFor();
    assert.equal(receiver.taken('/on-call').length, 1);
    await looksRight(page, 'webhooks-delivered');
    await page.getByLabel('State', { exact: true }).selectOption('waiting');
    await page.getByText('There is no such delivery.').waitFor();
    const { items } = await api.json('GET', '/events?type=webhook.replayed');
    assert.ok(Array.isArray(items) && items.length === 1);
  });

  test('nodes that share the trust stores', async () => {
    const node = (name: string, extra: readonly object[] = []) => ({
      node: `${name}:/srv/countersign`,
      this_node: name === 'auth-1.example.com',
      host: name,
      home: '/srv/countersign',
      version: '0.1.0',
      started_at: new Date(Date.now() - DAY_MS).toISOString(),
      seen_at: new Date().toISOString(),
      extra,
    });
    const file = '/srv/countersign/repository/resources/security/client-truststore.jks';
    const brought = {
      store: 'truststore',
      file,
      alias: 'old-partner',
      'x5t#S256': 'x',
      subject: 'CN=Old Partner',
    };
    const [one, two, three] = [1, 2, 3].map((number) => `auth-${number}.example.com:/srv/countersign`);
    await page.route('**/api/admin/v1/nodes', (route) =>
      route.fulfill({
        json: {
          items: [
            node('auth-1.example.com'),
            node('auth-2.example.com'),
            node('auth-3.example.com', [brought]),
          ],
          differences: [
            {
              file: 'plug-in client-by-certificate.ts',
              sides: [{ sha256: '9f86d081884c7d659a2feaa0c55ad015', nodes: [one, two] }, { nodes: [three] }],
            },
            {
              file: 'certificate chain of [keystore.primary]',
              sides: [one, two, three].map((each, index) => ({
                sha256: `${index}`.repeat(64),
                nodes: [each],
              })),
            },
          ],
        },
      }),
    );
    await goTo('/trust', 'Trust');
    await page.getByText('old-partner of auth-3.example.com:/srv/countersign counts for nothing.').waitFor();
    await looksRight(page, 'trust-nodes');
    await page.unroute('**/api/admin/v1/nodes');
  });

  test('the overview names what the list of certificates has first of what has not ended', async () => {
    const { items } = await api.json('GET', '/certificates?limit=5&expired=false');
    assert.ok(Array.isArray(items) && items.length === 5);
    await goTo('', 'Overview');
    const card = page.locator('section').filter({ hasText: 'What ends next' }).getByRole('listitem');
    await card.first().waitFor();
    const shown = await card.allTextContents();
    for (const [index, { name }] of items.entries()) assert.ok(shown[index]?.startsWith(name), shown.join());
    await page.getByRole('link', { name: 'Everything that ends' }).click();
    await page.getByRole('heading', { level: 1, name: 'Certificates' }).waitFor();
    await page.getByLabel('Kind', { exact: true }).selectOption('client');
    await goTo('/certificates?kind=client&state=expired', 'Certificates');
    await page.getByRole('row').filter({ hasText: 'Warehouse' }).getByText('expired').waitFor();
  });

  test('who was told of an end, and when', async () => {
    const day = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
    const told = (days: number, ago: number, state: string) => ({
      days,
      event_id: `EVEN-T00${days}-XX`,
      time: day(-ago),
      deliveries: [{ webhook: 'operations', state, time: day(-ago) }],
    });
    await page.route('**/api/admin/v1/certificates?*', (route) =>
      route.fulfill({
        json: {
          items: [
            {
              kind: 'client',
              key: 'client billing x',
              name: 'Billing',
              client_id,
              subject: 'CN=billing,O=Example',
              not_after: day(6),
              unused: true,
              shared: [{ as: 'client', client_id: 'warehouse' }, { as: 'administrator' }],
              notices: [told(30, 24, 'delivered'), told(14, 8, 'delivered'), told(7, 1, 'dead')],
            },
            {
              kind: 'crl',
              key: 'crl a',
              name: 'http://crl.partner.example/issuing-authority-of-the-partner.crl',
              not_after: day(-1),
              shared: [],
              notices: [told(0, 1, 'waiting')],
            },
          ],
        },
      }),
    );
    await goTo('/certificates?state=shared', 'Certificates');
    await page.getByText('operations: given up').waitFor();
    await looksRight(page, 'certificates-told');
    await page.unroute('**/api/admin/v1/certificates?*');
  });

  test('the menu of a phone', async () => {
    await goTo('', 'Overview');
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('button', { name: 'Open the menu' }).click();
    await takePicture(page, 'console-menu-phone', false);
    assert.deepEqual(await seriousBarriers(page), []);
    await page.getByRole('link', { name: 'Trust' }).click();
    await page.getByRole('heading', { level: 1, name: 'Trust' }).waitFor();
    assert.equal(await page.getByRole('navigation', { name: 'Console' }).isVisible(), false);
  });

  test('a certificate looked at before it is saved', async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await goTo('/clients/add', 'Add a client');
    const old = await issue('CN=warehouse,O=Example', 10, 30);
    await page.getByLabel('Application certificate', { exact: true }).fill(certificateToPem(old.certificate));
    await page.getByText('It expired on').waitFor();
    await looksRight(page, 'client-add-certificate');
    page.once('dialog', (dialog) => void dialog.accept());
    await goTo('/clients', 'Clients');
  });

  test('a dialog that asks before deleting', async () => {
    await goTo(`/clients/${client_id}`, 'Billing');
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').waitFor();
    await looksRight(page, 'client-delete');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('import into the trust store', async () => {
    await goTo('/trust', 'Trust');
    await page.getByRole('button', { name: 'Import' }).click();
    await page.getByRole('dialog').waitFor();
    await looksRight(page, 'trust-import');
    await page.keyboard.press('Escape');
  });

  test('the role of an entry of the trust store', async () => {
    await goTo('/trust', 'Trust');
    await page
      .getByRole('listitem')
      .filter({ hasText: 'example-root' })
      .getByRole('button', { name: 'Role' })
      .click();
    await page.getByRole('dialog').waitFor();
    await looksRight(page, 'trust-role');
    await page.keyboard.press('Escape');
  });
});
