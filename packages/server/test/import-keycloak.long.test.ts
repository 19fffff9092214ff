import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { certificatesIn } from '@countersign/x509';
import { compactDecrypt, exportJWK, SignJWT } from 'jose';
import { z } from 'zod';
import { keycloak } from '../src/move/keycloak/keycloak.ts';
import type { InputFile } from '../src/move/source.ts';
import { totpCode, totpStep } from '../src/user-authentication/totp.ts';
import { pkce } from './authorization-server.ts';
import type { Identity } from './client-identity.ts';
import { createUnstartedHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { createDpopKey } from './dpop-client.ts';
import { causeOf } from './event-of.ts';
import { createHttpBrowser, type HtmlPage, type HttpBrowser } from './http-browser.ts';
import { selfSigned, serveHttps } from './https-on-loopback.ts';
import { readItems } from './read-items.ts';
import { type Answer, type Call, call, claimsOf, post } from './token-client.ts';

const MATERIAL =
  process.env.COUNTERSIGN_KEYCLOAK_EXPORT ?? join(import.meta.dirname, '../../../../shared/keycloak-export');
const skip = existsSync(join(MATERIAL, 'expected.json'))
  ? false
  : `no export of Keycloak in ${MATERIAL}; COUNTERSIGN_KEYCLOAK_EXPORT names a folder with one`;

const Expected = z.object({
  users: z.record(
    z.string(),
    z.looseObject({
      password: z.string().nullable(),
      enabled: z.boolean(),
      totp: z.looseObject({ secret_base32: z.string() }).optional(),
    }),
  ),
  clients: z.record(z.string(), z.looseObject({ secret: z.string().optional() })),
});

const Report = z.object({
  counts: z.record(z.string(), z.record(z.string(), z.number())),
  items: z.array(
    z.object({
      kind: z.string(),
      name: z.string(),
      outcome: z.string(),
      findings: z.array(
        z.looseObject({
          field: z.string(),
          ours: z.string().optional(),
          outcome: z.string(),
          why: z.string(),
        }),
      ),
    }),
  ),
});
type Report = z.infer<typeof Report>;

const material = (name: string): string => readFileSync(join(MATERIAL, name), 'utf8');
const fileOf = (name: string): InputFile => ({ name, octets: () => createReadStream(join(MATERIAL, name)) });

/** A certificate of the realm, with its key. */
const identityOf = (name: string): Call['certificate'] & object => ({
  cert: material(`keys/${name}.pem`),
  key: material(`keys/${name}.key`),
});

const BASIC = (client_id: string, client_secret: string): Call => ({
  headers: {
    authorization: `Basic ${Buffer.from(`${encodeURIComponent(client_id)}:${encodeURIComponent(client_secret)}`).toString('base64')}`,
  },
});

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const CIBA = 'urn:openid:params:grant-type:ciba';
const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** What an operator answers for the realm of the material. */
const ANSWERS = {
  clients: {
    'harbour-spa': { redirect_uris: ['https://www.harbour.example/app'] },
    'legacy-portal': { accept_redirect_uris: ['http://portal.harbour.example/cb'] },
    'tug-fleet': { tls_client_auth_subject_dn: 'CN=tug-7, OU=Tugs, O=Harbour Authority, C=PT' },
  },
};

const locationOf = (page: HtmlPage): URL => new URL(String(page.headers.location), page.url);

/** A realm in a running server, and what its clients and people do there. */
function playersOf(issuer: string) {
  const token = (form: Readonly<Record<string, string>>, options?: Call): Promise<Answer> =>
    post(`${issuer}/oauth2/token`, form, options);
  const forItself = (client_id: string, options?: Call, more: Readonly<Record<string, string>> = {}) =>
    token({ grant_type: 'client_credentials', client_id, ...more }, options);

  const assertion = async (client_id: string, key: KeyObject | Uint8Array, alg: string, kid?: string) =>
    new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg, ...(kid !== undefined && { kid }) })
      .setIssuer(client_id)
      .setSubject(client_id)
      .setAudience(issuer)
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(key);
  const asserted = async (...of: Parameters<typeof assertion>) => ({
    client_id: of[0],
    client_assertion_type: ASSERTION,
    client_assertion: await assertion(...of),
  });

  const authorizationUrl = (parameters: Readonly<Record<string, string>>) =>
    `${issuer}/oauth2/authorize?${new URLSearchParams({ response_type: 'code', ...parameters })}`;

  /** Goes to an address, signs in where that is asked, and allows what is asked. */
  const goThrough = async (
    browser: HttpBrowser,
    url: string,
    username: string,
    password: string,
  ): Promise<HtmlPage> => {
    let page = await browser.follow(await browser.get(url), issuer);
    if (page.forms.some(({ fields }) => 'password' in fields)) {
      page = await browser.follow(await browser.submit(page, { username, password }), issuer);
    }
    const allows = page.forms.findIndex(({ buttons }) => buttons.some(({ text }) => text === 'Allow'));
    return allows < 0
      ? page
      : browser.follow(await browser.submit(page, {}, { form: allows, button: 'Allow' }), issuer);
  };

  return { token, forItself, asserted, authorizationUrl, goThrough };
}

describe('a realm of Keycloak, imported', { skip, timeout: 300_000 }, () => {
  let home: TestHome;
  let server: RunningCountersign;
  let issuer: string;
  let report: Report;
  let again: Report;
  let dry: Report;
  let portalKey: KeyObject;
  let players: ReturnType<typeof playersOf>;
  const expected = skip ? { users: {}, clients: {} } : Expected.parse(JSON.parse(material('expected.json')));
  const ends: (() => unknown)[] = [];

  const secretOf = (client_id: string): string => expected.clients[client_id]?.secret ?? '';
  const passwordOf = (username: string): string => expected.users[username]?.password ?? '';
  const told = (name: string, outcome?: string) =>
    report.items
      .filter((item) => item.name === name)
      .flatMap(({ findings }) => findings)
      .filter((finding) => outcome === undefined || finding.outcome === outcome);
  const refusedWith = async (answer: Answer, status: number, cause: string, message?: string) => {
    assert.deepEqual([answer.status, await causeOf(server, answer)], [status, cause], message ?? answer.text);
  };
  const granted = (answer: Answer): Record<string, unknown> => {
    assert.equal(answer.status, 200, answer.text);
    return z.record(z.string(), z.unknown()).parse(answer.json());
  };
  const importing = async (file: string, ...options: readonly string[]): Promise<Report> =>
    Report.parse(
      await home.json(
        ...[
          'import',
          '--from',
          'keycloak',
          file,
          '--trust',
          join(MATERIAL, 'keys/ca.pem'),
          '--authority',
          'ca',
        ],
        ...options,
      ),
    );
  /** A code for a client that ana signs in to, with the verifier. */
  const codeOf = async (parameters: Readonly<Record<string, string>>, username = 'ana.pilot') => {
    const { verifier, challenge } = pkce();
    const page = await players.goThrough(
      createHttpBrowser(),
      players.authorizationUrl({ code_challenge: challenge, code_challenge_method: 'S256', ...parameters }),
      username,
      passwordOf(username),
    );
    const code = locationOf(page).searchParams.get('code');
    assert.ok(code, `${page.status} ${page.url} ${page.headers.location ?? page.text}`);
    return { code, code_verifier: verifier, redirect_uri: parameters.redirect_uri ?? '' };
  };

  before(async () => {
    const authority = await selfSigned('keys of clients', ['localhost']);
    const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
    portalKey = pair.privateKey;
    const documents: Readonly<Record<string, string>> = {
      '/berth-planner/jwks.json': material('keys/berth-planner-jwks.json'),
      '/legacy-portal/jwks.json': JSON.stringify({
        keys: [{ ...(await exportJWK(pair.publicKey)), use: 'enc', kid: 'p' }],
      }),
    };
    const publisher = await serveHttps(
      { after: (end) => ends.push(() => end) },
      authority,
      (request, response) => {
        const document = documents[request.url ?? ''];
        if (document === undefined) response.writeHead(404).end();
        else response.writeHead(200, { 'content-type': 'application/json' }).end(document);
      },
    );
    ends.push(publisher.stop);
    home = await createUnstartedHome({
      outbound: { allowed_addresses: ['127.0.0.1'], trusted_certificates_file: 'key-authorities.pem' },
      sign_in: { client_certificate: true },
    });
    await writeFile(join(home.security, 'key-authorities.pem'), authority.pem);
    server = await home.start();
    issuer = home.issuer;
    players = playersOf(issuer);
    // The key sets of the material are published at a port of its own machine.
    const realm = join(home.home, 'harbour-realm.json');
    const answers = join(home.home, 'answers.json');
    await writeFile(
      realm,
      material('harbour-realm.json').replaceAll('https://localhost:28090', publisher.origin),
    );
    await writeFile(answers, JSON.stringify(ANSWERS));
    dry = await importing(realm, '--dry-run');
    report = await importing(realm, '--answers', answers);
    again = await importing(realm, '--answers', answers);
    // A running server takes up within two seconds what a command wrote.
    await server.line(/configuration\.reloaded.*client-truststore\.jks/);
  });
  after(async () => {
    await server?.stop();
    await home?.remove();
    for (const end of ends) await end();
  });

  describe('the report', () => {
    const outcomeOf = ({ items }: Report, kind: string, name: string) =>
      items.find((item) => item.kind === kind && item.name === name)?.outcome;

    test('every client and person of the realm is in it, and those of Keycloak are not', () => {
      for (const name of Object.keys(expected.clients)) {
        const isSaml = name.startsWith('https:');
        assert.equal(outcomeOf(report, 'client', name), isSaml ? 'left_out' : 'added', name);
      }
      for (const name of Object.keys(expected.users))
        assert.equal(outcomeOf(report, 'person', name), 'added', name);
      assert.equal(
        report.items.filter(({ kind }) => kind === 'client').length,
        Object.keys(expected.clients).length,
      );
      assert.equal(
        report.items.filter(({ kind }) => kind === 'person').length,
        Object.keys(expected.users).length,
      );
    });

    test('without answers what needs one is left out by name, and nothing else is', () => {
      assert.deepEqual(
        dry.items
          .filter(({ kind, outcome }) => kind === 'client' && outcome === 'left_out')
          .map(({ name }) => name),
        ['harbour-spa', 'https://customs.example/saml', 'tug-fleet'],
      );
    });

    test('each loss is named', () => {
      const lost = (name: string, field: string) =>
        assert.ok(
          told(name).some((finding) => finding.field === field && finding.outcome !== 'same'),
          `${name} ${field}: ${JSON.stringify(told(name))}`,
        );
      for (const [name, field] of [
        ['harbour', 'identityProviders'],
        ['harbour', 'smtpServer'],
        ['harbour', 'passwordPolicy'],
        ['harbour', 'loginWithEmailAllowed'],
        ['harbour', 'authenticationFlows'],
        ['harbour', 'components.org.keycloak.keys.KeyProvider'],
        ['/pilots', 'attributes'],
        ['dispatcher', 'composites'],
        ['crane-control', 'secret'],
        ['crane-control', 'serviceAccountsEnabled'],
        ['billing', 'redirectUris'],
        ['survey', 'protocolMappers.pairwise'],
        ['legacy-portal', 'implicitFlowEnabled'],
        ['legacy-portal', 'webOrigins'],
        ['legacy-portal', 'frontchannelLogout'],
        ['https://customs.example/saml', 'protocol'],
        ['realm roles of roles', 'clientScopes.roles.realm roles'],
        ['client roles of roles', 'clientScopes.roles.client roles'],
        ['nuno.captain', 'federatedIdentities'],
      ] as const) {
        lost(name, field);
      }
    });

    test('no secret, hash or private key stands in it', () => {
      const text = JSON.stringify([dry, report]);
      const secrets = Object.values(expected.clients).flatMap(({ secret }) => secret ?? []);
      const passwords = Object.values(expected.users).flatMap(({ password }) => password ?? []);
      const hashes = Array.from(
        material('harbour-realm.json').matchAll(/\\"value\\":\\"([^\\]+)/g),
        ([, value = '']) => value,
      );
      assert.ok(hashes.length > 8);
      for (const secret of [...secrets, ...passwords, ...hashes, 'customs-idp-secret', 'salty-harbour']) {
        assert.ok(!text.includes(secret));
      }
    });

    test('a second import changes nothing', () => {
      const changed = again.items.filter(({ outcome }) => outcome === 'added' || outcome === 'differs');
      assert.deepEqual(changed, []);
      assert.deepEqual(again.counts.client, { present: 15, left_out: 1 });
      assert.deepEqual(again.counts.person, { present: 9 });
    });

    test('the folder of many files and the one file say the same, and so does each read again', async () => {
      const folder = readdirSync(join(MATERIAL, 'dir')).map((name) => fileOf(`dir/${name}`));
      const one = await readItems(keycloak, [fileOf('harbour-realm.json')]);
      const many = await readItems(keycloak, folder);
      assert.deepEqual(many.records('client'), one.records('client'));
      assert.deepEqual(many.records('person'), one.records('person'));
      assert.deepEqual(
        many.all.map(({ name }) => name),
        one.all.map(({ name }) => name),
      );
    });
  });

  describe('clients', () => {
    test('crane-control proves itself by its certificate and no other, and has bound tokens', async () => {
      const answer = granted(await players.forItself('crane-control', { certificate: identityOf('crane') }));
      const [certificate] = certificatesIn(material('keys/crane.pem'));
      assert.deepEqual(claimsOf(answer.access_token).cnf, { 'x5t#S256': certificate?.thumbprint });
      assert.equal(answer.expires_in, 300);
      const scoped = granted(
        await players.forItself(
          'crane-control',
          { certificate: identityOf('crane') },
          { scope: 'berths.read' },
        ),
      );
      assert.equal(claimsOf(scoped.access_token).aud, 'https://api.harbour.example');
      await refusedWith(
        await players.forItself('crane-control', { certificate: identityOf('wrong') }),
        401,
        'certificate_subject_differs',
      );
      assert.equal((await players.forItself('crane-control')).status, 401);
    });

    test('what Keycloak generated for certificate and assertion clients opens nothing', async () => {
      const { clients } = z
        .object({ clients: z.array(z.looseObject({ clientId: z.string(), secret: z.string().optional() })) })
        .parse(JSON.parse(material('harbour-realm.json')));
      for (const client_id of ['crane-control', 'tug-fleet', 'berth-planner', 'pilot-service']) {
        const secret = clients.find(({ clientId }) => clientId === client_id)?.secret ?? '';
        assert.notEqual(secret, '');
        const answer = await players.forItself(client_id, undefined, { client_secret: secret });
        assert.equal(answer.status, 401, client_id);
      }
    });

    test('tug-fleet is the one tug that was answered', async () => {
      const answer = granted(await players.forItself('tug-fleet', { certificate: identityOf('tug-7') }));
      assert.ok(claimsOf(answer.access_token).cnf);
      assert.equal((await players.forItself('tug-fleet', { certificate: identityOf('crane') })).status, 401);
    });

    test('pilot-service proves itself by the key of its certificate, for two minutes', async () => {
      const key = createPrivateKey(material('keys/pilot-service.key'));
      const kid = 'd2YXbPtq0CsvZulI29yIOvjMuQ0vd-gZ4S380Q7H4NA';
      for (const named of [undefined, kid]) {
        const answer = granted(
          await players.token({
            grant_type: 'client_credentials',
            ...(await players.asserted('pilot-service', key, 'RS256', named)),
          }),
        );
        assert.equal(answer.expires_in, 120);
        assert.equal(answer.scope, 'berths.read');
        assert.equal(claimsOf(answer.access_token).aud, 'https://api.harbour.example');
      }
      const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
      const wrong = await players.token({
        grant_type: 'client_credentials',
        ...(await players.asserted('pilot-service', other, 'RS256')),
      });
      assert.equal(wrong.status, 401);
    });

    test('berth-planner pushes its request, signs people in with their consent, and is answered in ES256', async () => {
      const key = createPrivateKey(material('keys/berth-planner.key'));
      const redirect_uri = 'https://berths.harbour.example/callback';
      const { verifier, challenge } = pkce();
      const request = {
        response_type: 'code',
        redirect_uri,
        scope: 'openid profile email berths.read staff',
        code_challenge: challenge,
        code_challenge_method: 'S256',
      };
      const unpushed = await call(players.authorizationUrl({ client_id: 'berth-planner', ...request }));
      assert.match(`${unpushed.headers.location ?? unpushed.text}`, /invalid_request/);
      const wrongKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
      const refused = await post(`${issuer}/oauth2/par`, {
        ...request,
        ...(await players.asserted('berth-planner', wrongKey, 'ES256', 'berth-1')),
      });
      assert.equal(refused.status, 401);
      const pushed = await post(`${issuer}/oauth2/par`, {
        ...request,
        ...(await players.asserted('berth-planner', key, 'ES256', 'berth-1')),
      });
      assert.equal(pushed.status, 201, pushed.text);
      const { request_uri } = z.object({ request_uri: z.string() }).parse(pushed.json());
      const browser = createHttpBrowser();
      const asked = await browser.follow(
        await browser.get(players.authorizationUrl({ client_id: 'berth-planner', request_uri })),
        issuer,
      );
      const consent = await browser.follow(
        await browser.submit(asked, { username: 'ana.pilot', password: passwordOf('ana.pilot') }),
        issuer,
      );
      assert.match(consent.text, /Berth planner/);
      const back = await browser.follow(await browser.submit(consent, {}, { button: 'Allow' }), issuer);
      const code = locationOf(back).searchParams.get('code') ?? '';
      const answer = granted(
        await players.token({
          grant_type: 'authorization_code',
          code,
          code_verifier: verifier,
          redirect_uri,
          ...(await players.asserted('berth-planner', key, 'ES256', 'berth-1')),
        }),
      );
      const id = claimsOf(answer.id_token);
      assert.equal(
        JSON.parse(Buffer.from(String(answer.id_token).split('.')[0] ?? '', 'base64url').toString()).alg,
        'ES256',
      );
      assert.equal(id.sub, '435d8cc9-8845-4306-abcc-c24ee721967a');
      assert.equal(id.email, 'ana@harbour.example');
      assert.equal(id.employee_number, '1001');
      assert.deepEqual(id.groups, ['/pilots', '/pilots/north']);
      const access = claimsOf(answer.access_token);
      assert.equal(access.preferred_username, 'ana.pilot');
      assert.deepEqual(access.aud, [issuer, 'https://api.harbour.example']);
      const info = await call(`${issuer}/oauth2/userinfo`, {
        headers: { authorization: `Bearer ${answer.access_token}` },
      });
      assert.match(String(info.headers['content-type']), /^application\/jwt/);
      assert.equal(claimsOf(info.text).name, 'Ana Pilot');
    });

    test('billing has its secret in either place, its audience, its claims and its lifetime', async () => {
      const secret = secretOf('billing');
      for (const answer of [
        await players.forItself('billing', BASIC('billing', secret)),
        await players.forItself('billing', undefined, { client_secret: secret }),
      ]) {
        const { access_token, expires_in } = granted(answer);
        assert.equal(expires_in, 900);
        const { aud, tenant, sub } = claimsOf(access_token);
        assert.deepEqual([aud, tenant, sub], ['harbour-api', 'harbour-lisbon', 'billing']);
      }
      await refusedWith(
        await players.forItself('billing', BASIC('billing', secret.toLowerCase())),
        401,
        'client_secret_wrong',
      );
      const forAna = granted(
        await players.token(
          {
            grant_type: 'password',
            username: 'ana.pilot',
            password: passwordOf('ana.pilot'),
            scope: 'openid email',
          },
          BASIC('billing', secret),
        ),
      );
      const { sub, berth, email, aud } = claimsOf(forAna.access_token);
      assert.deepEqual(
        [sub, berth, email, aud],
        [
          '435d8cc9-8845-4306-abcc-c24ee721967a',
          ['N4', 'N5'],
          'ana@harbour.example',
          [issuer, 'harbour-api'],
        ],
      );
      const code = await codeOf({
        client_id: 'billing',
        redirect_uri: 'https://billing.harbour.example/oauth/callback',
        scope: 'openid',
      });
      granted(await players.token({ grant_type: 'authorization_code', ...code }, BASIC('billing', secret)));
    });

    test('weather-feed signs by its secret', async () => {
      const signed = async (secret: string) =>
        players.token({
          grant_type: 'client_credentials',
          ...(await players.asserted('weather-feed', Buffer.from(secret), 'HS256')),
        });
      granted(await signed(secretOf('weather-feed')));
      assert.equal((await signed(`${secretOf('weather-feed')}0`)).status, 401);
    });

    test('harbour-spa redeems a code by PKCE alone, at the address that was answered', async () => {
      const client = {
        client_id: 'harbour-spa',
        redirect_uri: 'https://www.harbour.example/app',
        scope: 'openid',
      };
      const code = await codeOf(client);
      granted(await players.token({ grant_type: 'authorization_code', client_id: 'harbour-spa', ...code }));
      const bare = await call(players.authorizationUrl(client));
      assert.match(`${bare.headers.location}`, /invalid_request/);
      const wild = await call(
        players.authorizationUrl({ ...client, redirect_uri: 'https://www.harbour.example/other' }),
      );
      assert.equal(wild.status, 400);
    });

    test('quay-terminal shows a code that ana allows', async () => {
      const begun = await post(`${issuer}/oauth2/device_authorize`, {
        client_id: 'quay-terminal',
        scope: 'openid',
      });
      const { device_code, expires_in, verification_uri_complete } = z
        .object({ device_code: z.string(), expires_in: z.number(), verification_uri_complete: z.string() })
        .parse(begun.json());
      assert.equal(expires_in, 900);
      const browser = createHttpBrowser();
      await players.goThrough(browser, verification_uri_complete, 'ana.pilot', passwordOf('ana.pilot'));
      granted(await players.token({ grant_type: DEVICE, client_id: 'quay-terminal', device_code }));
    });

    test('radio-desk asks ana by another way, with its secret', async () => {
      const form = { scope: 'openid', login_hint: 'ana.pilot' };
      const wrong = await post(`${issuer}/oauth2/bc-authorize`, form, BASIC('radio-desk', 'wrong'));
      assert.equal(wrong.status, 401);
      const options = BASIC('radio-desk', secretOf('radio-desk'));
      const begun = await post(`${issuer}/oauth2/bc-authorize`, form, options);
      assert.equal(begun.status, 200, begun.text);
      const { auth_req_id } = z.object({ auth_req_id: z.string() }).parse(begun.json());
      await players.goThrough(
        createHttpBrowser(),
        `${issuer}/oauth2/ciba`,
        'ana.pilot',
        passwordOf('ana.pilot'),
      );
      granted(await players.token({ grant_type: CIBA, auth_req_id }, options));
    });

    test('gate-broker exchanges tokens for its audience, by the name that it has', async () => {
      const options = BASIC('gate-broker', secretOf('gate-broker'));
      const { access_token } = granted(await players.forItself('gate-broker', options));
      assert.equal(claimsOf(access_token).aud, 'harbour-api');
      const exchange = (audience: string, by = options) =>
        players.token(
          {
            grant_type: EXCHANGE,
            subject_token: String(access_token),
            subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
            audience,
          },
          by,
        );
      assert.equal(claimsOf(granted(await exchange('harbour-api')).access_token).aud, 'harbour-api');
      assert.equal((await exchange('billing')).json().error, 'invalid_target');
      assert.equal((await exchange('harbour-api', BASIC('gate-broker', 'wrong'))).status, 401);
    });

    test('harbour-api introspects what is meant for it', async () => {
      const { access_token } = granted(
        await players.forItself('billing', BASIC('billing', secretOf('billing'))),
      );
      const ask = (secret: string) =>
        post(`${issuer}/oauth2/introspect`, { token: String(access_token) }, BASIC('harbour-api', secret));
      assert.deepEqual(
        [
          granted(await ask(secretOf('harbour-api'))).active,
          granted(await ask(secretOf('harbour-api'))).tenant,
        ],
        [true, 'harbour-lisbon'],
      );
      assert.equal((await ask('wrong')).status, 401);
    });

    test('pilot-app has tokens of its own key, on any port of its machine', async () => {
      const key = await createDpopKey();
      const client = {
        client_id: 'pilot-app',
        redirect_uri: 'http://127.0.0.1:50123/callback',
        scope: 'openid',
      };
      const code = await codeOf(client);
      const form = { grant_type: 'authorization_code', client_id: 'pilot-app', ...code };
      const unproven = await players.token(form);
      assert.equal(unproven.status, 400, unproven.text);
      const second = await codeOf({ ...client, redirect_uri: 'example.harbour.pilot:/callback' });
      const answer = granted(
        await key.post(`${issuer}/oauth2/token`, {
          grant_type: 'authorization_code',
          client_id: 'pilot-app',
          ...second,
        }),
      );
      assert.equal(answer.token_type, 'DPoP');
    });

    test('survey knows people by another sub than everybody else', async () => {
      const options = BASIC('survey', secretOf('survey'));
      const form = {
        grant_type: 'password',
        username: 'ana.pilot',
        password: passwordOf('ana.pilot'),
        scope: 'openid',
      };
      const { sub } = claimsOf(granted(await players.token(form, options)).access_token);
      assert.notEqual(sub, '435d8cc9-8845-4306-abcc-c24ee721967a');
      assert.equal((await players.token(form, BASIC('survey', 'wrong'))).status, 401);
    });

    test('legacy-portal goes on with its secret, its plain address and its encrypted ID tokens', async () => {
      const options = BASIC('legacy-portal', secretOf('legacy-portal'));
      const code = await codeOf({
        client_id: 'legacy-portal',
        redirect_uri: 'http://portal.harbour.example/cb',
        scope: 'openid',
      });
      const { id_token } = granted(
        await players.token({ grant_type: 'authorization_code', ...code }, options),
      );
      const { plaintext, protectedHeader } = await compactDecrypt(String(id_token), portalKey);
      assert.deepEqual([protectedHeader.alg, protectedHeader.enc], ['RSA-OAEP', 'A128GCM']);
      assert.equal(claimsOf(Buffer.from(plaintext).toString()).sub, '435d8cc9-8845-4306-abcc-c24ee721967a');
      const implicit = await call(
        players.authorizationUrl({
          client_id: 'legacy-portal',
          response_type: 'token',
          redirect_uri: 'http://portal.harbour.example/cb',
        }),
      );
      assert.match(
        `${implicit.headers.location ?? implicit.text}`,
        /unsupported_response_type|response_type/,
      );
      assert.equal(
        (await players.token({ grant_type: 'authorization_code', ...code }, BASIC('legacy-portal', 'x')))
          .status,
        401,
      );
    });

    test('old-manifest is disabled, with its secret', async () => {
      await refusedWith(
        await players.forItself('old-manifest', BASIC('old-manifest', secretOf('old-manifest'))),
        401,
        'client_disabled',
      );
    });

    test('SAML and the clients of Keycloak are not here', async () => {
      for (const client_id of ['https://customs.example/saml', 'admin-cli', 'account', 'realm-management']) {
        await refusedWith(
          await players.forItself(client_id, undefined, { client_secret: 'x' }),
          401,
          'client_unknown',
        );
      }
    });
  });

  describe('people', () => {
    const CLIENT = {
      client_id: 'billing',
      redirect_uri: 'https://billing.harbour.example/oauth/callback',
      scope: 'openid',
    };
    const signIn = (username: string, password: string, browser = createHttpBrowser()) =>
      players.goThrough(
        browser,
        players.authorizationUrl({
          ...CLIENT,
          code_challenge: pkce().challenge,
          code_challenge_method: 'S256',
        }),
        username,
        password,
      );
    const codeAt = (page: HtmlPage): string | null =>
      page.headers.location === undefined ? null : locationOf(page).searchParams.get('code');

    for (const username of ['ana.pilot', 'bruno.ops', 'filipe.legacy', 'gil.unicode', 'nuno.captain']) {
      test(`${username} signs in with the password, twice, and with no other`, async () => {
        const password = passwordOf(username);
        for (const wrong of [`${password}x`, password.toUpperCase()]) {
          assert.equal(codeAt(await signIn(username, wrong)), null);
        }
        // The second time the hash is one of this server's.
        for (const time of ['first', 'second']) assert.ok(codeAt(await signIn(username, password)), time);
      });
    }

    test('carla.admin needs her authenticator app too', async () => {
      const browser = createHttpBrowser();
      const page = await signIn('carla.admin', passwordOf('carla.admin'), browser);
      assert.equal(codeAt(page), null);
      const secret = expected.users['carla.admin']?.totp?.secret_base32 ?? '';
      const form = page.forms.findIndex(({ fields }) => 'code' in fields);
      assert.ok(form >= 0, page.text);
      const wrong = await browser.submit(page, { code: '000000' }, { form });
      assert.equal(codeAt(await browser.follow(wrong, issuer)), null);
      const next = await browser.follow(wrong, issuer);
      const code = totpCode(secret, totpStep(Date.now()));
      const at = next.forms.findIndex(({ fields }) => 'code' in fields);
      assert.ok(codeAt(await browser.follow(await browser.submit(next, { code }, { form: at }), issuer)));
    });

    test('nuno.captain signs in by his certificate too', async () => {
      const { cert, key } = identityOf('captain');
      const [certificate] = certificatesIn(cert);
      assert.ok(certificate);
      const identity: Identity = {
        cert,
        key,
        pem: cert,
        thumbprint: certificate.thumbprint,
        certificate,
        privateKey: createPrivateKey(key),
      };
      const browser = createHttpBrowser({ identity });
      const page = await browser.follow(
        await browser.get(
          players.authorizationUrl({
            ...CLIENT,
            code_challenge: pkce().challenge,
            code_challenge_method: 'S256',
          }),
        ),
        issuer,
      );
      const form = page.forms.findIndex(({ buttons }) =>
        buttons.some(({ text }) => /certificate/i.test(text)),
      );
      assert.ok(form >= 0, page.text);
      assert.ok(codeAt(await browser.follow(await browser.submit(page, {}, { form }), issuer)));
    });

    test('eva.new is held until she did what Keycloak wanted of her: no code and no token before', async () => {
      const grant = () =>
        players.token(
          { grant_type: 'password', username: 'eva.new', password: passwordOf('eva.new') },
          BASIC('billing', secretOf('billing')),
        );
      assert.equal((await grant()).status, 400);
      const browser = createHttpBrowser();
      let page = await signIn('eva.new', passwordOf('eva.new'), browser);
      const visited: string[] = [];
      const stages: Readonly<Record<string, () => Readonly<Record<string, string>>>> = {
        '/oauth2/sign-in/new-password': () => ({
          new_password: 'Quayside lantern 88',
          repeated_password: 'Quayside lantern 88',
        }),
        '/oauth2/sign-in/authenticator': () => {
          const [, secret] = />([A-Z2-7 ]{32,40})</.exec(page.text) ?? [];
          return { code: totpCode((secret ?? '').replaceAll(' ', ''), totpStep(Date.now())) };
        },
        '/oauth2/sign-in/recovery-codes': () => ({}),
        '/oauth2/sign-in/email': () => ({}),
      };
      while (codeAt(page) === null && visited.length < 6) {
        const { pathname } = new URL(page.url);
        visited.push(pathname);
        const stage = stages[pathname];
        assert.ok(stage, `${pathname} ${page.text}`);
        if (pathname === '/oauth2/sign-in/email') {
          const still = await browser.follow(await browser.submit(page), issuer);
          assert.equal(codeAt(still), null, 'nobody verified her address yet');
          await home.json('user', 'update', 'eva.new', '--required-actions', '');
        }
        page = await browser.follow(await browser.submit(page, stage()), issuer);
      }
      assert.deepEqual([...new Set(visited)].toSorted(), Object.keys(stages).toSorted());
      assert.ok(codeAt(page));
    });

    test('dora.former is disabled, and hugo.nopass has no password that could be right', async () => {
      assert.equal(codeAt(await signIn('dora.former', passwordOf('dora.former'))), null);
      for (const password of ['', 'x', 'null', 'undefined']) {
        assert.equal(codeAt(await signIn('hugo.nopass', password)), null);
      }
    });
  });
});

describe('a partial export with its people', { skip, timeout: 120_000 }, () => {
  let home: TestHome;
  const expected = skip ? { users: {}, clients: {} } : Expected.parse(JSON.parse(material('expected.json')));
  const importing = async (...options: readonly string[]): Promise<Report> =>
    Report.parse(
      await home.json(
        ...['import', '--from', 'keycloak', join(MATERIAL, 'harbour-partial-admin-api.json')],
        ...['--trust', join(MATERIAL, 'keys/ca.pem'), '--authority', 'ca', ...options],
      ),
    );

  before(async () => {
    home = await createUnstartedHome();
  });
  after(() => home?.remove());

  test('what lacks its secret is left out by name, and comes with the next import that has it', async () => {
    const first = await importing();
    const outcomes = ({ items }: Report, outcome: string) =>
      items.filter((item) => item.kind === 'client' && item.outcome === outcome).map(({ name }) => name);
    const masked = [
      'billing',
      'gate-broker',
      'harbour-api',
      'legacy-portal',
      'old-manifest',
      'radio-desk',
      'survey',
      'weather-feed',
    ];
    assert.deepEqual(
      outcomes(first, 'left_out'),
      [...masked, 'harbour-spa', 'https://customs.example/saml', 'tug-fleet'].toSorted(),
    );
    for (const name of masked) {
      const { findings = [] } =
        first.items.find((item) => item.kind === 'client' && item.name === name) ?? {};
      assert.ok(
        findings.some(({ outcome, ours }) => outcome === 'asked' && ours === 'client_secret'),
        name,
      );
    }
    const answers = join(home.home, 'secrets.json');
    const clients = Object.fromEntries(
      masked.map((name) => [name, { client_secret: expected.clients[name]?.secret }]),
    );
    await writeFile(answers, JSON.stringify({ clients }));
    const second = await importing(join(MATERIAL, 'harbour-users-admin-api.json'), '--answers', answers);
    assert.deepEqual(outcomes(second, 'added').toSorted(), masked);
    assert.equal(second.counts.person?.added, 9);

    const server = await home.start();
    try {
      const players = playersOf(home.issuer);
      for (const name of ['billing', 'gate-broker', 'harbour-api']) {
        const right = await players.forItself(name, BASIC(name, expected.clients[name]?.secret ?? ''));
        assert.equal(right.status, 200, right.text);
        assert.equal((await players.forItself(name, BASIC(name, '**********'))).status, 401, name);
      }
      assert.equal(
        (await players.forItself('crane-control', { certificate: identityOf('crane') })).status,
        200,
      );
      assert.equal(
        (await players.forItself('crane-control', { certificate: identityOf('wrong') })).status,
        401,
      );
    } finally {
      await server.stop();
    }
  });

  test('a broken file changes nothing', async () => {
    const before = JSON.stringify(await home.json('client', 'list'));
    const cut = join(home.home, 'cut.json');
    await writeFile(cut, material('harbour-realm.json').slice(0, 100_000));
    const { code, stderr } = await home.command('import', '--from', 'keycloak', cut);
    assert.equal(code, 1);
    assert.match(stderr, /cut\.json: is not JSON/);
    assert.equal(JSON.stringify(await home.json('client', 'list')), before);
  });
});
