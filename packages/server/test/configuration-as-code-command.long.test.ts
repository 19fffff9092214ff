import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { z } from 'zod';
import { createIdentity, type Identity } from './client-identity.ts';
import {
  countersignProgram,
  createUnstartedHome,
  programEnvironment,
  runProgram,
  type TestHome,
} from './countersign-process.ts';

const folders: string[] = [];
async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-files-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

describe('countersign apply', () => {
  let home: TestHome;
  let folder: string;
  let identity: Identity;
  const Answer = z.looseObject({
    steps: z.array(z.looseObject({ action: z.string(), name: z.string() })),
    done: z.int(),
  });

  before(async () => {
    home = await createUnstartedHome();
    folder = await folderOf({
      'role.yaml': 'kind: role\nname: reader\n',
      'group.yaml': 'kind: group\nname: partners\nholds: [reader]\n',
      'client.yaml':
        'kind: client\nname: billing\nclient_name: Billing\ngrant_types: [client_credentials]\ntoken_endpoint_auth_method: client_secret_basic\nmember_of: [partners]\n',
    });
    identity = await createIdentity('CN=deploy');
  });
  after(() => home?.remove());

  test('shows the plan, does it with --yes, and says by 3 that something has drifted', async () => {
    const asked = await home.command('apply', '-f', folder);
    assert.equal(asked.code, 1);
    assert.match(asked.stdout, /^\+ role "reader" {3}role\.yaml$/m);
    assert.match(asked.stderr, /nothing was changed: --yes does it/);
    const secrets = join(folder, '.secrets.jsonl');
    const done = await home.command('apply', '-f', folder, '--yes', '--secrets', secrets);
    assert.equal(done.code, 0, done.stderr);
    assert.match(done.stdout, /^3 done$/m);
    assert.doesNotMatch(done.stdout, /client_secret/);
    assert.equal((await stat(secrets)).mode & 0o777, 0o600);
    const { name, client_secret } = JSON.parse(await readFile(secrets, 'utf8'));
    assert.equal(name, 'billing');
    assert.ok(client_secret.length > 40);
    const again = await home.command('apply', '-f', folder, '--yes');
    assert.deepEqual([again.code, again.stdout], [0, '3 resources are as the files say\n']);
    assert.equal((await home.command('apply', '-f', folder, '--check')).code, 0);
    await home.json('client', 'update', 'billing', '--client-name', 'Changed');
    const drifted = await home.command('apply', '-f', folder, '--check', '--json');
    assert.equal(drifted.code, 3);
    assert.deepEqual(
      Answer.parse(JSON.parse(drifted.stdout)).steps.map(({ action, name }) => [action, name]),
      [['change', 'billing']],
    );
    assert.equal(JSON.parse(drifted.stderr).error, 'drift');
    const taken = await home.command('apply', '-f', folder, '--yes', '--secrets', secrets);
    assert.equal(taken.code, 2);
    assert.match(taken.stderr, /cannot make the file .*EEXIST/);
    assert.equal((await home.command('apply', '-f', folder, '--check', '--yes')).code, 2);
    assert.equal((await home.command('apply', '-f', folder, '--label', 'a b')).code, 2);
  });

  test('works on a server elsewhere as a client with scopes of the admin API, and export --format files too', async () => {
    const elsewhere = await folderOf({ 'deploy.pem': identity.cert, 'deploy.key': identity.key });
    const grant = [
      '--scope',
      'admin:read admin:clients admin:users admin:trust',
      '--grant-types',
      'client_credentials',
    ];
    const pem = join(elsewhere, 'deploy.pem');
    await home.json(
      'client',
      'add',
      '--client-id',
      'deploy',
      '--client-name',
      'deploy',
      ...grant,
      '--certificate',
      pem,
    );
    const server = await home.start();
    const remote = (...args: readonly string[]) =>
      runProgram(
        process.execPath,
        [
          ...[countersignProgram(), ...args, '--server', home.issuer, '--client-id', 'deploy', '--cert', pem],
          ...['--key', join(elsewhere, 'deploy.key'), '--cacert', join(home.security, 'server.pem')],
        ],
        { cwd: elsewhere, env: programEnvironment() },
      );
    const done = await remote('apply', '-f', folder, '--yes');
    assert.equal(done.code, 0, done.stderr);
    assert.match(done.stdout, /client_name: "Changed" → "Billing"/);
    const after = await remote('apply', '-f', folder, '--check', '--prune');
    assert.equal(after.code, 0, after.stderr);
    const exported = await remote('export', 'out', '--format', 'files');
    assert.equal(exported.code, 0, exported.stderr);
    assert.match(
      await readFile(join(elsewhere, 'out/clients/billing.yaml'), 'utf8'),
      /member_of:\n {2}- partners/,
    );
    const whole = await remote('export', 'whole.jsonl');
    assert.equal(whole.code, 2);
    assert.match(whole.stderr, /works on no server elsewhere but with --format files/);
    const empty = await folderOf({});
    const pruned = await remote('apply', '-f', empty, '--prune', '--yes');
    assert.equal(pruned.code, 0, pruned.stderr);
    assert.match(pruned.stdout, /0 to make, 0 to change, 3 to remove/);
    await server.stop();
  });
});
