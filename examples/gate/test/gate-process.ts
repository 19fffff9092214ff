import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { countersignProgram, programEnvironment } from '../../../packages/server/test/countersign-process.ts';

/** A gate as a process of its own. */
export type Gate = {
  readonly port: number;
  /** What it wrote so far, a line each. */
  lines(): readonly Record<string, unknown>[];
  reload(): Promise<void>;
  stop(): Promise<void>;
};

const stopped = (child: ChildProcess): Promise<unknown> =>
  child.exitCode === null ? new Promise((done) => child.once('exit', done)) : Promise.resolve();

/** Starts a gate. @param port on which its file has it listen */
export async function startGate(file: string, port: number): Promise<Gate> {
  const child = spawn(process.execPath, [countersignProgram(), 'gate', '--config', file], {
    env: programEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const until = async (text: string, from = 0) => {
    const deadline = Date.now() + 30_000;
    while (!output.slice(from).includes(text)) {
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(`the gate did not start:\n${output}`);
      await pause(20);
    }
  };
  await until('the gate is listening');
  return {
    port,
    lines: () =>
      output
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line)),
    async reload() {
      const from = output.length;
      child.kill('SIGHUP');
      await until('the file', from);
    },
    async stop() {
      child.kill('SIGTERM');
      await stopped(child);
    },
  };
}
