import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readLine } from './audit-chain.ts';
import type { AuditCut } from './audit-store.ts';
import { linesOfFile, readable } from './file-lines.ts';

/** A lock older than this was left by a process that was killed; milliseconds. */
const STALE = 60_000;

/** The lines of an audit file, which may be compressed. @throws what reading it throws */
export const linesOf = (file: string): AsyncGenerator<string> => linesOfFile(file, file.endsWith('.gz'));

/**
 * The audit file and what rotation made of it: `audit.log`, `audit.log.1`, `audit.log.2.gz`, `audit.log-20260131`, in
 * no order that matters.
 */
export async function auditFiles(file: string): Promise<readonly string[]> {
  const name = basename(file);
  const there = await readdir(dirname(file)).catch(() => []);
  return there
    .filter(
      (each) =>
        each === name || (each.startsWith(name) && /^[.-]\d[\d-]*(?:\.gz)?$/.test(each.slice(name.length))),
    )
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((each) => join(dirname(file), each));
}

/** The last line of each chain in a file that is about to be removed. */
async function endsOf(file: string): Promise<readonly AuditCut[]> {
  const ends = new Map<string, AuditCut>();
  const { mtimeMs } = await stat(file);
  // One that is damaged goes like the others, or none would go any more; `audit verify` tells of it while it is there.
  for await (const text of readable(linesOf(file), () => {})) {
    const line = readLine(text)?.line;
    if (!line) continue;
    const { chain, sequence, mac } = line;
    ends.set(chain, { chain, sequence, mac, time: Math.floor(mtimeMs), removed: true });
  }
  return Array.from(ends.values());
}

/** Whether this process may rotate: of several that write the same file one does. */
async function locked(lock: string, now: number): Promise<boolean> {
  try {
    await (await open(lock, 'wx')).close();
    return true;
  } catch {
    const there = await stat(lock).catch(() => undefined);
    if (there && now - there.mtimeMs > STALE) await rm(lock, { force: true });
    return false;
  }
}

/**
 * Moves a full audit file aside, `audit.log` to `audit.log.1`, that to `audit.log.2` and so on, and removes those beyond
 * `keep` once it is noted where they end.
 * @param maxBytes a smaller file stays: another process has rotated in the meantime
 * @param keep files beside the present one; 0 for all
 * @param now milliseconds since the epoch
 */
export async function rotate(
  file: string,
  { maxBytes, keep, now }: { readonly maxBytes: number; readonly keep: number; readonly now: number },
  removed: (ends: readonly AuditCut[]) => Promise<void>,
): Promise<void> {
  const lock = `${file}.rotating`;
  if (!(await locked(lock, now))) return;
  try {
    if ((await stat(file)).size < maxBytes) return;
    const numbered = (await auditFiles(file))
      .flatMap((path) => {
        const [, number, zipped = ''] = /^\.(\d+)(\.gz)?$/.exec(path.slice(file.length)) ?? [];
        return number === undefined ? [] : [{ path, number: Number(number), zipped }];
      })
      .sort((a, b) => b.number - a.number);
    for (const { path, number, zipped } of numbered) {
      if (keep > 0 && number >= keep) {
        await removed(await endsOf(path));
        await rm(path);
      } else await rename(path, `${file}.${number + 1}${zipped}`);
    }
    await rename(file, `${file}.1`);
  } finally {
    await rm(lock, { force: true });
  }
}
