import assert from 'node:assert/strict';
import { copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { run } from '../../interop/program.ts';
import { eventually } from '../../packages/server/test/eventually.ts';
import { testCertificate } from '../../packages/server/test/proxies/test-certificate.ts';
import { claimsOf } from '../../packages/server/test/token-client.ts';
import { type BootedDebian, boot } from './booted-debian.ts';
import { unpackDebian, whyNoDebian } from './debian-root.ts';
import { NPM, packInto } from './packed-program.ts';

const PAGE = resolve(import.meta.dirname, '../../docs/deployment/systemd.md');
const FOLDER = resolve(import.meta.dirname, '../systemd');
const HOME = '/var/lib/countersign';
const UNIT = 'countersign.service';
const require = createRequire(import.meta.url);

describe('the unit, under a systemd that was booted', {
  skip: await whyNoDebian('systemd-nspawn', 'nsenter'),
  timeout: 600_000,
}, () => {
  let work: string;
  let root: string;
  let machine: BootedDebian;

  const told = async (...command: readonly string[]) => {
    const { code, stdout, stderr } = await machine.exec(...command);
    assert.equal(code, 0, `${command.join(' ')}: ${stdout}${stderr}`);
    return stdout;
  };
  const systemctl = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await machine.exec('systemctl', ...args);
    if (code === 0) return stdout;
    const journal = await machine.exec('journalctl', '--no-pager', '--lines=40', '--unit', UNIT);
    assert.fail(`systemctl ${args.join(' ')}: ${stdout}${stderr}\n${journal.stdout}`);
  };
  const property = async (name: string) =>
    (await systemctl('show', '--property', name, '--value', UNIT)).trim();
  const journal = () => told('journalctl', '--no-pager', '--output=cat', '--unit', UNIT);
  const asServer = (...command: readonly string[]) => told('runuser', '-u', 'countersign', '--', ...command);
  const deployment = join(HOME, 'repository/conf/deployment.toml');
  const append = async (text: string) => {
    const file = join(root, deployment);
    await writeFile(file, `${await readFile(file, 'utf8')}\n${text}`);
  };
  const tokenOf = async (name: string) => {
    const files = join(root, HOME, name);
    const { code, stdout, stderr } = await machine.inNetwork(
      ...[
        'curl',
        '--silent',
        '--show-error',
        '--insecure',
        '--cert',
        `${files}.pem`,
        '--key',
        `${files}.key`,
      ],
      ...['--data', `grant_type=client_credentials&client_id=${name}`, 'https://localhost:9443/oauth2/token'],
    );
    assert.equal(code, 0, stderr);
    return claimsOf(JSON.parse(stdout).access_token);
  };
  const addClient = (name: string) =>
    asServer(
      ...['countersign', 'certificate', 'issue', '--subject', `CN=${name}`, '--out', `${HOME}/${name}`],
      ...['--client-name', name, '--home', HOME],
    );

  before(async () => {
    work = await mkdtemp(join(tmpdir(), 'countersign-unit-'));
    root = join(work, 'root');
    await unpackDebian('bookworm', root, ['systemd', 'systemd-sysv', 'dbus', 'procps']);
    await copyFile(require.resolve('node/bin/node'), join(root, 'usr/local/bin/node'));
    await packInto(work);
    const [npm, ...first] = NPM;
    const archive = join(work, 'countersign-0.1.0.tgz');
    await run(
      npm,
      [...first, 'install', '--global', '--prefix', join(root, 'usr/local'), '--ignore-scripts', archive],
      { cwd: work },
    );
    await cp(FOLDER, join(root, 'deploy/systemd'), { recursive: true });
    machine = await boot(root);
  });
  after(async () => {
    await machine?.stop();
    await rm(work, { recursive: true, force: true });
  });

  test('is installed by the commands of its page', async () => {
    const [, commands = ''] = /^```sh\nnpm install .*\n([^`]+)```$/m.exec(await readFile(PAGE, 'utf8')) ?? [];
    const lines = commands.split('\n').filter((line) => line !== '' && !line.startsWith('journalctl'));
    assert.ok(lines.includes('systemctl enable --now countersign'), commands);
    for (const line of lines) await told('sh', '-c', line);
  });

  test('is verified with its program in place, and exposes as little as is said', async (context) => {
    assert.equal(await told('systemd-analyze', 'verify', UNIT), '');
    const security = await told('systemd-analyze', 'security', '--no-pager', '--threshold=25', UNIT);
    context.diagnostic(
      /Overall.*/
        .exec(security)?.[0]
        .replace(/[^\x20-\x7e]/g, '')
        .trim() ?? security,
    );
  });

  test('is started once requests are answered, and says so itself', async () => {
    await addClient('first-client');
    assert.equal((await tokenOf('first-client')).client_id, 'first-client');
    assert.equal(await property('ActiveState'), 'active');
    assert.notEqual(await property('StatusText'), '');
  });

  test('runs as its own user, without rights, and with the filters of the unit', async () => {
    const status = await told('cat', `/proc/${await property('MainPID')}/status`);
    const uid = (await told('id', '--user', 'countersign')).trim();
    assert.match(status, new RegExp(`^Uid:\\t${uid}\\t${uid}\\t${uid}\\t${uid}$`, 'm'));
    assert.match(status, /^CapBnd:\t0+$/m);
    assert.match(status, /^NoNewPrivs:\t1$/m);
    assert.match(status, /^Seccomp:\t2$/m);
  });

  test('takes up what a reload is told', async () => {
    await append('[oauth]\naccess_token_lifetime = 123\n');
    await systemctl('reload', UNIT);
    const lifetime = async () => {
      const { exp, iat } = await tokenOf('first-client');
      return Number(exp) - Number(iat);
    };
    await eventually(lifetime, (seconds) => seconds === 123);
    assert.equal(await property('ActiveState'), 'active');
  });

  test('runs plug-ins and workers under the same restrictions', async () => {
    const plugIn = 'repository/components/dropins/client-by-certificate.ts';
    await copyFile(
      resolve(import.meta.dirname, '../../examples/plugins/client-by-certificate.ts'),
      join(root, HOME, plugIn),
    );
    await told('chown', 'countersign:', join(HOME, plugIn));
    const dropIn = join(root, 'etc/systemd/system', `${UNIT}.d`);
    await mkdir(dropIn);
    await writeFile(
      join(dropIn, 'workers.conf'),
      '[Service]\nExecStart=\nExecStart=/usr/local/bin/countersign serve --home /var/lib/countersign --workers 2\n',
    );
    await systemctl('daemon-reload');
    await systemctl('restart', UNIT);
    assert.equal((await tokenOf('first-client')).client_id, 'first-client');
    assert.match(await asServer('countersign', 'doctor', '--home', HOME, '--json'), /client-by-certificate/);
    await rm(join(dropIn, 'workers.conf'));
    await systemctl('daemon-reload');
  });

  test('reads secrets that systemd hands it, and commands of its user read them too', async () => {
    const given = join(root, 'etc/countersign');
    await mkdir(given, { mode: 0o700 });
    const security = join(root, HOME, 'repository/resources/security');
    await copyFile(join(security, 'encryption.key'), join(given, 'encryption.key'));
    await rm(join(security, 'encryption.key'));
    const { pem, keyPem } = testCertificate('renewed');
    await writeFile(join(given, 'tls.crt'), pem);
    await writeFile(join(given, 'tls.key'), keyPem, { mode: 0o600 });
    await writeFile(join(given, 'database.url'), 'repository/database/countersign.db\n', { mode: 0o600 });
    const dropIn = join(root, 'etc/systemd/system', `${UNIT}.d`);
    await copyFile(join(FOLDER, 'credentials.conf'), join(dropIn, 'credentials.conf'));
    const at = '/run/credentials/countersign.service';
    await append(
      [
        `[encryption]\nkey = "$file{${at}/encryption.key}"`,
        `[database.identity_db]\nurl = "$file{${at}/database.url}"`,
        `[keystore.primary]\ncertificate_file = "${at}/tls.crt"\nkey_file = "${at}/tls.key"`,
      ].join('\n\n'),
    );
    await systemctl('daemon-reload');
    await systemctl('restart', UNIT);
    assert.equal((await tokenOf('first-client')).client_id, 'first-client');
    const shown = await machine.inNetwork(
      'sh',
      '-c',
      'openssl s_client -connect localhost:9443 </dev/null 2>/dev/null',
    );
    assert.match(shown.stdout, /CN ?= ?renewed/);
    await addClient('second-client');
    assert.equal((await tokenOf('second-client')).client_id, 'second-client');
  });

  test('is started again when it is killed', async () => {
    const before = await property('MainPID');
    await told('kill', '-KILL', before);
    const after = await eventually(
      async () => ((await property('ActiveState')) === 'active' ? await property('MainPID') : before),
      (pid) => pid !== before && pid !== '0',
      60_000,
    );
    assert.notEqual(after, before);
    assert.equal((await tokenOf('second-client')).client_id, 'second-client');
  });

  test('ends well by a stop, and is not started again', async () => {
    const began = Date.now();
    await systemctl('stop', UNIT);
    assert.ok(Date.now() - began < 25_000);
    assert.equal(await property('Result'), 'success');
    assert.equal(await property('ExecMainStatus'), '0');
    assert.equal(await property('ActiveState'), 'inactive');
    assert.match(await journal(), /stopping/);
  });
});
