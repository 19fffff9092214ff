import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { createTestHome } from '../countersign-process.ts';
import { freePort } from '../free-port.ts';
import { selfSigned, serveHttps } from '../https-on-loopback.ts';
import { missingProgram } from '../installed-program.ts';
import { call, post } from '../token-client.ts';
import { programPath, startProgram } from './program.ts';

const DOCUMENTED = resolve(import.meta.dirname, '../../../../docs/load-balancers/haproxy-moving.cfg');
const REALM = '/realms/harbour';

/** A JWT whose signature nobody looks at on the way. */
const jwt = (claims: object) =>
  [{ alg: 'none' }, claims, {}]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
const basic = (client_id: string, secret: string) => ({
  headers: { authorization: `Basic ${Buffer.from(`${client_id}:${secret}`).toString('base64')}` },
});

const missing = await missingProgram(programPath('haproxy') ?? 'haproxy', ['-v']);

test('the clients of the list go to the new server, all others to the one before it, at the same addresses', {
  skip: missing,
  timeout: 120_000,
}, async (t) => {
  const port = await freePort();
  const origin = `https://localhost:${port}`;
  const home = await createTestHome({
    server: { base_url: `${origin}${REALM}` },
    aliases: { keycloak_realms: ['harbour'] },
  });
  t.after(home.remove);
  const { client_secret } = z
    .object({ client_secret: z.string() })
    .parse(
      await home.json(
        ...[
          'client',
          'add',
          '--client-id',
          'moved',
          '--client-name',
          'moved',
          '--grant-types',
          'client_credentials',
        ],
        ...['--token-endpoint-auth-method', 'client_secret_post'],
      ),
    );
  await home.start();
  const seen: string[] = [];
  const before = await serveHttps(t, await selfSigned('before'), (request, response) => {
    seen.push(`${request.method} ${request.url?.split('?')[0]}`);
    request.resume();
    response.end('{"server":"before"}');
  });

  const folder = join(home.home, 'haproxy');
  await mkdir(join(folder, 'tls'), { recursive: true });
  const own = await selfSigned('localhost', ['localhost']);
  await writeFile(join(folder, 'tls/login.example.com.pem'), `${own.pem}${own.key}`);
  await writeFile(join(folder, 'tls/countersign.pem'), own.pem);
  await writeFile(join(folder, 'moved.lst'), 'moved\n');
  const configuration = (await readFile(DOCUMENTED, 'utf8'))
    .replaceAll('/etc/haproxy', folder)
    .replace('bind :443', `bind 127.0.0.1:${port}`)
    .replace('10.0.0.11:9443', `127.0.0.1:${home.port}`)
    .replace('10.0.0.21:8443', `127.0.0.1:${before.port}`)
    // Both servers have certificates of their own making here.
    .replace(/ssl verify required ca-file .* check inter/, 'ssl verify none check inter')
    .replace(/ssl verify required ca-file \S+\/before\.pem .*$/m, 'ssl verify none');
  const file = join(folder, 'haproxy.cfg');
  await writeFile(file, configuration);
  t.after(await startProgram(programPath('haproxy') ?? 'haproxy', ['-db', '-f', file], port));

  const at = (path: string) => `${origin}${REALM}/protocol/openid-connect${path}`;
  const isBefore = (text: string) => text === '{"server":"before"}';
  const token = { grant_type: 'client_credentials' };
  const granted = await post(at('/token'), { ...token, client_id: 'moved', client_secret });
  assert.equal(granted.status, 200, granted.text);
  const { access_token } = granted.json();
  const bearer = (presented: unknown) => ({ headers: { authorization: `Bearer ${presented}` } });
  const assertion = (sub: string) => ({
    ...token,
    client_assertion: jwt({ iss: sub, sub }),
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  });
  for (const [what, ask] of [
    ['the form', (id: string) => post(at('/token'), { ...token, client_id: id, client_secret: 'x' })],
    ['Basic', (id: string) => post(at('/token'), token, basic(id, 'x'))],
    ['an assertion', (id: string) => post(at('/token'), assertion(id))],
    ['the address', (id: string) => call(`${at('/auth')}?client_id=${id}`)],
    [
      'a token of this server',
      (id: string) => call(at('/userinfo'), bearer(id === 'moved' ? access_token : jwt({ client_id: id }))),
    ],
    ['a token of the other one', (id: string) => call(at('/userinfo'), bearer(jwt({ azp: id })))],
  ] as const) {
    const [moved, other] = [await ask('moved'), await ask('other')];
    assert.ok(!isBefore(moved.text) && moved.status !== 404, `${what}: ${moved.status} ${moved.text}`);
    assert.ok(isBefore(other.text), `${what}: ${other.status} ${other.text}`);
  }
  assert.ok(seen.includes(`POST ${REALM}/protocol/openid-connect/token`));
  for (const path of [
    at('/certs'),
    `${origin}${REALM}/.well-known/openid-configuration`,
    `${origin}${REALM}/account`,
  ])
    assert.ok(!isBefore((await call(path)).text), path);
  assert.ok(isBefore((await call(`${origin}/admin/`)).text));
});
