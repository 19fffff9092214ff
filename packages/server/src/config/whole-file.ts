import { rename, rm, writeFile } from 'node:fs/promises';

let written = 0;

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
