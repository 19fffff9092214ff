import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { type Certificate, certificateToPem } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';
import { systemClock } from '../clock.ts';
import { Configuration, type ReloadReport } from './configuration.ts';
import { homePaths, initialiseHome } from './home.ts';

const NEVER = 3_600_000;

const issue = (name: string, keyType: 'EC-P256' | 'RSA-2048' = 'EC-P256') =>
  issueCertificate({ subject: `CN=${name}`, keyType, days: 30, usage: 'server', now: Date.now() });

const pkcs8 = ({ privateKey }: Awaited<ReturnType<typeof issue>>): string =>
  privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();

/** A home whose server key stands in two files of a folder. */
async function homeOfPair(t: TestContext, more = '') {
  const home = await mkdtemp(join(tmpdir(), 'countersign-pair-'));
  t.after(() => rm(home, { recursive: true }));
  const paths = homePaths(home);
  const folder = join(home, 'tls');
  await mkdir(folder);
  await mkdir(paths.conf, { recursive: true });
  await writeFile(
    paths.deployment,
    `[keystore.primary]\ncertificate_file = "${folder}/tls.crt"\nkey_file = "${folder}/tls.key"\n${more}`,
  );
  const write = async (certificates: readonly Certificate[], key: string) => {
    await writeFile(join(folder, 'tls.crt'), certificates.map(certificateToPem).join(''));
    await writeFile(join(folder, 'tls.key'), key);
  };
  const follow = async (onReload: (report: ReloadReport) => void = () => {}) => {
    const { configuration } = await initialiseHome(home, { clock: systemClock });
    const followed = await configuration.follow({ onReload, interval: NEVER });
    t.after(() => followed.close());
    return followed;
  };
  return { home, paths, folder, write, follow };
}

test('a PEM chain and a key in each form there is serve, and no key store is made', async (t) => {
  const { paths, folder, write, follow } = await homeOfPair(t, 'key_password = "tell-nobody"\n');
  const root = await issueCertificate({
    subject: 'CN=Root',
    keyType: 'EC-P256',
    days: 30,
    usage: 'ca',
    now: Date.now(),
  });
  const ec = await issueCertificate({
    subject: 'CN=id',
    keyType: 'EC-P256',
    days: 30,
    usage: 'server',
    now: Date.now(),
    issuer: root,
  });
  const rsa = await issue('rsa', 'RSA-2048');
  const encrypted = ec.privateKey
    .export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'tell-nobody' })
    .toString();
  const forms: readonly [string, readonly Certificate[], string, string][] = [
    ['PKCS#8', [ec.certificate, root.certificate], pkcs8(ec), 'BEGIN PRIVATE KEY'],
    [
      'SEC 1',
      [ec.certificate, root.certificate],
      ec.privateKey.export({ format: 'pem', type: 'sec1' }).toString(),
      'BEGIN EC PRIVATE KEY',
    ],
    [
      'PKCS#1',
      [rsa.certificate],
      rsa.privateKey.export({ format: 'pem', type: 'pkcs1' }).toString(),
      'BEGIN RSA PRIVATE KEY',
    ],
    ['PKCS#8 encrypted', [ec.certificate, root.certificate], encrypted, 'BEGIN ENCRYPTED PRIVATE KEY'],
  ];
  for (const [form, chain, key, label] of forms) {
    await write(chain, key);
    assert.match(await readFile(join(folder, 'tls.key'), 'utf8'), new RegExp(label));
    const { serverKey } = (await follow()).stores();
    assert.deepEqual(
      serverKey.chain.map(({ thumbprint }) => thumbprint),
      chain.map(({ thumbprint }) => thumbprint),
      form,
    );
  }
  await assert.rejects(readFile(paths.keystore), { code: 'ENOENT' });
});

test('renewed live: a pair that does not match keeps the last good one, then the new one counts', async (t) => {
  const { folder, write, follow } = await homeOfPair(t);
  const [old, renewed, again] = [await issue('old'), await issue('renewed'), await issue('again')];
  await write([old.certificate], pkcs8(old));
  const reports: ReloadReport[] = [];
  const followed = await follow((report) => reports.push(report));
  const settle = async () => {
    await followed.look();
    await followed.look();
    return reports.splice(0);
  };
  const inUse = () => followed.stores().serverKey.chain[0]?.thumbprint;
  assert.deepEqual(await settle(), []);

  await writeFile(join(folder, 'tls.crt'), certificateToPem(renewed.certificate));
  const [mismatch, ...others] = await settle();
  assert.ok(mismatch?.outcome === 'kept-last-good' && others.length === 0);
  assert.match(
    mismatch.error.message,
    /^\[keystore\.primary\] .*\/tls\.crt cannot be used: the private key in .*\/tls\.key is that of no certificate in it/,
  );
  assert.equal(inUse(), old.certificate.thumbprint);
  assert.deepEqual(await settle(), [], 'said once');

  await writeFile(join(folder, 'tls.key'), pkcs8(renewed));
  assert.deepEqual(await settle(), [
    { outcome: 'applied', file: join(folder, 'tls.crt'), changed: ['keystore.primary'] },
  ]);
  assert.equal(inUse(), renewed.certificate.thumbprint);

  // The key first, as others do it; then both at once, as Kubernetes does.
  await writeFile(join(folder, 'tls.key'), pkcs8(again));
  assert.equal((await settle())[0]?.outcome, 'kept-last-good');
  await writeFile(join(folder, 'tls.crt'), certificateToPem(again.certificate));
  assert.equal((await settle())[0]?.outcome, 'applied');
  assert.equal(inUse(), again.certificate.thumbprint);
  const version = join(folder, '..1');
  await mkdir(version);
  await writeFile(join(version, 'tls.crt'), certificateToPem(old.certificate));
  await writeFile(join(version, 'tls.key'), pkcs8(old));
  await symlink(version, join(folder, '..data'));
  for (const name of ['tls.crt', 'tls.key']) {
    await symlink(join('..data', name), join(folder, `${name}.new`));
    await rename(join(folder, `${name}.new`), join(folder, name));
  }
  assert.deepEqual(
    (await settle()).map(({ outcome }) => outcome),
    ['applied'],
  );
  assert.equal(inUse(), old.certificate.thumbprint);
});

const WRONG: readonly (readonly [
  string,
  (key: string, other: string) => readonly [string, string],
  RegExp,
])[] = [
  ['a key without its certificate', (key) => ['', key], /tls\.crt cannot be used: .*is empty/],
  ['no key at all', () => ['certificate', 'nothing\n'], /its private key, .*tls\.key: /],
  ['two keys', (key, other) => ['certificate', key + other], /tls\.key: it holds 2 private keys, not one/],
  ['a key of another', (_key, other) => ['certificate', other], /is that of no certificate in it/],
  ['the key where the certificate belongs', (key) => [key, key], /is that of no certificate in it/],
];

for (const [what, files, message] of WRONG) {
  test(`${what} stops the start`, async (t) => {
    const { folder, follow } = await homeOfPair(t);
    const [own, other] = [await issue('own'), await issue('other')];
    const [certificate, key] = files(pkcs8(own), pkcs8(other));
    const pem = certificate === 'certificate' ? certificateToPem(own.certificate) : certificate;
    await writeFile(join(folder, 'tls.crt'), pem);
    await writeFile(join(folder, 'tls.key'), key);
    await assert.rejects(follow(), message);
  });
}

test('a wrong password for the key says so, and not the password', async (t) => {
  const { write, follow } = await homeOfPair(t, 'key_password = "presented-secret"\n');
  const own = await issue('own');
  const key = own.privateKey
    .export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'expected' })
    .toString();
  await write([own.certificate], key);
  await assert.rejects(follow(), (error: Error) => {
    assert.match(error.message, /tls\.key: .* is not opened by the password given/);
    assert.doesNotMatch(error.message, /presented-secret/);
    return true;
  });
});

test('one of the two ways, and the start says which is missing or too much', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'countersign-pair-'));
  t.after(() => rm(home, { recursive: true }));
  const { conf, deployment } = homePaths(home);
  await mkdir(conf, { recursive: true });
  const message = async (lines: string) => {
    await writeFile(deployment, `[encryption]\nkey = "${'00'.repeat(32)}"\n[keystore.primary]\n${lines}\n`);
    return Configuration.read(deployment).then(
      () => 'taken',
      (error: Error) => error.message,
    );
  };
  assert.match(
    await message('certificate_file = "a"'),
    /:4:20: keystore\.primary\.certificate_file needs keystore\.primary\.key_file/,
  );
  assert.match(
    await message('key_file = "a"'),
    /:4:12: keystore\.primary\.key_file needs keystore\.primary\.certificate_file/,
  );
  assert.match(
    await message('certificate_file = "a"\nkey_file = "b"\nfile_name = "c"'),
    /:6:13: keystore\.primary\.file_name stands beside certificate_file and key_file: give either/,
  );
  assert.equal(await message('certificate_file = "a"\nkey_file = "b"'), 'taken');
  assert.equal(await message('file_name = "c"'), 'taken');
  assert.equal(await message(''), 'taken');
});
