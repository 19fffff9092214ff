import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import Fastify from 'fastify';
import { isOpaqueToken } from '../token/opaque-token.ts';
import { browserOf, browserSecrets } from './browser-mark.ts';

const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Lax';

/** A browser's cookies, kept by name in the order in which they were first set, as browsers send them. */
function jar() {
  const cookies = new Map<string, string>();
  return {
    cookies,
    header: () => Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; '),
    keep(lines: readonly string[]) {
      for (const line of lines) {
        const [pair = '', ...attributes] = line.split('; ');
        const at = pair.indexOf('=');
        if (attributes.includes('Max-Age=0')) cookies.delete(pair.slice(0, at));
        else cookies.set(pair.slice(0, at), pair.slice(at + 1));
      }
    },
  };
}

/** A server that ties something to the browser, and says with which secret. */
function server(t: TestContext) {
  const app = Fastify();
  t.after(() => app.close());
  app.get('/', async (request, reply) => ({ secret: browserOf(request, reply).secret() }));
  return async (cookie = '') => {
    const answer = await app.inject({ url: '/', headers: { ...(cookie && { cookie }) } });
    return { secret: String(answer.json().secret), set: [answer.headers['set-cookie'] ?? []].flat() };
  };
}

test('a browser is given one secret, twice, and keeps it', async (t) => {
  const ask = server(t);
  const { secret, set } = await ask();
  assert.ok(isOpaqueToken(secret));
  assert.equal(set.length, 2);
  assert.equal(set[0], `__Host-countersign-browser=${secret}; ${ATTRIBUTES}`);
  assert.match(
    set[1] ?? '',
    new RegExp(`^__Host-countersign-browser-[A-Za-z0-9_-]{8}=${secret}; ${ATTRIBUTES}; Max-Age=660$`),
  );
  const browser = jar();
  browser.keep(set);
  const again = await ask(browser.header());
  assert.deepEqual(again, { secret, set: [] });
  assert.deepEqual(browserSecrets(browser.header()), [secret]);
});

test('what was begun by many first requests at once is known in their browser, and in no other', async (t) => {
  const ask = server(t);
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask()));
  const browser = jar();
  for (const { set } of answers) browser.keep(set);
  const secrets = browserSecrets(browser.header());
  for (const { secret } of answers) assert.ok(secrets.includes(secret));
  assert.ok(browser.header().length < 2048, `${browser.header().length} octets of cookies`);
  const next = await ask(browser.header());
  assert.equal(next.secret, answers.at(-1)?.secret, 'one of them stays');
  assert.deepEqual(next.set, []);
  const stranger = jar();
  stranger.keep((await ask()).set);
  for (const { secret } of answers) assert.ok(!browserSecrets(stranger.header()).includes(secret));
});

test('cookies of first answers are bounded: the oldest go, and no more are looked at', async (t) => {
  const ask = server(t);
  const browser = jar();
  const answers = [];
  for (let times = 0; times < 60; times++) {
    const answer = await ask();
    answers.push(answer);
    browser.keep(answer.set);
  }
  assert.equal(browser.cookies.size, 61);
  assert.equal(browserSecrets(browser.header()).length, 32);
  browser.keep((await ask(browser.header())).set);
  assert.equal(browser.cookies.size, 33);
  assert.deepEqual(
    new Set(browserSecrets(browser.header())),
    new Set(answers.slice(-32).map(({ secret }) => secret)),
  );
});

test('a browser that lost the lasting cookie goes on with what it has', async (t) => {
  const ask = server(t);
  const browser = jar();
  browser.keep((await ask()).set);
  const { secret, set } = await ask();
  browser.keep(set);
  browser.cookies.delete('__Host-countersign-browser');
  const again = await ask(browser.header());
  assert.equal(again.secret, secret);
  assert.deepEqual(again.set, [`__Host-countersign-browser=${secret}; ${ATTRIBUTES}`]);
});

test('a secret that this server cannot have made is none', async (t) => {
  const ask = server(t);
  const planted =
    '__Host-countersign-browser=short; __Host-countersign-browser-x=chosen; __Host-countersign-browser-=';
  assert.deepEqual(browserSecrets(planted), []);
  const { set } = await ask(planted);
  assert.equal(set.length, 2);
});
