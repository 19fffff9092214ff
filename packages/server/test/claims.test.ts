import assert from 'node:assert/strict';
import { copyFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import {
  type AuthorizationServer,
  authorizationUrl,
  obtainCode,
  redeemCode,
  startAuthorizationServer,
  type TestBrowser,
  type TestClient,
} from './authorization-server.ts';
import { causeOf } from './event-of.ts';
import { eventually } from './eventually.ts';
import { call, claimsOf, post } from './token-client.ts';

const EXAMPLE = resolve(import.meta.dirname, '../../../examples/plugins/risk-claim.ts');

/** Gives what the attribute `plug` says: a value, or something that goes wrong. */
const PLUG_IN = `
export default {
  kind: 'claims',
  name: 'clearance',
  give({ claim, destination, about }) {
    switch (about.attributes.plug) {
      case 'throw': throw new Error('broken on purpose');
      case 'object': return { outcome: 'given', value: { a: 1 } };
      case 'nothing': return { outcome: 'nothing' };
      case 'huge': return { outcome: 'given', value: Array.from({ length: 70000 }, String) };
      default: return { outcome: 'given', value: [claim, destination, about.kind, about.groups.length] };
    }
  },
};
`;

const EVERYWHERE = ['id_token', 'userinfo', 'access_token', 'introspection'];
type Place = 'id_token' | 'userinfo' | 'access_token' | 'introspection';

describe('claims that operators define', { timeout: 240_000 }, () => {
  let server: AuthorizationServer;
  let admin: AdminApi;
  let browser: TestBrowser;
  let client: TestClient;
  let api: TestClient;

  const rule = (specification: object) => admin.json('POST', '/claim-rules', specification);
  const refused = async (specification: object) => {
    const answer = await admin.request('POST', '/claim-rules', specification);
    assert.equal(answer.status, 400, answer.text);
    return answer.json().field;
  };
  const signedIn = async (scope: string, by: TestClient = client, as: TestBrowser = browser) => {
    const answer = await redeemCode(server, by, await obtainCode(server, as, by, { scope }));
    assert.equal(answer.status, 200, answer.text);
    return answer.json();
  };
  const userinfo = (access_token: unknown, { tls }: TestClient = client) =>
    call(`${server.issuer}/oauth2/userinfo`, {
      ...tls,
      headers: { authorization: `Bearer ${access_token}` },
    });
  const introspect = (token: unknown) =>
    post(`${server.issuer}/oauth2/introspect`, { token: String(token), client_id: api.client_id }, api.tls);
  /** A claim, in each place it is in. */
  const everywhere = async (claim: string, tokens: Record<string, unknown>, by: TestClient = client) => {
    const said: Record<Place, unknown> = {
      id_token: claimsOf(tokens.id_token)[claim],
      userinfo: (await userinfo(tokens.access_token, by)).json()[claim],
      access_token: claimsOf(tokens.access_token)[claim],
      introspection: (await introspect(tokens.access_token)).json()[claim],
    };
    return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  };
  const own = (form: Readonly<Record<string, string>> = {}) =>
    post(
      `${server.issuer}/oauth2/token`,
      { grant_type: 'client_credentials', client_id: api.client_id, ...form },
      api.tls,
    );
  const eventsOf = async (type: string) => {
    const { items } = await admin.json('GET', `/events?type=${type}&limit=50`);
    assert.ok(Array.isArray(items));
    return items;
  };

  before(async () => {
    const deployment = {
      claims: { token_size: 512, answer_size: 2048 },
      registration: { mode: 'open' },
    };
    server = await startAuthorizationServer(deployment, async ({ home }) => {
      const dropins = join(home, 'repository/components/dropins');
      await writeFile(join(dropins, 'clearance.mjs'), PLUG_IN);
      await copyFile(EXAMPLE, join(dropins, 'risk-claim.ts'));
    });
    admin = adminApiOf(server.issuer);
    for (const [name, specification] of Object.entries({
      department: { type: 'string', title: 'Department' },
      floors: { type: 'integer', list: true },
      badges: { type: 'string', list: true },
      plug: { type: 'string' },
    })) {
      await admin.json('POST', '/attributes', { name, ...specification });
    }
    const claims = {
      email: 'ada@example.com',
      department: 'Engines',
      floors: [1, 3],
      badges: Array.from({ length: 100 }, (_, index) => `badge-${index}`),
    };
    browser = await server.browser({ claims });
    const scope = 'openid email offline_access work badges clearance';
    client = await server.register({
      scope,
      grant_types: ['authorization_code', 'refresh_token'],
      attributes: { tier: 'gold', regions: ['eu', 'us'] },
    });
    api = await server.register({
      scope: 'run',
      grant_types: ['client_credentials'],
      attributes: { tier: 'silver' },
    });
  });
  after(() => server?.close());

  test('an attribute of a person is where its rule says, by the scope that the person agreed to', async () => {
    await rule({
      claim: 'department',
      scope: 'work',
      source: { from: 'person_attribute', attribute: 'department' },
      destinations: EVERYWHERE,
      form: 'single',
    });
    await rule({
      claim: 'https://example.com/floors',
      scope: 'work',
      source: { from: 'person_attribute', attribute: 'floors' },
      destinations: ['id_token'],
      form: 'list',
    });
    const tokens = await signedIn('openid work');
    assert.deepEqual(
      await everywhere('department', tokens),
      Object.fromEntries(EVERYWHERE.map((place) => [place, 'Engines'])),
    );
    assert.deepEqual(await everywhere('https://example.com/floors', tokens), { id_token: [1, 3] });
  });

  test('a scope that was not asked for, or not consented, gives no claim', async () => {
    assert.deepEqual(await everywhere('department', await signedIn('openid')), {});
    // Narrowed by a refresh: what the person agreed to is more.
    const { refresh_token } = await signedIn('openid work offline_access');
    const narrowed = await post(
      `${server.issuer}/oauth2/token`,
      {
        grant_type: 'refresh_token',
        refresh_token: String(refresh_token),
        scope: 'openid',
        client_id: client.client_id,
      },
      client.tls,
    );
    assert.deepEqual(await everywhere('department', narrowed.json()), {});
    // Who denies gives nothing at all: the request is refused.
    const other = await server.browser({ claims: { department: 'Engines' } });
    const asked = await other.get(authorizationUrl(server.issuer, client, { ...S256, scope: 'openid work' }));
    const page = await other.get(String(asked.headers.location));
    const [, form_token = ''] = /name="form_token" value="([^"]*)"/.exec(page.text) ?? [];
    const denied = await other.submit(String(asked.headers.location), { form_token, decision: 'deny' });
    const answer = await other.get(String(denied.headers.location));
    assert.match(String(answer.headers.location), /error=access_denied/);
  });

  test('the consent page tells what is given, and what of no scope is given too', async () => {
    const { client_id } = await server.register({
      scope: 'openid work',
      redirect_uris: [client.redirect_uri],
    });
    const { claim_rule_id } = await rule({
      claim: 'floor',
      client_id,
      source: { from: 'person_attribute', attribute: 'floors' },
      destinations: ['userinfo'],
      form: 'list',
      description: 'see on which floors you <work>',
    });
    await rule({
      claim: 'kind',
      client_id,
      source: { from: 'value', value: 'internal' },
      destinations: ['userinfo'],
      form: 'single',
    });
    const other = await server.browser();
    const asked = await other.get(
      authorizationUrl(server.issuer, { ...client, client_id }, { ...S256, scope: 'openid work' }),
    );
    const { text } = await other.get(String(asked.headers.location));
    assert.match(text, /use “<strong>work<\/strong>”<ul>.*see your <strong>Department<\/strong>/s);
    assert.match(text, /<li>see on which floors you &lt;work&gt;<\/li>/);
    assert.doesNotMatch(text, /internal/);
    await admin.json('DELETE', `/claim-rules/${claim_rule_id}`);
    assert.doesNotMatch((await other.get(String(asked.headers.location))).text, /which floors/);
  });

  test('a change of a person is at UserInfo and introspection at once, and in the next token', async () => {
    const tokens = await signedIn('openid work offline_access');
    await admin.updateUser(browser.user.username, {
      claims: { ...browser.user.claims, department: 'Looms' },
    });
    assert.deepEqual(await everywhere('department', tokens), {
      id_token: 'Engines',
      userinfo: 'Looms',
      access_token: 'Engines',
      introspection: 'Looms',
    });
    const refreshed = await post(
      `${server.issuer}/oauth2/token`,
      {
        grant_type: 'refresh_token',
        refresh_token: String(tokens.refresh_token),
        client_id: client.client_id,
      },
      client.tls,
    );
    assert.deepEqual(
      await everywhere('department', refreshed.json()),
      Object.fromEntries(EVERYWHERE.map((place) => [place, 'Looms'])),
    );
  });

  test('a client has its own: attributes, fixed values, by scope and by client', async () => {
    await rule({
      claim: 'tier',
      client_id: api.client_id,
      source: { from: 'client_attribute', attribute: 'tier' },
      destinations: ['access_token', 'introspection'],
      form: 'single',
    });
    await rule({
      claim: 'limits',
      scope: 'run',
      source: { from: 'value', value: [1, 'a'] },
      destinations: ['access_token'],
      form: 'list',
    });
    const { access_token } = (await own()).json();
    const { tier, limits } = claimsOf(access_token);
    assert.deepEqual([tier, limits], ['silver', [1, 'a']]);
    const said = (await introspect(access_token)).json();
    assert.deepEqual([said.tier, said.limits, said.active], ['silver', undefined, true]);
    // Of a person the token of this client says nothing, whatever the rules of other scopes are.
    assert.equal('department' in claimsOf(access_token), false);
  });

  test('a rule that is changed or removed counts at once', async () => {
    const { claim_rule_id } = await rule({
      claim: 'stage',
      client_id: api.client_id,
      source: { from: 'value', value: 'test' },
      destinations: ['access_token', 'introspection'],
      form: 'single',
    });
    const stage = async () => claimsOf((await own()).json().access_token).stage;
    const { access_token } = (await own()).json();
    assert.equal(claimsOf(access_token).stage, 'test');
    const path = `/claim-rules/${claim_rule_id}`;
    const changed = {
      claim: 'stage',
      client_id: api.client_id,
      source: { from: 'value', value: 'live' },
      destinations: ['access_token', 'introspection'],
      form: 'single',
    };
    const stale = await admin.request('PUT', path, changed, { 'if-match': '"7"' });
    assert.equal(stale.status, 412);
    assert.equal((await admin.json('PUT', path, changed)).revision, 2);
    assert.equal(await stage(), 'live');
    await admin.json('DELETE', path);
    assert.equal(await stage(), undefined);
    // What the token says of itself stays; introspection says what is so now.
    assert.equal((await introspect(access_token)).json().stage, undefined);
    assert.equal((await admin.request('GET', path)).status, 404);
    assert.equal((await admin.request('DELETE', path)).status, 404);
    for (const type of ['claim_rule.created', 'claim_rule.updated', 'claim_rule.removed']) {
      const told = await eventsOf(type);
      assert.ok(
        told.some(({ object }) => object.id === claim_rule_id),
        type,
      );
    }
  });

  test('a rule that comes to a scope somebody agreed to gives nothing of them before they are asked again', async () => {
    const of = (claim: string, attribute: string, more: object = {}) => ({
      claim,
      scope: 'more',
      source: { from: 'person_attribute', attribute },
      destinations: EVERYWHERE,
      form: 'single',
      ...more,
    });
    const registered = {
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'openid more offline_access',
    };
    const [asking, unasked] = [
      await server.register(registered),
      await server.register({ ...registered, skip_consent: true }),
    ];
    const by = await server.browser({ claims: { nickname: 'Ada', email: 'ada@example.com', locale: 'en' } });
    const scope = 'openid more offline_access';
    await server.consent(by, asking, scope.split(' '));
    const url = (more: object) => authorizationUrl(server.issuer, asking, { ...S256, scope, ...more });
    const silently = async () => String((await by.get(url({ prompt: 'none' }))).headers.location);
    assert.match(await silently(), /[?&]code=/);
    const before = await signedIn(scope, asking, by);
    const unaskedBefore = await signedIn(scope, unasked, by);
    const { claim_rule_id } = await rule(of('https://example.com/mail', 'email'));
    const mail = (tokens: Record<string, unknown>, client = asking) =>
      everywhere('https://example.com/mail', tokens, client);
    const refresh = async (tokens: Record<string, unknown>, { client_id, tls } = asking) => {
      const form = { grant_type: 'refresh_token', refresh_token: String(tokens.refresh_token), client_id };
      return (await post(`${server.issuer}/oauth2/token`, form, tls)).json();
    };
    const given = Object.fromEntries(EVERYWHERE.map((place) => [place, 'ada@example.com']));
    assert.deepEqual(await mail(before), {});
    const refreshed = await refresh(before);
    assert.deepEqual(await mail(refreshed), {}, 'nor is it in tokens of the same grant');
    assert.deepEqual(
      await mail(await refresh(unaskedBefore, unasked), unasked),
      given,
      'the operator agreed for them',
    );

    assert.match(await silently(), /error=consent_required/);
    const asked = await by.get(url({}));
    const pageUrl = String(asked.headers.location);
    assert.match(pageUrl, /\/oauth2\/consent/);
    const tokenIn = (text: string) => /name="form_token" value="([^"]*)"/.exec(text)?.[1] ?? '';
    const shown = await by.get(pageUrl);
    assert.match(shown.text, /see your <strong>email<\/strong>/);
    // What comes while the page is open is not agreed to by it: the page is shown once more.
    await rule(of('https://example.com/locale', 'locale'));
    const late = await by.submit(pageUrl, { form_token: tokenIn(shown.text), decision: 'allow' });
    const again = late.status === 303 ? await by.get(String(late.headers.location)) : late;
    assert.match(again.text, /see your <strong>locale<\/strong>/);
    const allowed = await by.submit(pageUrl, {
      form_token: tokenIn(again.text),
      decision: 'allow',
      remember: 'yes',
    });
    const answered = await by.get(String(allowed.headers.location));
    const code = new URL(String(answered.headers.location)).searchParams.get('code') ?? '';
    const now = (await redeemCode(server, asking, { code, verifier: S256_VERIFIER })).json();
    assert.deepEqual(await mail(now), given);
    assert.match(await silently(), /[?&]code=/, 'that is remembered');
    assert.deepEqual(await mail(refreshed), {}, 'what was authorised before stays as it was');

    // The same told in another way, or to fewer, is what was agreed to.
    const path = `/claim-rules/${claim_rule_id}`;
    const told = (await admin.json('GET', path)).told_since;
    const described = { description: 'see your address', destinations: ['userinfo', 'introspection'] };
    const changed = await admin.json('PUT', path, of('https://example.com/mail', 'email', described));
    assert.equal(changed.told_since, told);
    assert.deepEqual(await mail(await refresh(now)), {
      userinfo: 'ada@example.com',
      introspection: 'ada@example.com',
    });
    // Of another attribute it is another thing.
    const other = await admin.json('PUT', path, of('https://example.com/mail', 'nickname'));
    assert.notEqual(other.told_since, told);
    assert.deepEqual(await mail(await refresh(now)), {});
    await admin.json('DELETE', path);
  });

  test('a device is allowed what its page told, and nothing that came since', async () => {
    const device_code = 'urn:ietf:params:oauth:grant-type:device_code';
    const tv = await server.register({ grant_types: [device_code], scope: 'openid screen' });
    const begin = async () =>
      (
        await post(
          `${server.issuer}/oauth2/device_authorize`,
          { client_id: tv.client_id, scope: 'openid screen' },
          tv.tls,
        )
      ).json();
    const page = `${server.issuer}/oauth2/device`;
    const begun = await begin();
    const hiddenIn = (text: string) =>
      Object.fromEntries(
        Array.from(text.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g), ([, name, value]) => [
          name,
          value,
        ]),
      );
    const shown = await browser.get(`${page}?user_code=${begun.user_code}`);
    const { claim_rule_id } = await rule({
      claim: 'screen',
      scope: 'screen',
      source: { from: 'groups' },
      destinations: ['userinfo'],
      form: 'list',
    });
    const late = await browser.submit(page, { ...hiddenIn(shown.text), decision: 'allow' });
    assert.match(late.text, /see which groups you belong to/);
    const done = await browser.submit(page, { ...hiddenIn(late.text), decision: 'allow' });
    assert.match(done.text, /The device is connected/);
    await admin.json('DELETE', `/claim-rules/${claim_rule_id}`);
  });

  test('the metadata lists what ID token and UserInfo may have, and not what one client alone gets', async () => {
    const supported = async (): Promise<readonly string[]> => {
      const { claims_supported } = (await call(`${server.issuer}/.well-known/openid-configuration`)).json();
      assert.ok(Array.isArray(claims_supported));
      return claims_supported;
    };
    const before = await supported();
    assert.ok(before.includes('email'));
    const rules = [
      { claim: 'listed', scope: 'work', destinations: ['userinfo', 'access_token'] },
      { claim: 'of_tokens', scope: 'work', destinations: ['access_token'] },
      { claim: 'of_one', client_id: client.client_id, destinations: ['userinfo'] },
    ].map((each) => rule({ ...each, source: { from: 'value', value: 1 }, form: 'single' }));
    const made = await Promise.all(rules);
    const after = await supported();
    assert.deepEqual(
      after.filter((name) => !before.includes(name)),
      ['listed'],
    );
    for (const { claim_rule_id } of made) await admin.json('DELETE', `/claim-rules/${claim_rule_id}`);
    assert.deepEqual(await supported(), before);
  });

  test('what is too large is left out whole, and operators alone are told', async () => {
    await rule({
      claim: 'badges',
      scope: 'badges',
      source: { from: 'person_attribute', attribute: 'badges' },
      destinations: EVERYWHERE,
      form: 'list',
    });
    const tokens = await signedIn('openid badges');
    const { userinfo: told, introspection, ...inTokens } = await everywhere('badges', tokens);
    assert.deepEqual(inTokens, {});
    assert.deepEqual(told, browser.user.claims.badges);
    assert.deepEqual(introspection, browser.user.claims.badges);
    assert.doesNotMatch(JSON.stringify([claimsOf(tokens.id_token), claimsOf(tokens.access_token)]), /badge-/);
    const left = await eventually(
      () => eventsOf('claim.left_out'),
      ({ length }) => length >= 2,
    );
    assert.deepEqual(
      left.map(({ detail }) => [detail.claim, detail.destination, detail.why, detail.limit]).toSorted(),
      [
        ['badges', 'access_token', 'too large', 512],
        ['badges', 'id_token', 'too large', 512],
      ],
    );
    // Told once an hour of one person, client and place.
    await signedIn('openid badges');
    assert.equal((await eventsOf('claim.left_out')).length, 2);
  });

  test('several values have no room where one is to be', async () => {
    const { claim_rule_id } = await rule({
      claim: 'floor',
      scope: 'work',
      source: { from: 'person_attribute', attribute: 'floors' },
      destinations: ['userinfo'],
      form: 'single',
    });
    assert.deepEqual(await everywhere('floor', await signedIn('openid work')), {});
    await eventually(
      () => eventsOf('claim.left_out'),
      (left) => left.some(({ detail }) => detail.claim === 'floor' && detail.why === 'several values'),
    );
    await admin.json('DELETE', `/claim-rules/${claim_rule_id}`);
  });

  test('a plug-in gives what rules cannot; where it fails the request is refused', async () => {
    await rule({
      claim: 'clearance',
      scope: 'clearance',
      source: { from: 'plug_in', plug_in: 'clearance' },
      destinations: ['userinfo', 'id_token'],
      form: 'list',
    });
    const tokens = await signedIn('openid clearance');
    assert.deepEqual(await everywhere('clearance', tokens), {
      id_token: ['clearance', 'id_token', 'person', 0],
      userinfo: ['clearance', 'userinfo', 'person', 0],
    });
    const { claims } = browser.user;
    const withPlug = (plug: string) =>
      admin.updateUser(browser.user.username, { claims: { ...claims, plug } });
    await withPlug('nothing');
    assert.deepEqual(await everywhere('clearance', tokens), {
      id_token: ['clearance', 'id_token', 'person', 0],
    });
    for (const plug of ['throw', 'object', 'huge']) {
      await withPlug(plug);
      const answer = await userinfo(tokens.access_token);
      assert.equal(answer.status, 503, plug);
      assert.equal(await causeOf(server.running, answer), 'claims_plug_in_failed');
      const code = await obtainCode(server, browser, client, { scope: 'openid clearance' });
      const token = await redeemCode(server, client, code);
      assert.deepEqual([token.status, token.json().error], [503, 'temporarily_unavailable'], plug);
      // The code is as good as before.
      await withPlug('nothing');
      assert.equal((await redeemCode(server, client, code)).status, 200);
    }
    const { claim_rule_id } = await rule({
      claim: 'absent',
      scope: 'work',
      source: { from: 'plug_in', plug_in: 'nobody' },
      destinations: ['userinfo'],
      form: 'single',
    });
    const { access_token } = await signedIn('openid work');
    const missing = await userinfo(access_token);
    assert.equal(await causeOf(server.running, missing), 'claims_plug_in_failed');
    await admin.json('DELETE', `/claim-rules/${claim_rule_id}`);
    assert.equal((await userinfo(access_token)).status, 200);
  });

  test('the example of a plug-in says of people what no rule could, and of clients nothing', async () => {
    const rules = await Promise.all([
      rule({
        claim: 'risk',
        scope: 'work',
        source: { from: 'plug_in', plug_in: 'risk' },
        destinations: EVERYWHERE,
        form: 'single',
      }),
      rule({
        claim: 'risk',
        client_id: api.client_id,
        source: { from: 'plug_in', plug_in: 'risk' },
        destinations: EVERYWHERE,
        form: 'single',
      }),
    ]);
    const everywhereBut = { access_token: 'low', introspection: 'low', userinfo: 'low' };
    assert.deepEqual(await everywhere('risk', await signedIn('openid work')), everywhereBut);
    assert.equal('risk' in claimsOf((await own()).json().access_token), false);
    const { group_id } = await admin.json('POST', '/groups', { name: 'treasury' });
    await admin.json('PUT', `/groups/${group_id}/people/${browser.user.username}`);
    assert.deepEqual(await everywhere('risk', await signedIn('openid work')), {
      ...Object.fromEntries(EVERYWHERE.map((place) => [place, 'high'])),
    });
    for (const { claim_rule_id } of rules) await admin.json('DELETE', `/claim-rules/${claim_rule_id}`);
    await admin.json('DELETE', `/groups/${group_id}`);
  });

  test('a client that registers itself sets no attributes of its own', async () => {
    const answer = await call(`${server.issuer}/oauth2/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: ['https://client.example/cb'], attributes: { tier: 'gold' } }),
    });
    // What only an operator decides is passed over (RFC 7591 §2).
    assert.deepEqual([answer.status, answer.json().attributes], [201, undefined], answer.text);
  });

  test('names of the protocols are refused, and what cannot be', async () => {
    const good = {
      claim: 'x',
      scope: 'work',
      source: { from: 'groups' },
      destinations: ['userinfo'],
      form: 'list',
    };
    for (const claim of [
      'sub',
      'iss',
      'cnf',
      'scope',
      'nonce',
      'act',
      'active',
      'grant_id',
      '__proto__',
      'a b',
      '',
    ])
      assert.equal(await refused({ ...good, claim }), 'claim', claim);
    // A claim of OpenID Connect is what the account has of this name, and nothing else.
    assert.equal(await refused({ ...good, claim: 'email' }), 'claim');
    const { claim_rule_id } = await rule({
      ...good,
      claim: 'email',
      source: { from: 'person_attribute', attribute: 'email' },
      destinations: ['access_token'],
      form: 'single',
    });
    assert.equal(claimsOf((await signedIn('openid work')).access_token).email, 'ada@example.com');
    await admin.json('DELETE', `/claim-rules/${claim_rule_id}`);
    const { scope: _scope, ...unscoped } = good;
    assert.equal(await refused(unscoped), 'scope');
    assert.equal(await refused({ ...good, scope: 'admin:read' }), 'scope');
    assert.equal(await refused({ ...good, client_id: 'nobody' }), 'client_id');
    assert.equal(await refused({ ...good, destinations: [] }), 'destinations');
    assert.equal(
      await refused({ ...good, source: { from: 'person_attribute', attribute: 'nothing' } }),
      'source.attribute',
    );
    assert.equal(await refused({ ...good, source: { from: 'value', value: [1] }, form: 'single' }), 'form');
  });

  test('an attribute that a rule is made of stays defined', async () => {
    const answer = await admin.request('DELETE', '/attributes/department');
    assert.equal(answer.status, 400);
    assert.match(String(answer.json().error_description), /department/);
  });

  test('values are judged by their definition, standard claims by their types, others not at all', async () => {
    await admin.json('POST', '/attributes', {
      name: 'cost_centre',
      type: 'string',
      pattern: '[A-Z]{2}-\\d+',
    });
    await admin.json('POST', '/attributes', { name: 'slow', type: 'string', pattern: '(a+)+' });
    const { username } = (
      await server.browser({ claims: { cost_centre: 'of old', anything: { at: 'all' } } })
    ).user;
    const set = async (claims: object) => {
      const { headers } = await admin.request('GET', `/users/${username}`);
      const answer = await admin.request(
        'PATCH',
        `/users/${username}`,
        { claims },
        {
          'if-match': String(headers.etag),
        },
      );
      return answer.status === 200 ? 'taken' : String(answer.json().error_description);
    };
    assert.equal(await set({ cost_centre: 'of old', anything: 1 }), 'taken');
    assert.match(await set({ cost_centre: 'new' }), /cost_centre does not match/);
    assert.equal(await set({ cost_centre: 'AB-12' }), 'taken');
    assert.match(await set({ floors: 1 }), /floors is a list/);
    assert.match(await set({ floors: [1, 'two'] }), /floors is a whole number/);
    assert.match(await set({ department: ['a'] }), /department has one value/);
    assert.match(await set({ slow: `${'a'.repeat(60)}!` }), /slow cannot be matched .* within/);
    assert.match(await set({ email: 'nobody' }), /email is an email address/);
    assert.match(await set({ email_verified: 'true' }), /email_verified is true or false/);
    assert.match(await set({ birthdate: '1815-13-10' }), /birthdate is a day/);
    assert.match(await set({ zoneinfo: 'Mars/Olympus' }), /zoneinfo is a time zone/);
    assert.match(await set({ address: { street: 'x' } }), /address is an object/);
    assert.match(await set({ website: 'javascript:1' }), /website is an absolute/);
    assert.equal(
      await set({
        birthdate: '0000-12-10',
        zoneinfo: 'Europe/London',
        locale: 'en-GB',
        updated_at: 1_700_000_000,
        address: { locality: 'London' },
        website: 'https://example.com/',
        phone_number: '+44 (20) 7946 0000',
      }),
      'taken',
    );
    const added = await admin.request('POST', '/users', {
      username: 'typed',
      password: 'correct horse battery staple',
      claims: { email: 'no address' },
    });
    assert.equal(added.status, 400);
  });

  test('the command line does the same', async () => {
    const json = async (...args: readonly string[]) => {
      const { code, stdout, stderr } = await server.command(...args, '--json');
      assert.equal(code, 0, stderr);
      return JSON.parse(stdout);
    };
    await json('attribute', 'add', 'team', '--list', '--title', 'Team');
    const user = await json('user', 'set-attribute', browser.user.username, 'team=red', 'team=blue');
    assert.deepEqual(user.claims.team, ['red', 'blue']);
    const to = ['--to', 'userinfo,introspection'];
    const from = ['--from', 'person_attribute', '--attribute', 'team'];
    const added = await json('claim', 'add', 'team', '--scope', 'work', ...from, ...to);
    assert.deepEqual(
      [added.form, added.destinations, added.source],
      ['list', ['userinfo', 'introspection'], { from: 'person_attribute', attribute: 'team' }],
    );
    const tokens = await signedIn('openid work');
    assert.deepEqual(await everywhere('team', tokens), {
      userinfo: ['red', 'blue'],
      introspection: ['red', 'blue'],
    });
    await json('claim', 'update', added.claim_rule_id, '--to', 'userinfo');
    assert.deepEqual(await everywhere('team', tokens), { userinfo: ['red', 'blue'] });
    assert.equal((await json('claim', 'show', added.claim_rule_id)).revision, 2);
    assert.ok((await server.command('claim', 'list')).stdout.includes(added.claim_rule_id));
    assert.equal((await server.command('claim', 'add', 'sub', '--scope', 'work', ...from, ...to)).code, 1);
    assert.equal(
      (await server.command('claim', 'add', 'y', '--scope', 'work', '--from', 'value', ...to)).code,
      2,
    );
    assert.equal((await server.command('claim', 'add', 'y', '--scope', 'work', '--from', 'groups')).code, 2);
    await json('claim', 'remove', added.claim_rule_id);
    assert.deepEqual(await everywhere('team', tokens), {});
    assert.equal((await server.command('attribute', 'remove', 'team')).code, 0);
  });

  test('rules of a client go with it', async () => {
    const { client_id } = await server.register();
    const { claim_rule_id } = await rule({
      claim: 'gone',
      client_id,
      source: { from: 'value', value: true },
      destinations: ['userinfo'],
      form: 'single',
    });
    await admin.json('DELETE', `/clients/${client_id}`);
    assert.equal((await admin.request('GET', `/claim-rules/${claim_rule_id}`)).status, 404);
  });
});

const S256 = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' };
/** Of RFC 7636, appendix B, as the challenge. */
const S256_VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
