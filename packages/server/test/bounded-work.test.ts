import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import test, { after, before, describe } from 'node:test';
import { certificateToPem } from '@countersign/x509';
import { COSTLY_KEYS, costlyChain } from '../../x509/test/costly-chain.ts';
import { makeCertificate } from '../../x509/test/made-certificate.ts';
import { type AdminApi, adminApiOf, type Registered } from './admin-api.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { causeOf } from './event-of.ts';
import { createHttpBrowser, type HttpBrowser } from './http-browser.ts';
import { post } from './token-client.ts';

const LOCKED_AFTER = 3;
const TRUST_MANAGER = 'org.wso2.carbon.identity.core.util.ClientAuthX509TrustManager';

/** Processor time a process has used, milliseconds, in steps of 10; undefined where the system has no /proc. */
function processorTime(pid: number | undefined): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

describe('work before authentication is bounded', () => {
  let home: TestHome;
  let server: RunningCountersign;
  let admin: AdminApi;
  let tlsClient: Registered;

  before(async () => {
    home = await createTestHome({
      // Sampled events are told at this level alone.
      logging: { level: 'debug' },
      account_lock: { max_failed_attempts: LOCKED_AFTER, lock_time: 3600 },
      'transport.https': { clientAuth: 'want', trustManagerClassName: TRUST_MANAGER },
    });
    server = await home.start();
    admin = adminApiOf(home.issuer);
    tlsClient = await admin.register({
      client_name: 'client',
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_subject_dn: 'CN=client',
      grant_types: ['client_credentials'],
    });
  });
  after(async () => {
    await server?.stop();
    await home?.remove();
  });

  const ask = (options: Parameters<typeof post>[2]) =>
    post(
      `${home.issuer}/oauth2/token`,
      { grant_type: 'client_credentials', client_id: tlsClient.client_id },
      options,
    );

  for (const kind of COSTLY_KEYS) {
    test(`ten presented certificates with ${kind} keys cost little, on every request`, async (t) => {
      const before = processorTime(server.process.pid);
      if (before === undefined) return t.skip('needs /proc');
      const agent = new Agent({
        ...costlyChain(kind, 9),
        keepAlive: true,
        maxSockets: 1,
        rejectUnauthorized: false,
      });
      t.after(() => agent.destroy());
      const requests = 40;
      for (let times = 0; times < requests; times++) {
        const answer = await ask({ agent });
        assert.equal(answer.status, 401);
        if (times === 0) assert.equal(await causeOf(server, answer), 'certificate_not_trusted');
      }
      const spent = (processorTime(server.process.pid) ?? 0) - before;
      assert.ok(spent / requests < 40, `${spent / requests} ms a request`);
    });
  }

  test('a handshake brings no more certificates than a connection may keep', async () => {
    const chainOf = (octets: number) => {
      const made = Array.from({ length: 3 }, (_, index) =>
        makeCertificate({
          subject: `large ${index}`,
          extensions: [{ oid: '1.2.3.4', value: randomBytes(octets / 3) }],
        }),
      );
      return {
        cert: made.map(({ certificate }) => certificateToPem(certificate)).join(''),
        key: made[0]?.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString() ?? '',
      };
    };
    assert.equal((await ask({ certificate: chainOf(24_000) })).status, 401);
    await assert.rejects(ask({ certificate: chainOf(90_000) }));
    await server.line(/handshake\.refused.*certificate_chain_too_large/);
  });

  const signIn = async (browser: HttpBrowser, username: string, password: string) =>
    browser.submit(await browser.get(`${home.issuer}/oauth2/sign-in`), { username, password });

  test('strangers who guess lock out strangers, not the browser in which the person signed in before', async () => {
    await admin.json('POST', '/users', { username: 'known', password: 'the password of known' });
    const own = createHttpBrowser();
    assert.equal((await signIn(own, 'known', 'the password of known')).status, 303);
    for (let turn = 0; turn < LOCKED_AFTER; turn++) {
      assert.equal((await signIn(createHttpBrowser(), 'known', `guess ${turn}`)).status, 403);
    }
    const elsewhere = await signIn(createHttpBrowser(), 'known', 'the password of known');
    assert.equal(elsewhere.status, 429, 'a browser nobody knows is locked');
    own.cookies.delete('__Host-countersign-session');
    assert.equal((await signIn(own, 'known', 'the password of known')).status, 303);
  });

  test('a known browser that guesses locks itself, and its mark is good for no other account', async () => {
    for (const username of ['careless', 'other']) {
      await admin.json('POST', '/users', { username, password: `the password of ${username}` });
    }
    const own = createHttpBrowser();
    assert.equal((await signIn(own, 'careless', 'the password of careless')).status, 303);
    own.cookies.delete('__Host-countersign-session');
    for (let turn = 0; turn < LOCKED_AFTER; turn++) await signIn(own, 'careless', 'wrong');
    assert.equal((await signIn(own, 'careless', 'the password of careless')).status, 429);
    const elsewhere = await signIn(createHttpBrowser(), 'careless', 'the password of careless');
    assert.equal(elsewhere.status, 303, 'and locks nobody else');
    for (let turn = 0; turn < LOCKED_AFTER; turn++) await signIn(own, 'other', 'wrong');
    assert.equal((await signIn(createHttpBrowser(), 'other', 'the password of other')).status, 429);
  });
});
