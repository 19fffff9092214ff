import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { z } from 'zod';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import {
  createUnstartedHome,
  type RunningCountersign,
  runProgram,
  type TestHome,
} from './countersign-process.ts';
import { causeOf, eventOf } from './event-of.ts';
import { createHttpBrowser } from './http-browser.ts';
import { type SelfSigned, selfSigned, serveHttps } from './https-on-loopback.ts';
import { missingProgram } from './installed-program.ts';
import { claimsOf, post } from './token-client.ts';

/** Files of an invented installation, and what must work afterwards; they are no part of the project. */
const MATERIAL =
  process.env.COUNTERSIGN_WSO2_EXPORT ?? join(import.meta.dirname, '../../../../shared/wso2-export');
const skip = existsSync(join(MATERIAL, 'expected.json'))
  ? false
  : `no ${MATERIAL}; set COUNTERSIGN_WSO2_EXPORT to the folder that has expected.json`;

const withoutCurl = await missingProgram('curl', ['--version']);

const Expected = z.object({
  clients: z.record(
    z.string(),
    z.looseObject({ client_id: z.string().optional(), secret: z.string().optional() }),
  ),
  people: z.record(z.string(), z.looseObject({ password: z.string(), UM_USER_ID: z.string() })),
});

const Report = z.object({
  counts: z.record(z.string(), z.record(z.string(), z.number())),
  items: z.array(
    z.object({
      kind: z.string(),
      name: z.string(),
      outcome: z.string(),
      findings: z.array(
        z.object({ field: z.string(), ours: z.string().optional(), outcome: z.string(), why: z.string() }),
      ),
    }),
  ),
});
type Report = z.infer<typeof Report>;

const PLAYGROUND = 'Pl4yGr0und2kEyq7ZsT1vUwXaBca';
const TIDE = 'T1deGauge_Key-8hVnQ2rYw5LsBa';
const CRANE = 'M00ringCraneKeyc6JdF3pGxR9Ea';
const CALLBACK = 'http://wso2is.local:8080/playground2/oauth2client';

const itemOf = ({ items }: Report, name: string) => {
  const item = items.find((each) => each.name === name);
  assert.ok(item, `${name} in the report`);
  return item;
};
const outcomes = (report: Report, name: string, outcome: string): readonly string[] =>
  itemOf(report, name)
    .findings.filter((finding) => finding.outcome === outcome)
    .map(({ field }) => field);

describe('an installation of WSO2 Identity Server', { skip }, () => {
  let home: TestHome;
  let server: RunningCountersign;
  let admin: AdminApi;
  let expected: z.infer<typeof Expected>;
  let publishing: SelfSigned;

  const at = (...names: readonly string[]) => join(MATERIAL, ...names);
  const identity = async (name: string) => ({
    cert: await readFile(at('keys', `${name}.pem`), 'utf8'),
    key: await readFile(at('keys', `${name}.key`), 'utf8'),
  });
  const imported = async (...args: readonly string[]): Promise<Report> =>
    Report.parse(
      await home.json(
        'import',
        '--from',
        'wso2',
        ...args,
        '--trust',
        at('client-truststore.jks'),
        '--storepass',
        'wso2carbon',
      ),
    );
  const ask = async (client_id: string, name: string, form: Readonly<Record<string, string>> = {}) =>
    post(
      `${home.issuer}/oauth2/token`,
      { grant_type: 'client_credentials', client_id, ...form },
      { certificate: await identity(name) },
    );
  const byPassword = (username: string, password: string) =>
    ask(PLAYGROUND, 'playground2', { grant_type: 'password', username, password, scope: 'openid email' });
  const forget = async () => {
    for (const client_id of [PLAYGROUND, TIDE, CRANE]) {
      const answer = await admin.request('DELETE', `/clients/${client_id}`, undefined, { 'if-match': '*' });
      assert.ok([204, 404].includes(answer.status), answer.text);
    }
  };

  before(async () => {
    expected = Expected.parse(JSON.parse(await readFile(at('expected.json'), 'utf8')));
    home = await createUnstartedHome({
      outbound: { allowed_addresses: ['127.0.0.1'], trusted_certificates_file: 'jwks-authorities.pem' },
    });
    publishing = await selfSigned('tide-gauge');
    await writeFile(join(home.security, 'jwks-authorities.pem'), publishing.pem);
    server = await home.start();
    admin = adminApiOf(home.issuer);
  });
  after(async () => {
    await server?.stop();
    await home?.remove();
  });

  const PEOPLE = [
    'users.csv',
    'users-PARTNERS.csv',
    'users-attributes.csv',
    'identity-user-data.csv',
    'userstores',
    'deployment.toml',
  ];

  test('5.11 and its people, by one command; the dry run writes nothing, the second import changes nothing', async () => {
    const answers = join(home.home, 'answers.json');
    await writeFile(
      answers,
      JSON.stringify({ clients: { [PLAYGROUND]: { accept_redirect_uris: [CALLBACK] } } }),
    );
    const files = [
      at('5.11'),
      ...PEOPLE.map((name) => at(name)),
      '--answers',
      answers,
      '--set',
      'subject=user_id',
    ];
    const translated = join(home.home, 'translated');
    const dry = await imported(...files, '--dry-run', '--documents', translated);
    const document = join(translated, 'deployment.toml');
    assert.equal((await stat(document)).mode & 0o777, 0o600);
    assert.match(await readFile(document, 'utf8'), /clientAuth = "want"/);
    assert.deepEqual(dry.counts.client, { added: 3, left_out: 1 });
    assert.equal((await admin.request('GET', `/clients/${PLAYGROUND}`)).status, 404);
    assert.equal((await admin.request('GET', '/users/joao')).status, 404);

    const report = await imported(...files);
    // A running server takes up within two seconds what a command wrote.
    await server.line(/configuration\.reloaded.*client-truststore\.jks/);
    assert.deepEqual(report.counts.client, { added: 3, left_out: 1 });
    assert.equal(report.counts.person?.added, 8);
    assert.notEqual(itemOf(report, 'admin').outcome, 'added', 'the administrator of this server stays');
    assert.equal(report.counts.trusted_certificate?.added, 5);
    for (const { secret, client_id = '' } of Object.values(expected.clients)) {
      if (secret !== undefined) assert.ok(!JSON.stringify(report).includes(secret), client_id);
    }

    const again = await imported(...files);
    assert.deepEqual(again.counts.client, { present: 3, left_out: 1 });
    assert.equal(again.counts.person?.added, undefined);
    assert.equal(again.counts.trusted_certificate?.added, undefined);

    assert.deepEqual(outcomes(report, PLAYGROUND, 'lost'), ['oauthConsumerSecret', 'pkceSupportPlain']);
    assert.deepEqual(outcomes(report, TIDE, 'asked'), ['grantTypes', 'callbackUrl']);
    assert.deepEqual(outcomes(report, TIDE, 'lost'), [
      'scopeValidators.scopeValidator',
      'audiences.audience',
    ]);
    assert.match(itemOf(report, 'tide-board').findings[0]?.why ?? '', /T1deB0ardKeyOnlyInTheDatabase/);
    const named = outcomes(report, 'deployment.toml', 'lost');
    for (const key of [
      'database.identity_db.url',
      'server.base_path',
      'account_recovery.endpoint.auth.hash',
    ]) {
      assert.ok(named.includes(key), key);
    }
  });

  test('the page’s curl works for playground2, and with no other certificate', {
    skip: withoutCurl,
  }, async () => {
    const curl = async (name: string, username: string, password: string) => {
      const data = `grant_type=password&username=${username}&password=${password}&client_id=${PLAYGROUND}`;
      const { stdout } = await runProgram('curl', [
        ...['-s', '-k', '-d', data, '-H', 'Content-Type: application/x-www-form-urlencoded'],
        ...[
          `${home.issuer}/oauth2/token`,
          '-i',
          '--cert',
          at('keys', `${name}.pem`),
          '--key',
          at('keys', `${name}.key`),
        ],
      ]);
      return stdout;
    };
    assert.match(await curl('playground2', 'admin', 'admin'), /^HTTP\/1\.1 200 [\s\S]*"access_token":/);
    assert.match(await curl('playground2', 'joao', 'CaboRaso_12'), /^HTTP\/1\.1 200 [\s\S]*"access_token":/);
    assert.match(await curl('playground2', 'joao', 'CaboRaso_13'), /^HTTP\/1\.1 400 [\s\S]*invalid_grant/);
    assert.match(await curl('wrong', 'joao', 'CaboRaso_12'), /^HTTP\/1\.1 401 [\s\S]*invalid_client/);
  });

  test('every client of 5.11 is known by that very certificate', async (t) => {
    for (const [client_id, name] of [
      [PLAYGROUND, 'playground2'],
      [CRANE, 'mooring-crane'],
    ] as const) {
      const answer = await ask(client_id, name);
      assert.equal(answer.status, 200, answer.text);
      for (const other of ['wrong', 'mooring-crane-renewed']) {
        const refused = await ask(client_id, other);
        assert.equal(refused.status, 401, `${client_id} ${other}`);
        assert.equal(await causeOf(server, refused), 'certificate_not_registered');
      }
    }
    // The address of the files is nobody's; the same documents are published beside this test.
    const publisher = await serveHttps(t, publishing, async ({ url }, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(
        await readFile(at('keys', url === '/old' ? 'tide-gauge-jwks-wso2-x5t.json' : 'tide-gauge-jwks.json')),
      );
    });
    for (const path of ['/new', '/old']) {
      await admin.update(TIDE, { jwks_uri: `${publisher.origin}${path}` });
      const answer = await ask(TIDE, 'tide-gauge');
      assert.equal(
        answer.status,
        200,
        JSON.stringify(answer.status === 200 ? {} : await eventOf(server, answer)),
      );
      assert.equal(answer.json().expires_in, 600);
      assert.equal((await ask(TIDE, 'wrong')).status, 401);
    }
    const secret = expected.clients.playground2?.secret ?? '';
    const bySecret = await post(`${home.issuer}/oauth2/token`, {
      grant_type: 'client_credentials',
      client_id: PLAYGROUND,
      client_secret: secret,
    });
    assert.equal(bySecret.status, 401, 'one method a client');
  });

  test('everybody has their password, as it was typed, and is known by the same sub', async () => {
    for (const [username, { password, UM_USER_ID, locked, must_change }] of Object.entries(expected.people)) {
      if (username === 'admin') continue;
      const wrong = await byPassword(username, `${password}!`);
      assert.equal(wrong.status, 400, username);
      const answer = await byPassword(username, password);
      if (locked === true || must_change === true) {
        assert.equal(answer.status, 400, `${username} is held`);
        continue;
      }
      assert.equal(answer.status, 200, `${username}: ${answer.text}`);
      const { sub } = await admin.json('GET', `/users/${encodeURIComponent(username)}`);
      assert.equal(sub, UM_USER_ID, username);
      // The second time against this server's own hash.
      assert.equal((await byPassword(username, password)).status, 200, username);
    }
    const folded = (expected.people['nuno.nfkc']?.password ?? '').normalize('NFKC');
    assert.notEqual(folded, expected.people['nuno.nfkc']?.password);
    const user = await admin.json('GET', `/users/${encodeURIComponent('inês.lobo')}`);
    assert.deepEqual(user.claims, {
      email: 'ines@dockside.example',
      given_name: 'Inês',
      family_name: 'Lobo',
    });
  });

  test('a person signs in by the accepted callback, and one who must change the password is asked for a new one', async () => {
    const authorize = new URL(`${home.issuer}/oauth2/authorize`);
    const parameters = {
      response_type: 'code',
      client_id: PLAYGROUND,
      redirect_uri: CALLBACK,
      scope: 'openid',
    };
    for (const [name, value] of Object.entries(parameters)) authorize.searchParams.set(name, value);
    const signIn = async (username: string, password: string) => {
      const browser = createHttpBrowser();
      const page = await browser.follow(await browser.get(authorize.href), home.issuer);
      const signedIn = await browser.submit(page, { username, password });
      return { browser, page: await browser.follow(signedIn, home.issuer) };
    };
    const { browser, page } = await signIn('joao', 'CaboRaso_12');
    const consented = await browser.follow(await browser.submit(page, { decision: 'allow' }), home.issuer);
    const location = String(consented.headers.location);
    assert.ok(location.startsWith(`${CALLBACK}?`), `${consented.status} ${location}`);
    const code = new URL(location).searchParams.get('code') ?? '';
    const answer = await ask(PLAYGROUND, 'playground2', {
      grant_type: 'authorization_code',
      code,
      redirect_uri: CALLBACK,
    });
    assert.equal(answer.status, 200, answer.text);

    const held = await signIn('mia.change', 'First-Tide-1');
    assert.equal(held.page.status, 200);
    assert.ok(!String(held.page.headers.location ?? '').startsWith(CALLBACK));
    assert.match(held.page.text, /name="new_password"/);
  });

  test('each form of 7 is the same three clients, and mooring-crane’s tokens are bound', async () => {
    const forms: readonly (readonly [string, readonly string[]])[] = [
      ['XML', ['playground2', 'tide-gauge', 'mooring-crane'].map((name) => at('7', `${name}.xml`))],
      ['YAML', ['playground2', 'mooring-crane'].map((name) => at('7', `${name}.yml`)).concat(at('7/iamctl'))],
      ['JSON', ['playground2', 'tide-gauge', 'mooring-crane'].map((name) => at('7', `${name}.json`))],
      ['REST', [at('7/rest')]],
    ];
    const seen = new Map<string, string>();
    for (const [form, files] of forms) {
      await forget();
      const report = await imported(...files, '--set', 'TIDE_HOST=tide-gauge.dockside.example');
      assert.equal(report.counts.client?.added, 3, form);
      const { id_token_signed_response_alg, jwks_uri } = await admin.json('GET', `/clients/${TIDE}`);
      assert.deepEqual(
        [id_token_signed_response_alg, jwks_uri],
        ['PS256', 'https://tide-gauge.dockside.example/jwks.json'],
        form,
      );
      const crane = await admin.json('GET', `/clients/${CRANE}`);
      const { revision: _, client_id_issued_at: __, ...metadata } = crane;
      seen.set(JSON.stringify(metadata), form);
      const answer = await ask(CRANE, 'mooring-crane');
      assert.equal(answer.status, 200, answer.text);
      assert.ok(claimsOf(answer.json().access_token).cnf, form);
      assert.equal((await ask(CRANE, 'mooring-crane-renewed')).status, 401, form);
      assert.equal((await ask(PLAYGROUND, 'playground2')).status, 200, form);
      assert.equal((await ask(PLAYGROUND, 'wrong')).status, 401, form);
    }
    assert.deepEqual([...seen.values()], ['REST'], 'one registration, whatever it was read from');
  });

  test('a broken file changes nothing; an import that was cut short goes on', async () => {
    await forget();
    const broken = join(home.home, 'broken.xml');
    await writeFile(broken, (await readFile(at('5.11/playground2.xml'), 'utf8')).slice(0, -40));
    const refused = await home.command('import', '--from', 'wso2', at('5.11/mooring-crane.xml'), broken);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /broken\.xml: is not XML/);
    assert.equal((await admin.request('GET', `/clients/${CRANE}`)).status, 404);
    assert.deepEqual((await imported(at('5.11/mooring-crane.xml'))).counts.client, { added: 1 });
    const rest = await imported(at('5.11'));
    assert.deepEqual(rest.counts.client, { added: 2, present: 1, left_out: 1 });
  });
});
