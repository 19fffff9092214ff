import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { certificateToPem } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';
import {
  createTestHome,
  type Finished,
  type RunningCountersign,
  runProgram,
  type TestHome,
} from './countersign-process.ts';
import { DATABASES } from './databases.ts';
import { missingProgram } from './installed-program.ts';
import { claimsOf } from './token-client.ts';

const skip =
  (await missingProgram('keytool', ['-help'])) ||
  (await missingProgram('openssl', ['version'])) ||
  (await missingProgram('curl', ['--version']));

/** The status and body of what `curl -i` printed. */
function answerOf({ stdout }: Finished): { status: number; head: string; body: Record<string, unknown> } {
  const [head = '', body = ''] = stdout.split('\r\n\r\n');
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), head, body: JSON.parse(body) };
}

/** What of an answer anyone outside can tell apart: not its date nor its random event id. */
const visible = ({ head, body }: ReturnType<typeof answerOf>) => ({
  head: head.replace(/^date: .*$/im, '').replace(/^countersign-event-id: .*$/im, ''),
  body,
});

for (const database of DATABASES) {
  describe(`the page, step by step, on ${database.name}`, { skip: skip || database.skip }, () => {
    let home: TestHome;
    let server: RunningCountersign;
    let close: () => Promise<void>;
    let elsewhere: string;
    let client_id: string;
    const inSecurity = (program: string, args: readonly string[]) =>
      runProgram(program, args, { cwd: home.security });

    const pageCurl = (
      overrides: {
        certificate?: string | null;
        password?: string;
        id?: string;
        extra?: readonly string[];
      } = {},
    ) => {
      const { certificate = 'client-certificate.pem', password = 'admin', id = client_id } = overrides;
      const key = certificate === 'client-certificate.pem' ? 'key.pem' : `${certificate}.key`;
      return inSecurity('curl', [
        '-s',
        ...(overrides.extra ?? ['-k']),
        '-d',
        `grant_type=password&username=admin&password=${password}&client_id=${id}`,
        '-H',
        'Content-Type: application/x-www-form-urlencoded',
        `${home.issuer}/oauth2/token`,
        '-i',
        ...(certificate === null ? [] : ['--cert', certificate, '--key', key]),
      ]);
    };

    before(async () => {
      const opened = await database.open();
      close = opened.close;
      home = await createTestHome(opened.deployment);
      elsewhere = await mkdtemp(join(tmpdir(), 'countersign-page-'));
    });
    after(async () => {
      await server?.stop();
      await home?.remove();
      await rm(elsewhere, { recursive: true, force: true });
      await close?.();
    });

    test('openssl makes the client its key and certificate', async () => {
      const made = await inSecurity('openssl', [
        ...'req -newkey rsa:2048 -x509 -keyout key.pem -out client-certificate.pem -days 3650 -nodes'.split(
          ' ',
        ),
        '-subj',
        '/C=LK/O=Example/CN=playground2',
      ]);
      assert.equal(made.code, 0, made.stderr);
    });

    test('keytool imports it into the trust store and exports the server certificate', async () => {
      const imported = await inSecurity('keytool', [
        ...'-import -trustcacerts -alias client -file client-certificate.pem -keystore client-truststore.jks'.split(
          ' ',
        ),
        ...'-storepass wso2carbon -noprompt'.split(' '),
      ]);
      assert.equal(imported.code, 0, imported.stdout + imported.stderr);
      const exported = await inSecurity(
        'keytool',
        '-export -alias wso2carbon -file wso2-certificate.crt -keystore wso2carbon.jks -storepass wso2carbon'.split(
          ' ',
        ),
      );
      assert.equal(exported.code, 0, exported.stdout + exported.stderr);
      const truststore = join(elsewhere, 'truststore.jks');
      const trusted = await inSecurity('keytool', [
        ...'-import -trustcacerts -alias wso2carbon -file wso2-certificate.crt -noprompt'.split(' '),
        ...['-keystore', truststore, '-storepass', 'client-password'],
      ]);
      assert.equal(trusted.code, 0, trusted.stdout + trusted.stderr);
      const pem = await inSecurity(
        'openssl',
        'x509 -inform DER -in wso2-certificate.crt -out server.pem'.split(' '),
      );
      assert.equal(pem.code, 0, pem.stderr);
    });

    test('the service provider gets its key and secret', async () => {
      server = await home.start();
      const added = await home.json(
        'client',
        'add',
        '--client-name',
        'playground2',
        '--certificate',
        join(home.security, 'client-certificate.pem'),
        '--redirect-uri',
        'http://localhost:8080/playground2/oauth2client',
        '--grant-types',
        'authorization_code,refresh_token,password,client_credentials',
      );
      assert.ok(
        added !== null && typeof added === 'object' && 'client_id' in added && 'client_secret' in added,
      );
      assert.match(String(added.client_id), /^[A-Za-z0-9]{20,}$/);
      assert.match(String(added.client_secret), /^[A-Za-z0-9_-]{64}$/);
      client_id = String(added.client_id);
    });

    test('the curl command of the page gets a token bound to the certificate', async () => {
      const { status, head, body } = answerOf(await pageCurl());
      assert.equal(status, 200);
      assert.match(head, /cache-control: no-store/i);
      const thumbprint = await inSecurity('sh', [
        '-c',
        'openssl x509 -in client-certificate.pem -outform DER | openssl dgst -sha256 -binary | openssl base64 -A',
      ]);
      const claims = claimsOf(body.access_token);
      assert.deepEqual(claims.cnf, {
        'x5t#S256': Buffer.from(thumbprint.stdout, 'base64').toString('base64url'),
      });
      assert.equal(claims.client_id, client_id);
      assert.equal(claims.iss, home.issuer);
    });

    test('curl that trusts the exported server certificate needs no -k', async () => {
      assert.equal(answerOf(await pageCurl({ extra: ['--cacert', 'server.pem'] })).status, 200);
    });

    describe('the same curl with something wrong', () => {
      before(async () => {
        const another = await inSecurity('openssl', [
          ...'req -newkey rsa:2048 -x509 -keyout other.pem.key -out other.pem -days 30 -nodes'.split(' '),
          '-subj',
          '/C=LK/O=Example/CN=playground2',
        ]);
        assert.equal(another.code, 0, another.stderr);
        const expired = await issueCertificate({
          subject: 'CN=playground2,O=Example,C=LK',
          keyType: 'EC-P256',
          days: 1,
          usage: 'client',
          now: Date.now() - 30 * 24 * 3600 * 1000,
        });
        await writeFile(join(home.security, 'expired.pem'), certificateToPem(expired.certificate));
        await writeFile(
          join(home.security, 'expired.pem.key'),
          expired.privateKey.export({ format: 'pem', type: 'pkcs8' }),
        );
        const updated = await home.command(
          'client',
          'update',
          client_id,
          '--add-certificate',
          join(home.security, 'expired.pem'),
        );
        assert.equal(updated.code, 0, updated.stderr);
        assert.match(updated.stdout, /warning: certificates\.1 expired at/);
      });

      const because = async (answer: ReturnType<typeof answerOf>): Promise<string> => {
        const id = /^countersign-event-id: (\S+)\r?$/im.exec(answer.head)?.[1] ?? 'none';
        return server.line(new RegExp(`"event_id":"${id}"`));
      };

      test('another certificate of the same subject, an expired one, none, and an unknown client look alike', async () => {
        const other = answerOf(await pageCurl({ certificate: 'other.pem' }));
        const expired = answerOf(await pageCurl({ certificate: 'expired.pem' }));
        const none = answerOf(await pageCurl({ certificate: null }));
        const unknown = answerOf(await pageCurl({ id: 'nobody' }));
        assert.equal(other.status, 401);
        assert.equal(other.body.error, 'invalid_client');
        for (const answer of [expired, none, unknown]) assert.deepEqual(visible(answer), visible(other));
        assert.match(await because(other), /"because":"certificate_not_registered".*"expected".*"presented"/);
        assert.match(await because(expired), /"because":"certificate_expired".*not_after/);
        assert.match(await because(none), /"because":"certificate_absent"/);
        assert.match(await because(unknown), /"because":"client_unknown".*nobody/);
      });

      test('a wrong password and an unknown user look alike', async () => {
        const wrong = answerOf(await pageCurl({ password: 'wrong' }));
        assert.equal(wrong.status, 400);
        assert.equal(wrong.body.error, 'invalid_grant');
        assert.match(await because(wrong), /"because":"password_wrong"/);
        const unknown = answerOf(
          await inSecurity('curl', [
            ...['-s', '-k', '-i', '--cert', 'client-certificate.pem', '--key', 'key.pem'],
            ...['-d', `grant_type=password&username=nobody&password=wrong&client_id=${client_id}`],
            `${home.issuer}/oauth2/token`,
          ]),
        );
        assert.deepEqual(visible(unknown), visible(wrong));
        assert.match(await because(unknown), /"because":"user_unknown"/);
      });
    });

    test('the audit log has every event', async () => {
      const audit = await readFile(join(home.home, 'repository/logs/audit.log'), 'utf8');
      const causes = audit
        .trim()
        .split('\n')
        .map((line): unknown => JSON.parse(line).because);
      assert.ok(causes.includes('certificate_not_registered'));
    });
  });
}
