import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { systemClock } from '../clock.ts';
import type { Changes } from '../event/changes.ts';
import { describeSettings } from '../server/settings.ts';
import { Configuration, type ReloadReport } from './configuration.ts';
import { homePaths, initialiseHome } from './home.ts';
import { InvalidDeployment } from './invalid-deployment.ts';

const NEVER = 3_600_000;
const KEY = 'ab'.repeat(32);

/** A home with a deployment.toml of these lines. */
async function homeWith(t: TestContext, text: string) {
  const home = await mkdtemp(join(tmpdir(), 'countersign-references-'));
  t.after(() => rm(home, { recursive: true }));
  const paths = homePaths(home);
  await mkdir(paths.conf, { recursive: true });
  await mkdir(paths.security, { recursive: true });
  await writeFile(paths.encryptionKey, KEY);
  await writeFile(paths.deployment, text);
  return { home, paths, read: () => Configuration.read(paths.deployment) };
}

const problemsOf = async (reading: Promise<unknown>): Promise<readonly string[]> => {
  const error = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof InvalidDeployment, String(error));
  return error.problems.map(({ line, column, message }) => `${line}:${column}: ${message}`);
};

test('$file{PATH} is the text of a file, relative to the home or absolute, for text and numbers', async (t) => {
  const { home, read } = await homeWith(
    t,
    '[super_admin]\npassword = "$file{secrets/password}"\n[server]\nport = "$file{secrets/port}"\n',
  );
  await mkdir(join(home, 'secrets'));
  await writeFile(join(home, 'secrets/password'), 'p$env{HOME}ä\n\n');
  await writeFile(join(home, 'secrets/port'), '9555\r\n');
  const { atStart } = await read();
  assert.equal(
    atStart.super_admin.password,
    'p$env{HOME}ä\n',
    'one newline is taken off, and nothing replaced',
  );
  assert.equal(atStart.server.port, 9555);
  const key = join(home, 'elsewhere.key');
  await writeFile(key, 'cd'.repeat(32));
  const other = await homeWith(t, `[encryption]\nkey = "$file{${key}}"\n`);
  assert.equal(Buffer.from((await other.read()).atStart.encryption.key).toString('hex'), 'cd'.repeat(32));
});

test('a file that gives nothing stops the start with line, key and path', async (t) => {
  const { home, read } = await homeWith(
    t,
    [
      '[super_admin]',
      'password = "$file{absent}"',
      '[branding]',
      'name = "$file{folder}"',
      '[server]',
      'hostname = "$file{large}"',
      'base_url = "$file{latin1}"',
      '[database.identity_db]',
      'url = "x-$file{pipe}"',
      '[truststore]',
      'file_name = "$file{}"',
      '',
    ].join('\n'),
  );
  await mkdir(join(home, 'folder'));
  await writeFile(join(home, 'large'), 'x'.repeat(65_537));
  await writeFile(join(home, 'latin1'), Buffer.from([0x68, 0xe4]));
  assert.equal(spawnSync('mkfifo', [join(home, 'pipe')]).status, 0);
  assert.deepEqual(await problemsOf(read()), [
    `2:12: super_admin.password needs the file ${home}/absent, which is not there`,
    `4:8: branding.name needs the file ${home}/folder, which is not a file that can be read to its end`,
    `6:12: server.hostname needs the file ${home}/large, which has more than 65536 bytes`,
    `7:12: server.base_url needs the file ${home}/latin1, which cannot be read: it is not UTF-8 text`,
    `9:7: database.identity_db.url needs the file ${home}/pipe, which is not a file that can be read to its end`,
    `11:13: truststore.file_name needs the file ${home}, which has no name: write $file{PATH}`,
  ]);
  await writeFile(join(home, 'large'), 'x'.repeat(65_536));
  assert.match(
    (await problemsOf(read())).join('\n'),
    /server\.hostname must be a host name .*, not what \$file\{large\} holds/,
  );
});

test('what a file gave is in no error, whichever rule it breaks', async (t) => {
  const { home, read } = await homeWith(
    t,
    [
      '[logging]',
      'level = "$file{secret}"',
      '[server]',
      'port = "$file{secret}"',
      '[registration]',
      'trust_groups = ["$file{secret}"]',
      '[[trust_group]]',
      'name = "a$file{secret}"',
      'file_name = "x"',
      '[[trust_group]]',
      'name = "a$file{secret}"',
      'file_name = "x"',
      '',
    ].join('\n'),
  );
  await writeFile(join(home, 'secret'), 'dont-show-me');
  const told = (await problemsOf(read())).join('\n');
  assert.doesNotMatch(told, /dont-show-me/);
  assert.match(told, /trust_group\.name is used twice: a\$file\{secret\}/);
  assert.match(told, /logging\.level must be .*, not what \$file\{secret\} holds/);
});

/** Secrets as Kubernetes mounts them: names lead through `..data`, a link that is swapped. */
async function mountedSecret(home: string, first: Readonly<Record<string, string>>) {
  const folder = join(home, 'mounted');
  let generation = 0;
  const swap = async (files: Readonly<Record<string, string>>) => {
    const version = join(folder, `..version-${generation++}`);
    await mkdir(version, { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeFile(join(version, name), text);
    await symlink(version, join(folder, '..data_tmp'));
    await rename(join(folder, '..data_tmp'), join(folder, '..data'));
  };
  await swap(first);
  for (const name of Object.keys(first)) await symlink(join('..data', name), join(folder, name));
  return { swap };
}

test('a swapped mount is taken up, a file that vanishes keeps the last good, and no value is told', async (t) => {
  const { home, paths } = await homeWith(t, '');
  await rm(dirname(paths.conf), { recursive: true });
  await initialiseHome(home, { clock: systemClock });
  const { swap } = await mountedSecret(home, { name: 'hidden-one', level: 'info', port: '9443' });
  await writeFile(
    paths.deployment,
    '[branding]\nname = "The $file{mounted/name}"\n[logging]\nlevel = "$file{mounted/level}"\n[server]\nport = "$file{mounted/port}"\n',
  );
  const told: { readonly report: ReloadReport; readonly changes: Changes }[] = [];
  const configuration = await Configuration.read(paths.deployment);
  const followed = await configuration.follow({
    onReload: (report, changes) => told.push({ report, changes }),
    interval: NEVER,
  });
  t.after(() => followed.close());
  const settle = async () => {
    await followed.look();
    await followed.look();
    return told.splice(0);
  };
  assert.deepEqual(await settle(), []);
  await swap({ name: 'hidden-two', level: 'warn', port: '9444' });
  const changed = await settle();
  assert.deepEqual(changed, [
    {
      report: { outcome: 'applied', file: paths.deployment, changed: ['logging.level', 'branding.name'] },
      changes: {
        'logging.level': { old: '[redacted]', new: '[redacted]' },
        'branding.name': { old: '[redacted]', new: '[redacted]' },
      },
    },
    {
      report: { outcome: 'needs-restart', file: paths.deployment, keys: ['server.port'] },
      changes: { 'server.port': { old: '[redacted]', new: '[redacted]' } },
    },
  ]);
  assert.equal(followed.now().branding.name, 'The hidden-two');
  assert.equal(followed.now().logging.level, 'warn');
  assert.equal(followed.atStart.server.port, 9443);

  await swap({ name: 'hidden-two', level: 'warn', port: '9444' });
  assert.deepEqual(await settle(), [], 'the same content once more is no change');

  await swap({ name: 'hidden-three', port: '9444' });
  const [lost, ...more] = await settle();
  assert.ok(lost?.report.outcome === 'kept-last-good' && more.length === 0);
  assert.match(
    lost.report.error.message,
    /deployment\.toml:4:9: logging\.level needs the file .*\/mounted\/level, which is not there/,
  );
  assert.equal(followed.now().branding.name, 'The hidden-two');
  assert.deepEqual(await settle(), [], 'said once');

  await swap({ name: 'hidden-four', level: 'debug', port: '9443' });
  const [mended] = await settle();
  assert.equal(mended?.report.outcome, 'applied');
  assert.equal(followed.now().branding.name, 'The hidden-four');

  const settings = (await describeSettings(followed)).flatMap(({ settings: each }) => each);
  const shown = (key: string) => settings.find((setting) => setting.key === key);
  for (const key of ['branding.name', 'logging.level', 'server.port']) {
    assert.deepEqual([shown(key)?.value, shown(key)?.secret], [undefined, true], key);
  }
  assert.equal(shown('server.hostname')?.value, '"localhost"');
  await writeFile(paths.deployment, '[branding]\nname = "Plain"\n');
  await settle();
  const after = (await describeSettings(followed)).flatMap(({ settings: each }) => each);
  assert.equal(
    after.find(({ key }) => key === 'server.port')?.value,
    undefined,
    'in force it still is the file’s',
  );
});
