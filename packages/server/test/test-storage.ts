import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openStorage } from '../src/storage/open-storage.ts';
import type { Storage } from '../src/storage/storage.ts';

/** An embedded database of its own, which ends with the test. */
export async function openTestStorage(t: Pick<TestContext, 'after'>): Promise<Storage> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-storage-'));
  const storage = await openStorage({ type: 'sqlite', file: join(folder, 'test.db') });
  t.after(async () => {
    await storage.close();
    await rm(folder, { recursive: true });
  });
  return storage;
}
