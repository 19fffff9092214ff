import { chmod, chown, rename, rm, stat, writeFile } from 'node:fs/promises';

let written = 0;

/** What forbids to write, be it a mount that is read-only or the owner of a folder. */
const FORBIDDEN: ReadonlySet<unknown> = new Set(['EROFS', 'EACCES', 'EPERM']);

/**
 * Whether a write failed because this process may not write there, and not because it went wrong. Making a folder and those
 * above it, Node.js says ENOENT where the mount is read-only.
 */
export const isForbidden = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (FORBIDDEN.has(error.code) || (error.code === 'ENOENT' && 'syscall' in error && error.syscall === 'mkdir'));

/** Writes a file whole or not at all, with mode 0600: whoever follows it never sees half of it. */
export async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const underway = `${file}.${process.pid}.${written++}.new`;
  try {
    await writeFile(underway, bytes, { mode: 0o600, flush: true });
    await rename(underway, file);
  } finally {
    await rm(underway, { force: true });
  }
}

/**
 * As {@link writeWhole} for a file that is there: it keeps its mode and whose it is.
 * @param isUnchanged asked once the bytes are on the disk, right before they take the place of the file
 * @returns whether it was written
 */
export async function replaceWhole(
  file: string,
  bytes: Uint8Array,
  isUnchanged: () => Promise<boolean>,
): Promise<boolean> {
  const underway = `${file}.${process.pid}.${written++}.new`;
  try {
    const { mode, uid, gid } = await stat(file);
    await writeFile(underway, bytes, { mode: 0o600, flush: true });
    const made = await stat(underway);
    if (made.uid !== uid || made.gid !== gid) await chown(underway, uid, gid);
    await chmod(underway, mode & 0o777);
    if (!(await isUnchanged())) return false;
    await rename(underway, file);
    return true;
  } finally {
    await rm(underway, { force: true });
  }
}
