import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect } from 'node:tls';
import { certificateToPem } from '@countersign/x509';
import { type IssuedCertificate, issueCertificate } from '@countersign/x509/issuance';
import { createTestHome, type TestHome } from './countersign-process.ts';
import { eventually } from './eventually.ts';
import { call } from './token-client.ts';

const issued = (days: number) =>
  issueCertificate({
    subject: 'CN=localhost',
    subjectAltNames: { dns: ['localhost'] },
    keyType: 'EC-P256',
    days,
    usage: 'server',
    now: Date.now(),
  });

/** The Secret of cert-manager as Kubernetes mounts it: names lead through `..data`, a link that is swapped. */
async function mountedIn(home: TestHome) {
  const folder = join(home.home, 'tls');
  let generation = 0;
  return {
    folder,
    async swap({ certificate }: IssuedCertificate, { privateKey }: IssuedCertificate) {
      const version = join(folder, `..${generation++}`);
      await mkdir(version, { recursive: true });
      await writeFile(join(version, 'tls.crt'), certificateToPem(certificate));
      await writeFile(join(version, 'tls.key'), privateKey.export({ format: 'pem', type: 'pkcs8' }));
      await symlink(version, join(folder, '..next'));
      await rename(join(folder, '..next'), join(folder, '..data'));
    },
  };
}

async function servedCertificate({ port }: TestHome): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256.replaceAll(':', '').toLowerCase();
}

const fingerprint = ({ certificate }: IssuedCertificate): string =>
  Buffer.from(certificate.thumbprint, 'base64url').toString('hex');

for (const workers of [[], ['--workers', '1']] as const) {
  const among = workers.length > 0 ? ' by workers too' : '';
  test(`a mounted certificate is served, and its renewal without a restart${among}`, {
    timeout: 90_000,
  }, async (t) => {
    const home = await createTestHome();
    t.after(() => home.remove());
    const { folder, swap } = await mountedIn(home);
    await home.editDeployment((text) =>
      text.replace(
        '\n# [keystore.primary]\n',
        `\n[keystore.primary]\ncertificate_file = "${folder}/tls.crt"\nkey_file = "${folder}/tls.key"\n`,
      ),
    );
    const [first, second] = [await issued(5), await issued(60)];
    await swap(first, first);
    for (const name of ['tls.crt', 'tls.key']) await symlink(join('..data', name), join(folder, name));
    await rm(join(home.security, 'wso2carbon.jks'));
    const identity = await home.json('init');
    assert.ok(identity !== null && typeof identity === 'object' && 'certificates' in identity);
    assert.deepEqual(identity.certificates, [certificateToPem(first.certificate)]);
    const ending = await home.command('doctor');
    assert.match(ending.stdout, /warning +certificates +the server certificate/);

    const server = await home.start(undefined, {}, ...workers);
    t.after(() => server.stop('SIGKILL'));
    assert.equal(await servedCertificate(home), fingerprint(first));

    // Half a renewal: the new certificate with the key of before.
    await swap(second, first);
    const kept = await server.line(/configuration\.kept_last_good/);
    assert.match(kept, /tls\.key is that of no certificate in it/);
    assert.equal(await servedCertificate(home), fingerprint(first));
    await swap(second, second);
    await eventually(
      () => servedCertificate(home),
      (served) => served === fingerprint(second),
    );
    assert.match((await home.command('doctor')).stdout, /ok +certificates +the server certificate/);
    await server.stop();
    assert.equal(server.output().match(/kept_last_good/g)?.length, 1 * 2, 'once, as type and as message');
  });
}

test('what a file gave stands in no output: start, reload, refusal, doctor, settings', {
  timeout: 90_000,
}, async (t) => {
  const home = await createTestHome();
  t.after(() => home.remove());
  const secrets = join(home.home, 'secrets');
  await mkdir(secrets);
  const SECRETS = ['Tomato-Anvil-71', 'Harbour-Lantern-72', 'notalevel-73'];
  await writeFile(join(secrets, 'password'), `${SECRETS[0]}\n`);
  await writeFile(join(secrets, 'name'), `${SECRETS[1]}\n`);
  await home.editDeployment(
    (text) =>
      `${text.replace('password = "admin"', 'password = "$file{secrets/password}"')}\n[branding]\nname = "$file{secrets/name}"\n`,
  );
  const server = await home.start();
  t.after(() => server.stop('SIGKILL'));
  const outputs = [(await home.command('doctor')).stdout, (await home.command('doctor', '--json')).stdout];
  const credentials = Buffer.from(`admin:${SECRETS[0]}`).toString('base64');
  const settings = await call(`${home.issuer}/api/admin/v1/settings`, {
    headers: { authorization: `Basic ${credentials}` },
  });
  assert.equal(settings.status, 200, 'the password of the file lets in');
  outputs.push(settings.text);
  await home.editDeployment((text) => `${text}\n[logging]\nlevel = "$file{secrets/level}"\n`);
  await server.line(/logging\.level needs the file .*secrets\/level, which is not there/);
  await writeFile(join(secrets, 'level'), `${SECRETS[2]}\n`);
  await server.line(/logging\.level must be .*, not what \$file\{secrets\/level\} holds/);
  await writeFile(join(secrets, 'level'), 'debug\n');
  await server.line(/"changed":\["logging\.level"\]/);
  await writeFile(join(secrets, 'name'), 'Another-Lantern-74\n');
  await server.line(/"changed":\["branding\.name"\]/);
  await server.stop();
  outputs.push(server.output(), (await home.command('events', '--json')).stdout);
  for (const secret of [...SECRETS, 'Another-Lantern-74']) {
    for (const output of outputs) assert.ok(!output.includes(secret), `${secret} stands in ${output}`);
  }
});
