import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { Certificate, certificateToPem, parsePemCertificates } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { ONE_DATABASE } from './databases.ts';
import { eventOf } from './event-of.ts';
import { type Answer, type Call, call, claimsOf, post } from './token-client.ts';

const SELF = 'spiffe://example.org/ns/self';
const APP = 'spiffe://example.org/ns/app';
const FOLDER = join(import.meta.dirname, 'certificates');

/** A certificate whose notAfter is in month 13. */
async function impossible(): Promise<Pick<Identity, 'cert' | 'key' | 'pem' | 'thumbprint'>> {
  const read = (name: string) => readFile(join(FOLDER, name), 'utf8');
  const [pem, key] = await Promise.all([read('impossible-not-after.pem'), read('impossible-not-after.key')]);
  const [certificate] = parsePemCertificates(pem);
  return { cert: pem, key, pem, thumbprint: certificate?.thumbprint ?? '' };
}

const isClosed = (error: unknown) =>
  /ECONNRESET|EPIPE|socket hang up|disconnected|alert/i.test(String(error));

for (const database of ONE_DATABASE) {
  describe(`certificates with strange fields on ${database.name}`, { skip: database.skip }, () => {
    let home: TestHome;
    let server: RunningCountersign;
    let admin: AdminApi;
    let close: () => Promise<void>;
    let self: Identity;
    let app: Identity;
    let month13: Awaited<ReturnType<typeof impossible>>;

    const file = async (name: string, content: string) => {
      const path = join(home.home, name);
      await writeFile(path, content);
      return path;
    };
    const ask = (client_id: string, options: Call) =>
      post(`${home.issuer}/oauth2/token`, { grant_type: 'client_credentials', client_id }, options);
    const isReady = async () => (await call(`${home.issuer}/health/ready`)).status === 200;
    const gives = async (answer: Promise<Answer>, thumbprint: string) => {
      const settled = await answer;
      assert.equal(settled.status, 200, settled.text);
      assert.deepEqual(claimsOf(settled.json().access_token).cnf, { 'x5t#S256': thumbprint });
    };

    before(async () => {
      const opened = await database.open();
      close = opened.close;
      home = await createTestHome({ ...opened.deployment, logging: { level: 'debug' } });
      const ca = await issueCertificate({
        subject: 'CN=Example Issuing CA',
        keyType: 'EC-P256',
        days: 30,
        usage: 'ca',
        now: Date.now(),
      });
      const out = join(home.home, 'self');
      await home.json(
        ...['certificate', 'issue', '--subject', '', '--uri', SELF, '--out', out, '--client-name', 'self'],
      );
      const [pem, key] = await Promise.all([readFile(`${out}.pem`, 'utf8'), readFile(`${out}.key`, 'utf8')]);
      const [certificate] = parsePemCertificates(pem);
      assert.ok(certificate);
      const made = await createIdentity('CN=unused');
      self = { ...made, cert: pem, key, pem, certificate, thumbprint: certificate.thumbprint };
      app = await createIdentity('', { issuer: ca, subjectAltNames: { uri: [APP] } });
      month13 = await impossible();
      await home.json('truststore', 'import', await file('ca.pem', certificateToPem(ca.certificate)));
      server = await home.start();
      admin = adminApiOf(home.issuer);
      await admin.register({ client_id: 'app', client_name: 'app', tls_client_auth_san_uri: APP });
    });
    after(async () => {
      await server?.stop();
      await home?.remove();
      await close?.();
    });

    test('a client without a subject has its token by both methods, and a binding to its certificate', async () => {
      await gives(ask('self', { certificate: self }), self.thumbprint);
      await gives(ask('app', { certificate: app }), app.thumbprint);
    });

    test('its refusals are 401, and their events name it by its alternative name', async () => {
      for (const [client_id, certificate, name, issuer] of [
        ['app', self, SELF, 'empty issuer'],
        ['self', app, APP, 'CN=Example Issuing CA'],
      ] as const) {
        const answer = await ask(client_id, { certificate });
        assert.equal(answer.status, 401, answer.text);
        const event = await eventOf(server, answer);
        assert.partialDeepStrictEqual(event, {
          certificate: { subject: `empty subject (uri:${name})`, issuer, source: 'tls' },
        });
        const stored = await admin.json('GET', `/events/${event.event_id}`);
        assert.match(JSON.stringify(stored), new RegExp(`empty subject \\(uri:${name}\\)`));
      }
    });

    test('it rolls over, is listed, checked, explained and removed', async () => {
      const next = await createIdentity('', { subjectAltNames: { uri: [SELF] } });
      const both = await admin.update('self', { certificates: [self.pem, next.pem] });
      assert.match(JSON.stringify(both), /empty subject \(uri:spiffe/);
      await gives(ask('self', { certificate: self }), self.thumbprint);
      await gives(ask('self', { certificate: next }), next.thumbprint);
      const listed = await admin.json('GET', '/clients?limit=100');
      assert.match(JSON.stringify(listed), new RegExp(`empty subject \\(uri:${SELF}\\)`));
      const checked = await admin.json('POST', '/certificates/check', { certificate: next.pem });
      assert.partialDeepStrictEqual(checked, {
        certificate: { subject: `empty subject (uri:${SELF})`, issuer: 'empty issuer', self_signed: true },
      });
      const path = await file('next.pem', next.pem);
      const explained = await home.command('explain', '--cert', path, '--client', 'self');
      assert.match(explained.stdout, /empty subject \(uri:spiffe[\s\S]*authenticates self/);
      assert.equal(explained.code, 0, explained.stdout + explained.stderr);
      for (const command of [
        ['certificate', 'inspect', path],
        ['client', 'show', 'self'],
      ]) {
        const { code, stdout, stderr } = await home.command(...command);
        assert.equal(code, 0, command.join(' ') + stdout + stderr);
      }
      await admin.update('self', { certificates: [next.pem] });
      const gone = await ask('self', { certificate: self });
      assert.equal((await eventOf(server, gone)).because, 'certificate_not_registered');
      await admin.update('self', { certificates: [self.pem] });
    });

    test('it stands in the trust store, which is listed whole', async () => {
      await admin.json('POST', '/truststore/certificates', { content: self.pem, alias: 'self' });
      const listed = JSON.stringify(await admin.json('GET', '/truststore'));
      assert.match(listed, /empty subject \(uri:spiffe/);
      assert.match(listed, /Example Issuing CA/);
      await admin.json('DELETE', '/truststore/certificates/self');
    });

    test('a time that no clock shows is said to be none, refuses its certificate and hides nothing', async () => {
      const checked = await admin.json('POST', '/certificates/check', { certificate: month13.pem });
      assert.partialDeepStrictEqual(checked, {
        certificate: {
          subject: 'CN=t',
          unreadable: [
            {
              field: 'tbsCertificate.validity.notAfter',
              reason: 'a time that no clock shows: 20401301000000Z',
            },
          ],
        },
      });
      const answer = await admin.request('POST', '/clients', {
        client_id: 'month13',
        client_name: 'month13',
        certificates: [month13.pem],
      });
      assert.ok(answer.status < 500, answer.text);
      await admin.json('GET', '/clients?limit=100');
      await admin.json('GET', '/certificates/expiry');
      const refused = await ask(answer.status < 300 ? 'month13' : 'self', { certificate: month13 });
      assert.equal(refused.status, 401);
      const event = await eventOf(server, refused);
      assert.match(JSON.stringify(event.certificate), /validity\.notAfter/);
      if (answer.status < 300) assert.equal(event.because, 'certificate_unreadable');
    });

    test('text that a database does not take fails nowhere', async () => {
      for (const text of ['a\0b', '\ud800', 'x\udfff', '\u202e', '\u{10ffff}']) {
        const registered = await admin.request('POST', '/clients', {
          client_name: text,
          grant_types: ['client_credentials'],
        });
        assert.ok([201, 400].includes(registered.status), `${registered.status} ${registered.text}`);
        const token = await post(`${home.issuer}/oauth2/token`, {
          grant_type: 'password',
          client_id: text,
          client_secret: text,
          username: text,
          password: text,
        });
        assert.ok([400, 401].includes(token.status), `${token.status} ${token.text}`);
        assert.ok((await eventOf(server, token)).because);
        const path = encodeURIComponent(text.toWellFormed());
        for (const listing of [
          `/clients?search=${path}`,
          `/clients/${path}`,
          `/users/${path}`,
          `/events?username=${path}`,
        ]) {
          const { status, text: answer } = await admin.request('GET', listing);
          assert.ok([200, 400, 404].includes(status), `${listing}: ${status} ${answer}`);
        }
      }
      const undecodable = await call(`${home.issuer}/%ff`);
      assert.equal(undecodable.status, 400, undecodable.text);
      assert.equal((await eventOf(server, undecodable)).type, 'route.refused');
    });

    test('no handshake ends the process, whatever clientAuth and the trust manager ask for', async () => {
      for (const clientAuth of ['require', 'want', 'none']) {
        await server.stop();
        await home.editDeployment((text) =>
          text
            .replace(/^clientAuth = .*$/m, `clientAuth = "${clientAuth}"`)
            .replace(/^trustManagerClassName = /m, '# trustManagerClassName = '),
        );
        server = await home.start();
        for (const certificate of [self, app, month13]) {
          const outcome = await ask('self', { certificate }).then(
            ({ status }) => status,
            (error) => (isClosed(error) ? 'closed' : assert.fail(String(error))),
          );
          assert.ok(outcome === 'closed' || outcome === 200 || outcome === 401, `${outcome}`);
          assert.equal(server.process.exitCode, null, server.output());
        }
        if (clientAuth === 'require') {
          await server.line(/handshake\.refused.*empty subject/);
          const { status } = await call(`${home.issuer}/health/ready`, { certificate: app });
          assert.equal(status, 200);
        } else assert.ok(await isReady());
        assert.doesNotMatch(server.output(), /listener\.failed/);
      }
    });

    test('it comes as well through the header of a proxy', async () => {
      await server.stop();
      await home.editDeployment(
        (text) =>
          `${text
            .replace(/^# trustManagerClassName = /m, 'trustManagerClassName = ')
            .replace(/^clientAuth = .*$/m, 'clientAuth = "want"')}
[transport.proxy]
trusted_addresses = ["127.0.0.1"]
certificate_header = "rfc9440"
`,
      );
      server = await home.start();
      const through = ({ pem }: Pick<Identity, 'pem'>): Call => ({
        headers: {
          'client-cert': `:${Buffer.from(parsePemCertificates(pem)[0]?.der ?? []).toString('base64')}:`,
        },
      });
      await gives(ask('self', through(self)), self.thumbprint);
      await gives(ask('app', through(app)), app.thumbprint);
      const refused = await ask('app', through(self));
      assert.match(JSON.stringify(await eventOf(server, refused)), /empty subject \(uri:spiffe/);
      assert.equal((await ask('self', through(month13))).status, 401);
    });
  });
}

test('the certificate of this folder is read as it is', async () => {
  const [certificate] = parsePemCertificates((await impossible()).pem);
  assert.ok(certificate instanceof Certificate);
  assert.equal(certificate.isValidAt(Date.now()), false);
});
