import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { certificateToPem } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { startChromium, whyNoChromium } from './chromium.ts';
import { barriers, signInToConsole } from './console-page.ts';
import { breaks, pseudo, speakPseudo, textsOutsideTheCatalogue } from './console-pseudo.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { takePicture } from './every-look.ts';
import { post } from './token-client.ts';
import { createWebhookReceiver, type WebhookReceiver } from './webhook-receiver.ts';

/** What the deployment of this test is made of, and words that machines read: they are the same in every language. */
const DATA: readonly RegExp[] = [
  /https?:\/\/\S+/g,
  /\b(?:Countersign console|Countersign|Keycloak|WSO2 Identity Server)\b/g,
  /\b(?:Zeppelin|Yonder|admin(?:-api)?|alice|quokka|wombat|numbat)\b/g,
  /\bCN=[^,]*(?:, ?O=[^,]*)?/g,
  /\b(?:localhost|127\.0\.0\.1|example\.com)\b/g,
  // Times, as `Intl` writes them in the language whose place this one takes.
  /\b(?:vor|in) \d+ (?:Sekunde|Minute|Stunde|Tag|Monat|Jahr)e?n?\b/g,
  /\b(?:gestern|heute|morgen|jetzt)\b/g,
  /\b\d{1,2}\. \p{L}+\.? \d{4}\b/gu,
  /\b\p{L}{3,4}\.? \d{2}\b/gu,
  // A key that signs, by the algorithm and the `kid`, where it is the name of a part of the page.
  /\b(?:ES256|PS256|RS256|EdDSA) [\w-]{43}/g,
  // Names of security profiles and programming languages; labels that are the members' own names.
  /\b(?:FAPI \d\.\d (?:Security Profile|Message Signing|Advanced)|(?:UK|KSA) Open Banking|Open Finance Brasil)\b/g,
  /\b(?:Consumer Data Right|ConnectID) \(Australia\)/g,
  /\b(?:curl|Node\.js|Python|Go|client_id|prime256v1|digitalSignature|clientAuth|public|web)\b/g,
  /-----BEGIN CERTIFICATE-----/g,
  // Names of standards, of their values, and of units.
  /\b(?:JKS|CSV|JSON|OAuth|OIDC|OpenID|RFC|JWKS|URI|URL|PEM|DER|ID|EC|RSA|SHA-\d+|[ERP]S\d{3}|EdDSA|P-\d{3}|dns|uri|kid|pwd|openid|sub)\b/g,
];

type View = {
  readonly name: string;
  readonly path: string;
  /** Opens what stands over the place. */
  readonly open?: (page: Page) => Promise<unknown>;
};

const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
] as const;

const press = (name: Parameters<typeof pseudo>[0]) => (page: Page) =>
  page
    .getByRole('button', { name: pseudo(name) })
    .first()
    .click();

describe('the words of the console', { skip: whyNoChromium(), timeout: 240_000 }, () => {
  let home: TestHome;
  let server: RunningCountersign;
  let browser: Browser;
  let api: AdminApi;
  let receiver: WebhookReceiver;
  let context: BrowserContext;
  let page: Page;
  const ids = new Map<string, string>();

  before(async () => {
    receiver = await createWebhookReceiver(undefined);
    await receiver.listen();
    home = await createTestHome({
      outbound: { allowed_addresses: ['127.0.0.1'], trusted_certificates_file: 'receiver.pem' },
      webhook: [
        {
          id: 'wombat',
          url: receiver.url('/wombat'),
          secret: 'a secret of twenty-four characters',
          events: ['user.*'],
        },
      ],
    });
    await writeFile(join(home.security, 'receiver.pem'), receiver.certificate.pem);
    server = await home.start();
    api = adminApiOf(home.issuer);
    await fill();
    browser = await startChromium();
    context = await browser.newContext({ ignoreHTTPSErrors: true });
    await speakPseudo(context, home.issuer);
    page = await signInToConsole(context, home.issuer, 'admin', 'admin');
    page.setDefaultTimeout(10_000);
    await consent();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await receiver?.stop();
    await home?.remove();
  });

  async function fill(): Promise<void> {
    const identity = await issueCertificate({
      subject: 'CN=Zeppelin,O=Yonder',
      keyType: 'EC-P256',
      days: 20,
      usage: 'client',
      now: Date.now(),
    });
    const { client_id } = await api.register({
      client_name: 'Zeppelin',
      certificates: [certificateToPem(identity.certificate)],
      grant_types: ['client_credentials', 'authorization_code', 'refresh_token', 'password'],
      redirect_uris: [`${home.issuer}/zeppelin`],
      scope: 'openid quokka',
    });
    ids.set('client', client_id);
    await api.json('POST', '/users', {
      username: 'alice',
      password: 'correct horse battery staple',
      roles: ['auditor'],
      claims: { email: 'alice@example.com' },
    });
    const tokenFor = (scope: string) =>
      post(
        `${home.issuer}/oauth2/token`,
        {
          grant_type: 'password',
          client_id,
          scope,
          username: 'alice',
          password: 'correct horse battery staple',
        },
        {
          certificate: {
            cert: certificateToPem(identity.certificate),
            key: identity.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
          },
        },
      );
    assert.equal((await tokenFor('openid quokka')).status, 200);
    const refused = await tokenFor('wombat');
    assert.equal(refused.status, 400);
    ids.set('refusal', String(refused.headers['countersign-event-id']));
    const group = await api.json('POST', '/groups', { name: 'numbat', description: 'numbat' });
    ids.set('group', String(group.group_id));
    const role = await api.json('POST', '/roles', { name: 'quokka', description: 'quokka' });
    ids.set('role', String(role.role_id));
    await api.json('PUT', `/groups/${group.group_id}/people/alice`);
    await api.json('PUT', `/groups/${group.group_id}/clients/${client_id}`);
    await api.json('PUT', `/roles/${role.role_id}/groups/${group.group_id}`);
    await api.json('PUT', `/roles/${role.role_id}/people/alice`);
    await api.json('POST', '/claim-rules', {
      claim: 'quokka',
      scope: 'quokka',
      source: { from: 'groups' },
      destinations: ['id_token', 'access_token'],
      form: 'list',
    });
    await api.json('POST', '/attributes', {
      name: 'wombat',
      type: 'string',
      list: true,
      pattern: 'w+',
      title: 'wombat',
    });
    const { items } = await api.json('GET', '/events?limit=1');
    const [event] = Array.isArray(items) ? items : [];
    ids.set('event', String(event?.event_id));
  }

  /** Agrees to what a client asks, so that there is a consent. */
  async function consent(): Promise<void> {
    const asking = await context.newPage();
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: String(ids.get('client')),
      redirect_uri: `${home.issuer}/zeppelin`,
      scope: 'openid quokka',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    });
    await asking.goto(`${home.issuer}/oauth2/authorize?${query}`);
    await asking.locator('input[type=checkbox]').first().check();
    await asking.locator('button[value=allow]').click();
    await asking.waitForURL(/\/zeppelin\?/);
    await asking.close();
  }

  const views = (): readonly View[] => [
    { name: 'overview', path: '' },
    { name: 'clients', path: '/clients' },
    { name: 'client-add', path: '/clients/add' },
    { name: 'client-import', path: '/clients/import' },
    { name: 'client', path: `/clients/${ids.get('client')}` },
    { name: 'client-certificates', path: `/clients/${ids.get('client')}?tab=certificates` },
    { name: 'client-settings', path: `/clients/${ids.get('client')}?tab=settings` },
    { name: 'client-activity', path: `/clients/${ids.get('client')}?tab=activity` },
    { name: 'client-access', path: `/clients/${ids.get('client')}?tab=access` },
    { name: 'client-edit', path: `/clients/${ids.get('client')}/edit` },
    { name: 'certificates', path: '/certificates' },
    { name: 'trust', path: '/trust' },
    { name: 'live', path: '/live' },
    { name: 'event', path: `/live/${ids.get('event')}` },
    { name: 'refusal', path: `/live/${ids.get('refusal')}` },
    { name: 'users', path: '/users' },
    { name: 'user', path: '/users/alice' },
    { name: 'groups', path: '/groups' },
    { name: 'groups-none', path: '/groups?search=zzz' },
    { name: 'group-add', path: '/groups', open: press('common.add') },
    { name: 'group', path: `/groups/${ids.get('group')}` },
    { name: 'group-change', path: `/groups/${ids.get('group')}`, open: press('common.change') },
    { name: 'group-delete', path: `/groups/${ids.get('group')}`, open: press('common.delete') },
    { name: 'group-take-out', path: `/groups/${ids.get('group')}`, open: press('memberships.takeout') },
    { name: 'roles', path: '/roles' },
    { name: 'role-add', path: '/roles', open: press('common.add') },
    { name: 'role', path: `/roles/${ids.get('role')}` },
    { name: 'role-change', path: `/roles/${ids.get('role')}`, open: press('common.change') },
    { name: 'role-delete', path: `/roles/${ids.get('role')}`, open: press('common.delete') },
    { name: 'role-take-away', path: `/roles/${ids.get('role')}`, open: press('groups.takeaway') },
    { name: 'claims', path: '/claims' },
    { name: 'claim-define', path: '/claims', open: press('claims.define') },
    {
      name: 'claim-remove',
      path: '/claims',
      open: (shown) =>
        shown.getByRole('button', { name: pseudo('claims.removeclaim', { claim: 'quokka' }) }).click(),
    },
    { name: 'attribute-define', path: '/claims', open: press('claims.defineattribute') },
    {
      name: 'attribute-remove',
      path: '/claims',
      open: (shown) =>
        shown.getByRole('button', { name: pseudo('claims.removeattribute', { name: 'wombat' }) }).click(),
    },
    { name: 'sessions', path: '/access' },
    { name: 'session-end', path: '/access', open: press('common.end') },
    { name: 'consents', path: '/access?tab=consents' },
    { name: 'consent-revoke', path: '/access?tab=consents', open: press('access.revoke') },
    { name: 'authorizations', path: '/access?tab=grants' },
    { name: 'authorization-revoke', path: '/access?tab=grants', open: press('access.revoke') },
    { name: 'keys', path: '/keys' },
    { name: 'audit', path: '/audit' },
    { name: 'webhooks', path: '/webhooks' },
    { name: 'import', path: '/import' },
    { name: 'settings', path: '/settings' },
    { name: 'not-found', path: '/no/such/place' },
    { name: 'error', path: '/clients/no-such-client' },
  ];

  /** Goes to a place by the history, as a link would: loading anew would sign in anew. */
  async function goTo({ path, open }: View): Promise<void> {
    await page.evaluate(
      `history.pushState(null, '', '/console${path}'); dispatchEvent(new PopStateEvent('popstate'))`,
    );
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.locator('.loading').first().waitFor({ state: 'detached' });
    await open?.(page);
  }

  async function leave({ open }: View): Promise<void> {
    if (!open) return;
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
  }

  test('in a language that nobody speaks every text is of the catalogue, and no view breaks', async () => {
    const wrong: string[] = [];
    for (const view of views()) {
      await goTo(view);
      const say = (what: string) => wrong.push(`${view.name}: ${what}`);
      for (const { text, at } of await textsOutsideTheCatalogue(page, DATA)) say(`“${text}” at ${at}`);
      for (const size of SIZES) {
        await page.setViewportSize(size);
        for (const problem of await breaks(page)) say(`${problem} (${size.width})`);
      }
      await takePicture(page, `pseudo-${view.name}`);
      await page.setViewportSize(SIZES[0]);
      await leave(view);
    }
    assert.deepEqual(wrong, []);
  });

  test('every view leads to its page of help, which answers', async () => {
    const pages = new Set<string>();
    for (const view of views()) {
      await goTo(view);
      const help = page.locator('.page-header').getByRole('link', { name: pseudo('help.link') });
      pages.add(new URL(String(await help.getAttribute('href')), home.issuer).pathname);
      await leave(view);
    }
    assert.ok(pages.size > 12, [...pages].join(' '));
    const reading = await context.newPage();
    for (const href of pages) {
      const answer = await reading.goto(`${home.issuer}${href}`);
      assert.equal(answer?.status(), 200, href);
      assert.equal(await reading.getByRole('heading', { level: 1 }).count(), 1, href);
    }
    await reading.close();
  });

  test('axe finds nothing in any view', async () => {
    const wrong: string[] = [];
    for (const view of views()) {
      await goTo(view);
      for (const barrier of await barriers(page)) {
        wrong.push(`${view.name}: ${barrier}`);
      }
      await leave(view);
    }
    assert.deepEqual(wrong, []);
  });
});
