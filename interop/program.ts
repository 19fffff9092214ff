import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a program is called; it never sees a shell. */
export type Call = {
  readonly cwd: string;
  /** Added to the environment this process has. */
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the program. */
  readonly signal?: AbortSignal;
};

const LOOK_EVERY_MS = 50;
const TOLD_CHARACTERS = 4_000;

/** A program that goes on running; leaving the block of `await using` ends it. */
export type Started = AsyncDisposable & {
  /** Everything it printed so far. */
  output(): string;
};

type Running = {
  readonly child: ChildProcess;
  output(): string;
  readonly ended: Promise<string | undefined>;
};

function launch(program: string, args: readonly string[], call: Call): Running & { stdout(): string } {
  // A group of its own, so that what it starts itself ends with it.
  const child = spawn(program, args, {
    cwd: call.cwd,
    env: { ...process.env, ...call.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let stdout = '';
  let all = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk;
    all += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    all += chunk;
  });
  const end = () => kill(child, 'SIGKILL');
  call.signal?.addEventListener('abort', end, { once: true });
  const ended = new Promise<string | undefined>((done) => {
    child.once('error', (error) => done(error.message));
    child.once('close', (code, signal) => {
      call.signal?.removeEventListener('abort', end);
      done(code === 0 ? undefined : `ended with ${code ?? signal}`);
    });
  });
  return { child, stdout: () => stdout, output: () => all, ended };
}

function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    child.kill(signal);
  }
}

const failure = (program: string, args: readonly string[], what: string, output: string): Error =>
  new Error(`${[program, ...args].join(' ')}: ${what}\n${output.slice(-TOLD_CHARACTERS)}`);

/**
 * Runs a program to its end.
 * @returns its standard output
 * @throws Error with the end of what it printed, when it ends with anything but 0
 */
export async function run(program: string, args: readonly string[], call: Call): Promise<string> {
  const { stdout, output, ended } = launch(program, args, call);
  const why = await ended;
  if (why !== undefined) throw failure(program, args, why, output());
  return stdout();
}

/**
 * Starts a program that serves.
 * @param ready what it prints, or the address that answers, when it can be used
 * @throws Error with the end of what it printed, when it ends before
 */
export async function start(
  program: string,
  args: readonly string[],
  call: Call & { readonly ready: RegExp | string },
): Promise<Started> {
  const { child, output, ended } = launch(program, args, call);
  const gone = { why: undefined as string | undefined, is: false };
  ended.then((why) => Object.assign(gone, { why: why ?? 'ended', is: true }));
  while (!(await isReady(call.ready, output))) {
    if (gone.is) throw failure(program, args, gone.why ?? 'ended', output());
    await sleep(LOOK_EVERY_MS);
  }
  return {
    output,
    async [Symbol.asyncDispose]() {
      kill(child, 'SIGKILL');
      await ended;
    },
  };
}

async function isReady(ready: RegExp | string, output: () => string): Promise<boolean> {
  if (typeof ready !== 'string') return ready.test(output());
  try {
    await fetch(ready, { redirect: 'manual' });
    return true;
  } catch {
    return false;
  }
}

/** Why a program is not there, in words for `Language.missing`; undefined when it is. */
export async function missingProgram(
  program: string,
  args: readonly string[] = ['--version'],
): Promise<string | undefined> {
  try {
    await run(program, args, { cwd: import.meta.dirname });
    return undefined;
  } catch (error) {
    return error instanceof Error ? `${program}: ${error.message.split('\n')[0]}` : String(error);
  }
}
