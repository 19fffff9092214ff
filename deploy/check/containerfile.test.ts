import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { missingProgram, run } from '../../interop/program.ts';
import { eventually } from '../../packages/server/test/eventually.ts';
import { claimsOf } from '../../packages/server/test/token-client.ts';
import { type ContainerImage, makeImage, sizeOf } from './container-image.ts';
import { type RunningContainer, runContainer, volumesFor } from './container-process.ts';
import { whyNoDebian } from './debian-root.ts';
import { packInto } from './packed-program.ts';

const FOLDER = resolve(import.meta.dirname, '../container');
const CONTAINERFILE = join(FOLDER, 'Containerfile');
const HOME = '/var/lib/countersign';
const WRITTEN = ['database', 'logs', 'resources/security'].map((name) => `${HOME}/repository/${name}`);
const ISSUER = 'https://login.example.com:9443';
const HOSTNAME = { COUNTERSIGN_HOSTNAME: 'login.example.com' };
const MEBIBYTE = 2 ** 20;

/** curl of this machine, in the network of the container, where its host name leads to it. */
const curl = ({ inNetwork }: RunningContainer, ...args: readonly string[]) =>
  inNetwork('curl', '--silent', '--insecure', '--resolve', 'login.example.com:9443:127.0.0.1', ...args);

test('hadolint finds nothing in the Containerfile', { skip: await whyNoPython() }, async () => {
  const environment = join(import.meta.dirname, '.venv');
  const here = { cwd: import.meta.dirname };
  await run('python3', ['-m', 'venv', environment], here);
  const python = join(environment, 'bin/python');
  await run(python, ['-m', 'pip', 'install', '--quiet', '--requirement', 'requirements.txt'], here);
  assert.equal(await run(join(environment, 'bin/hadolint'), [CONTAINERFILE], here), '');
});

describe('the image that the Containerfile makes', {
  skip: await whyNoDebian('unshare', 'nsenter'),
  timeout: 600_000,
}, () => {
  let work: string;
  let image: ContainerImage;
  let container: RunningContainer | undefined;
  let volumes: Readonly<Record<string, string>>;

  const start = async (environment: Readonly<Record<string, string>> = HOSTNAME) => {
    container = await runContainer(image, { environment, volumes });
    return container;
  };
  const isHealthy = async (running: RunningContainer) =>
    (await running.exec(...image.healthCheck)).code === 0;
  const healthy = async (running: RunningContainer) => {
    try {
      await eventually(
        () => isHealthy(running),
        (is) => is,
        60_000,
      );
    } catch (cause) {
      throw new Error(running.output(), { cause });
    }
  };

  before(async () => {
    work = await mkdtemp(join(tmpdir(), 'countersign-image-'));
    const context = join(work, 'context');
    await mkdir(context);
    await copyFile(join(FOLDER, 'deployment.toml'), join(context, 'deployment.toml'));
    await packInto(context);
    image = await makeImage(CONTAINERFILE, context, work);
    volumes = await volumesFor(image, join(work, 'volumes'), WRITTEN);
  });
  after(async () => {
    await container?.stop();
    await rm(work, { recursive: true, force: true });
  });

  test('has a user by number that is not root, and starts without a shell', () => {
    assert.match(image.user, /^[1-9]\d*:[1-9]\d*$/);
    assert.deepEqual(image.entrypoint, ['/opt/countersign/bin/countersign']);
    assert.deepEqual(image.command, ['serve']);
    assert.equal(image.stopSignal, 'SIGTERM');
  });

  test('has Node.js and Countersign beside its Debian, and nothing that fetches or installs', async (context) => {
    for (const program of ['npm', 'npx', 'curl', 'wget', 'yarn']) {
      const places = ['bin', 'usr/bin', 'usr/local/bin', 'opt/countersign/bin'].map((folder) =>
        join(image.root, folder, program),
      );
      assert.deepEqual(places.filter(existsSync), [], program);
    }
    const own = await sizeOf(join(image.root, 'opt/countersign'));
    const node = await sizeOf(join(image.root, 'usr/local/bin/node'));
    const [mine, its, all] = [own, node, await sizeOf(image.root)].map((bytes) =>
      Math.round(bytes / MEBIBYTE),
    );
    context.diagnostic(`Countersign ${mine} MiB, Node.js ${its} MiB, with Debian ${all} MiB`);
    assert.ok(own < 64 * MEBIBYTE, `Countersign takes ${mine} MiB`);
  });

  test('says what is missing when nobody gives the host name', async () => {
    const running = await start({});
    assert.equal(await running.ended, 1);
    assert.match(running.output(), /COUNTERSIGN_HOSTNAME/);
  });

  test('serves with its root for reading alone, without rights, and is healthy by its own check', async () => {
    const running = await start();
    await healthy(running);
    const status = await readFile(`/proc/${running.pid}/status`, 'utf8');
    const uid = image.user.split(':')[0];
    assert.match(status, new RegExp(`^Uid:\\t${uid}\\t${uid}\\t${uid}\\t${uid}$`, 'm'));
    assert.match(status, /^NSpid:\t\d+\t1$/m);
    assert.match(status, /^CapBnd:\t0+$/m);
    assert.match(status, /^NoNewPrivs:\t1$/m);
    assert.equal(
      await readFile(`/proc/${running.pid}/cmdline`, 'utf8').then((line) => line.split('\0')[0]),
      'node',
    );
    const refused = await running.exec('touch', `${HOME}/repository/conf/new`, '/opt/countersign/new');
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /Read-only file system.*\n.*Read-only file system/);
  });

  test('gives a token to a client that a command in the container made', async () => {
    const running = container ?? assert.fail('it is not running');
    const name = 'first-client';
    const at = `${HOME}/repository/database/${name}`;
    const made = await running.exec(
      ...[
        'countersign',
        'certificate',
        'issue',
        '--subject',
        `CN=${name}`,
        '--out',
        at,
        '--client-name',
        name,
      ],
    );
    assert.equal(made.code, 0, made.stderr);
    const files = join(volumes[`${HOME}/repository/database`] ?? '', name);
    const answer = await curl(
      running,
      ...['--cert', `${files}.pem`, '--key', `${files}.key`],
      ...['--data', `grant_type=client_credentials&client_id=${name}`, `${ISSUER}/oauth2/token`],
    );
    const token = claimsOf(JSON.parse(answer.stdout).access_token);
    assert.equal(token.iss, ISSUER);
    assert.equal(token.client_id, name);
  });

  test('ends by its stop signal, which reaches the server, in the time that an engine gives', async () => {
    const running = container ?? assert.fail('it is not running');
    const began = Date.now();
    assert.equal(await running.stop(), 0);
    // Five seconds of them are [server] drain_grace; Docker waits for ten, Podman too.
    assert.ok(Date.now() - began < 10_000);
  });

  test('goes on with what is in its volumes, and with a deployment of its own in the place of the image’s', async () => {
    const deployment = join(work, 'deployment.toml');
    const text = await readFile(join(FOLDER, 'deployment.toml'), 'utf8');
    await writeFile(deployment, `${text}\n[branding]\nname = "Example"\n`, { mode: 0o644 });
    const own = `${HOME}/repository/conf/deployment.toml:ro`;
    container = await runContainer(image, {
      environment: HOSTNAME,
      volumes: { ...volumes, [own]: deployment },
    });
    await healthy(container);
    const told = await container.exec('countersign', 'client', 'show', 'first-client', '--json');
    assert.equal(told.code, 0, told.stderr);
    const page = await curl(container, '--location', `${ISSUER}/account`);
    assert.match(page.stdout, /Example/);
  });

  test('is unhealthy when nobody listens', async () => {
    const running = container ?? assert.fail('it is not running');
    const elsewhere = image.healthCheck.map((word) => word.replace(':9764', ':9765'));
    assert.equal((await running.exec(...elsewhere)).code, 1);
  });
});

/** For `skip`: why hadolint cannot be had, or false. */
async function whyNoPython(): Promise<string | false> {
  if (process.env.CI === 'true') return false;
  const missing = await missingProgram('python3', ['-c', 'import ensurepip, venv']);
  return missing === undefined ? false : 'needs Python with venv';
}
