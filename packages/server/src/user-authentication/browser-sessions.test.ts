import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import Fastify from 'fastify';
import { openTestStorage } from '../../test/test-storage.ts';
import { systemClock } from '../clock.ts';
import type { Session } from '../user/session.ts';
import type { User } from '../user/user.ts';
import { createBrowserSessions } from './browser-sessions.ts';
import type { Ending } from './session-endings.ts';

const HOUR = 3_600_000;

const account = (username: string): User => ({
  sub: randomUUID(),
  username,
  password_hash: 'x',
  roles: [],
  claims: {},
  enabled: true,
  created_at: 1,
  revision: 1,
});

/** A server that signs in whoever is named, and a browser with a cookie jar. */
async function browserAndServer(t: TestContext) {
  const storage = await openTestStorage(t);
  const anna = account('anna');
  const bert = account('bert');
  for (const user of [anna, bert]) await storage.users.insert(user);
  const ended: Session[] = [];
  const lifetimes = { absoluteMs: 12 * HOUR, idleMs: HOUR };
  const sessions = createBrowserSessions(storage.sessions, storage.users, {
    lifetimes: () => lifetimes,
    remoteAddressOf: () => '192.0.2.1',
    ended: { steps: () => [], tell: (session) => ended.push(session) },
    clock: systemClock,
  });
  const end = async ({ steps, settle, sessions: over }: Ending) => {
    const { outcome } = await storage.commit(steps);
    if (outcome === 'committed') settle();
    return outcome === 'committed' ? over.length : 0;
  };
  const app = Fastify();
  t.after(() => app.close());
  app.get<{ Querystring: { name: string; with: string } }>('/start', async (request, reply) => {
    const user = request.query.name === 'bert' ? bert : anna;
    const amr = request.query.with === 'otp' ? (['pwd', 'otp', 'mfa'] as const) : (['pwd'] as const);
    const beginning = await sessions.beginning(user, amr, request);
    assert.equal((await storage.commit(beginning.steps)).outcome, 'committed');
    beginning.settle(reply);
    return beginning.session;
  });
  app.decorateRequest('is_authenticated', false);
  app.get('/current', async (request) => (await sessions.current(request)) ?? { nobody: true });
  app.get('/shown', async (request) => {
    await sessions.current(request);
    return request.is_authenticated;
  });
  app.get('/end', async (request, reply) => {
    const signedIn = await sessions.current(request);
    if (signedIn) await end(sessions.ending(signedIn.session));
    sessions.forget(reply);
    return {};
  });

  const browser = (given: string | undefined = undefined) => {
    let cookie = given;
    let header = '';
    return {
      cookie: () => cookie ?? '',
      setCookie: () => header,
      async get(url: string) {
        const answer = await app.inject({
          url,
          headers: { 'user-agent': 'Test', ...(cookie && { cookie }) },
        });
        const [set] = [answer.headers['set-cookie'] ?? []].flat();
        if (set !== undefined) {
          header = set;
          cookie = set.split(';')[0];
        }
        return answer.json();
      },
    };
  };
  return { storage, sessions, end, anna, bert, ended, lifetimes, browser };
}

test('a session is what its cookie names, and its secret is stored as a hash alone', async (t) => {
  const { storage, anna, browser } = await browserAndServer(t);
  const first = browser();
  const session = await first.get('/start?name=anna');
  const { user } = await first.get('/current');
  assert.equal(user.sub, anna.sub);
  assert.equal(session.remote_address, '192.0.2.1');
  assert.equal(session.user_agent, 'Test');
  const secret = first.cookie().split('=')[1] ?? '';
  assert(!JSON.stringify(await storage.sessions.find(session.session_id)).includes(secret));
  assert.deepEqual(await browser().get('/current'), { nobody: true });
  assert.deepEqual(await browser(`__Host-countersign-session=${session.secret_sha256}`).get('/current'), {
    nobody: true,
  });
});

test('a request with the cookie of a session has shown who sent it, one with another has not', async (t) => {
  const { browser } = await browserAndServer(t);
  const first = browser();
  const session = await first.get('/start?name=anna');
  assert.equal(await first.get('/shown'), true);
  assert.equal(await browser().get('/shown'), false);
  assert.equal(await browser(`__Host-countersign-session=${session.secret_sha256}`).get('/shown'), false);
  await first.get('/end');
  assert.equal(await browser(first.cookie()).get('/shown'), false);
});

test('the cookie is of this host alone, over TLS, out of reach of scripts and of posts from elsewhere', async (t) => {
  const { browser } = await browserAndServer(t);
  const first = browser();
  await first.get('/start?name=anna');
  assert.match(
    first.setCookie(),
    /^__Host-countersign-session=[A-Za-z0-9_-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
  );
});

test('signing in again makes the earlier cookie worthless and keeps the sid', async (t) => {
  const { storage, browser } = await browserAndServer(t);
  const first = browser();
  const before = await first.get('/start?name=anna');
  await storage.sessions.change(before.session_id, (session) => ({ ...session, client_ids: ['app'] }));
  const thief = browser(first.cookie());
  const after = await first.get('/start?name=anna');
  assert.equal(after.session_id, before.session_id);
  assert.notEqual(after.secret_sha256, before.secret_sha256);
  assert.deepEqual((await first.get('/current')).session.client_ids, ['app']);
  assert.deepEqual(await thief.get('/current'), { nobody: true });
});

test("another person's sign-in ends the session before it, and tells of it", async (t) => {
  const { ended, browser } = await browserAndServer(t);
  const first = browser();
  const annas = await first.get('/start?name=anna');
  const cookie = first.cookie();
  const berts = await first.get('/start?name=bert');
  assert.notEqual(berts.session_id, annas.session_id);
  assert.deepEqual(
    ended.map(({ session_id }) => session_id),
    [annas.session_id],
  );
  assert.deepEqual(await browser(cookie).get('/current'), { nobody: true });
});

test('a cookie value somebody chose is never adopted', async (t) => {
  const { browser } = await browserAndServer(t);
  const chosen = `__Host-countersign-session=${'A'.repeat(43)}`;
  const victim = browser(chosen);
  await victim.get('/start?name=anna');
  assert.notEqual(victim.cookie(), chosen);
  assert.deepEqual(await browser(chosen).get('/current'), { nobody: true });
});

test('ending removes session and cookie', async (t) => {
  const { ended, browser } = await browserAndServer(t);
  const first = browser();
  await first.get('/start?name=anna');
  const cookie = first.cookie();
  await first.get('/end');
  assert.match(first.setCookie(), /^__Host-countersign-session=; .*Max-Age=0/);
  assert.equal(ended.length, 1);
  assert.deepEqual(await browser(cookie).get('/current'), { nobody: true });
});

test('an idle session ends, a used one goes on, and neither outlives the absolute lifetime', async (t) => {
  const { storage, lifetimes, browser } = await browserAndServer(t);
  const first = browser();
  const { session_id } = await first.get('/start?name=anna');
  const age = (created: number, seen: number) =>
    storage.sessions.change(session_id, (session) => ({
      ...session,
      created_at: Date.now() - created,
      last_seen_at: Date.now() - seen,
    }));
  await age(3 * HOUR, HOUR - 60_001);
  const { session } = await first.get('/current');
  assert(session.last_seen_at > Date.now() - 60_000);
  assert(session.expires_at > Date.now() + HOUR - 60_000);

  await age(3 * HOUR, HOUR + 1);
  assert.deepEqual(await first.get('/current'), { nobody: true });

  await age(lifetimes.absoluteMs - 120_000, 61_000);
  assert((await first.get('/current')).session.expires_at <= Date.now() + 120_000);
  await age(lifetimes.absoluteMs + 1, 0);
  assert.deepEqual(await first.get('/current'), { nobody: true });
});

test('a shortened lifetime counts at once', async (t) => {
  const { lifetimes, browser } = await browserAndServer(t);
  const first = browser();
  await first.get('/start?name=anna');
  lifetimes.absoluteMs = 0;
  assert.deepEqual(await first.get('/current'), { nobody: true });
});

test('a disabled account has no session', async (t) => {
  const { storage, anna, browser } = await browserAndServer(t);
  const first = browser();
  await first.get('/start?name=anna');
  await storage.users.update({ ...anna, enabled: false, revision: 2 });
  assert.deepEqual(await first.get('/current'), { nobody: true });
});

test('sessions end elsewhere too, each once', async (t) => {
  const { sessions, end, anna, ended, browser } = await browserAndServer(t);
  const here = browser();
  const there = browser();
  const { session_id } = await here.get('/start?name=anna');
  const other = await there.get('/start?name=anna');
  assert.equal((await sessions.list(anna.sub)).length, 2);
  assert.equal(await end(await sessions.endingAll({ sub: anna.sub, except: session_id })), 1);
  assert.deepEqual(await there.get('/current'), { nobody: true });
  assert.equal((await here.get('/current')).user.sub, anna.sub);
  assert.deepEqual(
    ended.map((session) => session.session_id),
    [other.session_id],
  );
  const { session } = await here.get('/current');
  assert.equal(await end(sessions.ending(session)), 1);
  assert.equal(await end(sessions.ending(session)), 0);
  assert.deepEqual(await here.get('/current'), { nobody: true });
});

test('acr says what the ways of signing in amount to', async (t) => {
  const { browser } = await browserAndServer(t);
  assert.equal((await browser().get('/start?name=anna')).acr, undefined);
  assert.match((await browser().get('/start?name=anna&with=otp')).acr, /multi-factor$/);
});
