import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isForbidden, writeWhole } from '../config/whole-file.ts';
import type { TakenFile } from '../registration/file-edit.ts';

const Thumbprints = z.array(z.string());
const Taken = z.object({
  file: z.string(),
  mark: z.string(),
  taken: Thumbprints,
  extra: Thumbprints,
  writing: Thumbprints.exactOptional(),
}) satisfies z.ZodType<TakenFile>;

/** What this node took from its trust store files, by the stores' keys. */
export type TakenFiles = {
  /** Undefined where nothing was taken, or what was written down of it cannot be read. */
  read(store: string): Promise<TakenFile | undefined>;
  write(store: string, taken: TakenFile): Promise<void>;
};

/**
 * Keeps it in the home, with the files it is about: whoever copies a home, or puts an older one back, copies both, and the
 * copy is no edit. In the database it would be that of the node which the home was copied from. Of a home that is read-only it
 * is kept in memory: what was done to its files between two starts is then nobody's edit, and told as what they hold beyond
 * what the deployment trusts.
 */
export function createTakenFiles(folder: string): TakenFiles {
  /** Where the home is read-only: until this process ends. */
  const remembered = new Map<string, TakenFile>();
  const fileOf = (store: string) =>
    join(folder, `${createHash('sha256').update(store).digest('hex').slice(0, 16)}.json`);
  return {
    async read(store) {
      const known = remembered.get(store);
      if (known) return known;
      try {
        return Taken.parse(JSON.parse(await readFile(fileOf(store), 'utf8')));
      } catch {
        return undefined;
      }
    },
    async write(store, taken) {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeWhole(fileOf(store), Buffer.from(JSON.stringify(taken)));
        remembered.delete(store);
      } catch (error) {
        if (!isForbidden(error)) throw error;
        remembered.set(store, taken);
      }
    },
  };
}
