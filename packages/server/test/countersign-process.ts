import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port.ts';

/** Names the program that tests run, as it is published; where it is not set they run that of the clone, its sources. */
export const PROGRAM_VARIABLE = 'COUNTERSIGN_TEST_PROGRAM';

const CLONE = resolve(import.meta.dirname, '..');

/** The command that tests give to Node.js. */
export const countersignProgram = (): string =>
  process.env[PROGRAM_VARIABLE] ?? join(CLONE, 'bin/countersign.mjs');

/** Compiled code is kept between the many short processes of the tests: that of a published program with it. */
export const programEnvironment = (): NodeJS.ProcessEnv => {
  const program = process.env[PROGRAM_VARIABLE];
  return {
    ...process.env,
    NODE_COMPILE_CACHE:
      program === undefined
        ? join(CLONE, '../../node_modules/.cache/countersign-tests')
        : join(dirname(program), '../compiled'),
  };
};

/** How a program is started: a script by Node.js, anything else by itself. */
const toStart = (program: string, args: readonly string[]): readonly [string, readonly string[]] =>
  program.endsWith('.mjs') ? [process.execPath, [program, ...args]] : [program, args];

const START_DEADLINE_MS = 60_000;
const FOLLOW_MS = 100;

/** What a command printed and how it ended. */
export type Finished = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs a program to its end, without a shell. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: {
    readonly cwd?: string;
    readonly input?: string;
    readonly env?: NodeJS.ProcessEnv;
    readonly timeout?: number;
  } = {},
): Promise<Finished> {
  return new Promise((done, fail) => {
    const child = execFile(
      program,
      args,
      {
        cwd: options.cwd,
        env: options.env ?? process.env,
        timeout: options.timeout ?? 60_000,
        maxBuffer: 32 * 1024 * 1024,
      },
      (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') fail(error);
        else done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      },
    );
    // A program that ends without reading its input closes it first.
    child.stdin?.on('error', () => {}).end(options.input ?? '');
  });
}

/** A home folder of a test, which ends with it. */
export type TestHome = {
  readonly home: string;
  readonly port: number;
  readonly issuer: string;
  readonly security: string;
  readonly deploymentFile: string;
  /** Runs `countersign … --home HOME`. */
  command(...args: readonly string[]): Promise<Finished>;
  /** As `command` with `--json`, refusing anything but exit code 0. */
  json(...args: readonly string[]): Promise<unknown>;
  /** Changes `deployment.toml`; returns its new text. */
  editDeployment(edit: (text: string) => string): Promise<string>;
  /**
   * @param printTo a file that takes its standard output, instead of a pipe
   * @param environment variables beside those of the tests
   * @param options of `serve`
   */
  start(
    printTo?: string,
    environment?: NodeJS.ProcessEnv,
    ...options: readonly string[]
  ): Promise<RunningCountersign>;
  /** Ends what of its servers still runs, which would write into what is removed, and would keep its test from ending. */
  remove(): Promise<void>;
};

/** A server process of a test. */
export type RunningCountersign = {
  readonly process: ChildProcess;
  /** Everything it printed so far. */
  output(): string;
  /** Waits until a line of its output matches. */
  line(pattern: RegExp): Promise<string>;
  stop(signal?: NodeJS.Signals): Promise<void>;
};

type TestTable = Readonly<Record<string, string | number | boolean | readonly string[] | readonly number[]>>;

/** TOML tables a test adds to a new home's `deployment.toml`, by dotted name; a list adds repeated tables. */
export type TestDeployment = Readonly<Record<string, TestTable | readonly TestTable[]>>;

const isRepeated = (tables: TestTable | readonly TestTable[]): tables is readonly TestTable[] =>
  Array.isArray(tables);

function withTables(text: string, tables: TestDeployment): string {
  let result = text;
  const linesOf = (keys: TestTable) =>
    Object.entries(keys).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  for (const [name, keys] of Object.entries(tables)) {
    if (isRepeated(keys)) {
      for (const each of keys) result += `\n[[${name}]]\n${linesOf(each).join('\n')}\n`;
      continue;
    }
    const lines = linesOf(keys);
    const header = `[${name}]`;
    for (const key of Object.keys(keys)) {
      const [before, after] = splitAt(result, header);
      result = before + after.replace(new RegExp(`^(${key} = .*)$`, 'm'), '# $1');
    }
    result = result.includes(`\n${header}\n`)
      ? result.replace(`\n${header}\n`, `\n${header}\n${lines.join('\n')}\n`)
      : `${result}\n${header}\n${lines.join('\n')}\n`;
  }
  return result;
}

function splitAt(text: string, header: string): [string, string] {
  const at = text.indexOf(`\n${header}\n`);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)];
}

function collectOutput(child: ChildProcess) {
  let text = '';
  const waiting = new Set<() => void>();
  const add = (chunk: Buffer) => {
    text += chunk.toString();
    for (const look of waiting) look();
  };
  child.stdout?.on('data', add);
  child.stderr?.on('data', add);
  return {
    add,
    output: () => text,
    line: (pattern: RegExp) =>
      new Promise<string>((done, fail) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          fail(new Error(`no line matched ${pattern}; the output was:\n${text}`));
        }, START_DEADLINE_MS);
        const look = () => {
          const found = text.split('\n').find((line) => pattern.test(line));
          if (found === undefined && child.exitCode === null) return;
          clearTimeout(timer);
          waiting.delete(look);
          child.off('exit', look);
          if (found === undefined) fail(new Error(`the server ended; the output was:\n${text}`));
          else done(found);
        };
        waiting.add(look);
        child.once('exit', look);
        look();
      }),
  };
}

/** Hands on what a child adds to a file, as it comes. */
function follow(file: string, child: ChildProcess, add: (chunk: Buffer) => void): void {
  let taken = 0;
  const timer = setInterval(() => {
    try {
      const chunk = readFileSync(file).subarray(taken);
      taken += chunk.length;
      if (chunk.length > 0) add(chunk);
    } catch {
      // What it was on may be gone before the child is.
    }
  }, FOLLOW_MS);
  child.once('exit', () => clearInterval(timer));
}

/** Where a server is started: in which home, and in which folder. */
export type Place = { readonly home?: string; readonly cwd?: string };

/**
 * Starts a server and waits until it listens.
 * @param program the command
 * @param printTo a file that takes its standard output, instead of a pipe
 * @param options of `serve`
 */
export async function startIn(
  { home, cwd }: Place,
  program: string,
  printTo?: string,
  variables: NodeJS.ProcessEnv = {},
  options: readonly string[] = [],
): Promise<RunningCountersign> {
  const standardOutput = printTo === undefined ? 'pipe' : openSync(printTo, 'a');
  const named = home === undefined ? [] : ['--home', home];
  const [file, args] = toStart(program, ['serve', ...named, ...options]);
  const child = spawn(file, args, {
    cwd,
    stdio: ['ignore', standardOutput, 'pipe'],
    env: { ...programEnvironment(), ...variables },
  });
  const { output, line, add } = collectOutput(child);
  if (typeof standardOutput === 'number') closeSync(standardOutput);
  if (printTo !== undefined) follow(printTo, child, add);
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill(signal);
    await ended;
  };
  try {
    await line(/^Countersign is listening on /);
  } catch (error) {
    await stop('SIGKILL');
    throw error;
  }
  return { process: child, output, line, stop };
}

/** Names a folder of homes that those of tests are copies of; each suite makes its own homes where it is not set. */
export const MODELS_VARIABLE = 'COUNTERSIGN_TEST_MODEL_HOMES';
const MODEL_PORT = 65_535;
const DEPLOYMENT = 'repository/conf/deployment.toml';
const UNSTARTED = 'unstarted';
/** So many homes of a process have keys and an administrator already, which no two of them share. */
const STARTED = 2;
const startedModel = (number: number): string => `started-${number}`;

/** What a server recorded just before is in the list of events then, in milliseconds. */
const WRITTEN_MS = 400;

/** What no server has found before decides what is in its database, or which. */
const DECIDING = ['super_admin', 'encryption', 'database.identity_db'];

const ADMINISTRATOR: TestDeployment = { super_admin: { username: 'admin', password: 'admin' } };

/**
 * Makes the homes that those of a run are copies of: one as `init` leaves it, and some whose server has been started once
 * and stopped, as those of most servers that start. The keys of the listener, of four algorithms and the hash of the
 * administrator's password take a second of work.
 */
export async function makeModelHomes(): Promise<string> {
  const models = await mkdtemp(join(tmpdir(), 'countersign-models-'));
  const unstarted = join(models, UNSTARTED);
  const args = [countersignProgram(), 'init', '--port', String(MODEL_PORT), '--home', unstarted];
  // What is kept of compiled code is what the first process needed: of a server rather than of this.
  const made = await runProgram(process.execPath, args, {
    env: { ...programEnvironment(), NODE_DISABLE_COMPILE_CACHE: '1' },
  });
  if (made.code !== 0) throw new Error(made.stderr);
  const deployment = await readFile(join(unstarted, DEPLOYMENT), 'utf8');
  const start = async (number: number): Promise<void> => {
    const home = join(models, startedModel(number));
    await copyModel(unstarted, home, await freePort());
    await newEncryptionKey(home);
    const text = await readFile(join(home, DEPLOYMENT), 'utf8');
    const quick: TestDeployment = { metrics: { enable: false }, server: { drain_grace: 0 } };
    await writeFile(join(home, DEPLOYMENT), withTables(text, { ...ADMINISTRATOR, ...quick }));
    const running = await startIn({ home }, countersignProgram());
    await running.stop();
    await writeFile(join(home, DEPLOYMENT), deployment);
  };
  await Promise.all(Array.from({ length: STARTED }, (_, number) => start(number)));
  return models;
}

const newEncryptionKey = (home: string): Promise<void> =>
  writeFile(
    join(home, 'repository/resources/security/encryption.key'),
    `${randomBytes(32).toString('hex')}\n`,
  );

async function copyModel(model: string, home: string, port: number): Promise<void> {
  await cp(model, home, { recursive: true });
  const text = await readFile(join(home, DEPLOYMENT), 'utf8');
  await writeFile(join(home, DEPLOYMENT), text.replace(`port = ${MODEL_PORT}`, `port = ${port}`));
}

let started = 0;

/** Copies a home that no other of this process is a copy of, or the one without anything, and gives that a key. */
async function copyOf(models: string, home: string, port: number, unstarted: boolean): Promise<void> {
  if (!unstarted && started < STARTED) {
    await copyModel(join(models, startedModel(started++)), home, port);
    return;
  }
  await copyModel(join(models, UNSTARTED), home, port);
  await newEncryptionKey(home);
}

/**
 * Makes a home folder under the system's temporary folder, with a port of its own and the administrator
 * `admin` / `admin`, which the tables of `deployment` may change. Its server may have been started before.
 * @param program the command, when it is not that of all tests
 * @see createUnstartedHome
 */
export const createTestHome = (
  deployment: TestDeployment = {},
  program = countersignProgram(),
): Promise<TestHome> => createHome(deployment, program, false);

/** As {@link createTestHome}, for what a first start does, or what there is before it: no keys, no people, no events. */
export const createUnstartedHome = (deployment: TestDeployment = {}): Promise<TestHome> =>
  createHome(deployment, countersignProgram(), true);

async function createHome(
  deployment: TestDeployment,
  program: string,
  unstarted: boolean,
): Promise<TestHome> {
  const home = await mkdtemp(join(tmpdir(), 'countersign-home-'));
  const port = await freePort();
  const command = async (...args: readonly string[]) => {
    if (args[0] === 'events') await pause(WRITTEN_MS);
    return await runProgram(...toStart(program, [...args, '--home', home]), { env: programEnvironment() });
  };
  const models = process.env[MODELS_VARIABLE];
  const isDecided = DECIDING.some((table) => Object.hasOwn(deployment, table));
  if (models !== undefined && program === countersignProgram())
    await copyOf(models, home, port, unstarted || isDecided);
  else {
    const made = await command('init', '--port', String(port));
    if (made.code !== 0) throw new Error(made.stderr);
  }
  const deploymentFile = join(home, DEPLOYMENT);
  const editDeployment = async (edit: (text: string) => string) => {
    const text = edit(await readFile(deploymentFile, 'utf8'));
    await writeFile(deploymentFile, text);
    return text;
  };
  const servers = new Set<RunningCountersign>();
  const { server = {} } = deployment;
  await editDeployment((text) =>
    withTables(text, {
      ...ADMINISTRATOR,
      metrics: { enable: false },
      ...deployment,
      // Nobody distributes requests here who would have to notice.
      ...(!isRepeated(server) && { server: { drain_grace: 0, ...server } }),
    }),
  );
  return {
    home,
    port,
    issuer: `https://localhost:${port}`,
    security: join(home, 'repository/resources/security'),
    deploymentFile,
    command,
    async json(...args) {
      const { code, stdout, stderr } = await command(...args, '--json');
      if (code !== 0) throw new Error(`countersign ${args.join(' ')} exited with ${code}: ${stderr}`);
      return JSON.parse(stdout);
    },
    editDeployment,
    async start(printTo, environment, ...options) {
      const running = await startIn({ home }, program, printTo, environment, options);
      servers.add(running);
      return running;
    },
    async remove() {
      await Promise.all(Array.from(servers, (running) => running.stop('SIGKILL')));
      await rm(home, { recursive: true, force: true });
    },
  };
}
