import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { connect } from 'node:tls';
import { certificateToPem } from '@countersign/x509';
import { type IssuedCertificate, issueCertificate } from '@countersign/x509/issuance';
import { writePkcs12 } from '@countersign/x509/key-store';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { causeOf } from './event-of.ts';
import { eventually } from './eventually.ts';
import { type Call, post } from './token-client.ts';

describe('what a running server takes up', () => {
  let home: TestHome;
  let server: RunningCountersign;
  let admin: AdminApi;
  let root: IssuedCertificate;
  let partner: Identity;
  let client_id: string;
  const truststore = () => join(home.security, 'client-truststore.jks');

  const ask = (id: string, options: Call = {}) =>
    post(
      `${home.issuer}/oauth2/token`,
      { grant_type: 'client_credentials', client_id: id },
      {
        certificate: partner,
        ...options,
      },
    );
  const servedCertificate = async () => {
    const socket = connect({ port: home.port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    const { fingerprint256 } = socket.getPeerCertificate();
    socket.destroy();
    return fingerprint256;
  };

  before(async () => {
    home = await createTestHome({ oauth: { access_token_lifetime: 3600 } });
    root = await issueCertificate({
      subject: 'CN=Root',
      keyType: 'EC-P256',
      days: 30,
      usage: 'ca',
      now: Date.now(),
    });
    partner = await createIdentity('CN=partner', { issuer: root });
    await writeFile(join(home.home, 'root.pem'), certificateToPem(root.certificate));
    server = await home.start();
    admin = adminApiOf(home.issuer);
    ({ client_id } = await admin.register({
      client_name: 'partner',
      tls_client_auth_subject_dn: 'CN=partner',
    }));
  });
  after(async () => {
    await server?.stop();
    await home?.remove();
  });

  test('an authority imported into the trust store', async () => {
    assert.equal(await causeOf(server, await ask(client_id)), 'certificate_not_trusted');
    await home.json('truststore', 'import', join(home.home, 'root.pem'), '--alias', 'root');
    await eventually(
      async () => (await ask(client_id)).status,
      (status) => status === 200,
    );
    await server.line(/configuration\.reloaded.*client-truststore\.jks/);
  });

  test('a half-written trust store changes nothing and is told of, until it is whole again', async () => {
    const whole = await readFile(truststore());
    await writeFile(truststore(), whole.subarray(0, whole.length / 2));
    const told = await server.line(/configuration\.kept_last_good.*client-truststore\.jks/);
    assert.match(told, /"level":50/);
    assert.match(told, /cannot be used/);
    assert.equal((await ask(client_id)).status, 200);
    await writeFile(truststore(), whole);
    await eventually(
      async () => server.output().match(/configuration\.reloaded.*client-truststore\.jks/g)?.length ?? 0,
      (reloads) => reloads === 2,
    );
    assert.equal((await ask(client_id)).status, 200);
  });

  test('a lifetime in deployment.toml', async () => {
    assert.equal((await ask(client_id)).json().expires_in, 3600);
    await home.editDeployment((text) =>
      text.replace(/^access_token_lifetime = 3600$/m, 'access_token_lifetime = 111'),
    );
    await eventually(
      async () => (await ask(client_id)).json().expires_in,
      (seconds) => seconds === 111,
    );
    assert.match(
      await server.line(/configuration\.reloaded.*access_token_lifetime/),
      /"changed":\["oauth\.access_token_lifetime"\]/,
    );
  });

  test('not what needs a restart, which it names', async () => {
    await home.editDeployment((text) =>
      text.replace('\n[oauth]\n', '\n[oauth]\nsigning_algorithm = "PS256"\n'),
    );
    assert.match(await server.line(/configuration\.needs_restart/), /"keys":\["oauth\.signing_algorithm"\]/);
    assert.equal((await ask(client_id)).json().expires_in, 111);
  });

  test('not a broken deployment.toml, whose fault it names', async () => {
    const good = await readFile(home.deploymentFile, 'utf8');
    await writeFile(home.deploymentFile, `${good}\n[oauth\n`);
    assert.match(await server.line(/configuration\.kept_last_good.*deployment\.toml/), /not TOML/);
    assert.equal((await ask(client_id)).json().expires_in, 111);
    await writeFile(
      home.deploymentFile,
      good.replace(/^access_token_lifetime = 111$/m, 'access_token_lifetim = 5'),
    );
    assert.match(
      await server.line(/access_token_lifetim is not a known key/),
      /did you mean oauth\.access_token_lifetime/,
    );
    await writeFile(
      home.deploymentFile,
      good.replace(/^access_token_lifetime = 111$/m, 'access_token_lifetime = 222'),
    );
    await eventually(
      async () => (await ask(client_id)).json().expires_in,
      (seconds) => seconds === 222,
    );
  });

  test('a trust group', async () => {
    const { client_id: grouped } = await admin.register({
      client_name: 'grouped',
      tls_client_auth_subject_dn: 'CN=partner',
      trust_group: 'partners',
    });
    assert.equal(await causeOf(server, await ask(grouped)), 'certificate_not_trusted');
    await writeFile(join(home.security, 'partners.pem'), certificateToPem(root.certificate));
    await home.editDeployment(
      (text) => `${text}\n[[trust_group]]\nname = "partners"\nfile_name = "partners.pem"\n`,
    );
    await eventually(
      async () => (await ask(grouped)).status,
      (status) => status === 200,
    );
  });

  test('a new server certificate, for new connections', async () => {
    const { cert, key } = partner;
    const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false, cert, key });
    try {
      assert.equal((await ask(client_id, { agent })).status, 200);
      const before = await servedCertificate();
      const { certificate, privateKey } = await issueCertificate({
        subject: 'CN=localhost',
        subjectAltNames: { dns: ['localhost'] },
        keyType: 'EC-P256',
        days: 30,
        usage: 'server',
        now: Date.now(),
      });
      const entry = {
        kind: 'private-key' as const,
        alias: 'wso2carbon',
        privateKey,
        chain: [certificate],
        created_at: Date.now(),
      };
      await writeFile(join(home.security, 'wso2carbon.jks'), await writePkcs12([entry], 'wso2carbon'));
      const after = await eventually(servedCertificate, (served) => served !== before);
      assert.equal(after, certificate.x509.fingerprint256);
      const kept = await ask(client_id, { agent });
      assert.deepEqual([kept.connection, kept.status], ['kept', 200]);
      for (const sockets of Object.values(agent.freeSockets)) {
        for (const socket of sockets ?? []) socket.destroy();
      }
      const next = await ask(client_id, { agent });
      assert.deepEqual([next.connection, next.status], ['new', 200]);
    } finally {
      agent.destroy();
    }
  });
});
