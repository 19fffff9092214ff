import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { KeyMaterial } from '../key-material.ts';
import { onProcessor } from '../processors.ts';

/** How a server under test is started, and how its token endpoint is spoken to. */
export type Target = {
  readonly name: string;
  /** What its first answer has to be; see `first-answer.ts`. */
  readonly answers: 'fixed-body' | 'bound-token';
  readonly path: string;
  /** Readies whatever the server needs and says how Node.js starts it: its script and the arguments after. */
  prepare(
    material: KeyMaterial,
    port: number,
  ): Promise<{ readonly script: readonly string[]; readonly client_id: string }>;
};

export type RunningTarget = {
  readonly name: string;
  readonly answers: Target['answers'];
  readonly port: number;
  readonly path: string;
  /** The form body of a token request. */
  readonly form: string;
  readonly pid: number;
  /** Rejects when the server ends by itself. */
  readonly ended: Promise<never>;
  stop(): Promise<void>;
};

export type StartOptions = {
  readonly processor: number | undefined;
  /** Where each server writes a profile of its processor time when it ends; none when left out. */
  readonly profiles: string | undefined;
};

/** A target that would not start or stopped on its own; the message carries what it printed last. */
export class TargetFailed extends Error {
  override readonly name = 'TargetFailed';
}

const KEPT_OUTPUT = 4000;
const STOP_WITHIN_MS = 5000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new TargetFailed('no TCP port to be had');
  return address.port;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  // No grace for whoever distributes requests: nobody does.
  child.kill('SIGINT');
  const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await exit;
  clearTimeout(impatience);
}

/**
 * Starts a target as a process of its own. It may not answer yet when this returns.
 * @throws TargetFailed
 */
export async function startTarget(
  target: Target,
  material: KeyMaterial,
  { processor, profiles }: StartOptions,
): Promise<RunningTarget> {
  const port = await freePort();
  const { script, client_id } = await target.prepare(material, port);
  const profiling =
    profiles === undefined
      ? []
      : ['--cpu-prof', `--cpu-prof-dir=${profiles}`, `--cpu-prof-name=${target.name}.cpuprofile`];
  const [program = '', ...args] = onProcessor(processor, [process.execPath, ...profiling, ...script]);
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production', NODE_NO_WARNINGS: '1' },
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-KEPT_OUTPUT);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  let stopping = false;
  const ended = new Promise<never>((_, reject) => {
    child.once('error', (cause) => reject(new TargetFailed(`${target.name}: ${cause.message}`, { cause })));
    child.once('exit', (code, signal) => {
      if (!stopping) reject(new TargetFailed(`${target.name} ended (${signal ?? code}):\n${output}`));
    });
  });
  ended.catch(() => {});
  if (child.pid === undefined) return ended;
  process.once('exit', () => child.kill('SIGKILL'));
  return {
    name: target.name,
    answers: target.answers,
    port,
    path: target.path,
    form: new URLSearchParams({ grant_type: 'client_credentials', client_id }).toString(),
    pid: child.pid,
    ended,
    stop() {
      stopping = true;
      return stop(child);
    },
  };
}
