import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A folder on a file system of its own, so small that it can be filled. */
export type LimitedDisk = {
  /** Takes all the room there is. */
  fill(): Promise<void>;
  /** Gives it back. */
  free(): Promise<void>;
  unmount(): Promise<void>;
};

/**
 * Why there can be no such folder here, or false. With CI=true root skips nothing: there, a mount that is not allowed is
 * a failure.
 */
export async function whyNoLimitedDisk(): Promise<string | false> {
  if (process.platform !== 'linux') return 'tmpfs is there on Linux alone';
  if (process.env.CI === 'true' && process.getuid?.() === 0) return false;
  const folder = await mkdtemp(join(tmpdir(), 'countersign-disk-'));
  try {
    await (await limitDisk(folder, 1)).unmount();
    return false;
  } catch (error) {
    return `no tmpfs can be mounted: ${error instanceof Error ? error.message.split('\n')[0] : error}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Puts what is in a folder on a disk of that many megabytes. @throws Error where mounting is not allowed */
export async function limitDisk(folder: string, megabytes: number, owner = ''): Promise<LimitedDisk> {
  const aside = await mkdtemp(join(tmpdir(), 'countersign-aside-'));
  try {
    await cp(folder, aside, { recursive: true, preserveTimestamps: true });
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0700`, 'tmpfs', folder]);
    await cp(aside, folder, { recursive: true, preserveTimestamps: true });
    if (owner !== '') await run('chown', ['-R', owner, folder]);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  const filler = join(folder, 'filler');
  return {
    async fill() {
      for (;;) {
        const { bavail, bsize } = await statfs(folder);
        if (bavail === 0) return;
        await writeFile(filler, Buffer.alloc(Math.min(bavail * bsize, 1 << 24)), { flag: 'a' }).catch(
          () => {},
        );
      }
    },
    free: () => rm(filler, { force: true }),
    async unmount() {
      await run('umount', ['-l', folder]);
    },
  };
}
