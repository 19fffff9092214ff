import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { type Finished, runProgram } from '../../packages/server/test/countersign-process.ts';
import { eventually } from '../../packages/server/test/eventually.ts';

/** A Debian in which systemd is the first process, with a network of its own that leads nowhere. */
export type BootedDebian = {
  /** Runs a program in it as root, with an environment of its own. */
  exec(...command: readonly string[]): Promise<Finished>;
  /** Runs a program of this machine in its network. */
  inNetwork(...command: readonly string[]): Promise<Finished>;
  stop(): Promise<void>;
};

const BOOT_MS = 60_000;

/** The first process in the container: systemd-nspawn has others before it, which end. */
async function leaderOf(container: ChildProcess, output: () => string): Promise<number> {
  const { pid = 0 } = container;
  while (container.exitCode === null) {
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
    for (const child of children.trim().split(/\s+/).filter(Boolean)) {
      const program = await readlink(`/proc/${child}/exe`).catch(() => '');
      if (program.endsWith('/systemd')) return Number(child);
    }
    await pause(50);
  }
  throw new Error(`systemd-nspawn ended:\n${output()}`);
}

/** @param root of a Debian with systemd, which it may write */
export async function boot(root: string): Promise<BootedDebian> {
  const container = spawn(
    'systemd-nspawn',
    [
      ...['--quiet', '--boot', '--directory', root, '--private-network'],
      ...['--register=no', '--keep-unit', '--console=pipe', '--link-journal=no'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let text = '';
  for (const stream of [container.stdout, container.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk;
    });
  }
  const ended = new Promise((done) => container.once('close', done));
  const leader = await leaderOf(container, () => text);
  const inside = ['--target', String(leader)];
  const clean = ['/usr/bin/env', '--ignore-environment', 'PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin'];
  const exec = (...command: readonly string[]) =>
    runProgram('nsenter', [...inside, '--all', ...clean, ...command]);
  const booted: BootedDebian = {
    exec,
    inNetwork: (...command) => runProgram('nsenter', [...inside, '--net', ...command]),
    async stop() {
      // What asks a machine to power off (SIGRTMIN+4), which Node.js cannot send.
      await exec('systemctl', 'poweroff', '--force', '--force').catch(() => {});
      const late = setTimeout(() => container.kill('SIGKILL'), BOOT_MS);
      await ended;
      clearTimeout(late);
    },
  };
  try {
    await eventually(
      async () => (await exec('systemctl', 'is-system-running')).stdout.trim(),
      (state) => state === 'running' || state === 'degraded',
      BOOT_MS,
    );
  } catch (cause) {
    container.kill('SIGKILL');
    throw new Error(`systemd did not come up:\n${text}`, { cause });
  }
  return booted;
}
