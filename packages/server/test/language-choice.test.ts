import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { causeOf } from './event-of.ts';
import { type Call, call } from './token-client.ts';

const COOKIE = '__Host-countersign-language';

describe('the language of the pages', () => {
  let home: TestHome;
  let server: RunningCountersign;

  before(async () => {
    home = await createTestHome({});
    server = await home.start();
  });
  after(async () => {
    await server?.stop();
    await home?.remove();
  });

  const get = (path: string, headers: Call['headers'] = {}) => call(`${home.issuer}${path}`, { headers });
  const choose = (tag: string, at: string, headers: Call['headers'] = {}) =>
    get(`/oauth2/language?${new URLSearchParams({ tag, at })}`, headers);
  const langOf = ({ text }: { readonly text: string }) => /<html lang="(\w+)"/.exec(text)?.[1];

  test('a page offers the others, and the choice leads back to it and holds from then on', async () => {
    const page = await get('/account', { 'accept-language': 'de' });
    assert.equal(page.status, 303, 'a page for people who are signed in leads to the sign-in');
    const { location = '' } = page.headers;
    const path = String(location).replace(home.issuer, '');
    const cookie = [page.headers['set-cookie'] ?? []]
      .flat()
      .map((line) => line.split(';')[0])
      .join('; ');
    const signIn = await get(path, { 'accept-language': 'de', cookie });
    assert.equal(langOf(signIn), 'de');
    assert.deepEqual(
      Array.from(signIn.text.matchAll(/hreflang="(\w+)">(\S+?)</g), ([, tag, name]) => [tag, name]),
      [
        ['en', 'English'],
        ['pt', 'Português'],
      ],
    );
    const [, href = ''] = /<a href="([^"]+)" lang="pt"/.exec(signIn.text) ?? [];
    const chosen = await get(href.replaceAll('&amp;', '&'));
    assert.equal(chosen.status, 303);
    assert.equal(chosen.headers.location, path);
    const [set = ''] = [chosen.headers['set-cookie'] ?? []].flat();
    assert.match(set, new RegExp(`^${COOKIE}=pt; Path=/; Secure; SameSite=Lax; Max-Age=31536000$`));

    const again = await get(path, { 'accept-language': 'de', cookie: `${cookie}; ${COOKIE}=pt` });
    assert.equal(langOf(again), 'pt');
    assert.match(again.text, /Entrar/);
  });

  test('what a person chose comes before what an application asks for', async () => {
    const asked = `/oauth2/authorize?client_id=nobody&ui_locales=de`;
    assert.equal(langOf(await get(asked, { cookie: `${COOKIE}=pt` })), 'pt');
    assert.equal(langOf(await get(asked, { cookie: `${COOKIE}=none` })), 'en');
  });

  test('it leads nowhere but to this server', async () => {
    const { host } = new URL(home.issuer);
    for (const at of [
      '//evil.example/',
      '/\\evil.example/',
      'https://evil.example/',
      `https://${host}@evil.example/`,
      'javascript:alert(1)',
      '',
      'account',
      '/\t/evil.example/',
      '/.//evil.example/',
      '/..//evil.example/',
      '/account/..//evil.example/',
      '/%2e//evil.example/',
    ]) {
      const answer = await choose('de', at);
      assert.equal(answer.status, 400, JSON.stringify(at));
      assert.equal(answer.headers.location, undefined);
      assert.equal(answer.headers['set-cookie'], undefined);
      assert.match(String(await causeOf(server, answer)), /^parameter_(invalid|missing)$/);
    }
    assert.equal((await choose('de', '/a/../account?x=1#y')).headers.location, '/account?x=1');
  });

  test('a language that there is not is refused, and another site chooses none', async () => {
    const answer = await choose('fr', '/account');
    assert.equal(answer.status, 400);
    assert.equal(await causeOf(server, answer), 'parameter_invalid');
    const sent = await choose('de', '/account', { 'sec-fetch-site': 'cross-site' });
    assert.equal(sent.status, 303);
    assert.equal(sent.headers['set-cookie'], undefined);
  });
});
