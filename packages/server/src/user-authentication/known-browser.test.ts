import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import { createKnownBrowsers } from './known-browser.ts';

const KEY = new Uint8Array(32).fill(7);
const DAY = 86_400_000;

/** What a browser keeps after a sign-in to each account, one after the other. */
async function cookieAfter(browsers: ReturnType<typeof createKnownBrowsers>, ...subs: readonly string[]) {
  const app = Fastify();
  app.get<{ Params: { sub: string } }>('/:sub', async (request, reply) => {
    browsers.remember(reply, request.headers.cookie, request.params.sub);
    return '';
  });
  let cookie = '';
  for (const sub of subs) {
    const { headers } = await app.inject({ url: `/${sub}`, headers: { cookie } });
    const set = String(headers['set-cookie']);
    assert.match(set, /^__Host-countersign-known=.*; Secure; HttpOnly; SameSite=Lax; Max-Age=15552000$/);
    cookie = set.split(';', 1)[0] ?? '';
  }
  return cookie;
}

test('a browser is known for the accounts that were signed in to, under one name each', async () => {
  let now = 1_000_000_000_000;
  const browsers = createKnownBrowsers(KEY, () => now);
  const first = await cookieAfter(browsers, 'alice');
  const cookie = await cookieAfter(browsers, 'alice', 'bob', 'alice');
  const known = browsers.of(cookie);
  assert.ok(known('alice'));
  assert.ok(known('bob'));
  assert.notEqual(known('alice'), known('bob'));
  assert.equal(known('carol'), undefined);
  assert.notEqual(browsers.of(first)('alice'), known('alice'), 'each browser has its own name');
  now += 181 * DAY;
  assert.equal(known('alice'), undefined);
});

test('a mark that was changed, or of another deployment, is none', async () => {
  const browsers = createKnownBrowsers(KEY, () => 1_000_000_000_000);
  const cookie = await cookieAfter(browsers, 'alice');
  const others = createKnownBrowsers(new Uint8Array(32), () => 1_000_000_000_000);
  assert.equal(others.of(cookie)('alice'), undefined);
  const [name, value = ''] = cookie.split('=');
  assert.equal(
    browsers.of(`${name}=${value.replace(/.$/, (last) => (last === 'A' ? 'E' : 'A'))}`)('alice'),
    undefined,
  );
  assert.equal(
    browsers.of(`${name}=${value.replace(/^./, (one) => (one === 'A' ? 'B' : 'A'))}`)('alice'),
    undefined,
  );
  for (const nonsense of [undefined, '', `${name}=`, `${name}=~~.`, 'x=y']) {
    assert.equal(browsers.of(nonsense)('alice'), undefined);
  }
});
