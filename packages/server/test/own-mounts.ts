import { execFileSync } from 'node:child_process';

/** Somebody unprivileged. */
export const NOBODY = 65_534;

export const isRoot = process.getuid?.() === 0;

/** Why nothing can be mounted read-only here. Whoever is not root is stopped by the bits of the files alone. */
export function whyNoMounts(): string | false {
  if (process.platform === 'win32') return 'needs permissions of files';
  if (!isRoot) return false;
  try {
    execFileSync('unshare', ['--mount', 'setpriv', '--reuid', String(NOBODY), '--clear-groups', 'true']);
    return false;
  } catch (error) {
    return `root can mount nothing of its own here: ${error instanceof Error ? error.message : error}`;
  }
}
