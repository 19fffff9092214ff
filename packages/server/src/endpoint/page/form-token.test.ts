import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import Fastify from 'fastify';
import { Refusal } from '../../refusal/refusal.ts';
import { createFormTokens, type FormScope } from './form-token.ts';

const SCOPE: FormScope = ['/page', 'session'];

async function server(t: TestContext, key = randomBytes(32)) {
  const tokens = createFormTokens(key);
  const app = Fastify();
  t.after(() => app.close());
  app.get('/issue', async (request, reply) => ({
    one: tokens.issue(request, reply, SCOPE),
    two: tokens.issue(request, reply, SCOPE),
  }));
  app.get<{ Querystring: { token: string; page?: string; of?: string; from?: string } }>(
    '/check',
    async (request) => {
      const { token, page = '/page', of = 'session', from } = request.query;
      try {
        tokens.check(request, token, [page, of], from === 'same-site' ? from : undefined);
        return { accepted: true };
      } catch (error) {
        assert(error instanceof Refusal);
        assert.equal(error.status, 403);
        return { because: error.because };
      }
    },
  );
  const issue = async (cookie?: string) => {
    const answer = await app.inject({ url: '/issue', headers: { ...(cookie && { cookie }) } });
    const set = [answer.headers['set-cookie'] ?? []].flat();
    return { token: String(answer.json().one), same: answer.json().two, set };
  };
  const accepted = async (cookie: string, query: Readonly<Record<string, string>>, site?: string) => {
    const headers = { cookie, ...(site !== undefined && { 'sec-fetch-site': site }) };
    const url = `/check?${new URLSearchParams(query)}`;
    return (await app.inject({ url, headers })).json().accepted === true;
  };
  return { key, issue, accepted };
}

const cookieOf = (set: readonly string[]) => set[0]?.split(';')[0] ?? '';

test('a browser gets its cookies once, out of reach of scripts, and keeps them', async (t) => {
  const { issue } = await server(t);
  const { token, same, set } = await issue();
  assert.equal(set.length, 2);
  for (const line of set) {
    assert.match(
      line,
      /^__Host-countersign-browser[A-Za-z0-9_-]*=[A-Za-z0-9_-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax/,
    );
  }
  assert.equal(same, token);
  const again = await issue(cookieOf(set));
  assert.deepEqual(again.set, []);
  assert.equal(again.token, token);
});

test('a token is for one browser, one page and one session', async (t) => {
  const { issue, accepted } = await server(t);
  const { token, set } = await issue();
  const cookie = cookieOf(set);
  assert(await accepted(cookie, { token }));
  assert.equal(await accepted(cookie, { token, page: '/other' }), false);
  assert.equal(await accepted(cookie, { token, of: 'other' }), false);
  assert.equal(await accepted(cookieOf((await issue()).set), { token }), false);
  assert.equal(await accepted('', { token }), false);
  assert.equal(await accepted('__Host-countersign-browser=chosen', { token }), false);
  for (const wrong of ['', 'x', token.slice(1), `${token}AAAA`]) {
    assert.equal(await accepted(cookie, { token: wrong }), false, wrong);
  }
});

test('of pages that a browser without a cookie opens at once every form counts', async (t) => {
  const { issue, accepted } = await server(t);
  const pages = await Promise.all(Array.from({ length: 20 }, () => issue()));
  const cookies = new Map(
    pages.flatMap(({ set }) => set.map((line) => [line.split('=')[0], line.split(';')[0]] as const)),
  );
  const cookie = [...cookies.values()].join('; ');
  for (const { token } of pages) assert(await accepted(cookie, { token }));
});

test('a browser that says it comes from elsewhere is believed', async (t) => {
  const { issue, accepted } = await server(t);
  const { token, set } = await issue();
  const cookie = cookieOf(set);
  for (const site of ['same-origin', 'none']) assert(await accepted(cookie, { token }, site), site);
  for (const site of ['cross-site', 'same-site', '']) {
    assert.equal(await accepted(cookie, { token }, site), false, site);
  }
  assert(await accepted(cookie, { token, from: 'same-site' }, 'same-site'));
  assert.equal(await accepted(cookie, { token, from: 'same-site' }, 'cross-site'), false);
});

test('processes with one key accept each other’s tokens, others do not', async (t) => {
  const one = await server(t);
  const { token, set } = await one.issue();
  const two = await server(t, one.key);
  assert(await two.accepted(cookieOf(set), { token }));
  assert.equal(await (await server(t)).accepted(cookieOf(set), { token }), false);
});
