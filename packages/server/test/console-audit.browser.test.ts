import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { certificateToPem } from '@countersign/x509';
import { type IssuedCertificate, issueCertificate } from '@countersign/x509/issuance';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { Configuration } from '../src/config/configuration.ts';
import type { Event } from '../src/event/event.ts';
import { storageOptionsOf } from '../src/server/open-home.ts';
import { openStorage } from '../src/storage/open-storage.ts';
import { type AdminApi, adminApiOf, callAdminApi } from './admin-api.ts';
import { startChromium, whyNoChromium } from './chromium.ts';
import { seriousBarriers, signInToConsole, speak } from './console-page.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { inEveryLook } from './every-look.ts';
import { post } from './token-client.ts';

const PASSWORD = 'correct horse battery staple';
/** More than one export could take before, and than a page has. */
const MANY = 10_321;
/** Of which one is kept. */
const ISSUED = 1_000;

const certificateOf = (subject: string): Promise<IssuedCertificate> =>
  issueCertificate({ subject, keyType: 'EC-P256', days: 365, usage: 'client', now: Date.now() });

const textOf = async (found: Locator): Promise<string> => (await found.textContent()) ?? '';

/** A peer that speaks no TLS: what scanners and health checks do all day. */
const knockWithoutTls = (port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('no TLS at all\r\n\r\n'));
    socket
      .on('error', reject)
      .on('close', () => resolve())
      .resume();
  });

describe('the audit trail in the console', { skip: whyNoChromium(), timeout: 300_000 }, () => {
  let home: TestHome;
  let server: RunningCountersign;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let api: AdminApi;
  let client_id: string;
  let first: IssuedCertificate;
  let second: IssuedCertificate;

  before(async () => {
    home = await createTestHome();
    await addMany();
    server = await home.start();
    api = adminApiOf(home.issuer);
    [first, second] = [await certificateOf('CN=billing'), await certificateOf('CN=billing next')];
    const registered = await api.register({
      client_name: 'Billing',
      certificates: [certificateToPem(first.certificate)],
      grant_types: ['client_credentials', 'password'],
      scope: 'invoices:read',
    });
    client_id = registered.client_id;
    await api.json('POST', '/users', { username: 'alice', password: PASSWORD, roles: [] });
    browser = await startChromium();
    context = await browser.newContext({ ignoreHTTPSErrors: true, acceptDownloads: true });
    page = await signInToConsole(context, home.issuer);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await home?.remove();
  });

  /** Events of an address of their own, as a long day leaves them, and tokens issued of which a sample is kept. */
  async function addMany(): Promise<void> {
    const { atStart } = await Configuration.read(home.deploymentFile);
    const storage = await openStorage(storageOptionsOf(atStart));
    const events = Array.from(
      { length: MANY },
      (_, index): Event => ({
        event_id: randomUUID().slice(0, 18),
        time: Date.now() - 3_600_000 - index,
        type: 'client.updated',
        outcome: 'success',
        actor: { name: 'importer', through: 'import' },
        remote_address: '192.0.2.77',
        detail: { line: index, text: 'a, "b"\n=c' },
      }),
    );
    await storage.events.append(events);
    const minute = Math.floor(Date.now() / 60_000) * 60_000;
    await storage.events.append(
      [{ event_id: randomUUID(), time: minute, type: 'token.issued', outcome: 'success', sampled: true }],
      [{ minute, type: 'token.issued', outcome: 'success', sampled: true, count: ISSUED }],
    );
    await storage.close();
  }

  /** Goes to a place by the history, as a link would: loading anew would sign in anew. */
  async function goTo(path: string, heading: string): Promise<void> {
    await page.evaluate(
      `history.pushState(null, '', '/console${path}'); dispatchEvent(new PopStateEvent('popstate'))`,
    );
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    await page.locator('.loading').first().waitFor({ state: 'detached' });
  }

  /** Looks at the page as it is, in every size and mode, and has axe look for barriers. */
  async function look(name: string): Promise<void> {
    const barriers: string[] = [];
    await inEveryLook(page, `console-${name}`, async (style, overflow) => {
      if (overflow > 0) barriers.push(`${style}: wider than the screen by ${overflow} pixels`);
      await page.locator('.of-before').waitFor({ state: 'detached' });
      for (const barrier of await seriousBarriers(page)) barriers.push(`${style}: ${barrier}`);
    });
    await page.setViewportSize({ width: 1440, height: 900 });
    assert.deepEqual(barriers, [], name);
  }

  const rows = () => page.getByRole('table').locator('tbody tr');
  const fact = (name: string) =>
    page.locator('.facts > div').filter({ has: page.getByText(name, { exact: true }) });
  const token = (form: Readonly<Record<string, string>>, identity: IssuedCertificate) =>
    post(
      `${home.issuer}/oauth2/token`,
      { client_id, ...form },
      {
        certificate: {
          cert: certificateToPem(identity.certificate),
          key: identity.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
        },
      },
    );

  test('who changed what: old and new values side by side, with the way on', async () => {
    await api.update(client_id, { scope: 'invoices:read invoices:write' });
    await goTo(`/audit?client_id=${client_id}`, 'Audit trail');
    await rows().first().getByRole('link', { name: 'Client changed' }).click();
    await page.getByRole('heading', { level: 1, name: 'Client changed' }).waitFor();
    const change = page.getByRole('table').getByRole('row').filter({ hasText: 'scope' });
    assert.equal(await textOf(change.locator('.change-old')), 'invoices:read');
    assert.equal(await textOf(change.locator('.change-new')), 'invoices:read invoices:write');
    assert.match(await textOf(fact('Who')), /admin\s+by the admin API/);
    assert.match(await textOf(fact('When')), /20\d\d.*(UTC|GMT|[A-Z]{3,4}).*\d{4}-\d\d-\d\dT.*Z/s);
    assert.match(await textOf(fact('From')), /127\.0\.0\.1/);
    await look('audit-change');

    // To the client, and back to the list as it was left.
    await fact('To what').getByRole('link', { name: client_id, exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Billing' }).waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'Audit trail' }).last().click();
    await page.getByRole('heading', { level: 1, name: 'Audit trail' }).waitFor();
    assert.equal(await page.getByRole('textbox', { name: 'Client (client_id)' }).inputValue(), client_id);
  });

  test('every refused sign-in stands under Sign-ins, wherever it was tried', async () => {
    const wrong = { username: 'alice', password: 'wrong' };
    const ids = [
      await token({ grant_type: 'password', ...wrong }, first),
      await callAdminApi(home.issuer, '/me', {
        headers: { authorization: `Basic ${Buffer.from('alice:wrong').toString('base64')}` },
      }),
    ].map((answer) => String(answer.headers['countersign-event-id']));
    const elsewhere = await browser.newContext({ ignoreHTTPSErrors: true });
    const stranger = await elsewhere.newPage();
    await stranger.goto(`${home.issuer}/account`);
    await stranger.getByLabel('Username').fill('alice');
    await stranger.locator('input[name=password]').fill('wrong');
    await stranger.locator('form button[type=submit]').first().click();
    await stranger.getByRole('alert').waitFor();
    await elsewhere.close();

    await goTo('/audit', 'Audit trail');
    await page.getByRole('combobox', { name: 'Kind of event' }).selectOption('Sign-ins');
    await page.getByRole('combobox', { name: 'Outcome' }).selectOption('refused');
    // All that is refused here is hers: nothing but the request tells when the list has been asked for anew.
    const asked = page.waitForResponse((response) => /\/events\?.*alice/i.test(response.url()));
    await page.getByRole('textbox', { name: 'Person' }).fill('ALICE');
    await asked;
    await page.getByRole('link', { name: 'Sign-in refused' }).waitFor();
    assert.equal(await rows().count(), 3);
    for (const id of ids) assert.equal(await page.locator(`tr[data-row="${id}"]`).count(), 1, id);
    assert.match(page.url(), /kind=sign_in/);
    await look('audit-sign-ins');

    await page.getByRole('combobox', { name: 'Outcome' }).selectOption('');
    await page.getByRole('combobox', { name: 'Kind of event' }).selectOption('All but broken connections');
    // With what was done to her account, which her page leads to as well.
    await page.getByRole('link', { name: 'User created' }).waitFor();
    await goTo('/users/alice', 'alice');
    await page.getByTitle('All events of alice').click();
    await page.getByRole('link', { name: 'User created' }).waitFor();
  });

  test('a time range in the person’s own zone, and all from one address', async () => {
    await goTo('/audit?address=192.0.2.77', 'Audit trail');
    await rows().first().waitFor();
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString().slice(0, 16);
    await page.getByLabel(/^From, in /).fill(inAnHour);
    await page.getByText('No event matches.').waitFor();
    await page.getByRole('button', { name: /^Clear: From, in/ }).click();
    await page.getByLabel(/^Until, in /).fill(inAnHour);
    await page.waitForURL(/until=.*Z/);
    await rows().first().waitFor();
    assert.equal(await rows().first().getByRole('link', { name: '192.0.2.77' }).count(), 1);
  });

  test('from a certificate to its events, and from an event to the certificate', async () => {
    await api.update(client_id, {
      certificates: [first, second].map(({ certificate }) => certificateToPem(certificate)),
    });
    assert.equal((await token({ grant_type: 'client_credentials' }, second)).status, 200);
    await goTo(`/clients/${client_id}?tab=certificates`, 'Billing');
    await page.getByTitle('All events of billing next').first().click();
    await page.getByRole('link', { name: 'Token issued' }).waitFor();
    await page.getByRole('link', { name: 'Client changed' }).waitFor();
    assert.equal(await rows().count(), 2);
    await page.getByRole('link', { name: 'Token issued' }).click();
    await page.getByRole('link', { name: 'All events with this certificate' }).waitFor();
    await page.getByRole('link', { name: 'The certificates of the client' }).click();
    await page.getByRole('heading', { level: 1, name: 'Billing' }).waitFor();
  });

  test('connections that broke off stand apart from refusals', async () => {
    await knockWithoutTls(Number(new URL(home.issuer).port));
    const answer = await token({ grant_type: 'client_credentials' }, await certificateOf('CN=stranger'));
    assert.equal(answer.status, 401);
    await goTo('/live?outcome=refused', 'Live view');
    await page.getByRole('link', { name: 'Token refused' }).first().waitFor();
    assert.equal(await page.getByRole('link', { name: /Handshake/ }).count(), 0);
    await look('live');
    await page
      .getByRole('combobox', { name: 'Kind of event' })
      .selectOption('Broken connections and handshakes');
    await page
      .getByRole('link', { name: /Handshake/ })
      .first()
      .waitFor();
    assert.equal(await page.getByRole('link', { name: 'Token refused' }).count(), 0);

    await goTo('/audit', 'Audit trail');
    await rows().first().waitFor();
    assert.equal(await page.getByRole('link', { name: /Handshake/ }).count(), 0);
    await page.getByRole('link', { name: 'Show them' }).click();
    await page
      .getByRole('link', { name: /Handshake/ })
      .first()
      .waitFor();
    await goTo(`/live/${String(answer.headers['countersign-event-id'])}`, 'Token refused');
    await page.getByText('Expected', { exact: true }).waitFor();
    await look('audit-refusal');
  });

  test('one of a sample says so, and how many there were', async () => {
    await goTo('/audit?kind=token&outcome=success', 'Audit trail');
    await rows().first().getByText('one of a sample').waitFor();
    const note = await textOf(page.getByText(/^Only a sample of these is listed/));
    const [, all = '0', kept = '0'] = /Token issued \(([\d,]+) in all, (\d+) kept\)/.exec(note) ?? [];
    assert.ok(Number(all.replace(',', '')) >= ISSUED, note);
    assert.ok(Number(kept) >= 1 && Number(kept) < 20, note);
  });

  test('everything that matches is exported, however much', async () => {
    await goTo('/audit?address=192.0.2.77', 'Audit trail');
    const saved = async (name: string) => {
      const downloading = page.waitForEvent('download');
      await page.getByRole('button', { name, exact: true }).click();
      const path = await (await downloading).path();
      return readFile(path, 'utf8');
    };
    const json: unknown = JSON.parse(await saved('JSON'));
    assert.ok(Array.isArray(json));
    assert.equal(new Set(json.map(({ event_id }) => event_id)).size, MANY);
    assert.equal(json.at(-1).detail.line, MANY - 1);
    const csv = await saved('CSV');
    const lines = csv.split('\r\n');
    assert.match(lines[0] ?? '', /^event_id,time,type,outcome,actor,through,/);
    assert.equal(lines.length, MANY + 2, 'a head, a line an event, an end of line after the last');
    assert.match(lines[1] ?? '', /,importer,import,.*,192\.0\.2\.77,/);
    assert.match(lines[1] ?? '', /"{""line"":0,""text"":""a, \\""b\\""\\n=c""}"/);
    await page
      .getByText(/10,321 entries are exported/)
      .first()
      .waitFor();
  });

  test('the chart counts requests, not events that are a sample of them', async () => {
    const asked = 70;
    for (let left = asked; left > 0; left--) await page.request.get(`${home.issuer}/oauth2/jwks`);
    await goTo('', 'Overview');
    const chart = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Requests' }) });
    await chart.getByLabel('Requests to').selectOption('endpoint jwks');
    await chart.getByText(/^\d+ requests, each counted\.$/).waitFor();
    const count = Number.parseInt(await textOf(chart.getByText(/requests, each counted/)), 10);
    assert.ok(count >= asked && count < asked + 20, String(count));
    await chart.getByLabel('Requests to').selectOption('endpoint token');
    await chart.getByText(/^\d requests, each counted\.$/).waitFor();
    await look('requests');
  });

  test('in German and Portuguese as well', async () => {
    for (const [tag, title, kind] of [
      ['de', 'Prüfprotokoll', 'Anmeldungen'],
      ['pt', 'Trilha de auditoria', 'Entradas'],
    ] as const) {
      await speak(page.context(), home.issuer, tag);
      await page.goto(`${home.issuer}/console/audit?kind=sign_in`);
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
      assert.equal(await page.locator('select option:checked', { hasText: kind }).count(), 1);
      await rows().first().waitFor();
      await page.setViewportSize({ width: 390, height: 844 });
      const wider = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
      assert.equal(await page.evaluate<number>(wider), 0, tag);
      await page.setViewportSize({ width: 1440, height: 900 });
    }
    await speak(page.context(), home.issuer, 'en');
  });
});
