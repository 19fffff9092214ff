import { createWriteStream } from 'node:fs';
import { access, link, open, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { RelocationRefused } from './relocation-errors.ts';

/**
 * Writes a file with mode 0600, whole or not at all; it never takes the place of another one.
 * @param write writes it, and settles once it is written
 * @throws RelocationRefused where there is a file of that name, and what `write` throws
 */
export async function writeNewFile(file: string, write: (into: Writable) => Promise<void>): Promise<void> {
  const underway = `${file}.${process.pid}.part`;
  // So that nobody waits for what is refused; the link decides.
  if (await isThere(file)) throw taken(file);
  try {
    await write(createWriteStream(underway, { mode: 0o600, flags: 'wx', flush: true }));
    await putInPlace(underway, file);
  } finally {
    await rm(underway, { force: true });
  }
}

const taken = (file: string) => new RelocationRefused(`${file} is there already`);

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

/** A hard link fails where the name is taken. */
async function putInPlace(underway: string, file: string): Promise<void> {
  try {
    await link(underway, file);
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw isTaken ? taken(file) : error;
  }
  const handle = await open(file, 'r');
  await handle.sync();
  await handle.close();
}
