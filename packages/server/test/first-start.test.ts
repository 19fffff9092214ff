import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test, { type TestContext } from 'node:test';
import { certificateToPem } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';
import { writePkcs12 } from '@countersign/x509/key-store';
import {
  countersignProgram,
  createUnstartedHome,
  programEnvironment,
  runProgram,
  startIn,
} from './countersign-process.ts';
import { eventually } from './eventually.ts';
import { missingProgram } from './installed-program.ts';
import { call } from './token-client.ts';

const PROGRAM = countersignProgram();
const CLONE = resolve(import.meta.dirname, '../../..');
/** The indented lines of the end of a first start, as they are. */
const COMMANDS = /^To the first token[^\n]*\n\n((?: {2}.*\n|\n)+)/m;
const PASSWORD = /^Administrator: admin, password: (\S+) {3}\(shown once\)$/m;
const withoutCurl = await missingProgram('curl', ['--version']);

/** A server of a folder of its own, where `npx countersign` finds this program. */
async function newcomersFolder(t: TestContext, name = 'countersign-first-') {
  const folder = await realpath(await mkdtemp(join(tmpdir(), name)));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await symlink(join(CLONE, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

test('the first start ends with two commands, and copied as they are they lead to a token', {
  skip: withoutCurl,
}, async (t) => {
  const folder = await newcomersFolder(t);
  const { port, remove } = await createUnstartedHome();
  await remove();
  const made = await runProgram(process.execPath, [PROGRAM, 'init', '--port', String(port)], {
    cwd: folder,
    env: programEnvironment(),
  });
  assert.equal(made.code, 0, made.stderr);
  const server = await startIn({ cwd: folder }, PROGRAM);
  t.after(() => server.stop());
  await server.line(/client_id=first-client/);
  const [, commands = ''] = COMMANDS.exec(server.output()) ?? [];
  assert.match(commands, /npx countersign certificate issue/);
  assert.match(commands, /--cacert countersign-home\/repository\/resources\/security\/server\.pem /);
  assert.doesNotMatch(commands, /curl.* -k|--insecure/);
  const shell = await runProgram('sh', ['-c', commands], { cwd: folder, env: programEnvironment() });
  assert.equal(shell.code, 0, shell.stderr);
  assert.match(shell.stdout, /"access_token":"[\w-]+\.[\w-]+\.[\w-]+"/);
  for (const address of ['/carbon', '/carbon/admin/index.jsp']) {
    const { status, headers } = await call(`https://localhost:${port}${address}`);
    assert.deepEqual([status, headers.location], [302, '/console']);
  }
});

test('the commands are those of the home that is served, whatever its name', {
  skip: withoutCurl,
}, async (t) => {
  const folder = await newcomersFolder(t);
  const { port, remove } = await createUnstartedHome();
  await remove();
  const home = "it's a home";
  const init = [PROGRAM, 'init', '--port', String(port), '--home', home];
  await runProgram(process.execPath, init, { cwd: folder, env: programEnvironment() });
  const server = await startIn({ cwd: folder, home }, PROGRAM);
  t.after(() => server.stop());
  await server.line(/client_id=first-client/);
  const [, commands = ''] = COMMANDS.exec(server.output()) ?? [];
  const shell = await runProgram('sh', ['-c', commands], { cwd: folder, env: programEnvironment() });
  assert.match(shell.stdout, /"access_token":"/, commands + shell.stderr);
});

test('a later start with clients does not repeat them', async (t) => {
  const home = await createUnstartedHome();
  t.after(() => home.remove());
  await home.json('client', 'add', '--client-name', 'c');
  const server = await home.start();
  t.after(() => server.stop());
  assert.doesNotMatch(server.output(), /first-client/);
});

test('server.pem is what the server is known by, and follows the key store', async (t) => {
  const home = await createUnstartedHome();
  t.after(() => home.remove());
  const file = join(home.security, 'server.pem');
  const first = await readFile(file, 'utf8');
  await rm(file);
  const server = await home.start();
  t.after(() => server.stop());
  assert.equal(await readFile(file, 'utf8'), first, 'a start makes it anew');
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  const { certificate, privateKey } = await issueCertificate({
    subject: 'CN=localhost',
    subjectAltNames: { dns: ['localhost'] },
    keyType: 'EC-P256',
    days: 1,
    usage: 'server',
    now: Date.now(),
  });
  const entry = { kind: 'private-key', alias: 'wso2carbon', privateKey, chain: [certificate] } as const;
  await writeFile(join(home.security, 'wso2carbon.jks'), await writePkcs12([entry], 'wso2carbon'));
  await eventually(
    () => readFile(file, 'utf8'),
    (text) => text === certificateToPem(certificate),
  );
  assert.notEqual(new X509Certificate(first).fingerprint256, certificate.x509.fingerprint256);
  if (withoutCurl) return;
  const { code, stderr } = await runProgram('curl', ['-s', '--cacert', file, `${home.issuer}/health/live`]);
  assert.equal(code, 0, stderr);
});

test('a server.pem of the operator is left alone', async (t) => {
  const home = await createUnstartedHome();
  t.after(() => home.remove());
  const file = join(home.security, 'server.pem');
  const { certificate, privateKey } = await issueCertificate({
    subject: 'CN=localhost',
    keyType: 'EC-P256',
    days: 1,
    usage: 'server',
    now: Date.now(),
  });
  const key = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const store = key + certificateToPem(certificate);
  for (const [content, deployment] of [
    [store, `[[trust_group]]\nname = "other"\nfile_name = "wso2carbon.jks"\npassword = "wso2carbon"\n`],
    [certificateToPem(certificate), `[[trust_group]]\nname = "own"\nfile_name = "server.pem"\n`],
  ] as const) {
    const before = await readFile(home.deploymentFile, 'utf8');
    await home.editDeployment((text) => `${text}\n${deployment}`);
    await writeFile(file, content);
    const server = await home.start();
    await server.stop();
    assert.equal(await readFile(file, 'utf8'), content);
    await writeFile(home.deploymentFile, before);
  }
});

for (const workers of [[], ['--workers', '1']]) {
  test(`a start that fails makes no administrator, and the next prints the password: serve ${workers.join(' ')}`, async (t) => {
    const home = await createUnstartedHome({ super_admin: { username: 'admin' } });
    t.after(() => home.remove());
    const taken = createServer().listen(home.port, '::');
    await once(taken, 'listening');
    const failed = await home.command('serve', ...workers);
    assert.equal(failed.code, 1);
    assert.doesNotMatch(failed.stdout + failed.stderr, /password: /);
    assert.deepEqual(await home.json('user', 'list'), []);
    taken.close();
    await once(taken, 'close');
    const server = await home.start(undefined, undefined, ...workers);
    const [, password] = PASSWORD.exec(server.output()) ?? [];
    await server.stop();
    assert.ok(password, server.output());
    const again = await home.start(undefined, undefined, ...workers);
    await again.stop();
    assert.doesNotMatch(again.output(), /password: /, 'it is printed once');
    const { stdout } = await runProgram('grep', ['-rlF', '--', password, home.home]);
    assert.equal(stdout, '', 'no file has it');
  });
}
