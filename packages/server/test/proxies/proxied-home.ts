import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { certificateToPem } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';
import { createIdentity, type Identity as IssuedIdentity } from '../client-identity.ts';
import {
  createTestHome,
  type RunningCountersign,
  runProgram,
  type TestDeployment,
  type TestHome,
} from '../countersign-process.ts';
import type { Identity } from './client.ts';
import { programPath } from './program.ts';
import { testCertificate } from './test-certificate.ts';

/** The server's certificate, for the name clients and proxies know it by. */
export const serverCertificate = testCertificate('server', { names: ['login.example.com', 'localhost'] });
/** What the proxies present to the server. */
export const proxyCertificate = testCertificate('proxy');

const presented = ({ pem, certificate, key, privateKey }: IssuedIdentity): Identity => ({
  leaf: { pem, der: Buffer.from(certificate.der), keyPem: key, privateKey, commonName: '' },
});

const DAY = 86_400_000;
const authority = (name: string) =>
  issueCertificate({ subject: `CN=${name}`, keyType: 'EC-P256', days: 30, usage: 'ca', now: Date.now() });
const trusted = await authority('trusted');
const issuerOf = ({ certificate, privateKey }: typeof trusted) => ({ certificate, privateKey });

/** The identities clients present, and the two clients that are registered. */
export const IDENTITIES = {
  registered: presented(await createIdentity('CN=self,O=Example')),
  stranger: presented(await createIdentity('CN=self,O=Example')),
  expired: presented(await createIdentity('CN=self,O=Example', { days: 1, now: Date.now() - 30 * DAY })),
  issued: presented(await createIdentity('CN=issued,O=Example', { issuer: issuerOf(trusted) })),
  otherSubject: presented(await createIdentity('CN=other,O=Example', { issuer: issuerOf(trusted) })),
  otherIssuer: presented(
    await createIdentity('CN=issued,O=Example', { issuer: issuerOf(await authority('trusted')) }),
  ),
} as const;

export type ProxiedHome = {
  readonly home: TestHome;
  readonly server: RunningCountersign;
  /** The event that a refusal names. */
  eventOf(event_id: string | undefined): Promise<Record<string, unknown>>;
  /**
   * Does something again and again until its event is logged: what may happen thousands of times a second is
   * written down only now and then.
   * @param attempt gives what tells its event from others
   */
  untilLogged(
    attempt: () => Promise<(event: Record<string, unknown>) => boolean>,
  ): Promise<Record<string, unknown>>;
  /** Changes `deployment.toml` and waits until the running server has taken it up. */
  reload(edit: (text: string) => string): Promise<void>;
};

/**
 * A running server with the clients `self-signed` (self_signed_tls_client_auth) and `issued` (tls_client_auth, by a CA
 * that keytool put into the trust store). It ends with the test.
 */
export async function startProxiedHome(
  context: TestContext,
  deployment: TestDeployment,
): Promise<ProxiedHome> {
  const home = await createTestHome({
    'keystore.primary': { file_name: 'server.pem', type: 'PEM' },
    logging: { level: 'debug' },
    ...deployment,
  });
  context.after(() => home.remove());
  const file = async (name: string, content: string) => {
    const path = join(home.security, name);
    await writeFile(path, content);
    return path;
  };
  await file('server.pem', serverCertificate.pem + serverCertificate.keyPem);
  await file('proxy.pem', proxyCertificate.pem);
  await trust(home, await file('authority.pem', certificateToPem(trusted.certificate)));
  await home.json(
    ...['client', 'add', '--client-id', 'self-signed', '--client-name', 'self-signed'],
    ...['--grant-types', 'client_credentials'],
    ...['--token-endpoint-auth-method', 'self_signed_tls_client_auth'],
    ...['--certificate', await file('registered.pem', IDENTITIES.registered.leaf.pem)],
    ...['--certificate', await file('expired.pem', IDENTITIES.expired.leaf.pem)],
  );
  await home.json(
    ...['client', 'add', '--client-id', 'issued', '--client-name', 'issued'],
    ...['--grant-types', 'client_credentials', '--token-endpoint-auth-method', 'tls_client_auth'],
    ...['--tls-client-auth-subject-dn', 'CN=issued,O=Example'],
  );
  const server = await home.start();
  context.after(() => server.stop());

  const events = () =>
    server
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line): Record<string, unknown> => JSON.parse(line));
  const reloads = () => events().filter(({ type }) => type === 'configuration.reloaded').length;
  return {
    home,
    server,
    async eventOf(event_id) {
      return JSON.parse(await server.line(new RegExp(`"event_id":"${event_id}".*\\}$`)));
    },
    async untilLogged(attempt) {
      for (const pause of [50, 200, 600, 1200, 1200]) {
        const select = await attempt();
        await new Promise((resolve) => setTimeout(resolve, pause));
        const event = events().findLast(select);
        if (event !== undefined) return event;
      }
      return assert.fail(`no such event was logged:\n${server.output()}`);
    },
    async reload(edit) {
      const before = reloads();
      await home.editDeployment(edit);
      const deadline = Date.now() + 20_000;
      while (reloads() === before) {
        if (Date.now() > deadline) throw new Error(`the change was not taken up:\n${server.output()}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  };
}

/** With keytool as operators do, where it is installed. */
async function trust(home: TestHome, certificate: string): Promise<void> {
  const keytool = programPath('keytool');
  const { code, stdout, stderr } =
    keytool === undefined
      ? await home.command('truststore', 'import', certificate, '--alias', 'authority')
      : await runProgram(
          keytool,
          [
            ...'-import -trustcacerts -alias authority -noprompt -storepass wso2carbon'.split(' '),
            ...['-file', certificate, '-keystore', 'client-truststore.jks'],
          ],
          { cwd: home.security },
        );
  assert.equal(code, 0, stdout + stderr);
}
