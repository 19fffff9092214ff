import { StorageConflict } from '../storage/storage.ts';

const ATTEMPTS = 10;

/**
 * Changes something that carries a revision. Of two writers at once the later one reads again and applies its change to
 * what the earlier one left.
 * @param read the thing as it is now; throws when it is gone
 * @param write stores it, and throws `StorageConflict` when its revision is no longer the next one
 * @throws StorageConflict when others were faster every time
 */
export async function changeOptimistically<T extends { readonly revision: number }>(
  read: () => Promise<T>,
  apply: (before: T) => T,
  write: (after: T) => Promise<void>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const before = await read();
    const after = { ...apply(before), revision: before.revision + 1 };
    try {
      await write(after);
      return after;
    } catch (error) {
      if (!(error instanceof StorageConflict) || attempt >= ATTEMPTS) throw error;
    }
  }
}
