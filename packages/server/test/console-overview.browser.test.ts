import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { certificateToPem } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';
import { writePkcs12 } from '@countersign/x509/key-store';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openHome } from '../src/server/open-home.ts';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { startChromium, whyNoChromium } from './chromium.ts';
import { seriousBarriers, signInToConsole, speak } from './console-page.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { eventually } from './eventually.ts';
import { inEveryLook } from './every-look.ts';

const DAY_MS = 86_400_000;

const issue = (subject: string, days: number, age = 0, usage: 'client' | 'ca' = 'client') =>
  issueCertificate({
    subject: `CN=${subject}`,
    keyType: 'EC-P256',
    days,
    usage,
    now: Date.now() - age * DAY_MS,
  });

const PARTNERS = `
# Those we do business with.
[[trust_group]]
name = "partners"   # as clients name it
file_name = "partners.pem"
type = "PEM"
revocation = "prefer" # for now
`;

/** A store of Java with one entry: 1 is a key, 2 a certificate. */
function javaStore(kind: 1 | 2): Uint8Array {
  const text = (value: string) => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(value.length);
    return Buffer.concat([length, Buffer.from(value)]);
  };
  const number = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const content =
    kind === 1 ? [number(3), Buffer.from('key')] : [text('X.509'), number(3), Buffer.from('der')];
  return Buffer.concat([
    ...[number(0xfeedfeed), number(2), number(1)],
    ...[number(kind), text('alias'), Buffer.alloc(8), ...content, Buffer.alloc(20)],
  ]);
}

describe('what ends, what is broken, and what is changed, in the console', {
  skip: whyNoChromium(),
  timeout: 240_000,
}, () => {
  let home: TestHome;
  let server: RunningCountersign;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let api: AdminApi;
  let file: string;

  before(async () => {
    home = await createTestHome();
    file = join(home.home, 'repository/conf/deployment.toml');
    const authority = await issue('Partner Root', 2000, 0, 'ca');
    await writeFile(join(home.security, 'partners.pem'), certificateToPem(authority.certificate));
    await writeFile(file, (await readFile(file, 'utf8')) + PARTNERS);
    server = await home.start();
    api = adminApiOf(home.issuer);
    const register = async (client_name: string, days: number, age = 0) => {
      const { certificate } = await issue(client_name.toLowerCase(), days, age);
      await api.register({
        client_name,
        certificates: [certificateToPem(certificate)],
        grant_types: ['client_credentials'],
      });
    };
    for (const old of ['Abacus', 'Ballista', 'Catapult', 'Dynamo', 'Engine']) await register(old, 10, 60);
    await register('Lately', 10, 15);
    await register('Tomorrow', 1.5);
    await register('Next week', 9);
    await register('Spring', 80);
    await register('Two years', 800);
    browser = await startChromium();
    context = await browser.newContext({ ignoreHTTPSErrors: true, acceptDownloads: true });
    page = await signInToConsole(context, home.issuer);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await home?.remove();
  });

  const open = async (path: string, heading: string) => {
    await page.goto(`${home.issuer}/console${path}`);
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    await page.locator('.loading').first().waitFor({ state: 'detached' });
  };
  const card = (heading: string) =>
    page.locator('section.card', { has: page.getByRole('heading', { name: heading, exact: true }) });
  const listed = () =>
    page.locator('table.rows tbody th > a, table.rows tbody th > .break:not(.because)').allTextContents();
  /** Looks at the page in each size and mode: no wider than the screen, and nothing that shuts anyone out. */
  const looksRight = async (name: string) => {
    await inEveryLook(page, name, async (look, overflow) => {
      assert.equal(overflow, 0, `${name} is wider than the screen: ${look}`);
      const isAsked = look === 'desktop-light' || look === 'phone-dark';
      if (isAsked) assert.deepEqual(await seriousBarriers(page), [], `${name}, ${look}`);
    });
    await page.setViewportSize({ width: 1440, height: 900 });
  };

  test('the first page says what ends soonest, and none of what has ended stands before it', async () => {
    await open('', 'Overview');
    const next = card('What ends next').locator('.rows-plain a');
    await next.first().waitFor();
    const names = await next.allTextContents();
    assert.deepEqual(names.slice(0, 3), ['Tomorrow', 'Next week', 'Spring']);
    assert.ok(!names.some((name) => ['Abacus', 'Engine', 'Lately'].includes(name)), names.join());
    await looksRight('overview-ends');
  });

  test('every number of the first page leads to what it counts', async () => {
    await open('', 'Overview');
    await page.getByRole('link', { name: /^ended 6/ }).click();
    await page.getByRole('heading', { level: 1, name: 'Certificates' }).waitFor();
    await page.getByText('6 in all').waitFor();
    const ended = await eventually(listed, ({ length }) => length === 6);
    assert.deepEqual(ended.toSorted(), ['Abacus', 'Ballista', 'Catapult', 'Dynamo', 'Engine', 'Lately']);
    await page.goBack();
    await page.getByRole('link', { name: /^within 7 days 1/ }).click();
    await page.getByText('1 in all').waitFor();
    assert.deepEqual(await eventually(listed, ({ length }) => length === 1), ['Tomorrow']);
    await page.goBack();
    await page.getByRole('link', { name: /^7 to 30 days 1/ }).click();
    await page.getByText('1 in all').waitFor();
    assert.deepEqual(await eventually(listed, ({ length }) => length === 1), ['Next week']);
    await page.getByRole('button', { name: 'Ends 7 to 30 days' }).click();
    await page.getByRole('link', { name: 'Tomorrow' }).first().waitFor();
  });

  test('certificates are drawn by kind and date, narrowed, counted and taken away as CSV', async () => {
    await open('/certificates', 'Certificates');
    const timeline = page.getByRole('region', { name: 'Timeline' });
    await timeline.getByRole('link', { name: /^Client, from .*: 2 end$/ }).waitFor();
    await timeline.getByText('Signing key', { exact: true }).waitFor();
    await looksRight('certificates');
    await timeline.getByRole('button', { name: '90 days' }).click();
    await timeline.getByRole('link', { name: /^Client, .*: Tomorrow$/ }).waitFor();
    await timeline.getByRole('link', { name: /^Client, .*: Spring$/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Spring' }).waitFor();

    await open('/certificates?kind=client', 'Certificates');
    await page.getByText('4 in all').waitFor();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export as CSV' }).click();
    const lines = (await readFile(await (await saved).path(), 'utf8')).trimEnd().split('\r\n');
    assert.match(lines[0] ?? '', /^not_after,kind,name,subject,x5t#S256,client_id,/);
    assert.deepEqual(
      lines.slice(1).map((line) => line.split(',')[2]),
      ['Tomorrow', 'Next week', 'Spring', 'Two years'],
    );
    await page.getByRole('link', { name: '6 have ended' }).click();
    await page.getByText('6 in all').waitFor();
  });

  test('a broken deployment.toml stands first, and in the navigation, until it is mended', async () => {
    const good = await readFile(file, 'utf8');
    const attention = page.getByRole('region', { name: 'What needs attention' });
    try {
      await writeFile(file, `${good}\n[sign_in]\nsession_lifetime = "soon"\n`);
      await open('', 'Overview');
      await attention
        .getByText('sign_in.session_lifetime must be a whole number of seconds')
        .waitFor({ timeout: 20_000 });
      assert.match((await attention.textContent()) ?? '', /deployment\.toml cannot be used/);
      await page.getByRole('link', { name: /^Overview .*1 matter needs attention/ }).waitFor();
      const first = page.locator('main section').first();
      assert.equal(await first.getAttribute('aria-label'), 'What needs attention');
      await looksRight('overview-broken');
      await attention.getByRole('link', { name: 'Settings' }).click();
      await page.getByText('The file cannot be used as it is.').waitFor();
      assert.equal(await page.getByRole('button', { name: /^Change / }).count(), 0);
    } finally {
      await writeFile(file, good);
    }
    await open('', 'Overview');
    await attention.waitFor({ state: 'detached', timeout: 30_000 });
  });

  test('a setting is changed after a look at what changes in the file, and counts at once', async () => {
    const before = await readFile(file, 'utf8');
    await open('/settings', 'Settings');
    assert.match(
      (await page.locator('.about').textContent()) ?? '',
      new RegExp(`${home.home}.* on the node `),
    );
    await page.getByLabel('Search settings').fill('sign_in.session_lifetime');
    await page.getByRole('button', { name: 'Change sign_in.session_lifetime' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('sign_in.session_lifetime').fill('0');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByText('must be a whole number of seconds from 1').last().waitFor();
    await dialog.getByLabel('sign_in.session_lifetime').fill('5400');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByText('session_lifetime = 5400').waitFor();
    assert.equal(await readFile(file, 'utf8'), before);
    await looksRight('settings-preview');

    // Somebody else writes the file meanwhile: nothing of theirs is lost, and nothing that was typed.
    await writeFile(file, `${before}\n# by hand\n`);
    await dialog.getByRole('button', { name: 'Write the file' }).click();
    await dialog.getByText('The file was changed meanwhile.').waitFor();
    assert.equal(await readFile(file, 'utf8'), `${before}\n# by hand\n`);
    assert.equal(await dialog.getByLabel('sign_in.session_lifetime').inputValue(), '5400');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByRole('button', { name: 'Write the file' }).click();
    await page.getByText('sign_in.session_lifetime changed; it counts at once.').waitFor();
    const after = await readFile(file, 'utf8');
    // As its author would have done it: the table is no comment any more, and the key stands below its default.
    const [head = '', ...rest] = `${before}\n# by hand\n`.split('# [sign_in]\n');
    const shown = '# session_lifetime = 43200\n';
    const own = rest.join('# [sign_in]\n').replace(shown, `${shown}session_lifetime = 5400\n`);
    assert.equal(after, `${head}[sign_in]\n${own}`);
    await page.locator('code.value', { hasText: '5400' }).waitFor();
    const { items } = await api.json('GET', '/events?type=configuration.changed');
    assert.match(JSON.stringify(items), /"name":"admin".*sign_in\.session_lifetime/);
  });

  test('what cannot be changed here says why, and no secret is shown', async () => {
    await open('/settings', 'Settings');
    await page.getByLabel('Search settings').fill('keystore.primary');
    await page.getByText('Changed in the file: secrets are not sent to or from here.').first().waitFor();
    await page.getByText('Changed in the file: it names a file of the machine.').first().waitFor();
    await eventually(
      () => page.getByRole('button', { name: /^Change / }).count(),
      (count) => count === 0,
    );
    await page.getByLabel('Search settings').fill('');
    assert.doesNotMatch((await page.locator('main').textContent()) ?? '', /wso2carbon"\s*a secret|"admin"/);
    await looksRight('settings');
  });

  test('the revocation rule of a trust group is changed in the file, whose comments stay', async () => {
    await open('/trust', 'Trust');
    const group = page.getByRole('region', { name: 'Group partners' });
    await group.getByText('revocation checked where possible').waitFor();
    await group.getByRole('button', { name: 'Change revocation' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('trust_group[0].revocation', { exact: true }).selectOption('require');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByText('revocation = "require" # for now').waitFor();
    await dialog.getByRole('button', { name: 'Write the file' }).click();
    await group.getByText('revocation required').waitFor();
    assert.ok((await readFile(file, 'utf8')).includes(PARTNERS.replace('"prefer"', '"require"')));
    await looksRight('trust-group');
  });

  test('an import shows what it would bring, keeps what was typed, and takes no private key', async () => {
    const { certificate } = await issue('Example Root', 3000, 0, 'ca');
    const pem = certificateToPem(certificate);
    await open('/trust', 'Trust');
    const store = page.getByRole('region', { name: 'Trust store' });
    await store.getByRole('button', { name: 'Import' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Or paste PEM').fill(pem);
    await dialog.getByLabel('Alias').fill('example-root');
    await dialog.getByText('1 certificate is in it').waitFor();
    await dialog.getByRole('article', { name: /Example Root/ }).waitFor();
    await looksRight('trust-import');
    await page.keyboard.press('Escape');
    await store.getByRole('button', { name: 'Import' }).click();
    assert.equal(await dialog.getByLabel('Alias').inputValue(), 'example-root');
    assert.equal(await dialog.getByLabel('Or paste PEM').inputValue(), pem);

    // A key store whose password is wrong at first: the file stays chosen, and the text stays beside it.
    const other = await issue('Stored Root', 3000, 0, 'ca');
    const bytes = await writePkcs12(
      [{ kind: 'trusted-certificate', alias: 'stored', certificate: other.certificate }],
      'open sesame',
    );
    const chooser = page.waitForEvent('filechooser');
    await dialog.getByRole('button', { name: 'Choose a file' }).click();
    await (await chooser).setFiles({
      name: 'roots.p12',
      mimeType: 'application/x-pkcs12',
      buffer: Buffer.from(bytes),
    });
    await dialog.getByText('What you typed is kept; the file roots.p12 is imported.').waitFor();
    await dialog
      .getByText(/password/)
      .last()
      .waitFor();
    await dialog.getByLabel('Password of the store').fill('open sesame');
    await dialog.getByRole('article', { name: /Stored Root/ }).waitFor();
    await dialog.getByRole('button', { name: 'Without the file' }).click();
    assert.equal(await dialog.getByLabel('Or paste PEM').inputValue(), pem);

    await dialog.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('1 imported. 1 vouches for clients.').waitFor();
    await store.getByText('Example Root').waitFor();

    await store.getByRole('button', { name: 'Import' }).click();
    const key = Buffer.from('-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\n');
    const again = page.waitForEvent('filechooser');
    await dialog.getByRole('button', { name: 'Choose a file' }).click();
    await (await again).setFiles({ name: 'key.pem', mimeType: 'text/plain', buffer: key });
    await dialog.getByText('This is a private key, and it is exposed now.').waitFor();
    assert.ok(await dialog.getByRole('button', { name: 'Import', exact: true }).isDisabled());
    await dialog.getByRole('button', { name: 'Without the file' }).click();
    await dialog.getByText('it is exposed now').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
  });

  test('no private key and no key store with one is taken as a file, and nothing of it leaves the browser', async () => {
    const { certificate, privateKey } = await issue('Somebody', 100);
    const entry = { kind: 'private-key', alias: 'own', privateKey, chain: [certificate] } as const;
    const trusted = { kind: 'trusted-certificate', alias: 'some', certificate } as const;
    const text = (format: 'pem' | 'der', type: 'pkcs8' | 'sec1') =>
      Buffer.from(
        format === 'pem' ? privateKey.export({ format, type }) : privateKey.export({ format, type }),
      );
    const files: readonly (readonly [name: string, content: Uint8Array, said: string])[] = [
      ['key.pem', text('pem', 'pkcs8'), 'key.pem holds a private key.'],
      ['key.der', text('der', 'pkcs8'), 'key.der holds a private key.'],
      ['ec.der', text('der', 'sec1'), 'ec.der holds a private key.'],
      [
        'both.pem',
        Buffer.from(`${certificateToPem(certificate)}${text('pem', 'sec1')}`),
        'both.pem holds a private key.',
      ],
      ['own.p12', await writePkcs12([entry], 'open sesame'), 'own.p12 is a key store with a private key'],
      ['own.jks', javaStore(1), 'own.jks is a key store with a private key'],
    ];
    const sent: string[] = [];
    page.on('request', (request) => void (request.method() === 'POST' && sent.push(request.url())));
    await open('/trust', 'Trust');
    await page.getByRole('region', { name: 'Trust store' }).getByRole('button', { name: 'Import' }).click();
    const dialog = page.getByRole('dialog');
    const choose = (name: string, content: Uint8Array) =>
      dialog
        .locator('input[type=file]')
        .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) });
    for (const [name, content, said] of files) {
      await choose(name, content);
      await dialog.getByText(said).waitFor();
      await dialog.getByText('This is a private key, and it is exposed now.').waitFor();
      assert.ok(await dialog.getByRole('button', { name: 'Import', exact: true }).isDisabled(), name);
    }
    await looksRight('trust-exposed');
    const previews = () => sent.filter((url) => url.includes('/truststore/'));
    assert.deepEqual(previews(), []);

    // A store of certificates alone is what it always was.
    for (const [name, content] of [
      ['roots.p12', await writePkcs12([trusted], 'open sesame')],
      ['roots.jks', javaStore(2)],
    ] as const) {
      await choose(name, content);
      await eventually(
        async () => previews(),
        ({ length }) => length > 0,
      );
      assert.equal(await dialog.getByText('it is exposed now').count(), 0, name);
      sent.length = 0;
    }
    await page.keyboard.press('Escape');
  });

  test('a node that is missing is forgotten once somebody says so, and known again by what it says', async () => {
    const opened = await openHome(home.home, { quiet: true });
    const node = 'lost.example:/var/lib/countersign';
    const report = (seen_at: number) => {
      const said = { host: 'lost.example', home: '/var/lib/countersign', version: '1.0.0' };
      return opened.storage.nodes.report(
        { node, ...said, started_at: seen_at, seen_at, files: {}, extra: [] },
        Date.now() + DAY_MS,
      );
    };
    try {
      await report(Date.now() - 120_000);
      await open('', 'Overview');
      await page.getByText(`The node ${node} is missing`).waitFor();
      await looksRight('overview-missing');
      await page.getByRole('button', { name: 'Forget', exact: true }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('Should it report itself again').waitFor();
      await dialog.getByRole('button', { name: 'Forget' }).click();
      await page.getByText(`${node} is forgotten.`).waitFor();
      await page.getByText(`The node ${node} is missing`).waitFor({ state: 'detached' });
      const { items } = await api.json('GET', '/events?type=node.forgotten');
      assert.match(JSON.stringify(items), /"name":"admin".*lost\.example:\/var\/lib\/countersign/);
      await report(Date.now());
      const nodes = await api.json('GET', '/nodes');
      assert.match(JSON.stringify(nodes), /lost\.example/);
      await opened.storage.nodes.remove(node);
    } finally {
      await opened.close();
    }
  });

  test('a retired signing key is ended, and nobody is told of it any more', async () => {
    await open('/keys', 'Signing keys');
    assert.equal(await page.getByRole('button', { name: 'End this key' }).count(), 0);
    await page.getByRole('button', { name: 'Rotate' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click();
    const retired = page.locator('section.card', { hasText: 'verifies only' }).first();
    await retired.waitFor();
    const kid =
      String(await retired.getAttribute('aria-label'))
        .split(' ')
        .at(-1) ?? '';
    await looksRight('keys');
    await retired.getByRole('button', { name: 'End this key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('is no longer believed').waitFor();
    await dialog.getByRole('button', { name: 'End this key' }).click();
    await page.getByText('The key was ended.').waitFor();
    await eventually(
      async () => JSON.stringify(await api.json('GET', '/signing-keys')),
      (keys) => !keys.includes(kid),
    );
  });

  test('all of it is there in German and Portuguese', async () => {
    for (const [locale, attention] of [
      ['de', ['Überblick', 'Zertifikate', 'Einstellungen', 'Vertrauen', 'Signaturschlüssel']],
      ['pt', ['Visão geral', 'Certificados', 'Configurações', 'Confiança', 'Chaves de assinatura']],
    ] as const) {
      await speak(page.context(), home.issuer, locale);
      for (const [index, path] of ['', '/certificates', '/settings', '/trust', '/keys'].entries()) {
        await open(path, attention[index] ?? '');
        await page.setViewportSize({ width: 390, height: 844 });
        assert.equal(
          await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
          0,
          `${locale} ${path}`,
        );
        await page.setViewportSize({ width: 1440, height: 900 });
      }
    }
    await speak(page.context(), home.issuer, 'en');
  });
});
