import { lstatSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { HomePaths } from '../../config/home.ts';
import type { FilePlace, ServiceUser } from './file-access.ts';
import { isWithin, type Mount, mountOf } from './mounts.ts';

const ROOT = 0;
const SETGID = 0o2000;
const GROUP_WRITES = 0o020;
/** File systems in memory, on which orchestrators and systemd hand secrets in. */
const IN_MEMORY: ReadonlySet<string> = new Set(['tmpfs', 'ramfs']);

function attempted<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

/** The folder and all above it, up to and with `top`, or the root where it is not below that. */
export function foldersUpTo(folder: string, top: string | undefined): readonly string[] {
  const above = dirname(folder);
  return folder === top || above === folder ? [folder] : [folder, ...foldersUpTo(above, top)];
}

/** Whether a folder is one that the kubelet writes: `..data` leads to a folder beside it, and files lead through it. */
function isProjected(folder: string): boolean {
  const target = attempted(() => readlinkSync(join(folder, '..data')));
  return target?.startsWith('..') === true && !target.includes('/');
}

/** Whether a path, links resolved, lies in what the kubelet wrote, or is the folder of it. */
const isInProjection = (real: string): boolean =>
  isProjected(real) ||
  foldersUpTo(dirname(real), undefined).some(
    (folder) => basename(folder).startsWith('..') && isProjected(dirname(folder)),
  );

/** The group of a volume that a pod was given: its root is of root, and whatever is made in it gets the group. */
function volumeGroupOf(mount: Mount | undefined): number | undefined {
  const root = mount && mount.at !== '/' ? attempted(() => statSync(mount.at)) : undefined;
  if (root === undefined || root.uid !== ROOT) return undefined;
  return (root.mode & SETGID) !== 0 && (root.mode & GROUP_WRITES) !== 0 ? root.gid : undefined;
}

/** Where a path lies, links resolved. */
export function placeOf(real: string, all: readonly Mount[]): FilePlace {
  const mount = mountOf(real, all);
  const isReadOnly = mount?.isReadOnly === true;
  return {
    isReadOnly,
    isHandedIn: (isReadOnly && IN_MEMORY.has(mount.type)) || isInProjection(real),
    volumeGroup: volumeGroupOf(mount),
  };
}

/** The groups of this process, where it runs as that user. */
const ownGroups = (uid: number): readonly number[] =>
  process.geteuid?.() === uid ? [process.getegid?.() ?? ROOT, ...(process.getgroups?.() ?? [])] : [];

/** Whether a folder is the root of a volume, which belongs to whoever mounted it. */
const isVolume = (folder: string, { mode }: Stats, all: readonly Mount[]): boolean =>
  (mode & SETGID) !== 0 || all.some(({ at }) => at === attempted(() => realpathSync(folder)));

/**
 * The user that the server of a home runs as: whoever the home belongs to. A home of root's may be a volume: then it is
 * whoever asks, or whoever the folders in it belong to.
 */
export function serviceOf({ home, conf }: HomePaths, all: readonly Mount[]): ServiceUser {
  const root = attempted(() => statSync(home));
  const asking = process.geteuid?.() ?? userInfo().uid;
  const within =
    root && isVolume(home, root, all) ? attempted(() => statSync(dirname(conf)))?.uid : undefined;
  const isSomebody = (uid: number | undefined) => uid !== undefined && uid !== ROOT;
  const uid = [root?.uid, asking, within].find(isSomebody) ?? ROOT;
  return { uid, gids: new Set([root?.gid ?? ROOT, ...ownGroups(uid)]) };
}

/** A file or folder whose mode is looked at: the path that names it, and where that leads. */
export type LookedAt = { readonly path: string; readonly real: string };

/**
 * The folders on the way to a file: as it is named, where a link can be replaced, and as it is found. Of what lies in the
 * home those of the home alone.
 */
export function foldersTo({ path, real }: LookedAt, home: string): readonly string[] {
  const realHome = attempted(() => realpathSync(home)) ?? home;
  return [
    ...foldersUpTo(dirname(path), isWithin(path, home) ? home : undefined),
    ...foldersUpTo(dirname(real), isWithin(real, realHome) ? realHome : undefined),
  ];
}

/** Where a path leads; what cannot be followed is itself. */
export const lookedAt = (path: string): LookedAt => ({
  path,
  real: attempted(() => realpathSync(path)) ?? path,
});

/** Whether there is something by that name, be it a link that leads nowhere. */
export const isThere = (path: string): boolean => attempted(() => lstatSync(path)) !== undefined;
