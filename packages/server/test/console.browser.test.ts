import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { certificateToPem, parsePemCertificates } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { startChromium, whyNoChromium } from './chromium.ts';
import { seriousBarriers, signInToConsole } from './console-page.ts';
import { createTestHome, type RunningCountersign, runProgram, type TestHome } from './countersign-process.ts';
import { eventually } from './eventually.ts';
import { claimsOf, post } from './token-client.ts';

const PASSWORD = 'correct horse battery staple';
const CALLBACK = 'http://localhost:8080/playground2/oauth2client';

describe('the console in Chromium', { skip: whyNoChromium(), timeout: 240_000 }, () => {
  let home: TestHome;
  let server: RunningCountersign;
  let browser: Browser;
  let api: AdminApi;
  let folder: string;
  const contexts: BrowserContext[] = [];

  before(async () => {
    home = await createTestHome();
    server = await home.start();
    api = adminApiOf(home.issuer);
    browser = await startChromium();
    folder = await mkdtemp(join(tmpdir(), 'countersign-console-'));
    for (const [username, roles] of [
      ['manager', ['client_manager']],
      ['auditor', ['auditor']],
      ['nobody', []],
    ] as const) {
      await api.json('POST', '/users', { username, password: PASSWORD, roles });
    }
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await home?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const newContext = async (): Promise<BrowserContext> => {
    const context = await browser.newContext({
      ignoreHTTPSErrors: true,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    contexts.push(context);
    return context;
  };
  const signedIn = async (username = 'admin', password = username === 'admin' ? 'admin' : PASSWORD) =>
    signInToConsole(await newContext(), home.issuer, username, password);

  const makeCertificate = async (name: string) => {
    const made = await runProgram(
      'openssl',
      [
        ...'req -newkey rsa:2048 -x509 -keyout key.pem -out client-certificate.pem -days 3650 -nodes'.split(
          ' ',
        ),
        ...['-subj', `/C=LK/O=Example/CN=${name.replaceAll('/', '\\/')}`],
      ],
      { cwd: folder },
    );
    assert.equal(made.code, 0, made.stderr);
    return readFile(join(folder, 'client-certificate.pem'), 'utf8');
  };

  const thumbprintOf = (pem: string) => parsePemCertificates(pem)[0]?.thumbprint ?? '';

  test('the steps 1.1 to 1.7 of the page by clicking, and then its curl', async () => {
    const certificate = await makeCertificate('playground2');
    const page = await signedIn();
    // 1.1 and 1.2: the console, Service Providers, Add.
    await page.getByRole('link', { name: 'Clients', exact: true }).first().click();
    await page.getByRole('link', { name: 'Add', exact: true }).click();
    // 1.3: the name.
    await page.getByLabel('Client name').fill('playground2');
    // 1.4: the certificate, looked at before it is saved.
    await page.getByLabel('Application certificate', { exact: true }).fill(certificate);
    await page.getByText('CN=playground2, O=Example, C=LK').first().waitFor();
    await page.getByText('It is a certificate authority').waitFor();
    // 1.5 and 1.6: OAuth configuration with the callback URL, checked while it is typed.
    const callback = page.getByLabel('Callback URL', { exact: true });
    await callback.fill('http://example.com/callback');
    await page.getByText('Plain http is for this machine alone').waitFor();
    await callback.fill(CALLBACK);
    await page.getByText('Plain http is for this machine alone').waitFor({ state: 'detached' });
    await page.getByLabel('Password (legacy)').check();
    // 1.7: Add; the client_id is there. Of a secret that would authenticate nothing there is no word.
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'playground2' }).waitFor();
    await page.getByText('It proves itself by: Self-signed certificate. It has no secret.').waitFor();
    assert.equal(await page.getByText('client_secret').count(), 0);
    await page.getByRole('button', { name: 'Copy client_id' }).click();
    const client_id = await page.evaluate<string>('navigator.clipboard.readText()');
    assert.match(client_id, /^[A-Za-z0-9]{20,}$/);

    // The page's curl, as the console shows it for this very client.
    const code = page.locator('.code-block');
    await code.getByRole('button', { name: 'Copy' }).click();
    const command = await page.evaluate<string>('navigator.clipboard.readText()');
    assert.ok(command.includes(`client_id=${client_id}`), command);
    const ready = command.replace('<USERNAME>', 'admin').replace('<PASSWORD>', 'admin');
    await copyFile(join(home.security, 'server.pem'), join(folder, 'server.pem'));
    const { stdout, stderr } = await runProgram('sh', ['-c', `${ready} -s`], { cwd: folder });
    assert.match(stdout, /^HTTP\/1\.1 200/, stdout + stderr);
    const { access_token } = JSON.parse(stdout.split('\r\n\r\n')[1] ?? '');
    assert.equal(claimsOf(access_token).client_id, client_id);

    // What happened shows in the live view.
    await page.getByRole('link', { name: 'Live view' }).click();
    await page.getByRole('link', { name: 'Token issued' }).first().waitFor();
    await page.close();
  });

  test('a refused request opens its explanation: expected against presented, and what to do', async () => {
    const page = await signedIn();
    const { client_id } = await api.register({
      client_name: 'Explained',
      certificates: [await makeCertificate('explained')],
      grant_types: ['client_credentials'],
    });
    const curl = await runProgram('curl', [
      '-sk',
      ...['-d', `grant_type=client_credentials&client_id=${client_id}`, `${home.issuer}/oauth2/token`],
    ]);
    assert.match(curl.stdout, /invalid_client/);
    await page.getByRole('link', { name: 'Live view' }).click();
    await page.getByLabel('Outcome').selectOption('refused');
    await page
      .getByRole('row', { name: /Token refused/ })
      .getByRole('link')
      .first()
      .click();
    await page.getByRole('heading', { level: 1, name: 'Token refused' }).waitFor();
    await page.getByRole('heading', { name: 'What to do' }).waitFor();
    await page.getByText('Proof of the client').waitFor();
    assert.match((await page.locator('.steps .failed').textContent()) ?? '', /Proof of the client/);
    await page.close();
  });

  test('two hands on one client: a form saved late shows both versions, and an undo takes nobody else’s work away', async () => {
    const [one, two, three] = [
      await makeCertificate('one'),
      await makeCertificate('two'),
      await makeCertificate('three'),
    ];
    const { client_id } = await api.register({
      client_name: 'Two hands',
      certificates: [one, two],
      grant_types: ['client_credentials'],
    });
    const client = () => api.json('GET', `/clients/${client_id}`);
    const page = await signedIn();
    await page.getByRole('link', { name: 'Clients', exact: true }).first().click();
    await page.getByRole('link', { name: 'Two hands', exact: true }).click();
    await page.getByRole('link', { name: 'Edit', exact: true }).click();
    await page.getByLabel('Client name').fill('Renamed in the form');

    // Meanwhile somebody else rolls over and changes the name too.
    await api.json('POST', `/clients/${client_id}/certificates`, { certificate: three });
    await api.json('PATCH', `/clients/${client_id}`, { client_name: 'Renamed elsewhere', scope: 'invoices' });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('heading', { name: 'Two hands was changed meanwhile' }).waitFor();
    const row = dialog.getByRole('row', { name: /client_name/ });
    assert.deepEqual(await row.getByRole('cell').allTextContents(), [
      'Two hands',
      'Renamed elsewhere',
      'Renamed in the form',
    ]);
    assert.match(String(await dialog.getByRole('row', { name: /^scope/ }).textContent()), /not touched/);
    assert.equal((await client()).client_name, 'Renamed elsewhere');
    assert.deepEqual(await seriousBarriers(page), []);
    await dialog.getByRole('button', { name: 'Save mine over it' }).click();
    await page.getByText('Saved.', { exact: true }).waitFor();
    const saved = await client();
    assert.deepEqual(
      [saved.client_name, saved.scope, saved.certificates],
      ['Renamed in the form', 'invoices', [one, two, three]],
    );

    // A certificate that comes between a removal and its undo stays.
    await api.json('DELETE', `/clients/${client_id}/certificates/${thumbprintOf(three)}`);
    await page.getByRole('tab', { name: /Certificates/ }).click();
    await page.getByRole('article').nth(1).waitFor();
    await page.getByRole('button', { name: 'Remove' }).first().click();
    await page.getByText('The certificate is removed').waitFor();
    await page.getByRole('article').nth(1).waitFor({ state: 'detached' });
    await api.json('POST', `/clients/${client_id}/certificates`, { certificate: three });
    await page.getByRole('button', { name: 'Undo' }).last().click();
    await page.getByText('Undone.').last().waitFor();
    assert.deepEqual((await client()).certificates, [two, three, one]);
    assert.equal(await page.getByRole('article').count(), 3);
    await page.close();
  });

  test('lifetimes, default scopes, audiences and PKCE of one client are set in the form, shown, and taken away', async () => {
    const { client_id } = await api.register({
      client_name: 'Of its own',
      grant_types: ['client_credentials'],
      scope: 'accounts payments',
    });
    const page = await signedIn();
    const edit = async () => {
      await page.getByRole('link', { name: 'Edit', exact: true }).click();
      await page.getByRole('heading', { level: 1, name: 'Edit Of its own' }).waitFor();
    };
    const save = page.getByRole('button', { name: 'Save', exact: true });
    const saved = page.getByRole('heading', { level: 1, name: 'Of its own', exact: true });
    const lifetime = page.getByRole('textbox', { name: 'Access token', exact: true });
    await page.getByRole('link', { name: 'Clients', exact: true }).first().click();
    await page.getByRole('link', { name: 'Of its own', exact: true }).click();
    await edit();
    await page.getByText('Tokens and scopes of its own').click();
    await page.getByText('Security of requests and tokens').click();
    await lifetime.fill('soon');
    await page.getByLabel('Audiences by scope').fill('accounts https://api.example/accounts\npayments');
    await page.getByLabel('Require PKCE').check();
    await page.getByLabel('Default scopes of its own').check();
    await page.getByLabel('Default scopes', { exact: true }).fill('accounts invoices');
    await save.click();
    await page.getByText('Write a whole number of seconds.').waitFor();
    await page.getByText('Write the audiences of payments behind it.').waitFor();
    await lifetime.fill('300');
    await page
      .getByLabel('Audiences by scope')
      .fill('accounts https://api.example/accounts https://ledger.example');
    await save.click();
    await page.getByText(/default_scope: 'invoices' is not in scope/).waitFor();
    await page.getByLabel('Default scopes', { exact: true }).fill('accounts');
    assert.deepEqual(await seriousBarriers(page), []);
    await save.click();
    await saved.waitFor();
    const stored = await api.json('GET', `/clients/${client_id}`);
    assert.deepEqual(
      [stored.access_token_lifetime, stored.id_token_lifetime, stored.default_scope, stored.require_pkce],
      [300, undefined, 'accounts', true],
    );
    assert.deepEqual(stored.scope_audiences, {
      accounts: ['https://api.example/accounts', 'https://ledger.example'],
    });
    await page.getByRole('tab', { name: 'Configuration' }).click();
    await page.getByText('Access token: 300 seconds').waitFor();
    await page.getByText('accounts https://api.example/accounts https://ledger.example').waitFor();

    await edit();
    await page.getByText('Tokens and scopes of its own').click();
    await page.getByText('Security of requests and tokens').click();
    assert.equal(await lifetime.inputValue(), '300');
    await lifetime.fill('');
    await page.getByLabel('Audiences by scope').fill('');
    await page.getByLabel('Default scopes of its own').uncheck();
    await page.getByLabel('Require PKCE').uncheck();
    await save.click();
    await saved.waitFor();
    const bare = await api.json('GET', `/clients/${client_id}`);
    assert.deepEqual(
      [bare.access_token_lifetime, bare.default_scope, bare.scope_audiences, bare.require_pkce],
      [undefined, undefined, undefined, false],
    );
    await page.close();
  });

  test('two hands on one user: a form saved late shows both versions, and keeps what the other changed elsewhere', async () => {
    await api.json('POST', '/users', {
      username: 'shared',
      password: PASSWORD,
      claims: { name: 'Opened', nickname: 'kept' },
    });
    const user = () => api.json('GET', '/users/shared');
    const page = await signedIn();
    await page.goto(`${home.issuer}/console/users/shared`);
    await page.getByLabel('Name', { exact: true }).fill('Named in the form');
    await api.updateUser('shared', {
      claims: { name: 'Named elsewhere', nickname: 'kept', email: 'new@example.com' },
    });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('heading', { name: 'shared was changed meanwhile' }).waitFor();
    assert.deepEqual(await dialog.getByRole('row', { name: /^name/ }).getByRole('cell').allTextContents(), [
      'Opened',
      'Named elsewhere',
      'Named in the form',
    ]);
    assert.match(String(await dialog.getByRole('row', { name: /^email/ }).textContent()), /not touched/);
    assert.equal(await dialog.getByRole('row').count(), 3);
    assert.partialDeepStrictEqual(await user(), { claims: { name: 'Named elsewhere' } });
    assert.deepEqual(await seriousBarriers(page), []);
    await dialog.getByRole('button', { name: 'Save mine over it' }).click();
    await page.getByText('Saved.', { exact: true }).waitFor();
    const claims = { name: 'Named in the form', nickname: 'kept', email: 'new@example.com' };
    assert.deepEqual((await user()).claims, claims);
    await dialog.waitFor({ state: 'detached' });

    // And the other choice: what is stored is shown, and stays.
    await page.getByLabel('Name', { exact: true }).fill('Again');
    await api.updateUser('shared', { claims: { ...claims, name: 'Stored' } });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await dialog.getByRole('button', { name: 'Take what is stored' }).click();
    await eventually(
      () => page.getByLabel('Name', { exact: true }).inputValue(),
      (shown) => shown === 'Stored',
    );
    assert.deepEqual((await user()).claims, { ...claims, name: 'Stored' });

    // Roles are a list: one that somebody else gave is not taken away unseen.
    await api.updateUser('shared', { roles: ['auditor'] });
    await page.getByLabel('Client manager').click();
    await dialog.getByRole('row', { name: /^roles/ }).waitFor();
    await dialog.getByRole('button', { name: 'Take what is stored' }).click();
    assert.deepEqual((await user()).roles, ['auditor']);
    await page.close();
  });

  test('two hands on the trust store: nothing is removed from what nobody has seen', async () => {
    const [one, two] = [await makeCertificate('first anchor'), await makeCertificate('second anchor')];
    await api.json('POST', '/truststore/certificates', { content: one, alias: 'first' });
    const page = await signedIn();
    await page.getByRole('link', { name: 'Trust', exact: true }).first().click();
    const store = page.getByRole('region', { name: 'Trust store' });
    await store.getByText('first anchor').waitFor();
    await api.json('POST', '/truststore/certificates', { content: two, alias: 'second' });
    const remove = store
      .getByRole('listitem')
      .filter({ hasText: 'first anchor' })
      .getByRole('button', { name: 'Remove' });
    await remove.click();
    await page.getByText(/changed it meanwhile/).waitFor();
    await store.getByText('second anchor').waitFor();
    await remove.click();
    await page.getByText('first anchor is no longer trusted.').waitFor();
    await store.getByText('first anchor').waitFor({ state: 'detached' });
    assert.equal(await store.getByText('second anchor').count(), 1);
    await page.close();
  });

  test('what an entry of the trust store is: shown with its reason, chosen at import, said and left to the rule', async () => {
    const { certificate } = await issueCertificate({
      subject: 'CN=anybody’s root',
      keyType: 'EC-P256',
      days: 30,
      usage: 'ca',
      now: Date.now(),
    });
    const held = async () => {
      const { items } = await api.json('GET', '/truststore');
      return JSON.stringify(items).includes('anybody’s root') ? JSON.stringify(items) : '';
    };
    const page = await signedIn();
    await page.getByRole('link', { name: 'Trust', exact: true }).first().click();
    const store = page.getByRole('region', { name: 'Trust store' });
    await store.getByRole('button', { name: 'Import' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Or paste PEM').fill(certificateToPem(certificate));
    await dialog.getByLabel('Alias').fill('anybody');
    await dialog.getByRole('radio', { name: /^Handshake/ }).check();
    await dialog.getByRole('button', { name: 'Import' }).click();
    await page.getByText('1 imported. None vouches for clients.').waitFor();
    const entry = store.getByRole('listitem').filter({ hasText: 'anybody’s root' });
    await entry.getByText(/^Vouches for nobody: named by admin on /).waitFor();

    const choose = async (role: RegExp) => {
      await entry.getByRole('button', { name: 'Role' }).click();
      await dialog.getByRole('radio', { name: role }).check();
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.waitFor({ state: 'detached' });
    };
    await choose(/^By the rule/);
    await entry.getByText('unconfirmed', { exact: true }).waitFor();
    await entry
      .getByText('Vouches for clients: a certificate authority, and no client’s own. Nobody confirmed it.')
      .waitFor();
    await choose(/^Authority/);
    await entry.getByText(/^Vouches for clients: named by admin on /).waitFor();
    assert.equal(await entry.getByText('unconfirmed', { exact: true }).count(), 0);

    // Its role comes back with it where its removal is undone.
    await entry.getByRole('button', { name: 'Remove' }).click();
    await entry.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await entry.getByText(/^Vouches for clients: named by admin on /).waitFor();
    assert.match(await held(), /"alias":"anybody".*"role":"authority","because":"named"/);

    // Not over what somebody else said meanwhile.
    await entry.getByRole('button', { name: 'Role' }).click();
    await dialog.getByRole('radio', { name: /^By the rule/ }).check();
    await api.json('PUT', '/truststore/certificates/anybody/role', { role: 'handshake' });
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText(/changed it meanwhile/).waitFor();
    await entry.getByText(/^Vouches for nobody: named by admin on /).waitFor();
    await page.close();
  });

  test('disabling and removing a certificate can be undone; deleting asks for the name', async () => {
    const page = await signedIn();
    const { client_id } = await api.register({
      client_name: 'Undone',
      certificates: [await makeCertificate('one'), await makeCertificate('two')],
      grant_types: ['client_credentials'],
    });
    const client = () => api.json('GET', `/clients/${client_id}`);
    await page.getByRole('link', { name: 'Clients', exact: true }).first().click();
    await page.getByLabel('Search by name or client_id').fill('undone');
    await page.getByRole('link', { name: 'Undone', exact: true }).click();
    await page.getByRole('button', { name: 'Disable' }).click();
    await page.getByText('It is disabled: every request').waitFor();
    assert.equal((await client()).enabled, false);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('It is disabled: every request').waitFor({ state: 'detached' });
    assert.equal((await client()).enabled, true);

    await page.getByRole('tab', { name: /Certificates/ }).click();
    await page.getByRole('button', { name: 'Remove' }).first().click();
    await page.getByText('The certificate is removed').waitFor();
    const removed = (await client()).certificates;
    assert.ok(Array.isArray(removed) && removed.length === 1);
    await page.getByRole('button', { name: 'Undo' }).last().click();
    // The message of the first undo may be there still.
    await eventually(
      async () => (await client()).certificates,
      (restored) => Array.isArray(restored) && restored.length === 2,
    );

    await page.getByRole('button', { name: 'Delete' }).click();
    const confirm = page.getByRole('dialog').getByRole('button', { name: 'Delete' });
    assert.equal(await confirm.isDisabled(), true);
    await page.getByLabel('Type Undone to confirm').fill('Undone');
    await confirm.click();
    await page.getByRole('heading', { level: 1, name: 'Clients' }).waitFor();
    assert.equal((await api.request('GET', `/clients/${client_id}`)).status, 404);
    await page.close();
  });

  test('the tokens of a client end by a click, and with a new secret unless that is declined', async () => {
    const page = await signedIn();
    const { client_id, client_secret } = await api.register({
      client_name: 'Leaky',
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['client_credentials'],
    });
    let credentials = { client_id, client_secret: String(client_secret) };
    const token = async () => {
      const form = { grant_type: 'client_credentials', ...credentials };
      return String((await post(`${home.issuer}/oauth2/token`, form)).json().access_token);
    };
    const isActive = async (access_token: string) => {
      const form = { token: access_token, ...credentials };
      return (await post(`${home.issuer}/oauth2/introspect`, form)).json().active;
    };
    const first = await token();
    assert.equal(await isActive(first), true);
    await page.goto(`${home.issuer}/console/clients/${client_id}`);
    await page.getByRole('button', { name: 'End tokens' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End tokens' }).click();
    await page.getByText('The access tokens of Leaky have ended.').waitFor();
    assert.equal(await isActive(first), false);

    for (const ends of [false, true]) {
      const before = await token();
      await page.getByRole('button', { name: 'Regenerate the secret' }).click();
      const dialog = page.getByRole('dialog');
      const box = dialog.getByLabel('End its access tokens');
      assert.equal(await box.isChecked(), true, 'unless it is declined');
      await box.setChecked(ends);
      await dialog.getByRole('button', { name: 'Regenerate' }).click();
      await page.getByText(ends ? /and every access token issued before/ : /access tokens go on/).waitFor();
      const shown = page.locator('dt', { hasText: 'client_secret' }).locator('xpath=following-sibling::dd');
      credentials = { client_id, client_secret: ((await shown.locator('code').textContent()) ?? '').trim() };
      assert.equal(await isActive(before), !ends);
    }
    await page.close();
  });

  test('what a role may not do is not offered, and refused by the server', async () => {
    const page = await signedIn('auditor');
    await page.getByRole('link', { name: 'Clients', exact: true }).first().click();
    await page.getByRole('heading', { level: 1, name: 'Clients' }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'Add', exact: true }).count(), 0);
    await page.getByRole('link', { name: 'Signing keys' }).click();
    await page.getByRole('heading', { level: 1, name: 'Signing keys' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Rotate' }).count(), 0);
    await page.close();

    const manager = await signedIn('manager');
    await manager.getByRole('link', { name: 'Users', exact: true }).click();
    await manager.getByRole('heading', { level: 1, name: 'Users' }).waitFor();
    assert.equal(await manager.getByRole('button', { name: 'Add' }).count(), 0);
    await manager.getByRole('link', { name: 'Clients', exact: true }).first().click();
    await manager.getByRole('link', { name: 'Add', exact: true }).waitFor();
    await manager.close();
  });

  test('an account without a role signs in and is let nowhere', async () => {
    const context = await newContext();
    const page = await context.newPage();
    await page.goto(`${home.issuer}/console`);
    await page.getByLabel('Username').fill('nobody');
    await page.locator('input[name=password]').fill(PASSWORD);
    await page.locator('form button[type=submit]').first().click();
    await page.waitForURL(/\/oauth2\/consent|\/console/);
    if (page.url().includes('/oauth2/consent')) await page.locator('button[value=allow]').click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByText(/may not administer|did not succeed/).waitFor();
    assert.equal(await page.getByRole('navigation', { name: 'Console' }).count(), 0);
    await page.close();
  });

  test('text of others never becomes markup or script, whatever field it stands in', async () => {
    const attack =
      '<img src=x onerror="window.attacked=1"><script>window.attacked=1</script>"\'`javascript:1';
    const { client_id } = await api.register({
      client_name: attack.slice(0, 200),
      client_id: '"><script>window.attacked=1</script>',
      certificates: [await makeCertificate('<b onmouseover=window.attacked=1>')],
      grant_types: ['client_credentials', 'authorization_code'],
      redirect_uris: [
        'https://app.example.com/%3Cscript%3E?q="><script>window.attacked=1</script>'.replaceAll(
          /[<>"]/g,
          encodeURIComponent,
        ),
      ],
      contacts: [attack],
      software_id: attack,
      scope: '<script>window.attacked=1</script>',
    });
    await api.json('POST', '/users', {
      username: attack,
      password: PASSWORD,
      claims: { name: attack, nickname: attack, note: attack },
    });
    await api.json('POST', '/truststore/certificates', {
      content: await makeCertificate('<script>window.attacked=1</script>'),
      alias: attack,
    });
    await runProgram('curl', [
      '-sk',
      ...['--data-urlencode', `client_id=${attack}`, '-d', 'grant_type=client_credentials'],
      `${home.issuer}/oauth2/token`,
    ]);
    const page = await signedIn();
    const alarms: string[] = [];
    page.on('dialog', (dialog) => {
      alarms.push(dialog.message());
      void dialog.dismiss();
    });
    const id = encodeURIComponent(client_id);
    for (const path of [
      '',
      '/clients',
      `/clients/${id}`,
      `/clients/${id}?tab=certificates`,
      `/clients/${id}?tab=settings`,
      `/clients/${id}?tab=activity`,
      `/clients/${id}/edit`,
      `/clients?search=${encodeURIComponent(attack)}`,
      '/trust',
      '/live',
      '/audit',
      '/users',
      `/users/${encodeURIComponent(attack)}`,
      '/access',
      '/webhooks',
      '/settings',
      `/live/${encodeURIComponent(attack)}`,
    ]) {
      await page.evaluate(
        `history.pushState(null, '', ${JSON.stringify(`/console${path}`)}); dispatchEvent(new PopStateEvent('popstate'))`,
      );
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await page.locator('.loading').first().waitFor({ state: 'detached' });
      const injected = await page.evaluate<number>(
        'document.querySelectorAll(\'#root script, #root img, #root b, #root [onerror], #root [onmouseover], #root a[href^="javascript:"]\').length',
      );
      assert.equal(injected, 0, path);
    }
    assert.equal(await page.evaluate('window.attacked'), undefined);
    assert.deepEqual(alarms, []);
    await page.close();
  });

  test('no token is kept where a script or another tab could find it', async () => {
    const page = await signedIn();
    const kept = await page.evaluate<string>(
      'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])',
    );
    assert.doesNotMatch(kept, /eyJ|token/);
    await page.close();
  });

  test('the policy of the console lets no foreign or inline script in', async () => {
    const page = await signedIn();
    await page
      .evaluate(
        "const s = document.createElement('script'); s.textContent = 'window.inline = 1'; document.head.append(s)",
      )
      .catch(() => {});
    assert.equal(await page.evaluate('window.inline'), undefined);
    await page.close();
  });

  test('a signed-out console is out: its token is revoked, and signing in again asks for the password', async () => {
    const page = await signedIn();
    let bearer = '';
    page.on('request', (request) => {
      bearer = request.headers().authorization ?? bearer;
    });
    await page.getByRole('link', { name: 'Users', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Users' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(/\/oidc\/logout|signed-out/);
    if (page.url().includes('/oidc/logout')) {
      await page.locator('form button').first().click();
      await page.waitForURL(/signed-out/);
    }
    await page.getByRole('heading', { name: 'Signed out' }).waitFor();
    assert.deepEqual(await seriousBarriers(page), []);
    const answer = await runProgram('curl', [
      '-sk',
      ...['-H', `authorization: ${bearer}`, `${home.issuer}/api/admin/v1/me`],
    ]);
    assert.match(answer.stdout, /invalid_token/);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('Username').waitFor();
    await page.close();
  });
});

describe('a console session of a few seconds', { skip: whyNoChromium(), timeout: 120_000 }, () => {
  let home: TestHome;
  let server: RunningCountersign;
  let browser: Browser;
  let page: Page;

  before(async () => {
    home = await createTestHome({ console: { session_lifetime: 8 } });
    server = await home.start();
    browser = await startChromium();
    page = await signInToConsole(await browser.newContext({ ignoreHTTPSErrors: true }), home.issuer);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await home?.remove();
  });

  test('warns, ends by itself, and its token is refused by the server', async () => {
    let bearer = '';
    page.on('request', (request) => {
      bearer = request.headers().authorization ?? bearer;
    });
    await page.getByRole('dialog', { name: 'Your session is about to end' }).waitFor();
    assert.deepEqual(await seriousBarriers(page), []);
    await page.getByRole('button', { name: 'Go on for now' }).click();
    await page.getByRole('link', { name: 'Users', exact: true }).click();
    await page.getByRole('heading', { name: 'Your session has ended' }).waitFor();
    assert.notEqual(bearer, '');
    const answer = await runProgram('curl', [
      '-sk',
      ...['-H', `authorization: ${bearer}`, `${home.issuer}/api/admin/v1/me`],
    ]);
    assert.match(answer.stdout, /invalid_token/);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('input[name=password]').waitFor();
  });
});
