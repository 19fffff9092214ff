import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KeyMaterial, makeKeyMaterial } from './key-material.ts';
import type { Options } from './options.ts';
import { choosePinning, type Pinning } from './processors.ts';
import { openDatabase } from './targets/database.ts';
import type { Database } from './targets/target.ts';

/** What all targets of a run share, and what has to be done at its end. */
export type Stage = AsyncDisposable & {
  readonly material: KeyMaterial;
  readonly database: Database;
  readonly pinning: Pinning;
  /** Does something at the end, before what was said earlier. */
  atEnd(end: () => Promise<void>): void;
};

/**
 * Makes keys, a folder and, where one is wanted, a database server. A signal ends all that there is by then, and the
 * process.
 */
export async function openStage(
  wanted: Pick<Options, 'database' | 'server-key'> & { readonly isPinned: boolean },
): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeFolder);
  const ends: (() => Promise<void>)[] = [];
  let ended: Promise<void> | undefined;
  const endAll = async () => {
    for (const end of ends.toReversed()) await end().catch(() => {});
    removeFolder();
  };
  const dispose = () => {
    ended ??= endAll();
    return ended;
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void dispose().then(() => process.exit(1));
    });
  }
  try {
    const { database, close } = await openDatabase(wanted.database);
    ends.push(close);
    return {
      material: await makeKeyMaterial(folder, wanted['server-key']),
      database,
      pinning: wanted.isPinned ? choosePinning() : undefined,
      atEnd: (end) => void ends.push(end),
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}
