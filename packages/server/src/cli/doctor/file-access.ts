import type { Stats } from 'node:fs';
import type { FindingCode } from './finding-codes.ts';

/**
 * What a file is for, and with it who may do what: a `secret` is for the service alone, a `log` others should not read,
 * what is `believed` (configuration, trust, code) others may read and not write; so with a `folder` of the home. A folder
 * `above` the home is of others: it matters only whether everybody can take the home away from there.
 */
export type FilePurpose = 'secret' | 'log' | 'believed' | 'folder' | 'above';

/** The user that the server runs as, and the groups that are its own. */
export type ServiceUser = { readonly uid: number; readonly gids: ReadonlySet<number> };

export type FileMode = Pick<Stats, 'uid' | 'gid' | 'mode'>;

/** Where a file lies. */
export type FilePlace = {
  /** On a mount that is read-only: what its mode allows to write, the mount does not. */
  readonly isReadOnly: boolean;
  /** Put there as a secret by whatever runs the container or unit, which decides who sees it. */
  readonly isHandedIn: boolean;
  /** The group of a volume that was made the service's own, as `fsGroup` of Kubernetes does. */
  readonly volumeGroup: number | undefined;
};

/** The kinds of findings that are about modes and owners. */
export type AccessCode = Extract<
  FindingCode,
  | 'file_writable_by_others'
  | 'folder_writable_by_others'
  | 'secret_readable_by_others'
  | 'secret_readable_by_group'
  | 'log_readable_by_others'
  | 'file_of_another_user'
>;

/** What is wrong with who may do what to a file. */
export type AccessFault = {
  readonly code: AccessCode;
  readonly outcome: 'warning' | 'failed';
  readonly who: 'everybody' | 'group' | 'owner';
};

const STICKY = 0o1000;
const GROUP = { read: 0o040, write: 0o020 };
const OTHERS = { read: 0o004, write: 0o002 };
const ROOT = 0;

/** The group through which the service has its own access: that of a volume, or of a file that root gave it. */
function isServicesWay({ uid, gid }: FileMode, service: ServiceUser, { volumeGroup }: FilePlace): boolean {
  if (gid === volumeGroup) return true;
  return uid === ROOT && service.uid !== ROOT && service.gids.has(gid);
}

/**
 * What is wrong with the mode and owner of a file or folder.
 * @param mode links followed
 */
export function accessFaults(
  purpose: FilePurpose,
  mode: FileMode,
  service: ServiceUser,
  place: FilePlace,
): readonly AccessFault[] {
  const has = (bit: number) => (mode.mode & bit) !== 0;
  const isServices = isServicesWay(mode, service, place);
  // Where everybody may put files, only what is theirs can be taken away; the root of a mount of secrets is such.
  const isSticky = has(STICKY) && (purpose === 'above' || place.isHandedIn);
  const writing: readonly AccessFault['who'][] =
    place.isReadOnly || isSticky
      ? []
      : [
          ...(has(OTHERS.write) ? (['everybody'] as const) : []),
          ...(has(GROUP.write) && purpose !== 'above' && !isServices ? (['group'] as const) : []),
        ];
  const isFolder = purpose === 'folder' || purpose === 'above';
  const code = isFolder ? 'folder_writable_by_others' : 'file_writable_by_others';
  const faults: AccessFault[] = writing.slice(0, 1).map((who) => ({ code, outcome: 'failed', who }));
  if (has(OTHERS.read) && !place.isHandedIn) {
    if (purpose === 'secret')
      faults.push({ code: 'secret_readable_by_others', outcome: 'failed', who: 'everybody' });
    if (purpose === 'log')
      faults.push({ code: 'log_readable_by_others', outcome: 'warning', who: 'everybody' });
  }
  const isForeignGroup = !isServices && mode.gid !== ROOT && !service.gids.has(mode.gid);
  if (purpose === 'secret' && has(GROUP.read) && !has(OTHERS.read) && isForeignGroup && !place.isHandedIn) {
    faults.push({ code: 'secret_readable_by_group', outcome: 'warning', who: 'group' });
  }
  if (purpose !== 'above' && !place.isReadOnly && mode.uid !== ROOT && mode.uid !== service.uid) {
    faults.push({ code: 'file_of_another_user', outcome: 'warning', who: 'owner' });
  }
  return faults;
}
