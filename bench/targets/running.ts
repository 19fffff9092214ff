import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../packages/server/test/free-port.ts';
import { endWithUs, killTree } from '../own-children.ts';
import { onProcessor } from '../processors.ts';
import type { Dialect } from './dialect.ts';
import { type Place, type Prepared, type Start, type Target, TargetFailed } from './target.ts';

/** A target that was started. It may not answer yet. */
export type RunningTarget = {
  readonly name: string;
  readonly port: number;
  readonly dialect: Dialect;
  readonly warmUp: Target['warmUp'];
  readonly pid: number;
  /** Rejects when the server ends by itself. */
  readonly ended: Promise<never>;
  stop(): Promise<void>;
};

/** A target that is set up. */
export type ReadyTarget = {
  readonly name: string;
  readonly prepared: Prepared;
  /** @throws TargetFailed */
  start(): Promise<RunningTarget>;
};

export type StartOptions = {
  readonly processor: number | undefined;
  /** Where each server that Node.js runs writes a profile of its processor time when it ends; none when left out. */
  readonly profiles: string | undefined;
};

const KEPT_OUTPUT = 4000;
const STOP_WITHIN_MS = 10_000;

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  // No grace for whoever distributes requests: nobody does.
  child.kill('SIGINT');
  const impatience = setTimeout(() => {
    if (child.pid !== undefined) killTree(child.pid);
  }, STOP_WITHIN_MS);
  await exit;
  clearTimeout(impatience);
}

function commandOf(start: Start, name: string, profiles: string | undefined): readonly string[] {
  if (start.kind === 'program') return start.command;
  const profiling =
    profiles === undefined
      ? []
      : ['--cpu-prof', `--cpu-prof-dir=${profiles}`, `--cpu-prof-name=${name}.cpuprofile`];
  return [process.execPath, ...profiling, ...start.script];
}

function launch(
  { name, warmUp }: Target,
  { start, dialect }: Prepared,
  port: number,
  { processor, profiles }: StartOptions,
): Promise<RunningTarget> {
  const [program = '', ...args] = onProcessor(processor, commandOf(start, name, profiles));
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
    child.once('error', (cause) => reject(new TargetFailed(`${name}: ${cause.message}`, { cause })));
    child.once('exit', (code, signal) => {
      if (!stopping) reject(new TargetFailed(`${name} ended (${signal ?? code}):\n${output}`));
    });
  });
  ended.catch(() => {});
  const { pid } = child;
  if (pid === undefined) return ended;
  endWithUs(child);
  return Promise.resolve({
    name,
    port,
    dialect,
    warmUp,
    pid,
    ended,
    stop() {
      stopping = true;
      return stop(child);
    },
  });
}

/**
 * Sets a target up, so that it can be started.
 * @param settings what all targets are given, but for the port
 */
export async function readyTarget(
  target: Target,
  settings: Omit<Place, 'port'>,
  options: StartOptions,
): Promise<ReadyTarget> {
  const port = await freePort();
  const prepared = await target.prepare({ ...settings, port });
  return { name: target.name, prepared, start: () => launch(target, prepared, port, options) };
}
