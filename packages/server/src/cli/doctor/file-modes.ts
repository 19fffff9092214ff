import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Configuration } from '../../config/configuration.ts';
import { type HomePaths, homePaths } from '../../config/home.ts';
import { shellWord } from '../shell-word.ts';
import { type Check, check } from './check.ts';
import {
  type AccessCode,
  type AccessFault,
  accessFaults,
  type FileMode,
  type FilePurpose,
  type ServiceUser,
} from './file-access.ts';
import { foldersTo, foldersUpTo, lookedAt, placeOf, serviceOf } from './file-places.ts';
import { type Found, messageOf, ok, warning } from './finding.ts';
import { isWithin, type Mount, mounts } from './mounts.ts';
import { type OwnFiles, ownFiles, plugInFiles } from './own-files.ts';

/** So many findings of one kind are told one by one. */
const MOST_TOLD = 20;
const STICKY = 0o1000;

const WORDS: Readonly<Record<AccessCode, string>> = {
  file_writable_by_others: 'can be written by',
  folder_writable_by_others: 'is a folder that can be written by',
  secret_readable_by_others: 'holds secrets and can be read by',
  secret_readable_by_group: 'holds secrets and can be read by',
  log_readable_by_others: 'can be read by',
  file_of_another_user: 'belongs to user',
};

/** A fault in words, and the command that mends it. */
function foundOf(
  path: string,
  mode: FileMode,
  { code, outcome, who }: AccessFault,
  service: ServiceUser,
): Found {
  if (who === 'owner') {
    const detail = `${path} ${WORDS[code]} ${mode.uid}, and the home to ${service.uid}`;
    return { outcome, code, detail, remedy: `chown ${service.uid} ${shellWord(path)}` };
  }
  const bits = (mode.mode & 0o7777).toString(8).padStart(4, '0');
  const whom = who === 'group' ? `its group ${mode.gid}` : 'every user of this machine';
  const change = code.includes('writable') ? 'g-w,o-w' : who === 'group' ? 'g-r' : 'o-r';
  return {
    outcome,
    code,
    detail: `${path} ${WORDS[code]} ${whom} (mode ${bits})`,
    remedy: `chmod ${change} ${shellWord(path)}`,
  };
}

/** A path and what it is for; of several names of one file the first. */
type Judged = { readonly path: string; readonly purpose: FilePurpose };

/** Files, and the folders on the way to them. */
function withFolders(files: OwnFiles, home: string): ReadonlyMap<string, Judged> {
  const judged = new Map<string, Judged>();
  const add = (path: string, real: string, purpose: FilePurpose) => {
    if (!judged.has(real)) judged.set(real, { path, purpose });
  };
  for (const [path, purpose] of files) add(path, lookedAt(path).real, purpose);
  const realHome = lookedAt(home).real;
  for (const [path, purpose] of files) {
    const at = lookedAt(path);
    for (const folder of foldersTo(at, home)) {
      const isOurs = isWithin(folder, home) || isWithin(folder, realHome);
      // What lies elsewhere lies among the files of others; the folder it is in is its own all the same.
      const isBeside = folder === dirname(at.real) && purpose !== 'log' && !isSticky(folder);
      add(folder, lookedAt(folder).real, isOurs || isBeside ? 'folder' : 'above');
    }
  }
  for (const folder of foldersUpTo(dirname(realHome), undefined)) add(folder, folder, 'above');
  return judged;
}

function isSticky(folder: string): boolean {
  try {
    return (statSync(folder).mode & STICKY) !== 0;
  } catch {
    return false;
  }
}

const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

function faultsOf(
  real: string,
  { path, purpose }: Judged,
  service: ServiceUser,
  all: readonly Mount[],
): readonly Found[] {
  try {
    const mode = statSync(real);
    const isFile = purpose !== 'above' && purpose !== 'folder';
    const faults = accessFaults(
      isFile && mode.isDirectory() ? 'folder' : purpose,
      mode,
      service,
      placeOf(realpathSync(real), all),
    );
    return faults.map((fault) => foundOf(path, mode, fault, service));
  } catch (error) {
    // What is missing is told of by whoever needs it.
    if (isAbsent(error)) return [];
    return [warning('file_not_looked_at', `${path} cannot be looked at: ${messageOf(error)}`)];
  }
}

/** Many files of one kind, as of an archive that was unpacked carelessly, are told of as so many. */
function summarised(found: readonly Found[]): readonly Found[] {
  return Array.from(Map.groupBy(found, ({ code }) => code).values(), (alike): readonly Found[] => {
    const [first] = alike.slice(MOST_TOLD);
    if (first === undefined) return alike;
    const more = `and ${alike.length - MOST_TOLD} more such, of them ${first.detail}`;
    return [...alike.slice(0, MOST_TOLD), { ...first, detail: more }];
  }).flat();
}

/** What is wrong with the modes and owners of files and of the folders on the way to them. */
function modeFindings(paths: HomePaths, files: OwnFiles): readonly Found[] {
  const all = mounts();
  const service = serviceOf(paths, all);
  const judged = withFolders(files, paths.home);
  return summarised(Array.from(judged, ([real, each]) => faultsOf(real, each, service, all)).flat());
}

const ON_WINDOWS = 'not looked at: on Windows access control lists decide, not modes';

async function findingsIn(home: string, configuration?: Configuration): Promise<readonly Found[]> {
  if (process.platform === 'win32') return [ok(ON_WINDOWS)];
  const paths = homePaths(home);
  const files = await ownFiles(paths, configuration);
  const found = modeFindings(paths, files);
  return found.length > 0 ? found : [ok(`${files.size} files and folders are the service’s own`)];
}

/** Modes and owners of all files that the server reads, runs or writes. */
export const fileModes: Check = check('files', ({ home, configuration }) => findingsIn(home, configuration));

/** The same where deployment.toml cannot be read, of the home’s own files. */
export const homeFileModes = (home: string): Promise<readonly Found[]> => findingsIn(home);

/** Whether somebody else could have written what runs as the server. */
export const othersWritePlugIns = (paths: HomePaths): boolean =>
  process.platform !== 'win32' &&
  modeFindings(paths, plugInFiles(paths)).some(({ outcome }) => outcome === 'failed');

/** Whether plug-ins would run as another user here than in the server, and with more rights. */
export const isRootAtAnothersHome = (paths: HomePaths): boolean =>
  process.geteuid?.() === 0 && serviceOf(paths, mounts()).uid !== 0;
