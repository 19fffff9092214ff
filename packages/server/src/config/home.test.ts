import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { privateKeyEntry, readKeyStore } from '@countersign/x509/key-store';
import { systemClock } from '../clock.ts';
import { Configuration } from './configuration.ts';
import { homePaths, initialiseHome, UnusableHome } from './home.ts';
import { InvalidDeployment } from './invalid-deployment.ts';

const NOBODY = 65_534;

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'countersign-home-'));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

const storedKey = async (file: string, password = 'wso2carbon', alias = 'wso2carbon') =>
  privateKeyEntry(await readKeyStore(new Uint8Array(await readFile(file)), password), alias);

test('a first start makes the whole layout, closed to others', async (t) => {
  const home = join(await folder(t), 'new');
  assert.equal((await initialiseHome(home, { clock: systemClock })).created, true);
  const entries = await readdir(home, { recursive: true, withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      return `${((await stat(path)).mode & 0o777).toString(8)} ${path.slice(home.length + 1)}`;
    }),
  );
  assert.deepEqual(found.sort(), [
    '600 repository/conf/deployment.toml',
    '600 repository/resources/security/client-truststore.jks',
    '600 repository/resources/security/encryption.key',
    '600 repository/resources/security/wso2carbon.jks',
    '700 repository',
    '700 repository/components',
    '700 repository/components/dropins',
    '700 repository/conf',
    '700 repository/database',
    '700 repository/logs',
    '700 repository/resources',
    '700 repository/resources/security',
  ]);
  assert.equal((await stat(home)).mode & 0o777, 0o700);
});

test('a new server key is RSA, self-signed, and valid for every name of this machine', async (t) => {
  const home = await folder(t);
  const now = Date.UTC(2026, 0, 1);
  await initialiseHome(home, { hostname: 'login.example.com', port: 8443, clock: () => now });
  const paths = homePaths(home);
  const { privateKey, chain } = await storedKey(paths.keystore);
  const [certificate, ...others] = chain;
  assert.ok(certificate);
  assert.deepEqual(others, []);
  assert.equal(privateKey.asymmetricKeyDetails?.modulusLength, 2048);
  const x509 = new X509Certificate(certificate.der);
  for (const name of ['localhost', 'login.example.com']) assert.equal(x509.checkHost(name), name);
  for (const ip of ['127.0.0.1', '::1']) assert.ok(x509.checkIP(ip), ip);
  assert.equal(certificate.notBefore, now);
  assert.equal(certificate.notAfter - now, 825 * 86_400_000);
  const { server } = (await Configuration.read(paths.deployment)).atStart;
  assert.equal(server.base_url, 'https://login.example.com:8443');
  assert.deepEqual(await readKeyStore(new Uint8Array(await readFile(paths.truststore)), 'wso2carbon'), []);
});

test('two homes have different encryption keys and no password of an administrator', async (t) => {
  const read = async () => {
    const home = await folder(t);
    await initialiseHome(home, { clock: systemClock });
    return (await Configuration.read(homePaths(home).deployment)).atStart;
  };
  const [one, other] = [await read(), await read()];
  assert.notDeepEqual(one.encryption.key, other.encryption.key);
  assert.equal(one.super_admin.password, undefined);
});

test('a second start changes nothing', async (t) => {
  const home = await folder(t);
  await initialiseHome(home, { clock: systemClock });
  const { deployment, keystore, truststore, encryptionKey } = homePaths(home);
  const contents = () =>
    Promise.all([deployment, keystore, truststore, encryptionKey].map((file) => readFile(file)));
  const before = await contents();
  assert.equal(
    (await initialiseHome(home, { hostname: 'other.example.com', clock: systemClock })).created,
    false,
  );
  assert.deepEqual(await contents(), before);
});

test('an interrupted first start is completed by the next, whatever it had made', async (t) => {
  const files = ['deployment', 'encryptionKey', 'keystore', 'truststore'] as const;
  for (const lost of files) {
    const home = await folder(t);
    const paths = homePaths(home);
    await initialiseHome(home, { clock: systemClock });
    const kept = files.filter((file) => file !== lost);
    const contents = () => Promise.all(kept.map((file) => readFile(paths[file])));
    const before = await contents();
    await rm(paths[lost]);
    await rm(paths.dropins, { recursive: true });
    assert.equal((await initialiseHome(home, { clock: systemClock })).created, true);
    assert.deepEqual(await contents(), before);
    await stat(paths.dropins);
    await storedKey(paths.keystore);
  }
});

test('what an interrupted start left half-written is removed, what another one is writing is not', async (t) => {
  const home = await folder(t);
  const { conf } = homePaths(home);
  await mkdir(conf, { recursive: true });
  const old = join(conf, '.deployment.toml.0123456789abcdef.new');
  const young = join(conf, '.deployment.toml.fedcba9876543210.new');
  await writeFile(old, '[encryp');
  await writeFile(young, '[encryp');
  await utimes(old, new Date(0), new Date(0));
  await initialiseHome(home, { clock: systemClock });
  assert.deepEqual((await readdir(conf)).sort(), [
    '.deployment.toml.fedcba9876543210.new',
    'deployment.toml',
  ]);
});

test('several first starts at once agree on one key', async (t) => {
  const home = await folder(t);
  const results = await Promise.all([
    initialiseHome(home, { clock: systemClock }),
    initialiseHome(home, { clock: systemClock }),
    initialiseHome(home, { clock: systemClock }),
  ]);
  assert.ok(results.some(({ created }) => created));
  const { deployment, keystore, conf, security } = homePaths(home);
  await Configuration.read(deployment);
  await storedKey(keystore);
  assert.deepEqual(await readdir(conf), ['deployment.toml']);
  assert.deepEqual((await readdir(security)).sort(), [
    'client-truststore.jks',
    'encryption.key',
    'wso2carbon.jks',
  ]);
});

test('the stores follow the deployment that is there already', async (t) => {
  const home = await folder(t);
  const { conf, deployment, keystore, truststore } = homePaths(home);
  await mkdir(conf, { recursive: true });
  await writeFile(
    deployment,
    `[encryption]\nkey = "${'00'.repeat(32)}"\n[keystore.primary]\npassword = "changed"\nalias = "server"\n[truststore]\nfile_name = "mounted.p12"\n`,
  );
  assert.equal((await initialiseHome(home, { clock: systemClock })).created, true);
  await storedKey(keystore, 'changed', 'server');
  await assert.rejects(stat(truststore), /ENOENT/, 'a store under another name is the operator’s to bring');
});

test('no key is made for a deployment that names a store, or a key password, of its own', async (t) => {
  for (const entry of ['file_name = "mounted.p12"', 'key_password = "another"']) {
    const home = await folder(t);
    const { conf, deployment, keystore } = homePaths(home);
    await mkdir(conf, { recursive: true });
    await writeFile(deployment, `[encryption]\nkey = "${'00'.repeat(32)}"\n[keystore.primary]\n${entry}\n`);
    await initialiseHome(home, { clock: systemClock });
    await assert.rejects(stat(keystore), /ENOENT/, entry);
  }
});

test('a deployment written by hand with nothing of encryption starts, and keeps its key', async (t) => {
  const home = await folder(t);
  const { conf, deployment } = homePaths(home);
  await mkdir(conf, { recursive: true });
  await writeFile(deployment, '[transport.https]\nclientAuth = "want"\n');
  await initialiseHome(home, { clock: systemClock });
  const { key } = (await Configuration.read(deployment)).atStart.encryption;
  assert.equal(key.length, 32);
  await initialiseHome(home, { clock: systemClock });
  assert.deepEqual((await Configuration.read(deployment)).atStart.encryption.key, key);
});

test('a wrong deployment stops the start before a key is made', async (t) => {
  const home = await folder(t);
  const { conf, deployment, keystore } = homePaths(home);
  await mkdir(conf, { recursive: true });
  await writeFile(deployment, '[server]\nprot = 1\n');
  await assert.rejects(initialiseHome(home, { clock: systemClock }), InvalidDeployment);
  await assert.rejects(stat(keystore), /ENOENT/);
});

test('a home that cannot be written says which and why', async (t) => {
  const base = await folder(t);
  const occupied = join(base, 'file');
  await writeFile(occupied, '');
  const refused = (home: string) => async () => {
    await assert.rejects(initialiseHome(home, { clock: systemClock }), (error) => {
      assert.ok(error instanceof UnusableHome);
      assert.ok(error.message.includes(`the home folder ${home} cannot be made or written: `), error.message);
      assert.match(error.message, /; choose another with --home DIR or COUNTERSIGN_HOME$/);
      return true;
    });
  };
  await t.test('a file stands in its place', refused(join(occupied, 'home')));
  const readOnly = join(base, 'read-only');
  await mkdir(readOnly, { mode: 0o500 });
  await t.test('the folder is read-only', async () => {
    // Modes stop everyone but root, so root steps aside.
    const isRoot = process.getuid?.() === 0;
    await chmod(base, 0o755);
    if (isRoot) process.seteuid?.(NOBODY);
    try {
      await refused(readOnly)();
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });
});
