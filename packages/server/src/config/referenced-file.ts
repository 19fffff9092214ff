import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';

/** What a `$file{PATH}` leads to: a text, or why there is none, put after "the file …, which". */
export type ReferencedFile =
  | { readonly file: string; readonly text: string }
  | { readonly file: string; readonly why: string };

/** The largest file that a value may come from, in bytes: no key or password needs more. */
export const MOST_BYTES = 65_536;

/** The absolute name of the file that `$file{PATH}` means: relative names begin in the home folder. */
export const referencedFile = (home: string, path: string): string => resolve(home, path);

function whyNot(cause: unknown): string {
  if (!(cause instanceof Error)) return 'cannot be read';
  const code = 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT') return 'is not there';
  return `cannot be read: ${cause instanceof TypeError ? 'it is not UTF-8 text' : cause.message}`;
}

/** @returns the octets, at most one more than a file may have */
function contentOf(descriptor: number): Buffer {
  const bytes = Buffer.alloc(MOST_BYTES + 1);
  let length = 0;
  for (;;) {
    const read = readSync(descriptor, bytes, length, bytes.length - length, null);
    if (read === 0) return bytes.subarray(0, length);
    length += read;
  }
}

/**
 * The text of a file that a string of deployment.toml refers to, without the newline at its end that editors leave and
 * `echo` writes; of several the last alone is taken off. Anything but a regular file is refused unread: a pipe may never end.
 * @param path relative to `home`, or absolute
 */
export function textOfReferencedFile(home: string, path: string): ReferencedFile {
  const file = referencedFile(home, path);
  if (path === '') return { file, why: 'has no name: write $file{PATH}' };
  try {
    const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!fstatSync(descriptor).isFile()) return { file, why: 'is not a file that can be read to its end' };
      const bytes = contentOf(descriptor);
      if (bytes.length > MOST_BYTES) return { file, why: `has more than ${MOST_BYTES} bytes` };
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
      return { file, text: text.replace(/\r?\n$/, '') };
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    return { file, why: whyNot(cause) };
  }
}
