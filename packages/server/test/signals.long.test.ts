import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createUnstartedHome, type TestDeployment } from './countersign-process.ts';
import { eventually } from './eventually.ts';
import { missingProgram } from './installed-program.ts';
import { call } from './token-client.ts';

const WORKSPACE = resolve(import.meta.dirname, '../../..');
const PROGRAM = resolve(import.meta.dirname, '../bin/countersign.mjs');
const noNpm = await missingProgram('npm', ['--version']);
const onLinux = process.platform === 'linux' ? false : 'needs /proc';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A process that has ended and that nobody asked about yet is still listed.
    return !/^State:\s+Z/m.test(execFileSync('cat', [`/proc/${pid}/status`], { encoding: 'utf8' }));
  } catch {
    return false;
  }
};

/** The process ids below one, each after its parent. */
function descendants(pid: number): readonly number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    table.flatMap(([child = 0, of]) => (of === parent ? [child, ...below(child)] : []));
  return below(pid);
}

/** Starts the server by another program, as people do, and waits until it answers. */
async function launched(
  t: TestContext,
  program: string,
  args: (home: string) => readonly string[],
  {
    deployment = {},
    environment = {},
  }: { deployment?: TestDeployment; environment?: NodeJS.ProcessEnv } = {},
) {
  const home = await createUnstartedHome({ server: { drain_grace: 1 }, ...deployment });
  t.after(() => home.remove());
  const child: ChildProcess = spawn(program, args(home.home), {
    cwd: WORKSPACE,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (piece) => (output += String(piece)));
  const seen = new Set<number>();
  const tree = () => {
    for (const pid of child.pid === undefined ? [] : [child.pid, ...descendants(child.pid)]) seen.add(pid);
    return [...seen];
  };
  t.after(() => {
    for (const pid of tree()) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  });
  await eventually(
    async () => {
      if (child.exitCode !== null) throw new Error(output);
      return output.includes('Countersign is listening on');
    },
    (is) => is,
    60_000,
  );
  tree();
  return {
    home,
    child,
    output: () => output,
    tree,
    /** Waits until nothing of it is left, and how the first of them ended is known. */
    gone: async () => {
      await eventually(
        async () => [...seen].filter(isAlive),
        (left) => left.length === 0,
        15_000,
      );
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

const npmStart = (home: string) => ['start', '--silent', '--', '--home', home];
const npx = (home: string) => ['countersign', 'serve', '--home', home];

for (const [what, program, args] of [
  ['npm start', 'npm', npmStart],
  ['npx countersign serve', 'npx', npx],
] as const) {
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGKILL'] as const) {
    test(`${signal} to ${what} leaves no server behind`, {
      skip: noNpm || onLinux,
      timeout: 120_000,
    }, async (t) => {
      const { child, output, tree, gone } = await launched(t, program, args);
      assert.ok(tree().length >= 3, 'npm, a shell, the server');
      child.kill(signal);
      await gone();
      assert.match(output(), /"signal":"SIGTERM","drain_grace":1,"msg":"stopping"/, 'it answered to the end');
    });
  }
}

test('SIGHUP to the server that npm started reloads it and ends nothing', {
  skip: noNpm || onLinux,
  timeout: 120_000,
}, async (t) => {
  const { home, child, tree, output, gone } = await launched(t, 'npm', npmStart);
  const server = tree().at(-1) ?? 0;
  await home.editDeployment((text) => `${text}\n[branding]\nname = "Anew"\n`);
  process.kill(server, 'SIGHUP');
  await eventually(
    async () => output().includes('configuration.reloaded'),
    (is) => is,
    5_000,
  );
  assert.equal((await call(`${home.issuer}/health/ready`)).status, 200);
  assert.equal(child.exitCode, null);
  process.kill(server, 'SIGTERM');
  await gone();
  assert.equal(child.exitCode, 0, 'npm tells how the server ended');
});

test('SIGHUP while the server starts does not end it', { skip: onLinux, timeout: 60_000 }, async (t) => {
  const nobody = await createUnstartedHome({
    server: { drain_grace: 0 },
    'database.identity_db': { type: 'postgres', url: 'postgres://a:b@127.0.0.1:1/c' },
  });
  t.after(() => nobody.remove());
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--home', nobody.home], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  child.stdout.on('data', (piece) => (output += String(piece)));
  await eventually(
    async () => output.includes('is not there yet'),
    (is) => is,
    30_000,
  );
  child.kill('SIGHUP');
  const ended = once(child, 'exit');
  await eventually(
    () => call(`${nobody.issuer}/health/live`).catch(() => undefined),
    (answer) => answer?.status === 200,
  );
  child.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null]);
});

test('with workers nothing is left when the process that npm started is killed', {
  skip: noNpm || onLinux,
  timeout: 180_000,
}, async (t) => {
  const started = await launched(t, 'npm', (home) => [
    'start',
    '--silent',
    '--',
    '--home',
    home,
    '--workers',
    '2',
  ]);
  const { child, tree, gone } = started;
  assert.ok(tree().length >= 5, 'npm, a shell, a supervisor, two workers');
  child.kill('SIGKILL');
  await gone();
});

/** A `node` on the path that is too old for Countersign, which finds the one of the workspace. */
async function olderNode(t: TestContext): Promise<string | undefined> {
  const found = execFileSync('sh', ['-c', 'command -v -a node 2>/dev/null || which -a node'], {
    encoding: 'utf8',
    env: { ...process.env, PATH: '/usr/local/bin:/usr/bin:/bin' },
  })
    .trim()
    .split('\n');
  const old = found.find((each) => {
    const version = execFileSync(each, ['--version'], { encoding: 'utf8' });
    return Number(/v(\d+)/.exec(version)?.[1]) < 24;
  });
  if (old === undefined) t.skip('every node here is new enough');
  return old;
}

test('a launcher on an older Node.js hands signals on, and one that is killed takes the server along', {
  skip: onLinux,
  timeout: 120_000,
}, async (t) => {
  const old = await olderNode(t);
  if (old === undefined) return;
  const serve = (home: string) => [PROGRAM, 'serve', '--home', home];
  const asked = await launched(t, old, serve);
  assert.equal(asked.tree().length, 2);
  asked.child.kill('SIGTERM');
  await asked.gone();
  assert.equal(asked.child.exitCode, 0);
  const killed = await launched(t, old, serve);
  killed.child.kill('SIGKILL');
  await killed.gone();
  assert.match(killed.output(), /"msg":"stopping"/);
});

/** A real socket as systemd has one: prints each datagram with the process that sent it, and closes what comes along. */
const LISTENER = `
import os, socket, struct, sys, time
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o777)
s.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
print("bound", flush=True)
while True:
    data, ancillary, flags, address = s.recvmsg(4096, 256)
    pid = 0
    for level, kind, value in ancillary:
        if kind == socket.SCM_RIGHTS:
            for (fd,) in struct.iter_unpack("i", value): os.close(fd)
        elif kind == socket.SCM_CREDENTIALS:
            pid = struct.unpack("3i", value[:12])[0]
    print(time.monotonic_ns() // 1000, pid, data.decode().replace("\\n", " "), flush=True)
`;

async function notifySocket(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-notify-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const socket = join(folder, 'notify');
  const python = spawn('python3', ['-c', LISTENER, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => python.kill());
  let heard = '';
  python.stdout.on('data', (piece) => {
    heard += String(piece);
  });
  await eventually(
    async () => heard.startsWith('bound\n'),
    (is) => is,
    10_000,
  );
  /** What was told, without the barrier by which systemd-notify waits until it was read. */
  const told = () =>
    heard
      .split('\n')
      .slice(1, -1)
      .filter((line) => !line.includes('BARRIER=1'));
  return { folder, socket, told };
}

const noSystemd =
  (await missingProgram('systemd-notify', ['--version'])) || (await missingProgram('python3', ['--version']));

test('systemd hears that the server is ready, lives, reloads and stops', {
  skip: noSystemd || onLinux,
  timeout: 120_000,
}, async (t) => {
  const { socket, told } = await notifySocket(t);
  const home = await createUnstartedHome({ server: { drain_grace: 1 } });
  t.after(() => home.remove());
  const server = await home.start(undefined, {
    NOTIFY_SOCKET: socket,
    WATCHDOG_USEC: '1000000',
  });
  t.after(() => server.stop('SIGKILL'));
  const until = (pattern: RegExp) =>
    eventually(
      async () => told().find((line) => pattern.test(line)),
      (line) => line !== undefined,
      10_000,
    );
  assert.match((await until(/READY=1/)) ?? '', /READY=1 STATUS=answers requests$/);
  assert.match(told()[0] ?? '', /READY=1/, 'nothing is told before');
  assert.equal((await call(`${home.issuer}/health/ready`)).status, 200);
  const beats = () => told().filter((line) => line.includes('WATCHDOG=1')).length;
  await eventually(
    async () => beats(),
    (count) => count >= 3,
    5_000,
  );
  // Where the event loop does not turn, nothing is told.
  server.process.kill('SIGSTOP');
  await new Promise((done) => setTimeout(done, 300));
  const before = beats();
  await new Promise((done) => setTimeout(done, 1_500));
  assert.equal(beats(), before);
  server.process.kill('SIGCONT');

  const asked = told().length;
  server.process.kill('SIGHUP');
  await eventually(
    async () =>
      told()
        .slice(asked)
        .filter((line) => !line.includes('WATCHDOG')),
    (lines) => lines.length >= 2,
    10_000,
  );
  const [reloading = '', ready = ''] = told()
    .slice(asked)
    .filter((line) => !line.includes('WATCHDOG'));
  const [, heard, at] = /^(\d+) \d+ RELOADING=1 MONOTONIC_USEC=(\d+)$/.exec(reloading) ?? [];
  assert.ok(heard && at, reloading);
  assert.ok(Number(at) <= Number(heard) && Number(heard) - Number(at) < 10_000_000, 'the clock of systemd');
  assert.match(ready, /READY=1$/);

  await server.stop('SIGTERM');
  assert.match((await until(/STOPPING=1/)) ?? '', /STOPPING=1 STATUS=ends$/);
});

test('of an unprivileged server a child tells, which NotifyAccess=all alone lets through', {
  skip: noSystemd || onLinux || (process.getuid?.() !== 0 && 'only root can become somebody else'),
  timeout: 60_000,
}, async (t) => {
  const { folder, socket, told } = await notifySocket(t);
  await chmod(folder, 0o755);
  const script = join(folder, 'tell.mjs');
  const module = resolve(import.meta.dirname, '../src/server/service-notices.ts');
  await writeFile(
    script,
    `process.setgid(65534); process.setuid(65534);
    const { createServiceNotices } = await import(${JSON.stringify(module)});
    const notices = createServiceNotices({ warn: console.error });
    console.log(process.pid, process.env.NOTIFY_SOCKET);
    await notices.ready();`,
  );
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    env: { ...process.env, NOTIFY_SOCKET: socket },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (piece) => (output += String(piece)));
  await once(child, 'exit');
  const [pid, variable] = output.trim().split(' ');
  assert.equal(variable, 'undefined', 'no child of the server has the socket');
  const [line = ''] = await eventually(
    async () => told(),
    (lines) => lines.length > 0,
    5_000,
  );
  assert.match(line, /READY=1/);
  assert.notEqual(line.split(' ')[1], pid, 'the sender is not the main process');
});

test('a missing systemd-notify is told of once and ends nothing', { timeout: 60_000 }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-path-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'bin'));
  await symlink(process.execPath, join(folder, 'bin/node'));
  const home = await createUnstartedHome();
  t.after(() => home.remove());
  const server = await home.start(undefined, {
    NOTIFY_SOCKET: join(folder, 'nobody'),
    WATCHDOG_USEC: '200000',
    PATH: join(folder, 'bin'),
  });
  t.after(() => server.stop('SIGKILL'));
  await server.line(/systemd could not be told READY=1: systemd-notify must be there/);
  await new Promise((done) => setTimeout(done, 500));
  assert.equal((await call(`${home.issuer}/health/ready`)).status, 200);
  await server.stop();
  assert.equal(server.output().match(/systemd could not be told/g)?.length, 1);
});

test('the log is JSON or for reading as the flag says, whatever the file says', {
  timeout: 90_000,
}, async (t) => {
  const home = await createUnstartedHome({ logging: { format: 'json' } });
  t.after(() => home.remove());
  const pretty = await home.start(undefined, {}, '--log-format', 'pretty');
  await pretty.stop();
  assert.match(pretty.output(), /\] INFO.*stopping/);
  assert.doesNotMatch(pretty.output(), /"level":/);
  const workers = await home.start(undefined, {}, '--log-format', 'pretty', '--workers', '1');
  await workers.stop();
  assert.doesNotMatch(workers.output(), /"level":/);
  const other = await createUnstartedHome({ logging: { format: 'pretty' } });
  t.after(() => other.remove());
  const json = await other.start(undefined, {}, '--log-format', 'json');
  await json.stop();
  assert.match(json.output(), /"msg":"stopping"/);
  const wrong = await home.command('serve', '--log-format', 'xml');
  assert.deepEqual([wrong.code, /Allowed choices are json, pretty/.test(wrong.stderr)], [2, true]);
});

const logrotate = await missingProgram('logrotate', ['--version']);

for (const workers of [[], ['--workers', '1']] as const) {
  const among = workers.length > 0 ? ' of a node with workers' : '';
  test(`a log file${among} is gone on with after SIGHUP, and no line is lost`, {
    timeout: 90_000,
  }, async (t) => {
    const home = await createUnstartedHome({ logging: { file: 'repository/logs/countersign.log' } });
    t.after(() => home.remove());
    const file = join(home.home, 'repository/logs/countersign.log');
    const server = await home.start(undefined, {}, ...workers);
    t.after(() => server.stop('SIGKILL'));
    const linesOf = async (name: string) =>
      (await readFile(name, 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    const provoke = () => call(`${home.issuer}/oauth2/token`, { method: 'POST', body: 'grant_type=none' });
    await provoke();
    const [first] = (await linesOf(file)).filter(({ type }) => type === 'token.refused');
    assert.ok(first, 'the log has the refusal');
    assert.doesNotMatch(server.output(), /token\.refused/);

    const rotated = `${file}.1`;
    if (logrotate === false) {
      const snippet = await documentedLogrotate();
      const configuration = join(home.home, 'logrotate.conf');
      await writeFile(
        configuration,
        snippet
          .replaceAll('/var/log/countersign/*.log', file)
          .replace(/^.*\bkill\b.*$/m, `        kill -HUP ${server.process.pid}`)
          .replace(/^\s*su .*$/m, ''),
        { mode: 0o600 },
      );
      execFileSync('logrotate', ['--force', '--state', join(home.home, 'state'), configuration]);
    } else {
      t.diagnostic(`${logrotate}: the file is moved as it does, and SIGHUP sent`);
      execFileSync('mv', [file, rotated]);
      server.process.kill('SIGHUP');
    }
    await eventually(
      async () => (await readFile(file, 'utf8').catch(() => undefined)) !== undefined,
      (is) => is,
      5_000,
    );
    await provoke();
    await eventually(
      async () => (await linesOf(file).catch(() => [])).filter(({ type }) => type === 'token.refused').length,
      (count) => count === 1,
      5_000,
    );
    const before = (await linesOf(rotated)).filter(({ type }) => type === 'token.refused');
    assert.deepEqual(
      before.map(({ event_id }) => event_id),
      [first.event_id],
    );
    await server.stop();
    assert.match(await readFile(file, 'utf8'), /"msg":"stopping"/);
  });
}

/** The snippet of the documentation, as it stands there. */
async function documentedLogrotate(): Promise<string> {
  const page = await readFile(join(WORKSPACE, 'docs/health.md'), 'utf8');
  const [, snippet] = /```\n(\/var\/log\/countersign\/[\s\S]*?)```/.exec(page) ?? [];
  assert.ok(snippet, 'docs/health.md has the snippet');
  return snippet;
}

test('a log file that cannot be opened stops the start with its name', { timeout: 60_000 }, async (t) => {
  const home = await createUnstartedHome({ logging: { file: 'repository/conf/deployment.toml/log' } });
  t.after(() => home.remove());
  const { code, stderr } = await home.command('serve');
  assert.equal(code, 1);
  assert.match(
    stderr,
    /\[logging\] file .*deployment\.toml\/log cannot be written: .*; leave it out to log to standard output/,
  );
});
