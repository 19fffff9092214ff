import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import {
  type AuthorizationServer,
  allowed,
  authorizationUrl,
  obtainCode,
  pkce,
  redeemCode,
  redirected,
  startAuthorizationServer,
  type TestBrowser,
  type TestClient,
} from './authorization-server.ts';
import { ONE_DATABASE } from './databases.ts';
import { causeOf, eventOf } from './event-of.ts';
import { eventually } from './eventually.ts';
import { selfSigned, serveHttps } from './https-on-loopback.ts';
import { type Answer, call, claimsOf, post } from './token-client.ts';

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';
const CIBA = 'urn:openid:params:grant-type:ciba';
const TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:';
const PASSWORD = 'correct horse battery staple';
const PAIRWISE = { subject_type: 'pairwise' };

const hiddenIn = (text: string, name: string) =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? '';

/** All that can be read of what a client was told: as it came, and what stands in each JWT and each base64url in it. */
function readable(told: string): string {
  const encoded = told.match(/[A-Za-z0-9_-]{16,}/g) ?? [];
  return [
    told,
    decodeURIComponent(told.replaceAll(/%(?![0-9a-f]{2})/gi, '%25')),
    ...encoded.map((each) => Buffer.from(each, 'base64url').toString('latin1')),
  ].join('\n');
}

for (const database of ONE_DATABASE) {
  describe(`pairwise subjects, on ${database.name}`, { skip: database.skip, timeout: 240_000 }, () => {
    let server: AuthorizationServer;
    let api: AdminApi;
    let browser: TestBrowser;
    /** Of one sector, the host of their redirect URIs; of another; and of none, which sees everybody as they are. */
    let one: TestClient;
    let sister: TestClient;
    let two: TestClient;
    let open: TestClient;
    /** What is served beside the server: the documents of sectors, by path, and who was told that a session ended. */
    const documents = new Map<
      string,
      { readonly status?: number; readonly location?: string; readonly body: string }
    >();
    const logouts: string[] = [];
    let place: string;
    const ending: (() => Promise<void>)[] = [];

    const token = (form: Record<string, string>, by: TestClient) =>
      post(`${server.issuer}/oauth2/token`, { client_id: by.client_id, ...form }, by.tls);
    const tokensOf = async (client: TestClient, person = browser, form: Record<string, string> = {}) => {
      const code = await obtainCode(server, person, client, form);
      const answer = await redeemCode(server, client, code);
      assert.equal(answer.status, 200, answer.text);
      return answer;
    };
    const introspect = (of: unknown, by: TestClient, accept = 'application/json') =>
      post(
        `${server.issuer}/oauth2/introspect`,
        { token: String(of), client_id: by.client_id },
        { ...by.tls, headers: { accept } },
      );
    const userinfo = (access_token: unknown, by: TestClient) =>
      call(`${server.issuer}/oauth2/userinfo`, {
        ...by.tls,
        headers: { authorization: `Bearer ${access_token}` },
      });
    const subOf = async (client: TestClient, person = browser) =>
      String(claimsOf((await tokensOf(client, person)).json().id_token).sub);
    const refused = async (answer: Answer) => [
      answer.status,
      answer.json().error,
      await causeOf(server.running, answer),
    ];
    const register = (metadata: Readonly<Record<string, unknown>>) =>
      call(`${server.issuer}/oauth2/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(metadata),
      });

    before(async () => {
      const identity = await selfSigned('beside');
      const beside = await serveHttps({ after: () => {} }, identity, (request, response) => {
        let body = '';
        request.on('data', (chunk) => {
          body += chunk;
        });
        request.on('end', () => {
          if (request.method === 'POST') logouts.push(body);
          const document = documents.get(request.url ?? '');
          const { status = document ? 200 : 404, location, body: text = '' } = document ?? {};
          response
            .writeHead(status, {
              'content-type': 'application/json',
              ...(location !== undefined && { location }),
            })
            .end(text);
        });
      });
      ending.push(beside.stop);
      place = beside.origin;
      server = await startAuthorizationServer(
        {
          outbound: { allowed_addresses: ['127.0.0.1'], trusted_certificates_file: 'beside.pem' },
          registration: { mode: 'open', client_certificate: 'optional' },
          oauth: { polling_interval: 1 },
        },
        ({ security }) => writeFile(join(security, 'beside.pem'), identity.pem),
      );
      ending.push(() => server.close());
      api = adminApiOf(server.issuer);
      browser = await server.browser();
      const grants = ['authorization_code', 'refresh_token', EXCHANGE];
      const bound = {
        grant_types: grants,
        token_exchange: { bound_tokens: 'any', subject_audiences: [server.issuer] },
      };
      const backchannel_logout_uri = `${place}/logout`;
      one = await server.register({ ...PAIRWISE, ...bound, backchannel_logout_uri });
      sister = await server.register({ ...PAIRWISE, ...bound });
      const redirect_uris = ['https://other.example/callback'];
      two = await server.register({ ...PAIRWISE, ...bound, redirect_uris, access_token_type: 'reference' });
      open = await server.register({ ...bound, redirect_uris });
    });
    after(async () => {
      for (const end of ending.toReversed()) await end();
    });

    test('the metadata says so', async () => {
      const { subject_types_supported } = (
        await call(`${server.issuer}/.well-known/openid-configuration`)
      ).json();
      assert.deepEqual(subject_types_supported, ['public', 'pairwise']);
    });

    test('clients of two sectors see two subs, clients of one sector the same, and each the same again', async () => {
      const seen = await subOf(one);
      assert.equal(await subOf(sister), seen);
      assert.equal(await subOf(one), seen);
      const otherwise = await subOf(two);
      assert.notEqual(otherwise, seen);
      assert.equal(await subOf(open), browser.user.sub);
      assert.notEqual(await subOf(one, await server.browser()), seen);
      for (const sub of [seen, otherwise]) assert.match(sub, /^[A-Za-z0-9_-]{23,255}$/);
    });

    for (const access_token_type of ['jwt', 'reference']) {
      for (const alg of [undefined, 'ES256']) {
        test(`the person as they are stands nowhere in what a client is told (${access_token_type}, ${alg ?? 'JSON'})`, async () => {
          const person = await server.browser();
          const client = await server.register({
            ...PAIRWISE,
            access_token_type,
            response_types: ['code id_token'],
            grant_types: ['authorization_code', 'refresh_token', EXCHANGE],
            scope_claims_in_id_token: true,
            backchannel_logout_uri: `${place}/logout-${access_token_type}-${alg}`,
            ...(alg !== undefined && { userinfo_signed_response_alg: alg }),
          });
          const told: string[] = [];
          const noted = (answer: Answer) => {
            told.push(answer.text, JSON.stringify(answer.headers));
            return answer;
          };
          const { verifier, challenge } = pkce();
          const asked = await person.get(
            authorizationUrl(server.issuer, client, {
              response_type: 'code id_token',
              nonce: 'n',
              code_challenge: challenge,
              code_challenge_method: 'S256',
              claims: JSON.stringify({ userinfo: { sub: null, email: null }, id_token: { sub: null } }),
            }),
          );
          const { parameters } = redirected(noted(await allowed(person, asked)));
          const first = noted(await redeemCode(server, client, { code: String(parameters.code), verifier }));
          const { access_token, id_token, refresh_token } = first.json();
          const again = noted(
            await token({ grant_type: 'refresh_token', refresh_token: String(refresh_token) }, client),
          );
          const exchanged = noted(
            await token(
              {
                grant_type: EXCHANGE,
                subject_token: String(id_token),
                subject_token_type: `${TOKEN_TYPE}id_token`,
              },
              client,
            ),
          );
          assert.equal(exchanged.status, 200, exchanged.text);
          const subs = [
            claimsOf(parameters.id_token).sub,
            claimsOf(id_token).sub,
            claimsOf(again.json().id_token).sub,
          ];
          const info = noted(await userinfo(access_token, client));
          subs.push((alg === undefined ? info.json() : claimsOf(info.text)).sub);
          assert.match(readable(info.text), /ada@example\.com/, 'the person was found');
          for (const each of [access_token, exchanged.json().access_token, again.json().refresh_token]) {
            subs.push(noted(await introspect(each, client)).json().sub);
            const jwt = noted(await introspect(each, client, 'application/token-introspection+jwt'));
            assert.partialDeepStrictEqual(claimsOf(jwt.text), {
              token_introspection: { active: true, sub: subs[0] },
            });
          }
          if (access_token_type === 'jwt') {
            subs.push(claimsOf(access_token).sub, claimsOf(exchanged.json().access_token).sub);
            assert.equal(claimsOf(again.json().access_token).sub, subs[0]);
          }
          assert.deepEqual(new Set(subs), new Set([subs[0]]), 'one and the same, everywhere');
          await api.json('DELETE', `/users/${person.user.username}/sessions`);
          const logout = await eventually(
            async () =>
              logouts.find(
                (each) => claimsOf(new URLSearchParams(each).get('logout_token')).aud === client.client_id,
              ),
            (found) => found !== undefined,
          );
          const logoutToken = new URLSearchParams(logout).get('logout_token');
          const { sub, sid } = claimsOf(logoutToken);
          assert.deepEqual(
            [sub, sid],
            [subs[0], claimsOf(id_token).sid],
            'a client ends what it knows by them',
          );
          told.push(String(logoutToken));

          const everything = readable(told.join('\n'));
          assert.match(everything, new RegExp(String(subs[0])));
          for (const hidden of [person.user.sub, person.session.session_id]) {
            assert.equal(everything.includes(hidden), false, hidden);
          }
        });
      }
    }

    test('an API is told of the person as itself knows them, and one that registered itself no more than the client', async () => {
      const { access_token } = (await tokensOf(one)).json();
      const seen = await subOf(one);
      const asked = async (by: TestClient) => (await introspect(access_token, by)).json().sub;
      assert.equal(await asked(one), seen);
      assert.equal(await asked(open), browser.user.sub, 'an API of the operator');
      assert.equal(await asked(two), await subOf(two), 'an API of another sector');
      const stranger = (
        await register({
          redirect_uris: ['https://stranger.example/cb'],
          grant_types: ['authorization_code'],
        })
      ).json();
      const answer = await post(
        `${server.issuer}/oauth2/introspect`,
        { token: String(access_token) },
        { headers: { authorization: `Basic ${btoa(`${stranger.client_id}:${stranger.client_secret}`)}` } },
      );
      assert.deepEqual([answer.json().active, answer.json().sub], [true, seen]);
    });

    test('grants, revocation, events and the admin API go by the person as they are', async () => {
      const person = await server.browser();
      const { access_token } = (await tokensOf(one, person)).json();
      const { items } = await api.json('GET', `/grants?username=${person.user.username}`);
      assert.partialDeepStrictEqual(items, [{ username: person.user.username, client_id: one.client_id }]);
      const revoked = await post(
        `${server.issuer}/oauth2/revoke`,
        { token: String(access_token), client_id: one.client_id },
        one.tls,
      );
      assert.equal(revoked.status, 200);
      const line = await server.running.line(
        new RegExp(`"type":"token\\.revoked".*"sub":"${person.user.sub}".*\\}$`),
      );
      assert.partialDeepStrictEqual(JSON.parse(line), {
        detail: { sub: person.user.sub, token_type: 'access_token' },
      });
      assert.equal((await introspect(access_token, one)).json().active, false);

      const admin = await server.browser({ roles: ['auditor'] });
      const console_ = await server.register({ ...PAIRWISE, scope: 'openid admin:read' });
      const scope = { scope: 'openid admin:read' };
      const held = (await tokensOf(console_, admin, scope)).json();
      assert.notEqual(claimsOf(held.access_token).sub, admin.user.sub);
      const me = await call(`${server.issuer}/api/admin/v1/me`, {
        ...console_.tls,
        headers: { authorization: `Bearer ${held.access_token}` },
      });
      assert.equal(me.json().username, admin.user.username, me.text);
      await api.updateUser(admin.user.username, { enabled: false });
      assert.equal(
        (await introspect(held.access_token, console_)).json().active,
        false,
        'a disabled person is known',
      );
    });

    test('what a client says of a person is understood in its own sector alone', async () => {
      const other = await server.browser();
      const [mine, theirs] = await Promise.all([tokensOf(one), tokensOf(one, other)]);
      const silent = async (client: TestClient, more: Record<string, string>) => {
        const asked = { prompt: 'none', scope: 'openid', ...pkceOf(), ...more };
        const { parameters } = redirected(await browser.get(authorizationUrl(server.issuer, client, asked)));
        return parameters.code === undefined ? parameters.error : 'code';
      };
      const pkceOf = () => ({ code_challenge: pkce().challenge, code_challenge_method: 'S256' });
      for (const client of [one, sister, open]) await server.consent(browser, client, ['openid']);
      const hint = (answer: Answer) => ({ id_token_hint: String(answer.json().id_token) });
      assert.equal(await silent(one, hint(mine)), 'code');
      assert.equal(await silent(one, hint(theirs)), 'login_required');
      const wanting = (value: string) => ({ claims: JSON.stringify({ id_token: { sub: { value } } }) });
      const known = String(claimsOf(mine.json().id_token).sub);
      assert.equal(await silent(one, wanting(known)), 'code');
      assert.equal(await silent(sister, wanting(known)), 'code', 'of the same sector');
      for (const value of [
        browser.user.sub,
        await subOf(two),
        String(claimsOf(theirs.json().id_token).sub),
        'x',
      ]) {
        assert.equal(await silent(one, wanting(value)), 'login_required', value);
      }
      assert.equal(await silent(open, wanting(browser.user.sub)), 'code', 'a public sub as before');
      assert.equal(await silent(open, wanting(known)), 'login_required');

      const pushed = await post(
        `${server.issuer}/oauth2/par`,
        {
          response_type: 'code',
          client_id: one.client_id,
          redirect_uri: one.redirect_uri,
          ...pkceOf(),
          scope: 'openid',
          prompt: 'none',
          ...hint(theirs),
        },
        one.tls,
      );
      const query = new URLSearchParams({
        client_id: one.client_id,
        request_uri: String(pushed.json().request_uri),
      });
      const answered = redirected(await browser.get(`${server.issuer}/oauth2/authorize?${query}`));
      assert.equal(answered.parameters.error, 'login_required');

      const leave = (person: TestBrowser, { id_token_hint }: { readonly id_token_hint: string }) =>
        person.get(`${server.issuer}/oidc/logout?${new URLSearchParams({ id_token_hint })}`);
      assert.equal((await leave(other, hint(mine))).status, 200, 'asked first');
      assert.equal((await leave(other, hint(theirs))).status, 303, 'signed out at once');
    });

    test('an exchanged token speaks of person and actors as its new client knows them', async () => {
      const assistant = await server.browser();
      const exchange = async (by: TestClient, subject: Answer, actor?: Answer) => {
        const access = (answer: Answer) => String(answer.json().access_token);
        const answer = await token(
          {
            grant_type: EXCHANGE,
            subject_token: access(subject),
            subject_token_type: `${TOKEN_TYPE}access_token`,
            ...(actor && { actor_token: access(actor), actor_token_type: `${TOKEN_TYPE}access_token` }),
          },
          by,
        );
        assert.equal(answer.status, 200, answer.text);
        return answer;
      };
      const [subject, actor] = await Promise.all([tokensOf(one), tokensOf(one, assistant)]);
      const delegated = await exchange(one, subject, actor);
      const ofOne = claimsOf(delegated.json().access_token);
      assert.deepEqual([ofOne.sub, ofOne.act], [await subOf(one), { sub: await subOf(one, assistant) }]);
      assert.equal(readable(delegated.text).includes(assistant.user.sub), false);

      const onward = await exchange(two, delegated);
      const shown = (await introspect(onward.json().access_token, two)).json();
      assert.deepEqual(
        [shown.sub, shown.act],
        [await subOf(two), { sub: two.client_id, act: { sub: await subOf(two, assistant) } }],
      );
      const plain = claimsOf((await exchange(open, onward)).json().access_token);
      assert.deepEqual(
        [plain.sub, plain.act],
        [
          browser.user.sub,
          { sub: open.client_id, act: { sub: two.client_id, act: { sub: assistant.user.sub } } },
        ],
      );
      const hidden = await exchange(sister, await tokensOf(open), await tokensOf(open, assistant));
      assert.equal(claimsOf(hidden.json().access_token).sub, await subOf(one));
      for (const { user } of [browser, assistant])
        assert.equal(readable(hidden.text).includes(user.sub), false);
    });

    test('decisions on another device', async () => {
      const tv = await server.register({
        ...PAIRWISE,
        redirect_uris: [],
        scope: 'openid',
        grant_types: [DEVICE_CODE],
      });
      const begun = (
        await post(
          `${server.issuer}/oauth2/device_authorize`,
          { client_id: tv.client_id, scope: 'openid' },
          tv.tls,
        )
      ).json();
      const page = `${server.issuer}/oauth2/device`;
      const entry = await browser.get(page);
      const asked = await browser.submit(page, {
        form_token: hiddenIn(entry.text, 'form_token'),
        user_code: String(begun.user_code),
      });
      await browser.submit(page, {
        form_token: hiddenIn(asked.text, 'form_token'),
        user_code: hiddenIn(asked.text, 'user_code'),
        decision: 'allow',
      });
      const watched = await token({ grant_type: DEVICE_CODE, device_code: String(begun.device_code) }, tv);
      const onTv = claimsOf(watched.json().id_token).sub;
      assert.equal(readable(watched.text).includes(browser.user.sub), false);
      assert.notEqual(onTv, await subOf(one), 'a client without a host is a sector of its own');

      const till = await server.register({
        ...PAIRWISE,
        redirect_uris: [],
        scope: 'openid',
        grant_types: [CIBA],
        jwks_uri: 'https://client.example/jwks',
        backchannel_token_delivery_mode: 'poll',
      });
      const authenticate = (hint: Record<string, string>) =>
        post(
          `${server.issuer}/oauth2/bc-authorize`,
          { client_id: till.client_id, scope: 'openid', ...hint },
          till.tls,
        );
      const approved = async (hint: Record<string, string>) => {
        const answer = await authenticate(hint);
        assert.equal(answer.status, 200, answer.text);
        const at = `${server.issuer}/oauth2/ciba`;
        const waiting = await browser.get(at);
        const form = { form_token: hiddenIn(waiting.text, 'form_token'), id: hiddenIn(waiting.text, 'id') };
        await browser.submit(at, { ...form, decision: 'allow' });
        const paid = await token({ grant_type: CIBA, auth_req_id: String(answer.json().auth_req_id) }, till);
        assert.equal(paid.status, 200, paid.text);
        return paid;
      };
      const first = await approved({ login_hint: browser.user.username });
      const { id_token } = first.json();
      assert.equal(claimsOf(id_token).sub, await subOf(one), 'of the sector of its jwks_uri');
      assert.equal(readable(first.text).includes(browser.user.sub), false);
      const second = await approved({ id_token_hint: String(id_token) });
      assert.equal(claimsOf(second.json().id_token).sub, claimsOf(id_token).sub);
      for (const login_hint of [browser.user.sub, String(claimsOf(id_token).sub)]) {
        assert.deepEqual(await refused(await authenticate({ login_hint })), [
          400,
          'unknown_user_id',
          'user_unknown',
        ]);
      }
    });

    test('a client that registers itself is of the sector whose document lists it', async () => {
      const redirect_uris = ['https://a.example/cb', 'https://b.example/cb'];
      const sector_identifier_uri = `${place}/sector.json`;
      const wanted = { ...PAIRWISE, redirect_uris, sector_identifier_uri, client_name: 'Of a sector' };
      const fails = async (answer: Answer, fault: string | undefined) => {
        const { error, error_description } = answer.json();
        const event = await eventOf(server.running, answer);
        const because = fault === undefined ? 'client_metadata_invalid' : 'sector_unverified';
        assert.deepEqual(
          [answer.status, error, event.because],
          [400, 'invalid_client_metadata', because],
          answer.text,
        );
        assert.partialDeepStrictEqual(event.evidence, {
          field: 'sector_identifier_uri',
          ...(fault !== undefined && { fault }),
        });
        return String(error_description);
      };
      const { sector_identifier_uri: _, ...without } = wanted;
      assert.match(await fails(await register(without), undefined), /a\.example, b\.example/);
      assert.doesNotMatch(await fails(await register(wanted), 'unavailable'), /404|127\.0\.0\.1/);
      documents.set('/sector.json', { body: JSON.stringify(redirect_uris.slice(0, 1)) });
      await fails(await register(wanted), 'uri_missing');
      documents.set('/sector.json', { body: '{"uris":[]}' });
      await fails(await register(wanted), 'malformed');
      documents.set('/sector.json', { body: `[${' '.repeat(300_000)}]` });
      await fails(await register(wanted), 'unavailable');
      documents.set('/elsewhere.json', { body: JSON.stringify(redirect_uris) });
      documents.set('/sector.json', { status: 302, location: '/elsewhere.json', body: '' });
      await fails(await register(wanted), 'unavailable');
      await fails(
        await register({ ...wanted, sector_identifier_uri: 'https://10.1.2.3/sector.json' }),
        'unavailable',
      );

      documents.set('/sector.json', { body: JSON.stringify(redirect_uris) });
      const made = (await register(wanted)).json();
      assert.deepEqual(
        [made.subject_type, made.sector_identifier_uri],
        ['pairwise', sector_identifier_uri],
        JSON.stringify(made),
      );
      documents.delete('/sector.json');
      let { registration_access_token } = made;
      const update = async (more: Record<string, unknown>) => {
        const answer = await call(String(made.registration_client_uri), {
          method: 'PUT',
          headers: {
            authorization: `Bearer ${registration_access_token}`,
            'content-type': 'application/json',
          },
          body: JSON.stringify({ ...wanted, client_id: made.client_id, ...more }),
        });
        if (answer.status === 200) ({ registration_access_token } = answer.json());
        return answer;
      };
      const renamed = await update({ client_name: 'Renamed' });
      assert.equal(renamed.status, 200, `what was checked stays checked: ${renamed.text}`);
      assert.equal((await update({ redirect_uris: redirect_uris.slice(0, 1) })).status, 200);
      await fails(await update({ redirect_uris: [...redirect_uris, 'https://c.example/cb'] }), 'unavailable');
      documents.set('/sector.json', { body: JSON.stringify([...redirect_uris, 'https://c.example/cb']) });
      assert.equal((await update({ redirect_uris: [...redirect_uris, 'https://c.example/cb'] })).status, 200);
    });

    test('an operator hears why, whoever is asked, and that people change with the sector', async () => {
      documents.set('/sector.json', { body: '[]' });
      const sector_identifier_uri = `${place}/sector.json`;
      const refusal = await api.request('POST', '/clients', {
        ...PAIRWISE,
        client_name: 'Of a sector',
        redirect_uris: ['https://a.example/cb'],
        sector_identifier_uri,
      });
      assert.deepEqual([refusal.status, refusal.json().error], [400, 'invalid_client_metadata']);
      assert.match(refusal.text, /does not list every URI of the client: https:\/\/a\.example\/cb/);
      const add = [
        'client',
        'add',
        ...['--client-name', 'By command', '--subject-type', 'pairwise'],
        ...['--redirect-uri', 'https://a.example/cb', '--sector-identifier-uri', sector_identifier_uri],
      ];
      const failed = await server.command(...add);
      assert.deepEqual(
        [failed.code, /does not list every URI/.test(failed.stderr)],
        [1, true],
        failed.stderr,
      );
      documents.set('/sector.json', { body: '["https://a.example/cb","https://b.example/cb"]' });
      const added = await server.command(...add, '--json');
      assert.equal(added.code, 0, added.stderr);
      const { client_id, subject_type } = JSON.parse(added.stdout);
      assert.equal(subject_type, 'pairwise');
      const moved = await server.command('client', 'update', client_id, '--unset', 'sector_identifier_uri');
      assert.match(
        moved.stdout,
        /warning: subject_type every person has another sub .* sector 127\.0\.0\.1, and are those of the sector a\.example/,
      );
      const shown = await server.command('client', 'show', client_id);
      assert.match(shown.stdout, /^subjects +pairwise, of the sector a\.example$/m);
      const kept = await server.command('client', 'update', client_id, '--client-name', 'Another');
      assert.doesNotMatch(kept.stdout, /warning/);
    });

    test('operators find the person behind a sub', async () => {
      const person = await server.browser();
      const known = await subOf(one, person);
      await subOf(two, person);
      await subOf(open, person);
      const { username, sub } = person.user;
      const shown = await api.json('GET', `/subjects/${known}`);
      assert.partialDeepStrictEqual(shown, { sub, username, subject_type: 'pairwise' });
      assert.deepEqual(shown.clients, [
        {
          client_id: one.client_id,
          client_name: 'Test client',
          subject_type: 'pairwise',
          sector: 'client.example',
          sub: known,
        },
      ]);
      assert.partialDeepStrictEqual(await api.json('GET', `/subjects/${sub}`), {
        username,
        subject_type: 'public',
      });
      for (const nobody of ['nobody', 'A'.repeat(70)]) {
        assert.equal((await api.request('GET', `/subjects/${nobody}`)).status, 404);
      }
      const { items } = await api.json('GET', `/users/${username}/subjects`);
      assert(Array.isArray(items));
      assert.deepEqual(
        items.map(({ client_id }) => client_id),
        [one, two, open].map(({ client_id }) => client_id).toSorted(),
      );
      const found = await api.json('GET', `/users?search=${known}`);
      assert.partialDeepStrictEqual(found, { items: [{ username }] });

      const explained = await server.command('explain', '--subject', known);
      assert.match(explained.stdout, new RegExp(`^username +${username}$`, 'm'));
      assert.match(
        explained.stdout,
        new RegExp(`^known so to +${one.client_id} .* sector client\\.example`, 'm'),
      );
      const listed = await server.command('user', 'subjects', username, '--json');
      assert.equal(JSON.parse(listed.stdout).length, 3);
      assert.equal((await server.command('explain', '--subject', 'nobody')).code, 1);
      assert.equal((await server.command('explain', 'X', '--subject', known)).code, 2);
      const taken = await server.command('client', 'add', '--client-name', 'x', '--client-id', known);
      assert.match(taken.stderr, /is taken/, 'in tokens of its own it would be that person');
    });

    test('the password grant', async () => {
      const legacy = await server.register({
        ...PAIRWISE,
        redirect_uris: [],
        scope: 'openid',
        grant_types: ['password'],
      });
      const answer = await token(
        { grant_type: 'password', username: browser.user.username, password: PASSWORD },
        legacy,
      );
      assert.equal(answer.status, 200, answer.text);
      assert.equal(readable(answer.text).includes(browser.user.sub), false);
      const { access_token } = answer.json();
      assert.equal((await userinfo(access_token, legacy)).json().sub, claimsOf(access_token).sub);
    });

    test('a client of its own is nobody’s subject', async () => {
      const service = await server.register({
        ...PAIRWISE,
        redirect_uris: [],
        grant_types: ['client_credentials'],
      });
      const { access_token } = (await token({ grant_type: 'client_credentials' }, service)).json();
      assert.equal(claimsOf(access_token).sub, service.client_id);
      assert.equal((await introspect(access_token, two)).json().sub, service.client_id);
    });
  });
}
