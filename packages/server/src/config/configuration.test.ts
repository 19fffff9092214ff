import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { certificateToPem } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';
import { writePkcs12 } from '@countersign/x509/key-store';
import { systemClock } from '../clock.ts';
import { Configuration, type ReloadReport } from './configuration.ts';
import { UnusableStore } from './deployment-stores.ts';
import { homePaths, initialiseHome } from './home.ts';
import { InvalidDeployment } from './invalid-deployment.ts';

/** Longer than any test: the tests look themselves. */
const NEVER = 3_600_000;

async function newHome(t: TestContext) {
  const home = await mkdtemp(join(tmpdir(), 'countersign-reload-'));
  t.after(() => rm(home, { recursive: true }));
  await initialiseHome(home, { clock: systemClock });
  const paths = homePaths(home);
  const text = await readFile(paths.deployment, 'utf8');
  // With the headers in force, a test puts a key in force by itself.
  await writeFile(paths.deployment, text.replaceAll(/^# (\[[a-z])/gm, '$1'));
  return paths;
}

async function followed(file: string, onReload: (report: ReloadReport) => void, interval = NEVER) {
  return (await Configuration.read(file)).follow({ onReload, interval });
}

async function running(t: TestContext) {
  const paths = await newHome(t);
  const reports: ReloadReport[] = [];
  const live = await followed(paths.deployment, (report) => reports.push(report));
  t.after(() => live.close());
  const original = await readFile(paths.deployment, 'utf8');
  /** Lets every file rest, and gives what was reported since the last time. */
  const settle = async (): Promise<readonly ReloadReport[]> => {
    await live.look();
    await live.look();
    return reports.splice(0);
  };
  const change = async (file: string, content: string | Uint8Array) => {
    await writeFile(file, content);
    return settle();
  };
  return { paths, live, original, settle, change };
}

const issue = (name: string) =>
  issueCertificate({ subject: `CN=${name}`, keyType: 'EC-P256', days: 1, usage: 'client', now: Date.now() });

async function keystoreOf(name: string, password: string) {
  const { certificate, privateKey } = await issue(name);
  const entry = { kind: 'private-key', alias: 'wso2carbon', privateKey, chain: [certificate] } as const;
  return { bytes: await writePkcs12([entry], password), thumbprint: certificate.thumbprint };
}

test('a live key is taken up', async (t) => {
  const { live, paths, original, change } = await running(t);
  const reports = await change(
    paths.deployment,
    `${original}\n[[trust_group]]\nname = "g"\nfile_name = "client-truststore.jks"\n`.replace(
      '# access_token_lifetime = 3600',
      'access_token_lifetime = 60',
    ),
  );
  assert.deepEqual(reports, [
    { outcome: 'applied', file: paths.deployment, changed: ['oauth.access_token_lifetime', 'trust_group'] },
  ]);
  assert.equal(live.now().oauth.access_token_lifetime, 60);
  assert.deepEqual(live.stores().trustGroups.get('g'), { trusted: [], crl: undefined });
});

test('a restart key stays as it was, and is named', async (t) => {
  const { live, paths, original, change } = await running(t);
  const edited = original
    .replace('hostname = "localhost"', 'hostname = "new.example.com"')
    .replace('# level = "info"', 'level = "debug"');
  assert.deepEqual(await change(paths.deployment, edited), [
    { outcome: 'applied', file: paths.deployment, changed: ['logging.level'] },
    { outcome: 'needs-restart', file: paths.deployment, keys: ['server.hostname'] },
  ]);
  assert.equal(live.atStart.server.hostname, 'localhost');
  assert.equal(live.atStart.server.base_url, 'https://localhost:9443');
  assert.equal(live.now().logging.level, 'debug');
  assert.deepEqual(await change(paths.deployment, original), [
    { outcome: 'applied', file: paths.deployment, changed: ['logging.level'] },
  ]);
});

test('a restart key that was not written before is left out again', async (t) => {
  const { live, paths, original, change } = await running(t);
  const edited = original.replace('# bind = "0.0.0.0"', 'bind = "0.0.0.0"');
  assert.deepEqual(await change(paths.deployment, edited), [
    { outcome: 'needs-restart', file: paths.deployment, keys: ['server.bind'] },
  ]);
  assert.equal(live.atStart.server.bind, '127.0.0.1');
});

test('live and restart keys that do not go together wait together', async (t) => {
  const paths = await newHome(t);
  const original = (await readFile(paths.deployment, 'utf8'))
    .replace('# trusted_addresses = ["10.0.0.0/8", "2001:db8::/32"]', 'trusted_addresses = ["10.0.0.0/8"]')
    .replace('# proxy_protocol = false', 'proxy_protocol = true');
  await writeFile(paths.deployment, original);
  const reports: ReloadReport[] = [];
  const live = await followed(paths.deployment, (report) => reports.push(report));
  t.after(() => live.close());
  await writeFile(
    paths.deployment,
    original.replace('trusted_addresses = ["10.0.0.0/8"]', '').replace('proxy_protocol = true', ''),
  );
  await live.look();
  await live.look();
  assert.deepEqual(reports, [
    {
      outcome: 'needs-restart',
      file: paths.deployment,
      keys: ['transport.proxy.proxy_protocol', 'transport.proxy.trusted_addresses'],
    },
  ]);
  assert.deepEqual(live.now().transport.proxy.trusted_addresses, ['10.0.0.0/8']);
});

test('a half-written file leaves the last good version, with the place of the fault', async (t) => {
  const { live, paths, original, change } = await running(t);
  const before = live.now();
  for (const [half, fault] of [
    [original.slice(0, original.indexOf('clientAuth = "want"') + 15), /not TOML: unfinished string/],
    [original.slice(0, original.indexOf('[[event_listener]]') + 18), /event_listener\.id is missing/],
    ['', /deployment\.toml:1:1: cannot be read: .* is empty$/],
    [`${original}\n[servr]\n`, /servr is not a known key; did you mean server\?/],
  ] as const) {
    const [report, ...others] = await change(paths.deployment, half);
    assert.deepEqual(others, []);
    assert.equal(report?.outcome, 'kept-last-good');
    assert.match(report?.outcome === 'kept-last-good' ? report.error.message : '', fault);
    assert.equal(live.now(), before);
  }
  await writeFile(paths.deployment, original.slice(0, 100));
  await live.look();
  await appendFile(paths.deployment, original.slice(100));
  await change(paths.deployment, original.replace('# level = "info"', 'level = "warn"'));
  assert.equal(live.now().logging.level, 'warn');
});

test('a key store is swapped when its bytes change', async (t) => {
  const { live, paths, change } = await running(t);
  const before = live.stores();
  assert.equal(live.stores(), before, 'the same object while nothing changes');
  const { bytes, thumbprint } = await keystoreOf('next', 'wso2carbon');
  assert.deepEqual(await change(paths.keystore, bytes), [
    { outcome: 'applied', file: paths.keystore, changed: ['keystore.primary'] },
  ]);
  assert.equal(live.stores().serverKey.chain[0]?.thumbprint, thumbprint);
  assert.notEqual(before.serverKey.chain[0]?.thumbprint, thumbprint);
});

test('a trust store is swapped when its bytes change, and a broken one is not', async (t) => {
  const { live, paths, change } = await running(t);
  const { certificate } = await issue('anchor');
  const bytes = await writePkcs12([{ kind: 'trusted-certificate', alias: 'a', certificate }], 'wso2carbon');
  await change(paths.truststore, bytes);
  const anchors = () => live.stores().trusted.map(({ alias }) => alias);
  assert.deepEqual(anchors(), ['a']);
  for (const broken of [
    bytes.subarray(0, bytes.length / 2),
    new Uint8Array(),
    Buffer.from('-----BEGIN CERT'),
  ]) {
    const [report] = await change(paths.truststore, broken);
    assert.equal(report?.outcome, 'kept-last-good');
    const error = report?.outcome === 'kept-last-good' ? report.error : undefined;
    assert.ok(error instanceof UnusableStore);
    assert.ok(error.message.startsWith(`[truststore] ${paths.truststore} cannot be used: `), error.message);
    assert.deepEqual(anchors(), ['a']);
  }
  const pem = `${certificateToPem((await issue('one')).certificate)}${certificateToPem((await issue('two')).certificate)}`;
  await change(paths.truststore, pem);
  assert.equal(live.stores().trusted.length, 2);
});

test('a store and its password change in either order', async (t) => {
  const { live, paths, original, change, settle } = await running(t);
  const withPassword = (password: string) =>
    original.replace('# password = "wso2carbon"\n# The entry', `password = "${password}"\n# The entry`);
  const one = await keystoreOf('one', 'first');
  assert.equal((await change(paths.keystore, one.bytes))[0]?.outcome, 'kept-last-good');
  assert.deepEqual(await change(paths.deployment, withPassword('first')), [
    { outcome: 'applied', file: paths.deployment, changed: ['keystore.primary.password'] },
  ]);
  assert.equal(live.stores().serverKey.chain[0]?.thumbprint, one.thumbprint);
  const two = await keystoreOf('two', 'second');
  const [report] = await change(paths.deployment, withPassword('second'));
  assert.ok(report?.outcome === 'kept-last-good' && report.error instanceof UnusableStore);
  assert.equal(live.now().keystore.primary.password, 'first');
  await writeFile(paths.keystore, two.bytes);
  await settle();
  assert.equal(live.now().keystore.primary.password, 'second');
  assert.equal(live.stores().serverKey.chain[0]?.thumbprint, two.thumbprint);
});

test('a deployment that names a store which is not there is not taken up until it is', async (t) => {
  const { live, paths, original, change, settle } = await running(t);
  const edited = original
    .replace('# crl_file', '# crl_file')
    .concat('[[trust_group]]\nname = "g"\nfile_name = "g.pem"\ncrl_file = "g.crl"\n');
  const [report] = await change(paths.deployment, edited);
  assert.ok(
    report?.outcome === 'kept-last-good' &&
      /\[trust_group\.g\] .*g\.pem cannot be used: ENOENT/.test(report.error.message),
  );
  assert.deepEqual(live.now().trust_group, []);
  await writeFile(join(paths.security, 'g.pem'), certificateToPem((await issue('g')).certificate));
  await writeFile(join(paths.security, 'g.crl'), 'crl');
  await settle();
  assert.equal(live.stores().trustGroups.get('g')?.trusted.length, 1);
  assert.deepEqual(live.stores().trustGroups.get('g')?.crl, new Uint8Array(Buffer.from('crl')));
  assert.deepEqual(await change(join(paths.security, 'g.crl'), 'crl 2'), [
    { outcome: 'applied', file: join(paths.security, 'g.crl'), changed: ['trust_group.g.crl_file'] },
  ]);
});

test('a broken trust store does not hold up other changes of the deployment', async (t) => {
  const { live, paths, original, change } = await running(t);
  await change(paths.truststore, 'broken');
  const [report] = await change(paths.deployment, original.replace('# level = "info"', 'level = "error"'));
  assert.equal(report?.outcome, 'applied');
  assert.equal(live.now().logging.level, 'error');
});

test('a PEM key store needs no alias', async (t) => {
  const { live, paths, original, change } = await running(t);
  const { certificate, privateKey } = await issue('pem');
  const pem = `${privateKey.export({ format: 'pem', type: 'pkcs8' })}${certificateToPem(certificate)}`;
  await writeFile(join(paths.security, 'server.pem'), pem);
  const edited = original.replace('# file_name = "wso2carbon.jks"', 'file_name = "server.pem"\ntype = "PEM"');
  await change(paths.deployment, edited);
  assert.equal(live.stores().serverKey.chain[0]?.thumbprint, certificate.thumbprint);
});

test('what is wrong from the beginning stops the start', async (t) => {
  const paths = await newHome(t);
  const open = () => followed(paths.deployment, () => {});
  await writeFile(paths.truststore, 'broken');
  await assert.rejects(open(), UnusableStore);
  await writeFile(paths.deployment, '');
  await assert.rejects(open(), InvalidDeployment);
  await rm(paths.deployment);
  await assert.rejects(open(), /deployment\.toml:1:1: cannot be read: ENOENT/);
});

test('changes are found without being asked, and nothing keeps the process alive', async (t) => {
  const { deployment } = await newHome(t);
  const script = `
    import { appendFile } from 'node:fs/promises';
    import { Configuration } from ${JSON.stringify(join(import.meta.dirname, 'configuration.ts'))};
    const reload = Promise.withResolvers();
    const busy = setInterval(() => {}, 1000);
    const configuration = await Configuration.read(process.argv[1]);
    await configuration.follow({ onReload: reload.resolve, interval: 20 });
    await appendFile(process.argv[1], '# more\\n');
    console.log(JSON.stringify(await reload.promise));
    clearInterval(busy);
  `;
  const { stdout, status, signal } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script, deployment],
    { encoding: 'utf8', timeout: 30_000 },
  );
  assert.deepEqual([status, signal], [0, null]);
  assert.deepEqual(JSON.parse(stdout), { outcome: 'applied', file: deployment, changed: [] });
});

test('what changed between the reading and the following is taken up, or waits, like any change', async (t) => {
  const { deployment } = await newHome(t);
  const original = await readFile(deployment, 'utf8');
  const configuration = await Configuration.read(deployment);
  const read = configuration.now();
  await writeFile(
    deployment,
    original
      .replace('# level = "info"', 'level = "warn"')
      .replace('hostname = "localhost"', 'hostname = "new.example.com"'),
  );
  assert.equal(configuration.now(), read, 'nobody follows yet');
  const reports: ReloadReport[] = [];
  const live = await configuration.follow({
    onReload: (report) => reports.push(report),
    interval: NEVER,
  });
  t.after(() => live.close());
  assert.deepEqual(reports, [
    { outcome: 'applied', file: deployment, changed: ['logging.level'] },
    { outcome: 'needs-restart', file: deployment, keys: ['server.hostname'] },
  ]);
  assert.equal(configuration.now().logging.level, 'warn');
  assert.equal(configuration.atStart.server.hostname, 'localhost');
});

test('who listens hears of each file that was taken up, once its content is in force', async (t) => {
  const { live, paths, original, change } = await running(t);
  const heard: unknown[] = [];
  live.onApplied((file) => heard.push([file, live.now().logging.level, live.stores().trusted.length]));
  await change(paths.deployment, original.replace('# level = "info"', 'level = "warn"'));
  await change(paths.deployment, '[server');
  await change(paths.truststore, certificateToPem((await issue('anchor')).certificate));
  assert.deepEqual(heard, [
    [paths.deployment, 'warn', 0],
    [paths.truststore, 'warn', 1],
  ]);
});

test('a closed deployment is not looked at any more', async (t) => {
  const { deployment } = await newHome(t);
  const reports: ReloadReport[] = [];
  const live = await followed(deployment, (report) => reports.push(report), 1);
  live.close();
  await appendFile(deployment, '# more\n');
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(reports, []);
});
