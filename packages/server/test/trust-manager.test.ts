import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { certificateToPem } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';
import { adminApiOf } from './admin-api.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { causeOf } from './event-of.ts';
import { type Answer, type Call, post } from './token-client.ts';

/** What becomes of a request: a token, a refusal with its cause, or a connection that is ended. */
type Outcome = 'token' | 'certificate_absent' | 'closed';
type Presented = 'nothing' | 'self-signed' | 'trusted self-signed' | 'chained';

const CASES: readonly {
  clientAuth: 'want' | 'require' | 'none';
  trustManager: boolean;
  outcomes: Readonly<Record<Presented, Outcome>>;
}[] = [
  {
    clientAuth: 'want',
    trustManager: true,
    outcomes: {
      nothing: 'certificate_absent',
      'self-signed': 'token',
      'trusted self-signed': 'token',
      chained: 'token',
    },
  },
  {
    clientAuth: 'want',
    trustManager: false,
    outcomes: {
      nothing: 'certificate_absent',
      'self-signed': 'certificate_absent',
      'trusted self-signed': 'token',
      chained: 'token',
    },
  },
  {
    clientAuth: 'require',
    trustManager: true,
    outcomes: { nothing: 'closed', 'self-signed': 'token', 'trusted self-signed': 'token', chained: 'token' },
  },
  {
    clientAuth: 'require',
    trustManager: false,
    outcomes: {
      nothing: 'closed',
      'self-signed': 'closed',
      'trusted self-signed': 'token',
      chained: 'token',
    },
  },
  {
    clientAuth: 'none',
    trustManager: true,
    outcomes: {
      nothing: 'certificate_absent',
      'self-signed': 'certificate_absent',
      'trusted self-signed': 'certificate_absent',
      chained: 'certificate_absent',
    },
  },
];

describe('clientAuth and the trust manager', () => {
  let home: TestHome;
  let server: RunningCountersign | undefined;
  const clients = new Map<Presented, { client_id: string; identity: Identity | undefined }>();

  before(async () => {
    home = await createTestHome({ logging: { level: 'debug' } });
    const now = Date.now();
    const authority = { keyType: 'EC-P256', days: 30, usage: 'ca', now } as const;
    const root = await issueCertificate({ ...authority, subject: 'CN=Root' });
    const issuing = await issueCertificate({ ...authority, subject: 'CN=Issuing', issuer: root });
    const selfSigned = await createIdentity('CN=self-signed');
    const trusted = await createIdentity('CN=trusted');
    const chained = await createIdentity('CN=chained', { issuer: issuing });
    const bundle = join(home.home, 'trusted.pem');
    await writeFile(bundle, certificateToPem(root.certificate) + trusted.pem);
    await home.json('truststore', 'import', bundle);
    server = await home.start();
    const admin = adminApiOf(home.issuer);
    const register = async (presented: Presented, identity: Identity | undefined, metadata: object) => {
      const { client_id } = await admin.register({ client_name: presented, ...metadata });
      clients.set(presented, { client_id, identity });
    };
    await register('nothing', undefined, { certificates: [selfSigned.pem] });
    await register('self-signed', selfSigned, { certificates: [selfSigned.pem] });
    await register('trusted self-signed', trusted, { certificates: [trusted.pem] });
    await register('chained', chained, { tls_client_auth_subject_dn: 'CN=chained' });
  });
  after(async () => {
    await server?.stop();
    await home?.remove();
  });

  const ask = (client_id: string, options: Call) =>
    post(`${home.issuer}/oauth2/token`, { grant_type: 'client_credentials', client_id }, options);

  const outcomeOf = async (answer: Promise<Answer>, running: RunningCountersign): Promise<unknown> => {
    let settled: Answer;
    try {
      settled = await answer;
    } catch (error) {
      assert.match(String(error), /ECONNRESET|EPIPE|socket hang up|disconnected|alert/i);
      return 'closed';
    }
    return settled.status === 200 ? 'token' : causeOf(running, settled);
  };

  for (const { clientAuth, trustManager, outcomes } of CASES) {
    test(`clientAuth = "${clientAuth}", trust manager ${trustManager ? 'on' : 'off'}`, async () => {
      await server?.stop();
      await home.editDeployment((text) =>
        text
          .replace(/^clientAuth = .*$/m, `clientAuth = "${clientAuth}"`)
          .replace(/^(# )?trustManagerClassName = /m, `${trustManager ? '' : '# '}trustManagerClassName = `),
      );
      const running = await home.start();
      server = running;
      const seen: Record<string, unknown> = {};
      for (const [presented, { client_id, identity }] of clients) {
        seen[presented] = await outcomeOf(
          ask(client_id, identity === undefined ? {} : { certificate: identity }),
          running,
        );
      }
      assert.deepEqual(seen, outcomes);
      if (clientAuth === 'want' && !trustManager) {
        assert.match(await running.line(/certificate\.not_admitted/), /CN=self-signed/);
      }
      if (clientAuth === 'require') await running.line(/handshake\.refused.*clientAuth/);
    });
  }

  test('without the trust manager, a resumed session is admitted as its first connection was', async () => {
    await server?.stop();
    await home.editDeployment((text) =>
      text
        .replace(/^clientAuth = .*$/m, 'clientAuth = "require"')
        .replace(/^trustManagerClassName = /m, '# trustManagerClassName = '),
    );
    server = await home.start();
    const { client_id, identity } = clients.get('chained') ?? {};
    assert.ok(client_id !== undefined && identity);
    const { cert, key } = identity;
    const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false, cert, key });
    try {
      assert.equal((await ask(client_id, { agent })).status, 200);
      for (const sockets of Object.values(agent.freeSockets)) {
        for (const socket of sockets ?? []) socket.destroy();
      }
      const resumed = await ask(client_id, { agent });
      assert.deepEqual([resumed.connection, resumed.status], ['resumed', 200]);
    } finally {
      agent.destroy();
    }
  });
});
