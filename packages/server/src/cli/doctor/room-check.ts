import { accessSync, constants, type StatsFs, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { homePaths } from '../../config/home.ts';
import { check } from './check.ts';
import type { Examination } from './examination.ts';
import type { FileMode, ServiceUser } from './file-access.ts';
import { lookedAt, serviceOf } from './file-places.ts';
import { type Found, failed, messageOf, ok, warning } from './finding.ts';
import { mountOf, mounts } from './mounts.ts';

const MEBIBYTE = 1024 * 1024;
/** What is left when a disk counts as full, or nearly: so few bytes, that are so small a part of it. Volumes may be small. */
const FULL = { bytes: 16 * MEBIBYTE, share: 0.1 };
const NEARLY = [
  { bytes: 2048 * MEBIBYTE, share: 0.05 },
  { bytes: 100 * MEBIBYTE, share: 0.2 },
];
const LEAST_INODES = 0.01;

/** File systems of other machines, by their number in statfs(2). */
const OF_NETWORKS: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x01021997, '9P'],
  [0x00c36400, 'Ceph'],
  [0x5346414f, 'AFS'],
  [0x0bd00bd0, 'Lustre'],
]);

/** A place that the server writes to. */
type Written = {
  /** Why, as a sentence begins with it. */
  readonly what: string;
  readonly file: string;
};

function writtenOf({ configuration, home }: Examination): readonly Written[] {
  const { database, logging } = configuration.atStart;
  const { identity_db } = database;
  return [
    ...(identity_db.type === 'sqlite' ? [{ what: 'the database', file: identity_db.url }] : []),
    ...(logging.audit_log === 'file' ? [{ what: 'the audit log', file: logging.audit_file }] : []),
    ...(logging.file === undefined ? [] : [{ what: 'the log', file: logging.file }]),
    // What stands beside the database is kept by nodes without an embedded one as well, where they can.
    ...(identity_db.type === 'sqlite'
      ? []
      : [{ what: 'the home', file: join(homePaths(home).database, 'last-change.json') }]),
  ];
}

const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

/** The nearest of a path and what is above it that is there: folders are made by whoever writes. */
export function nearestThere(path: string): string {
  try {
    statSync(path);
    return path;
  } catch (error) {
    const above = dirname(path);
    if (!isAbsent(error) || above === path) throw error;
    return nearestThere(above);
  }
}

function mayWrite({ uid, gid, mode }: FileMode, service: ServiceUser): boolean {
  if (service.uid === 0) return true;
  if (uid === service.uid) return (mode & 0o200) !== 0;
  return (mode & (service.gids.has(gid) ? 0o020 : 0o002)) !== 0;
}

/** Why the service cannot write a path that is there; undefined where it can. */
function whyNotWritten(path: string, service: ServiceUser): string | undefined {
  if (process.geteuid === undefined || process.geteuid() === service.uid) {
    try {
      accessSync(path, constants.W_OK);
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }
  if (mountOf(lookedAt(path).real, mounts())?.isReadOnly) return 'its mount is read-only';
  return mayWrite(statSync(path), service) ? undefined : `user ${service.uid} may not write it`;
}

function writingFindings({ what, file }: Written, service: ServiceUser): readonly Found[] {
  try {
    const there = nearestThere(file);
    const isFolder = statSync(there).isDirectory();
    if (there === file && isFolder) {
      return [failed('folder_not_writable', `${what} cannot be written: ${file} is a folder`)];
    }
    if (there !== file && !isFolder) {
      return [failed('folder_not_writable', `${what} cannot be written: ${there} is no folder, for ${file}`)];
    }
    const why = whyNotWritten(there, service);
    return why === undefined
      ? []
      : [failed('folder_not_writable', `${what} cannot be written at ${file}: ${why}`)];
  } catch (error) {
    return [warning('file_not_looked_at', `${file} cannot be looked at: ${messageOf(error)}`)];
  }
}

const inMebibytes = (bytes: number): string => `${Math.floor(bytes / MEBIBYTE)} MiB`;

/** What is left of a file system; @param names what is written there */
export function roomFindings(
  { bsize, blocks, bavail, files, ffree }: Pick<StatsFs, 'bsize' | 'blocks' | 'bavail' | 'files' | 'ffree'>,
  names: string,
): readonly Found[] {
  const [left, whole] = [bavail * bsize, blocks * bsize];
  const isBelow = (limit: typeof FULL) => left < limit.bytes && left < whole * limit.share;
  if (isBelow(FULL)) {
    return [failed('disk_full', `of the disk of ${names} ${inMebibytes(left)} are left`)];
  }
  const noInodes = files > 0 && ffree < files * LEAST_INODES;
  if (NEARLY.some(isBelow)) {
    return [warning('disk_nearly_full', `of the disk of ${names} ${inMebibytes(left)} are left`)];
  }
  return noInodes
    ? [warning('disk_nearly_full', `the disk of ${names} takes ${ffree} more files of ${files}`)]
    : [];
}

function diskFindings(written: readonly Written[]): readonly Found[] {
  const places = written.flatMap(({ what, file }) => {
    try {
      const there = nearestThere(file);
      return [{ what, there, disk: statSync(there).dev }];
    } catch {
      return [];
    }
  });
  return Array.from(Map.groupBy(places, ({ disk }) => disk).values(), (onDisk) => {
    const [first] = onDisk;
    if (first === undefined) return [];
    return roomFindings(
      statfsSync(first.there),
      onDisk.map(({ what, there }) => `${what} (${there})`).join(' and '),
    );
  }).flat();
}

function networkFindings({ configuration }: Examination): readonly Found[] {
  const { type, url } = configuration.atStart.database.identity_db;
  if (type !== 'sqlite') return [];
  try {
    const name = OF_NETWORKS.get(statfsSync(nearestThere(url)).type >>> 0);
    return name === undefined ? [] : [warning('sqlite_on_network', `${url} lies on ${name}`)];
  } catch {
    return [];
  }
}

/** Whether what the server writes can be written, and has room. */
export const roomCheck = check('room', async (examination) => {
  const written = writtenOf(examination);
  const service = serviceOf(examination.paths, mounts());
  const needed = written.filter(({ what }) => what !== 'the home');
  const found = [
    ...needed.flatMap((each) => writingFindings(each, service)),
    ...diskFindings(written),
    ...networkFindings(examination),
  ];
  return found.length > 0 ? found : [ok('what is written has room')];
});
