import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { connect } from 'node:tls';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { type Finished, runProgram } from '../../packages/server/test/countersign-process.ts';
import { eventually } from '../../packages/server/test/eventually.ts';
import { freePort } from '../../packages/server/test/free-port.ts';
import { startPostgres, type TestPostgres, whyNoPostgres } from '../../packages/server/test/postgres.ts';
import { testCertificate } from '../../packages/server/test/proxies/test-certificate.ts';
import { call, post } from '../../packages/server/test/token-client.ts';
import { forbidWriting, layOutHome, renderedPod, type Secrets } from './rendered-pod.ts';

/** `npm run deploy:check` holds it against what the chart renders. */
const RENDERED = resolve(import.meta.dirname, '../helm/rendered/replicas.yaml');
const PROGRAM = resolve(import.meta.dirname, '../../packages/server/bin/countersign.mjs');
const ISSUER = 'https://login.example.com';
const START_MS = 60_000;

/** Mounts the home for reading alone, where nobody else sees it, and goes on as the program. */
const READ_ONLY = `
mount --make-rprivate / && mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && cd "$1" && shift && exec "$@"
`;

/** Whether this machine lets us mount; else permissions have to do. */
const mounts = async () => {
  if (process.getuid?.() !== 0) return false;
  const tried = await runProgram('unshare', ['--mount', 'true']).catch(() => undefined);
  return tried?.code === 0;
};

/** What of a rendered deployment.toml cannot be had twice on one machine: addresses and ports. */
const here = (deployment: string, port: number, healthPort: number): string =>
  deployment
    .replaceAll('bind = "0.0.0.0"', 'bind = "127.0.0.1"')
    .replace('port = 9443', `port = ${port}`)
    .replace('port = 9764', `port = ${healthPort}`);

type Pod = {
  readonly home: string;
  readonly url: string;
  readonly health: string;
  readonly child: ChildProcess;
  output(): string;
  /** Runs `countersign …` where the server runs. */
  command(...args: readonly string[]): Promise<Finished>;
  /** Gives it other Secrets, as the kubelet does. */
  renew(secrets: Secrets): Promise<void>;
  readonly ended: Promise<number | string>;
};

async function launch(text: string, secrets: Secrets, home: string, mounted: boolean): Promise<Pod> {
  const rendered = renderedPod(text);
  const [port, healthPort] = [await freePort(), await freePort()];
  const volumes = (of: Secrets) =>
    new Map(
      Array.from(rendered.volumes(of), ([path, { 'deployment.toml': deployment, ...files }]) => [
        path,
        deployment === undefined
          ? files
          : { ...files, 'deployment.toml': here(deployment.toString(), port, healthPort) },
      ]),
    );
  await layOutHome(home, volumes(secrets));
  if (!mounted) await forbidWriting(home, true);
  const inPlace = (args: readonly string[]): readonly [string, readonly string[]] => {
    const program = [process.execPath, PROGRAM, ...args, '--home', home];
    return mounted
      ? ['unshare', ['--mount', 'sh', '-c', READ_ONLY, 'mount', home, ...program]]
      : [process.execPath, program.slice(1)];
  };
  const [program, args] = inPlace(rendered.args);
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      printed += chunk;
    });
  }
  return {
    home,
    url: `https://localhost:${port}`,
    health: `http://127.0.0.1:${healthPort}/health`,
    child,
    output: () => printed,
    command: (...given) => runProgram(...inPlace(given)),
    async renew(renewed) {
      if (!mounted) await forbidWriting(home, false);
      await layOutHome(home, volumes(renewed));
      if (!mounted) await forbidWriting(home, true);
    },
    ended: new Promise((done) => child.once('close', (code, signal) => done(code ?? signal ?? ''))),
  };
}

/** What the readiness probe of a pod is answered; 0 while nobody listens. */
const readiness = async ({ health }: Pod): Promise<number> => {
  const answer = await fetch(`${health}/ready`).catch(() => undefined);
  return answer?.status ?? 0;
};

const certificateShown = ({ url }: Pod): Promise<string> =>
  new Promise((done, fail) => {
    const socket = connect(
      {
        port: Number(new URL(url).port),
        host: '127.0.0.1',
        servername: 'login.example.com',
        rejectUnauthorized: false,
      },
      () => {
        const { subject } = socket.getPeerCertificate();
        socket.destroy();
        done(String(subject.CN));
      },
    ).once('error', fail);
  });

describe('two servers of what the chart renders', { skip: whyNoPostgres(), timeout: 300_000 }, () => {
  let text: string;
  let work: string;
  let mounted: boolean;
  let postgres: TestPostgres;
  let secrets: Secrets;
  let pods: readonly [Pod, Pod];
  const launched: Pod[] = [];

  const tlsOf = (commonName: string) => {
    const { pem, keyPem } = testCertificate(commonName, { names: ['login.example.com'] });
    return { 'tls.crt': pem, 'tls.key': keyPem };
  };
  const start = async (name: string, of: Secrets) => {
    const pod = await launch(text, of, join(work, name), mounted);
    launched.push(pod);
    return pod;
  };
  const ready = async (pod: Pod) => {
    const isOver = { it: false };
    pod.ended.then(() => {
      isOver.it = true;
    });
    const answer = () => (isOver.it ? Promise.reject(new Error('the server ended')) : readiness(pod));
    try {
      await eventually(answer, (status) => status === 200, START_MS);
    } catch (cause) {
      throw new Error(pod.output(), { cause });
    }
  };
  /** Registers a client by the command line of one pod. */
  const addClient = async (pod: Pod, name: string) => {
    const made = await pod.command(
      ...[
        'certificate',
        'issue',
        '--subject',
        `CN=${name}`,
        '--out',
        join(work, name),
        '--client-name',
        name,
      ],
    );
    assert.equal(made.code, 0, made.stdout + made.stderr);
    const [cert, key] = await Promise.all(
      ['pem', 'key'].map((kind) => readFile(join(work, `${name}.${kind}`), 'utf8')),
    );
    return { cert: cert ?? '', key: key ?? '' };
  };
  const tokenFrom = async ({ url }: Pod, client_id: string, certificate: { cert: string; key: string }) => {
    const form = { grant_type: 'client_credentials', client_id };
    const answer = await post(`${url}/oauth2/token`, form, { certificate });
    assert.equal(answer.status, 200, answer.text);
    const { access_token } = answer.json();
    return typeof access_token === 'string' ? access_token : assert.fail(answer.text);
  };

  before(async () => {
    text = await readFile(RENDERED, 'utf8');
    work = await mkdtemp(join(tmpdir(), 'countersign-replicas-'));
    mounted = await mounts();
    postgres = await startPostgres();
    secrets = {
      'countersign-encryption': { key: randomBytes(32).toString('hex') },
      'countersign-database': { url: postgres.url },
      'countersign-administrator': { password: randomBytes(16).toString('hex') },
      'login-example-com': tlsOf('first'),
    };
    assert.equal(renderedPod(text).replicas, 2);
    // Both at once on an empty database, as a Deployment starts them.
    pods = [await start('one', secrets), await start('two', secrets)];
    for (const pod of pods) await ready(pod);
  });
  after(async () => {
    for (const { child } of launched) child.kill('SIGKILL');
    await Promise.all(launched.map(({ ended }) => ended));
    if (!mounted) for (const { home } of launched) await forbidWriting(home, false);
    await rm(work, { recursive: true, force: true });
    await postgres?.stop();
  });

  test('give tokens for each other’s clients, which hold with the keys of either', async () => {
    const [one, two] = pods;
    for (const [registering, asked, name] of [
      [one, two, 'client-of-one'],
      [two, one, 'client-of-two'],
    ] as const) {
      const certificate = await addClient(registering, name);
      const token = await tokenFrom(asked, name, certificate);
      for (const pod of pods) {
        const { keys } = (await call(`${pod.url}/oauth2/jwks`)).json();
        assert.ok(Array.isArray(keys));
        const { payload } = await jwtVerify(token, createLocalJWKSet({ keys }), { issuer: ISSUER });
        assert.equal(payload.client_id, name);
        assert.ok(payload.cnf);
      }
    }
  });

  test('run with homes in which nothing can be written', async () => {
    for (const { home, child } of pods) {
      if (mounted) {
        const { stdout } = await runProgram('cat', [`/proc/${child.pid}/mounts`]);
        assert.match(stdout, new RegExp(` ${home} \\S+ ro[, ]`));
      }
      const made = await runProgram('find', [
        home,
        '-newer',
        join(home, 'repository/conf/deployment.toml'),
        '-type',
        'f',
      ]);
      assert.deepEqual(
        made.stdout.split('\n').filter((name) => name.includes('/database/') || name.includes('/logs/')),
        [],
      );
    }
  });

  test('write the audit log to standard output', async () => {
    for (const pod of pods) {
      const form = { grant_type: 'client_credentials', client_id: 'nobody', client_secret: 'wrong' };
      const refused = await post(`${pod.url}/oauth2/token`, form);
      assert.equal(refused.status, 401, refused.text);
      const event_id = String(refused.headers['countersign-event-id']);
      await eventually(
        async () =>
          pod
            .output()
            .split('\n')
            .filter((line) => line.includes('"chain"')),
        (audited) => audited.some((line) => line.includes(event_id)),
      );
    }
  });

  test('take a renewed certificate up while they run, as the kubelet puts it there', async () => {
    for (const pod of pods) {
      assert.equal(await certificateShown(pod), 'first');
      await pod.renew({ ...secrets, 'login-example-com': tlsOf('renewed') });
      await eventually(
        () => certificateShown(pod),
        (name) => name === 'renewed',
      );
    }
  });

  test('have no third beside them whose Secret holds another key', async () => {
    const key = randomBytes(32).toString('hex');
    const third = await start('three', { ...secrets, 'countersign-encryption': { key } });
    assert.equal(await third.ended, 1);
    assert.match(third.output(), /encryption/);
  });

  test('go on answering when they are told to end, unready at once, and are gone within their grace', async () => {
    const [one] = pods;
    const began = Date.now();
    one.child.kill('SIGTERM');
    await eventually(
      () => readiness(one),
      (status) => status === 503,
    );
    assert.equal((await call(`${one.url}/oauth2/jwks`)).status, 200);
    assert.equal(await one.ended, 0);
    assert.ok(Date.now() - began < renderedPod(text).graceSeconds * 1000);
  });
});
