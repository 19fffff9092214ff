import { spawn } from 'node:child_process';
import { chown, mkdir, readFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Finished, runProgram } from '../../packages/server/test/countersign-process.ts';
import type { ContainerImage } from './container-image.ts';

/** How a container is started, in the words of an engine. */
export type ContainerOptions = {
  readonly environment?: Readonly<Record<string, string>>;
  /** Folders of this machine by where they are in the container; `:ro` after it for reading alone. */
  readonly volumes?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
};

/** A container of a test: processes, mounts and a network of its own, with no way out. */
export type RunningContainer = {
  /** The first process in it, as this machine counts. */
  readonly pid: number;
  output(): string;
  /** As `exec` of an engine: runs a program in it, as its user. */
  exec(...command: readonly string[]): Promise<Finished>;
  /** Runs a program of this machine in its network. */
  inNetwork(...command: readonly string[]): Promise<Finished>;
  /** Sends its stop signal and waits. @returns its exit code, or the signal it ended by */
  stop(): Promise<number | string>;
  readonly ended: Promise<number | string>;
};

/** Mounts what an engine mounts, the root for reading alone, and goes in without rights. */
const ENTER = `
set -eu
root=$1 mounts=$2 uid=$3 gid=$4 folder=$5
shift 5
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -o remount,bind,ro "$root"
echo "$mounts" | while IFS='|' read -r source target mode; do
  [ -n "$source" ] || continue
  mount --bind "$source" "$root$target"
  [ "$mode" = rw ] || mount -o remount,bind,ro "$root$target"
done
ip link set lo up
cd "$root$folder"
exec chroot "$root" /usr/bin/env -C "$folder" setpriv --reuid="$uid" --regid="$gid" --clear-groups \\
  --no-new-privs --inh-caps=-all --ambient-caps=-all --bounding-set=-all "$@"
`;

const assigned = (variables: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(variables).map(([name, value]) => `${name}=${value}`);

const isSignal = (name: string): name is NodeJS.Signals => name in constants.signals;

function signalOf({ stopSignal }: ContainerImage): NodeJS.Signals {
  if (isSignal(stopSignal)) return stopSignal;
  throw new Error(`${stopSignal} is no signal`);
}

const childrenOf = async (pid: number): Promise<readonly number[]> => {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.trim().split(/\s+/).filter(Boolean).map(Number);
};

/** Folders of the user of an image, for its volumes. */
export async function volumesFor(
  { user }: ContainerImage,
  folder: string,
  targets: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const [uid, gid] = user.split(':').map(Number);
  const volumes: Record<string, string> = {};
  for (const target of targets) {
    const source = join(folder, target.replaceAll('/', '_'));
    await mkdir(source, { recursive: true });
    await chown(source, uid ?? 0, gid ?? 0);
    volumes[target] = source;
  }
  return volumes;
}

/** Starts a container as an engine does with `--read-only --cap-drop=ALL --security-opt=no-new-privileges`. */
export async function runContainer(
  image: ContainerImage,
  options: ContainerOptions = {},
): Promise<RunningContainer> {
  const [uid = '', gid = ''] = image.user.split(':');
  const environment = assigned({ ...image.environment, ...options.environment });
  const mounts = Object.entries(options.volumes ?? {}).map(([target, source]) => {
    const readOnly = target.endsWith(':ro');
    return [source, target.replace(/:ro$/, ''), readOnly ? 'ro' : 'rw'].join('|');
  });
  const program = [
    ...['/usr/bin/env', '--ignore-environment', ...environment],
    ...image.entrypoint,
    ...(options.command ?? image.command),
  ];
  const child = spawn(
    'unshare',
    [
      ...['--mount', '--pid', '--fork', '--net', '--ipc', '--uts', '--kill-child'],
      ...['sh', '-c', ENTER, 'enter', image.root, mounts.join('\n'), uid, gid, image.workingFolder],
      ...program,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk));
  const ended = new Promise<number | string>((done, fail) => {
    child.once('error', fail);
    child.once('close', (code, signal) => done(code ?? signal ?? 'unknown'));
  });
  const outer = child.pid ?? 0;
  let pid: number | undefined;
  while (pid === undefined && child.exitCode === null) {
    [pid] = await childrenOf(outer).catch(() => []);
    await pause(10);
  }
  const first = pid ?? 0;
  const inside = ['--target', String(first)];
  return {
    pid: first,
    output: () => text,
    exec: (...command) =>
      runProgram('nsenter', [
        ...[...inside, '--mount', '--pid', '--net', '--ipc', '--uts', '--root', '--wd'],
        ...['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--no-new-privs'],
        ...['/usr/bin/env', '--ignore-environment', ...environment, ...command],
      ]),
    inNetwork: (...command) => runProgram('nsenter', [...inside, '--net', ...command]),
    async stop() {
      if (child.exitCode === null) process.kill(first, signalOf(image));
      return await ended;
    },
    ended,
  };
}
