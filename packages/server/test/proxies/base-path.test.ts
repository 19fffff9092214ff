import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { adminApiOf } from '../admin-api.ts';
import { startChromium, whyNoChromium } from '../chromium.ts';
import { signInToConsole } from '../console-page.ts';
import { createTestHome, type RunningCountersign, type TestHome } from '../countersign-process.ts';
import { freePort } from '../free-port.ts';
import { createHttpBrowser } from '../http-browser.ts';
import { missingProgram } from '../installed-program.ts';
import { call, claimsOf, post } from '../token-client.ts';
import { programPath, startProgram } from './program.ts';
import { testCertificate } from './test-certificate.ts';

/** What an operator writes who gives the server a path of its host; with the slash nginx takes the path off. */
const nginxConfiguration = (folder: string, port: number, server: number, slash: '/' | '') => `
daemon off;
pid ${folder}/nginx.pid;
error_log stderr;
worker_processes 1;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${folder}/proxy.pem;
    ssl_certificate_key ${folder}/proxy.key;
    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    location /auth/ { proxy_pass https://127.0.0.1:${server}${slash}; }
    location = /auth { return 302 /auth/; }
    location = /.well-known/oauth-authorization-server/auth { proxy_pass https://127.0.0.1:${server}; }
  }
}
`;

for (const [how, slash] of [
  ['takes the path off', '/'],
  ['passes the path on', ''],
] as const) {
  const missing = await missingProgram(programPath('nginx') ?? 'nginx', ['-v']);
  describe(`an issuer with a path behind a proxy that ${how}`, { skip: missing, timeout: 120_000 }, () => {
    let home: TestHome;
    let server: RunningCountersign;
    let issuer: string;
    let origin: string;
    let stopProxy: (() => Promise<void>) | undefined;
    let browser: Browser | undefined;

    before(async () => {
      const port = await freePort();
      origin = `https://localhost:${port}`;
      issuer = `${origin}/auth`;
      home = await createTestHome({ server: { base_url: issuer } });
      const { pem, keyPem } = testCertificate('localhost');
      await writeFile(join(home.home, 'proxy.pem'), pem);
      await writeFile(join(home.home, 'proxy.key'), keyPem);
      const configuration = join(home.home, 'nginx.conf');
      await writeFile(configuration, nginxConfiguration(home.home, port, home.port, slash));
      server = await home.start();
      stopProxy = await startProgram(
        programPath('nginx') ?? 'nginx',
        ['-c', configuration, '-p', home.home],
        port,
      );
    });
    after(async () => {
      await browser?.close();
      await stopProxy?.();
      await server?.stop();
      await home?.remove();
    });

    test('both discovery documents are where their standards put them, and every endpoint answers', async () => {
      const oidc = await call(`${issuer}/.well-known/openid-configuration`);
      const oauth = await call(`${origin}/.well-known/oauth-authorization-server/auth`);
      assert.equal(oidc.status, 200, oidc.text);
      assert.deepEqual(oauth.json(), oidc.json());
      const document = oidc.json();
      assert.equal(document.issuer, issuer);
      for (const [name, value] of Object.entries(document)) {
        if (!name.endsWith('_endpoint') && name !== 'jwks_uri') continue;
        assert.ok(String(value).startsWith(`${issuer}/`), `${name} is ${value}`);
        const answer = await call(String(value));
        assert.notEqual(answer.status, 404, `${name}: ${answer.text}`);
      }
      assert.equal((await call(`${issuer}/health/ready`)).status, 200);
    });

    test('a token is given, by the admin API too, and names the issuer', async () => {
      const api = adminApiOf(issuer);
      const { client_id, client_secret } = await api.register({
        client_name: 'behind a path',
        grant_types: ['client_credentials'],
        token_endpoint_auth_method: 'client_secret_post',
      });
      const answer = await post(`${issuer}/oauth2/token`, {
        grant_type: 'client_credentials',
        client_id,
        client_secret,
      });
      assert.equal(answer.status, 200, answer.text);
      assert.equal(claimsOf(answer.json().access_token).iss, issuer);
    });

    test('the pages of people, their assets and redirects stay below the path', async () => {
      const person = createHttpBrowser();
      const page = await person.follow(await person.get(`${issuer}/account`), issuer);
      assert.equal(page.status, 200);
      assert.ok(page.url.startsWith(`${issuer}/`), page.url);
      const [form] = page.forms;
      assert.ok(form && new URL(form.action, page.url).pathname.startsWith('/auth/'), form?.action);
      const assets = Array.from(page.text.matchAll(/(?:href|src)="([^"]+\.(?:css|js|svg)[^"]*)"/g));
      assert.ok(assets.length > 0, page.text);
      for (const [, asset = ''] of assets) {
        const found = await call(new URL(asset, page.url).href);
        assert.equal(found.status, 200, asset);
      }
      const after = await person.follow(
        await person.submit(page, { username: 'admin', password: 'admin' }),
        issuer,
      );
      assert.equal(after.url, `${issuer}/account`);
      assert.equal(after.status, 200);
      const root = await call(`${issuer}/`);
      assert.equal(root.status, 200);
      assert.match(root.text, /href="[^"]*\/auth\/console"/);
    });

    test('the console signs in, loads what is at a deep address, changes things, and signs out', {
      skip: whyNoChromium(),
    }, async () => {
      browser = await startChromium();
      const context = await browser.newContext({ ignoreHTTPSErrors: true });
      const strays: string[] = [];
      context.on('response', (response) => {
        const { pathname } = new URL(response.url());
        const isBelow = pathname === '/auth' || pathname.startsWith('/auth/');
        if (!isBelow || response.status() >= 400) strays.push(`${response.status()} ${response.url()}`);
      });
      const page = await signInToConsole(context, issuer);
      assert.equal(page.url(), `${issuer}/console`);
      await page.getByText(issuer).first().waitFor();
      await page.getByRole('link', { name: 'Clients', exact: true }).first().click();
      await page.getByRole('link', { name: 'behind a path' }).first().click();
      await page.waitForURL(/\/auth\/console\/clients\//);
      // A reload signs in anew, silently, and comes back to the same place.
      const deep = page.url();
      await page.reload();
      await page.waitForURL(deep);
      await page.getByText('behind a path').first().waitFor();
      await page.goto(`${issuer}/console/settings`);
      await page.getByText('base_url').first().waitFor();
      const screenshot = process.env.COUNTERSIGN_TEST_SCREENSHOTS;
      if (screenshot)
        await page.screenshot({ path: join(screenshot, `base-path${slash ? '-off' : '-on'}.png`) });
      await page
        .getByRole('button', { name: /sign out/i })
        .first()
        .click();
      await page.waitForURL(/\/auth\/(oidc\/logout|console\/signed-out)/);
      assert.deepEqual(strays, []);
    });
  });
}
