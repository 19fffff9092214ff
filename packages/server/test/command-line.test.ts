import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { certificateToPem } from '@countersign/x509';
import { privateKeyEntry, readKeyStore } from '@countersign/x509/key-store';
import { createIdentity, type Identity } from './client-identity.ts';
import {
  countersignProgram,
  createTestHome,
  type Finished,
  type RunningCountersign,
  runProgram,
  type TestHome,
} from './countersign-process.ts';
import { missingProgram } from './installed-program.ts';
import { call, post } from './token-client.ts';

const withoutKeytool = await missingProgram('keytool', ['-help']);

/** A JSON answer as a table, whatever it is. */
function table(value: unknown): Record<string, unknown> {
  assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value), JSON.stringify(value));
  return { ...value };
}
function tables(value: unknown): Record<string, unknown>[] {
  assert.ok(Array.isArray(value));
  return value.map(table);
}

describe('the command line', () => {
  let home: TestHome;
  let identity: Identity;
  let other: Identity;
  const file = (name: string) => join(home.home, name);
  const bare = (...args: readonly string[]) => runProgram(process.execPath, [countersignProgram(), ...args]);
  const json = async (...args: readonly string[]) => table(await home.json(...args));
  const serverCertificates = async () => {
    const store = await readKeyStore(await readFile(join(home.security, 'wso2carbon.jks')), 'wso2carbon');
    return privateKeyEntry(store, 'wso2carbon').chain.map(certificateToPem);
  };
  const assertEnded = ({ code, stderr }: Finished, expected: number, message: RegExp) => {
    assert.equal(code, expected, stderr);
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /\n\s+at /, 'an error is a sentence and no stack');
  };

  before(async () => {
    home = await createTestHome();
    identity = await createIdentity('CN=client,O=Example');
    other = await createIdentity('CN=client,O=Example');
    await writeFile(file('client.pem'), identity.pem);
    await writeFile(file('other.pem'), other.pem);
    await writeFile(file('text.pem'), 'no certificate');
  });
  after(() => home?.remove());

  test('many clients are registered, changed and removed from the lines of a file, each by itself', async () => {
    const line = (value: unknown) => JSON.stringify(value);
    const metadata = (name: string) => ({ client_name: name, grant_types: ['client_credentials'] });
    const lines = (text: string) =>
      text
        .trim()
        .split('\n')
        .map((each) => table(JSON.parse(each)));
    const chosen = { client_id: 'many-1', token_endpoint_auth_method: 'client_secret_basic' };
    await writeFile(
      file('many.jsonl'),
      [line({ ...metadata('many 1'), ...chosen }), '', '{"client_name', line(metadata('many 2'))].join('\n'),
    );
    const added = await home.command('client', 'add', '--json', '--from', file('many.jsonl'));
    assertEnded(added, 1, /is not JSON.*"line":3.*\n.*1 of 3 were refused/s);
    const [one, two] = lines(added.stdout);
    assert.equal(one?.client_id, 'many-1');
    assert.ok(one?.client_secret);
    assert.ok(two?.client_id);
    await writeFile(
      file('changes.jsonl'),
      [
        line({ client_id: 'many-1', enabled: false, client_name: 'many one' }),
        line({ client_id: two.client_id, enabled: false, revision: 9 }),
      ].join('\n'),
    );
    const changed = await home.command('client', 'update', '--from', file('changes.jsonl'));
    assertEnded(changed, 1, /line 2: .*revision 1.*\n.*1 of 2 were refused/s);
    assert.match((await home.command('client', 'list')).stdout, /many one {2}\(disabled\)/);
    await writeFile(file('gone.txt'), `many-1\n${line({ client_id: two.client_id })}\n`);
    const removed = await home.command('client', 'remove', '--from', file('gone.txt'));
    assert.equal(removed.code, 0, removed.stderr);
    assert.doesNotMatch((await home.command('client', 'list')).stdout, /many/);
  });

  test('a command that is called wrongly ends with 2 and says how', async () => {
    const cases: readonly [readonly string[], RegExp][] = [
      [['nonsense'], /unknown command 'nonsense'/],
      [['client', 'show'], /missing required argument 'client_id'/],
      [['client', 'list', '--nonsense'], /unknown option '--nonsense'/],
      [['client', 'add'], /--client-name is missing/],
      [
        ['client', 'add', '--client-name', 'x', '--certificate', file('absent.pem')],
        /cannot read .*absent\.pem/,
      ],
      [['client', 'update', 'x', '--enable', '--disable'], /exclude each other/],
      [['client', 'update'], /name one client_id, or many with --from/],
      [['client', 'remove', 'x', '--from', 'y'], /name one client_id, or many with --from/],
      [['client', 'add', '--from', file('absent.jsonl')], /cannot read .*absent\.jsonl/],
      [['user', 'add', 'x', '--roles', 'king'], /king is not an administrator role; there are owner/],
      [
        ['certificate', 'issue', '--subject', 'CN=x', '--out', 'x', '--key-type', 'DSA'],
        /Allowed choices are RSA-2048/,
      ],
      [['init', '--port', '99999'], /not a TCP port/],
      [['explain'], /give an event id, or --cert FILE and --client ID/],
    ];
    await Promise.all(
      cases.map(async ([args, message]) => assertEnded(await home.command(...args), 2, message)),
    );
    assert.match((await bare('--version')).stdout, /^\d+\.\d+\.\d+\n$/);
    const help = await bare('--help');
    assert.equal(help.code, 0);
    for (const command of ['serve', 'client', 'truststore', 'explain', 'doctor', 'migrate']) {
      assert.match(help.stdout, new RegExp(`^ {2}${command} `, 'm'));
    }
  });

  describe('while no server runs', () => {
    let client_id: string;

    test('init makes a home once', async () => {
      const again = await json('init');
      assert.deepEqual(again, {
        home: home.home,
        created: false,
        deployment: home.deploymentFile,
        security: home.security,
        issuer: home.issuer,
        certificates: await serverCertificates(),
      });
    });

    test('client add answers RFC 7591 metadata and the secret once', async () => {
      const added = await json(
        ...['client', 'add', '--client-name', 'first', '--certificate', file('client.pem')],
        ...['--redirect-uri', 'https://client.example/callback', '--scope', 'openid read'],
        ...['--grant-types', 'authorization_code,client_credentials'],
      );
      client_id = String(added.client_id);
      assert.match(String(added.client_secret), /^[A-Za-z0-9_-]{64}$/);
      assert.equal(added.client_secret_expires_at, 0);
      assert.equal(added.client_secret_authenticates, 'nothing');
      assert.equal(typeof added.client_id_issued_at, 'number');
      assert.equal(added.client_name, 'first');
      assert.equal(added.token_endpoint_auth_method, 'self_signed_tls_client_auth');
      assert.deepEqual(added.redirect_uris, ['https://client.example/callback']);
      assert.deepEqual(added.grant_types, ['authorization_code', 'client_credentials']);
      assert.deepEqual(added.response_types, ['code']);
      assert.equal(added.scope, 'openid read');
      assert.equal(added.tls_client_certificate_bound_access_tokens, false);
      assert.equal(added.certificate_binding, 'when_presented');
      const shown = await json('client', 'show', client_id);
      assert.equal(shown.client_secret, undefined);
      assert.equal(shown.client_name, 'first');
    });

    test('a secret that authenticates nothing says so where it is shown, and the others do not', async () => {
      const words = /^client_secret {2}[\w-]{64} {3}\(shown once(; authenticates nothing: .*)?\)$/m;
      const note = async (...args: string[]) => {
        const added = await home.command('client', 'add', '--client-name', 'noted', ...args);
        assert.equal(added.code, 0, added.stderr);
        const shown = words.exec(added.stdout);
        assert.ok(shown, added.stdout);
        return shown[1];
      };
      assert.equal(
        await note('--certificate', file('client.pem')),
        '; authenticates nothing: the client proves itself by self_signed_tls_client_auth alone',
      );
      assert.match(String(await note('--tls-client-auth-san-dns', 'a.example')), /by tls_client_auth alone/);
      assert.equal(await note(), undefined);
      assert.equal(await note('--token-endpoint-auth-method', 'client_secret_jwt'), undefined);
      const used = await json('client', 'add', '--client-name', 'used');
      assert.equal(used.client_secret_authenticates, 'client');
      const open = await json(
        ...['client', 'add', '--client-name', 'open', '--token-endpoint-auth-method', 'none'],
        ...['--redirect-uri', 'https://client.example/callback'],
      );
      assert.ok(!('client_secret' in open) && !('client_secret_authenticates' in open));
    });

    test('a new method ends the secret of before, and shows the one it needs', async () => {
      const { client_id, client_secret } = await json('client', 'add', '--client-name', 'changing');
      const id = String(client_id);
      const certified = await home.command(
        ...['client', 'update', id, '--certificate', file('client.pem')],
        ...['--token-endpoint-auth-method', 'self_signed_tls_client_auth'],
      );
      assert.equal(certified.code, 0, certified.stderr);
      assert.doesNotMatch(certified.stdout, /client_secret/);
      const back = await json('client', 'update', id, '--token-endpoint-auth-method', 'client_secret_basic');
      assert.match(String(back.client_secret), /^[\w-]{64}$/);
      assert.notEqual(back.client_secret, client_secret);
      assert.equal(back.client_secret_authenticates, 'client');
      const renewed = await json('client', 'update', id, '--regenerate-secret');
      assert.notEqual(renewed.client_secret, back.client_secret);
    });

    test('client list, update and remove', async () => {
      const updated = await json('client', 'update', client_id, '--add-certificate', file('other.pem'));
      assert.ok(Array.isArray(updated.certificates));
      assert.equal(updated.certificates.length, 2);
      assert.equal(updated.scope, 'openid read', 'what is not named stays');
      const listed = tables(await home.json('client', 'list', '--search', 'FIR'));
      assert.deepEqual(
        listed.map((each) => each.client_id),
        [client_id],
      );
      const shown = await home.command('client', 'show', client_id);
      assert.match(shown.stdout, new RegExp(`certificate {4}${identity.thumbprint}`));
      const doomed = await json('client', 'add', '--client-name', 'doomed');
      assert.deepEqual(await json('client', 'remove', String(doomed.client_id)), {
        client_id: doomed.client_id,
        removed: true,
      });
      assertEnded(
        await home.command('client', 'show', String(doomed.client_id)),
        1,
        /no client is registered/,
      );
    });

    test('what is understood and refused ends with 1', async () => {
      const add = ['client', 'add', '--client-name', 'x'];
      const cases: readonly [readonly string[], RegExp][] = [
        [['client', 'remove', 'nobody'], /no client is registered under nobody/],
        [[...add, '--certificate', file('text.pem')], /text\.pem: no "-----BEGIN CERTIFICATE-----" found/],
        [
          [...add, '--jwks-uri', 'http://client.example/jwks'],
          /jwks_uri: "http:\/\/client\.example\/jwks" is no https URI/,
        ],
        [[...add, '--grant-types', 'magic'], /grant_types: "magic" is neither one of/],
        [[...add, '--client-id', client_id], /is taken/],
        [['user', 'remove', 'nobody'], /no account has the username "nobody"/],
        [['truststore', 'export', 'nobody'], /no entry nobody/],
        [['explain', 'AAAA-AAAA-AA'], /there is no event AAAA-AAAA-AA/],
        [['certificate', 'inspect', file('text.pem')], /no "-----BEGIN CERTIFICATE-----" found/],
      ];
      await Promise.all(
        cases.map(async ([args, message]) => assertEnded(await home.command(...args), 1, message)),
      );
    });

    test('user add, list and remove', async () => {
      const added = await json('user', 'add', 'alice', '--roles', 'auditor', '--email', 'alice@example.com');
      assert.match(String(added.password), /^.{16,}$/);
      assert.deepEqual([added.username, added.roles, added.enabled], ['alice', ['auditor'], true]);
      assert.deepEqual(added.claims, { email: 'alice@example.com' });
      assertEnded(await home.command('user', 'add', 'ALICE'), 1, /is taken/);
      assert.ok(tables(await home.json('user', 'list')).some(({ username }) => username === 'alice'));
      assert.deepEqual(await json('user', 'remove', 'alice'), { username: 'alice', removed: true });
    });

    test('certificate issue under the development authority, and inspect', async () => {
      const issued = await json(
        ...['certificate', 'issue', '--subject', 'CN=issued,O=Example', '--out', file('issued'), '--ca'],
        ...['--dns', 'issued.example', '--ip', '192.0.2.1', '--client-name', 'issued'],
      );
      assert.equal(issued.client_id, 'issued');
      assert.ok(!('client_secret' in issued), 'a client of certificates needs none');
      const pem = await readFile(file('issued.pem'), 'utf8');
      const authority = new X509Certificate(
        await readFile(join(home.security, 'development-ca.pem'), 'utf8'),
      );
      assert.ok(new X509Certificate(pem).verify(authority.publicKey));
      const [inspected, above] = tables(await home.json('certificate', 'inspect', file('issued.pem')));
      assert.equal(inspected?.['x5t#S256'], issued['x5t#S256']);
      assert.equal(inspected?.subject, 'CN=issued, O=Example');
      assert.equal(inspected?.subject_alt_name, 'DNS:issued.example, IP Address:192.0.2.1');
      assert.equal(above?.subject, 'CN=Countersign development CA');
      const again = await home.command('certificate', 'issue', '--subject', 'CN=x', '--out', file('issued'));
      assertEnded(again, 1, /cannot write .*issued\.pem/);
    });

    test('explain offline: 0 when it would be let in, 1 with the failed step when not', async () => {
      const good = await home.command(
        'explain',
        '--cert',
        file('client.pem'),
        '--client',
        client_id,
        '--json',
      );
      assert.equal(good.code, 0, good.stderr);
      const explained = table(JSON.parse(good.stdout));
      assert.equal(explained.authenticated, true);
      assert.ok(tables(explained.steps).every(({ outcome }) => outcome === 'passed'));
      await writeFile(file('stranger.pem'), (await createIdentity('CN=stranger')).pem);
      const bad = await home.command(
        'explain',
        '--cert',
        file('stranger.pem'),
        '--client',
        client_id,
        '--json',
      );
      assert.equal(bad.code, 1);
      const failed = tables(table(JSON.parse(bad.stdout)).steps).at(-1);
      assert.equal(failed?.outcome, 'failed');
      const detail = table(failed?.detail);
      assert.equal(detail.because, 'certificate_not_registered');
      assert.deepEqual(detail.expected, [identity.thumbprint, other.thumbprint]);
      const nobody = await home.command('explain', '--cert', file('client.pem'), '--client', 'nobody');
      assert.equal(nobody.code, 1);
      assert.match(nobody.stdout, /client_unknown/);
    });

    test('inside a home, as in the steps of the page, a command means this home', async () => {
      const { COUNTERSIGN_HOME: _, ...env } = process.env;
      const listed = await runProgram(process.execPath, [countersignProgram(), 'client', 'list'], {
        cwd: home.security,
        env,
      });
      assert.match(listed.stdout, new RegExp(client_id), listed.stderr);
      assert.ok(!(await readdir(home.security)).includes('countersign-home'));
    });

    test('certificates are read as keytool exports them too, in DER', async () => {
      const { raw } = new X509Certificate(identity.pem);
      await writeFile(file('client.crt'), raw);
      const [inspected] = tables(await home.json('certificate', 'inspect', file('client.crt')));
      assert.equal(inspected?.['x5t#S256'], identity.thumbprint);
      const added = await json('client', 'add', '--client-name', 'der', '--certificate', file('client.crt'));
      assert.deepEqual(added.certificates, [identity.pem]);
      await home.json('truststore', 'import', file('client.crt'), '--alias', 'der');
      assert.deepEqual(
        tables(await home.json('truststore', 'list')).map(({ alias }) => alias),
        ['der'],
      );
      await home.json('truststore', 'remove', 'der');
      const store = join(home.security, 'wso2carbon.jks');
      assertEnded(
        await home.command('client', 'add', '--client-name', 'x', '--certificate', store),
        1,
        /wso2carbon\.jks: this is a PKCS#12 key store .*openssl pkcs12 -in/,
      );
      assertEnded(await home.command('certificate', 'inspect', store), 1, /give it with --storepass/);
      for (const args of [
        ['certificate', 'inspect', file('absent.pem')],
        ['truststore', 'import', file('absent.pem')],
        ['explain', '--cert', file('absent.pem'), '--client', 'x'],
      ]) {
        assertEnded(await home.command(...args), 2, /cannot read .*absent\.pem/);
      }
    });

    test('doctor: all well but nothing listening', async () => {
      const findings = tables(await home.json('doctor'));
      const outcomes = Object.fromEntries(findings.map(({ check, outcome }) => [String(check), outcome]));
      assert.equal(outcomes['deployment.toml'], 'ok');
      assert.equal(outcomes.database, 'ok');
      assert.equal(outcomes.listener, 'warning');
    });

    test('doctor: what is wrong, with 1', async () => {
      const good = await readFile(home.deploymentFile, 'utf8');
      await home.editDeployment((text) => text.replace(/^clientAuth = .*$/m, 'clientAuth = "wont"'));
      const broken = await home.command('doctor', '--json');
      assert.equal(broken.code, 1);
      const [finding] = tables(JSON.parse(broken.stdout));
      assert.deepEqual([finding?.check, finding?.outcome], ['deployment.toml', 'failed']);
      assert.match(String(finding?.detail), /deployment\.toml:\d+:\d+.*clientAuth must be "want"/s);
      await writeFile(home.deploymentFile, `${good}\n[truststore]\npassword = "wrong"\n`);
      const locked = await home.command('doctor', '--json');
      assert.equal(locked.code, 1);
      assert.match(locked.stdout, /\[truststore\].*cannot be used/);
      const listener = '\n[[event_listener]]\nid = "x"\nname = "absent"\norder = 1\n';
      await writeFile(home.deploymentFile, good + listener);
      const unnamed = await home.command('doctor');
      assert.equal(unnamed.code, 1);
      assert.match(unnamed.stdout, /^failed +plug-ins +.*no authenticator is named absent/m);
      await writeFile(home.deploymentFile, good);
    });

    test('truststore import, list, export and remove, read by keytool', {
      skip: withoutKeytool,
    }, async () => {
      const keytool = (...args: readonly string[]) =>
        runProgram(
          'keytool',
          [...args, '-keystore', 'client-truststore.jks', '-storepass', 'wso2carbon', '-noprompt'],
          { cwd: home.security },
        );
      const [imported] = tables(
        await home.json('truststore', 'import', file('client.pem'), '--alias', 'ours'),
      );
      assert.deepEqual(
        [imported?.alias, imported?.kind, imported?.['x5t#S256']],
        ['ours', 'trusted-certificate', identity.thumbprint],
      );
      const theirs = await keytool('-importcert', '-alias', 'theirs', '-file', file('other.pem'));
      assert.equal(theirs.code, 0, theirs.stdout);
      const listed = await keytool('-list', '-rfc');
      assert.equal(listed.code, 0, listed.stdout);
      assert.match(listed.stdout, /Alias name: ours\n[\s\S]*Entry type: trustedCertEntry/);
      assert.ok(listed.stdout.replaceAll('\r', '').includes(identity.pem.trim()));
      assert.deepEqual(
        tables(await home.json('truststore', 'list'))
          .map(({ alias }) => alias)
          .sort(),
        ['ours', 'theirs'],
      );
      const exported = await home.command('truststore', 'export', 'THEIRS');
      assert.equal(exported.stdout.trim(), other.pem.trim());
      assertEnded(
        await home.command('truststore', 'import', file('other.pem'), '--alias', 'ours'),
        1,
        /the alias ours is taken/,
      );
      await home.json('truststore', 'remove', 'theirs');
      assert.equal((await keytool('-list', '-alias', 'theirs')).code, 1);
      assert.equal((await keytool('-list', '-alias', 'ours')).code, 0);
    });

    test('migrate finds the schema up to date', async () => {
      const { from, to } = await json('migrate');
      assert.equal(from, to);
    });
  });

  describe('while a server runs', () => {
    let server: RunningCountersign;
    let client_id: string;
    before(async () => {
      server = await home.start();
    });
    after(() => server?.stop());
    const ask = ({ cert, key }: Identity) =>
      post(
        `${home.issuer}/oauth2/token`,
        { grant_type: 'client_credentials', client_id },
        { certificate: { cert, key } },
      );

    test('a client that is added, disabled and removed counts at once', async () => {
      const added = await json('client', 'add', '--client-name', 'live', '--certificate', file('client.pem'));
      client_id = String(added.client_id);
      assert.equal((await ask(identity)).status, 200);
      await json('client', 'update', client_id, '--disable');
      assert.equal((await ask(identity)).status, 401);
      await json('client', 'update', client_id, '--enable');
      assert.equal((await ask(identity)).status, 200);
    });

    test('explain tells of a refusal by the event id that its answer carries', async () => {
      const refused = await ask(other);
      const event_id = String(refused.headers['countersign-event-id']);
      // Events reach the database a moment after the answer.
      await server.line(new RegExp(event_id));
      await call(`${home.issuer}/health/ready`);
      const explained = await json('explain', event_id.toLowerCase());
      assert.equal(explained.event_id, event_id);
      assert.equal(explained.because, 'certificate_not_registered');
      assert.match(String(explained.remedy), /Register the presented certificate/);
      assert.deepEqual(explained.evidence, {
        expected: [identity.thumbprint],
        presented: other.thumbprint,
      });
      const read = await home.command('explain', event_id);
      assert.match(read.stdout, /what happened {5}The presented certificate is none of those registered/);
      assert.match(read.stdout, new RegExp(`presented +${other.thumbprint}`));
    });

    test('keys rotate: the server signs with the next key and still verifies the last', async () => {
      const kidOf = async () => {
        const token = String((await ask(identity)).json().access_token);
        return table(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())).kid;
      };
      const before = await kidOf();
      const keys = tables(await home.json('keys', 'rotate'));
      const active = keys.find(({ alg, state }) => alg === 'ES256' && state === 'active')?.kid;
      assert.notEqual(active, before);
      assert.equal(await kidOf(), active);
      const published = tables((await call(`${home.issuer}/oauth2/jwks`)).json().keys).map(({ kid }) => kid);
      assert.ok(published.includes(before) && published.includes(active));
      assert.deepEqual(
        tables(await home.json('keys', 'list'))
          .filter(({ use }) => use === 'sig')
          .map(({ kid }) => kid)
          .sort(),
        keys
          .filter(({ use }) => use === 'sig')
          .map(({ kid }) => kid)
          .sort(),
      );
      const next = keys.find(({ state }) => state === 'next');
      assert.ok(Date.parse(String(next?.known_from)) > Date.now() + 600_000);
      const again = await home.command('keys', 'rotate');
      assert.equal(again.code, 0, again.stderr);
      assert.match(again.stdout, /^The active keys sign from [-\d]+T[:.\d]+Z on/m);
      assert.match(again.stdout, /^The next rotation is safe, .* from [-\d]+T[:.\d]+Z on/m);
      assert.equal(await kidOf(), active, 'what a verifier that keeps the keys has not seen signs nothing');
    });

    test('keys rotate --algorithm: that key alone', async () => {
      const kidsOf = (keys: readonly Readonly<Record<string, unknown>>[], alg: string) =>
        keys.filter((key) => key.alg === alg).map(({ kid }) => kid);
      const before = tables(await home.json('keys', 'list'));
      const after = tables(await home.json('keys', 'rotate', '--algorithm', 'RS256'));
      assert.equal(kidsOf(after, 'RS256').length, kidsOf(before, 'RS256').length + 1);
      assert.deepEqual(kidsOf(after, 'ES256'), kidsOf(before, 'ES256'));
      const wrong = await home.command('keys', 'rotate', '--algorithm', 'HS256');
      assert.equal(wrong.code, 2);
      assert.match(wrong.stderr, /ES256, PS256, RS256, EdDSA/);
    });

    test('keys list: one that signs and one published ahead of every algorithm there is', async () => {
      const kinds = tables(await home.json('keys', 'list')).map(({ alg, state }) => `${alg} ${state}`);
      for (const alg of ['ES256', 'PS256', 'RS256', 'EdDSA']) {
        for (const state of ['active', 'next']) {
          assert.equal(kinds.filter((kind) => kind === `${alg} ${state}`).length, 1, `${alg} ${state}`);
        }
      }
    });

    test('doctor reaches the listener', async () => {
      const listener = tables(await home.json('doctor')).find(({ check }) => check === 'listener');
      assert.equal(listener?.outcome, 'ok');
      assert.match(String(listener?.detail), /with TLSv1\.3/);
    });
  });
});
