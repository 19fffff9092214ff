import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { certificateToPem } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';
import { adminApiOf } from './admin-api.ts';
import { createUnstartedHome, type TestDeployment, type TestHome } from './countersign-process.ts';
import { eventually } from './eventually.ts';
import { isRoot, NOBODY, whyNoMounts } from './own-mounts.ts';
import { startPostgres, whyNoPostgres } from './postgres.ts';
import { post } from './token-client.ts';

const PROGRAM = resolve(import.meta.dirname, '../bin/countersign.mjs');

const skip = whyNoMounts();

/** Runs the command as somebody unprivileged for whom these folders are mounted read-only. */
function spawnReadOnly(
  { home }: TestHome,
  readOnly: readonly string[],
  args: readonly string[],
): ChildProcess & { readonly ended: Promise<number | null>; output(): string } {
  const command = [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    PROGRAM,
    ...args,
    '--home',
    home,
  ];
  const mounts = readOnly.map(
    (folder) => `mount --bind '${folder}' '${folder}' && mount -o remount,ro,bind '${folder}'`,
  );
  const script = [...mounts, 'exec "$@"'].join(' && ');
  const person = ['setpriv', '--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups', '--'];
  const [program = '', ...rest] = isRoot
    ? ['unshare', '--mount', 'sh', '-c', script, 'sh', ...person, ...command]
    : command;
  const child = spawn(program, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: undefined },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (output += String(piece)));
  const ended = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : null));
  return Object.assign(child, { ended, output: () => output });
}

/** Gives the home to whom the server runs as; who is not root takes the right to write from the folders instead. */
function handOver({ home }: TestHome, readOnly: readonly string[]): void {
  if (isRoot) execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, home]);
  else for (const folder of readOnly) execFileSync('chmod', ['-R', 'a-w', folder]);
}

async function homeOf(t: TestContext, deployment: TestDeployment): Promise<TestHome> {
  const home = await createUnstartedHome(deployment);
  t.after(async () => {
    if (!isRoot) execFileSync('chmod', ['-R', 'u+w', home.home]);
    await home.remove();
  });
  await chmod(home.home, 0o755);
  return home;
}

async function serving(t: TestContext, home: TestHome, readOnly: readonly string[]) {
  handOver(home, readOnly);
  const server = spawnReadOnly(home, readOnly, ['serve']);
  t.after(() => server.kill('SIGKILL'));
  await eventually(
    async () => {
      if (server.exitCode !== null) throw new Error(server.output());
      return server.output().includes('Countersign is listening on');
    },
    (is) => is,
    60_000,
  );
  return server;
}

/** Secrets as one chart gives them to all its pods. */
async function sharedSecrets(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-secrets-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const { certificate, privateKey } = await issueCertificate({
    subject: 'CN=localhost',
    subjectAltNames: { dns: ['localhost'] },
    keyType: 'EC-P256',
    days: 30,
    usage: 'server',
    now: Date.now(),
  });
  await writeFile(join(folder, 'tls.crt'), certificateToPem(certificate));
  await writeFile(join(folder, 'tls.key'), privateKey.export({ format: 'pem', type: 'pkcs8' }));
  await writeFile(join(folder, 'encryption.key'), `${randomBytes(32).toString('hex')}\n`);
  await chmod(folder, 0o755);
  return { folder, thumbprint: certificate.thumbprint };
}

test('two nodes with one Secret, read-only homes and PostgreSQL give tokens for each other’s clients', {
  skip: skip || whyNoPostgres(),
  timeout: 180_000,
}, async (t) => {
  const postgres = await startPostgres();
  t.after(() => postgres.stop());
  const { folder } = await sharedSecrets(t);
  const url = new URL(postgres.url);
  await writeFile(join(folder, 'database-password'), `${decodeURIComponent(url.password)}\n`);
  const node = () =>
    homeOf(t, {
      server: { drain_grace: 1 },
      'database.identity_db': {
        type: 'postgres',
        url: postgres.url.replace(`:${url.password}@`, `:$file{${folder}/database-password}@`),
      },
      encryption: { key: `$file{${folder}/encryption.key}` },
      'keystore.primary': {
        certificate_file: join(folder, 'tls.crt'),
        key_file: join(folder, 'tls.key'),
      },
      logging: { audit_log: 'stdout' },
    });
  const homes = [await node(), await node()];
  for (const { home, security } of homes) {
    // Only what is needed is mounted: no key store, no folders for what is written.
    await rm(join(security, 'wso2carbon.jks'));
    await rm(join(security, 'encryption.key'));
    for (const written of ['database', 'logs', 'components']) {
      await rm(join(home, 'repository', written), { recursive: true });
    }
  }
  const servers = await Promise.all(homes.map((home) => serving(t, home, [home.home])));
  const [first, second] = homes;
  assert.ok(first && second);

  const secretOf = ({ client_id, client_secret }: { client_id: string; client_secret: string }) => ({
    client_id,
    client_secret,
  });
  for (const [here, there] of [
    [first, second],
    [second, first],
  ] as const) {
    const client = secretOf(
      await adminApiOf(here.issuer).register({
        client_name: `of ${here.port}`,
        grant_types: ['client_credentials'],
        token_endpoint_auth_method: 'client_secret_post',
      }),
    );
    const answer = await eventually(
      () => post(`${there.issuer}/oauth2/token`, { grant_type: 'client_credentials', ...client }),
      ({ status }) => status === 200,
      5_000,
    );
    assert.equal(answer.json().token_type, 'Bearer');
  }

  // The trust stores are in the database: the console changes them although no file can be written.
  const anchor = await issueCertificate({
    subject: 'CN=Anchor',
    keyType: 'EC-P256',
    days: 30,
    usage: 'ca',
    now: Date.now(),
  });
  await adminApiOf(first.issuer).json('POST', '/truststore/certificates', {
    content: certificateToPem(anchor.certificate),
    alias: 'anchor',
  });
  const aliases = async () =>
    JSON.stringify(await adminApiOf(second.issuer).json('GET', '/truststore')).includes('"anchor"');
  await eventually(aliases, (is) => is, 5_000);

  const codes = servers.map((server) => {
    server.kill('SIGTERM');
    return server.ended;
  });
  assert.deepEqual(await Promise.all(codes), [0, 0]);
  const lines = servers.flatMap((server) => server.output().split('\n'));
  for (const line of lines) {
    assert.doesNotMatch(line, /"level":(50|60)|cannot be written|Unhandled|uncaught/i);
  }
  assert.ok(lines.some((line) => /last-change\.json is not kept, because the home is read-only/.test(line)));

  // What was collected of standard output is the audit log, and is whole.
  const collected = join(folder, 'collected.log');
  await writeFile(collected, `${lines.filter((line) => line.startsWith('{"audit":')).join('\n')}\n`);
  const verified = await first.command('audit', 'verify', collected);
  assert.match(verified.stdout, /lines of 2 chains in 1 files: whole and unchanged/, verified.stderr);
  assert.equal(verified.code, 0);
});

test('conf and security may be read-only beside SQLite; a change of the trust store says why it is refused', {
  skip,
  timeout: 120_000,
}, async (t) => {
  const home = await homeOf(t, {});
  const readOnly = [join(home.home, 'repository/conf'), home.security];
  const server = await serving(t, home, readOnly);
  const api = adminApiOf(home.issuer);
  const { client_id, client_secret } = await api.register({
    client_name: 'client',
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'client_secret_post',
  });
  const token = await post(`${home.issuer}/oauth2/token`, {
    grant_type: 'client_credentials',
    client_id,
    client_secret,
  });
  assert.equal(token.status, 200, token.text);
  const anchor = await issueCertificate({
    subject: 'CN=Anchor',
    keyType: 'EC-P256',
    days: 30,
    usage: 'ca',
    now: Date.now(),
  });
  const content = certificateToPem(anchor.certificate);
  const refused = await api.request('POST', '/truststore/certificates', { content, alias: 'anchor' });
  assert.equal(refused.status, 409, refused.text);
  assert.equal(refused.json().error, 'read_only');
  assert.match(
    String(refused.json().error_description),
    /client-truststore\.jks cannot be written \(E(ROFS|ACCES).*\): change it where it is made/,
  );
  server.kill('SIGTERM');
  assert.equal(await server.ended, 0);

  const pem = join(home.home, 'anchor.pem');
  await writeFile(pem, content);
  const command = spawnReadOnly(home, readOnly, ['truststore', 'import', pem, '--alias', 'anchor']);
  assert.equal(await command.ended, 1);
  assert.match(command.output(), /^countersign: .*client-truststore\.jks cannot be written/m);
});

for (const [missing, message] of [
  ['deployment.toml', /repository\/conf\/deployment\.toml is not there; bring it along: E/],
  [
    'encryption.key',
    /security\/encryption\.key is not there; bring it along, or \[encryption\] key in deployment\.toml gives one as well: E/,
  ],
  [
    'wso2carbon.jks',
    /security\/wso2carbon\.jks is not there; bring it along, or \[keystore\.primary\] names another/,
  ],
  [
    'client-truststore.jks',
    /security\/client-truststore\.jks is not there; bring it along, or \[truststore\] file_name/,
  ],
] as const) {
  test(`a first start from read-only folders says that ${missing} is missing`, {
    skip,
    timeout: 60_000,
  }, async (t) => {
    const home = await homeOf(t, {});
    const conf = join(home.home, 'repository/conf');
    await rm(join(missing.endsWith('.toml') ? conf : home.security, missing));
    const readOnly = [conf, home.security];
    handOver(home, readOnly);
    const server = spawnReadOnly(home, readOnly, ['serve']);
    assert.equal(await server.ended, 1, server.output());
    assert.match(server.output(), message);
  });
}

test('what must be written and cannot be names the file: the embedded database, the audit log', {
  skip,
  timeout: 120_000,
}, async (t) => {
  const home = await homeOf(t, {});
  handOver(home, [home.home]);
  const whole = spawnReadOnly(home, [home.home], ['serve']);
  assert.equal(await whole.ended, 1, whole.output());
  assert.match(whole.output(), /countersign: .*repository\/database\/countersign\.db/);

  const logs = join(home.home, 'repository/logs');
  await mkdir(logs, { recursive: true });
  const server = await serving(t, home, [logs]);
  await eventually(
    async () => server.output().includes('"msg":"the audit file cannot be written"'),
    (is) => is,
    10_000,
  );
  server.kill('SIGTERM');
  assert.equal(await server.ended, 0);

  const text = await readFile(home.deploymentFile, 'utf8');
  await writeFile(home.deploymentFile, `${text}\n[logging]\naudit_log = "off"\n`);
  const off = await serving(t, home, [logs]);
  off.kill('SIGTERM');
  assert.equal(await off.ended, 0);
  assert.doesNotMatch(off.output(), /audit file cannot be written|"chain":/);

  const contradiction = await readFile(home.deploymentFile, 'utf8');
  await writeFile(home.deploymentFile, `${contradiction}audit_unwritable = "refuse"\n`);
  const refused = await home.command('serve');
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /logging\.audit_unwritable refuses what is not in the audit log/);
});
