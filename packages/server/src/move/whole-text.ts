import { type InputFile, UnreadableSource } from './source.ts';

/**
 * The text of a file, whole.
 * @param most octets that it may have
 * @param advice what is said of a file that has more
 * @throws UnreadableSource for one that has more, or is not UTF-8
 */
export async function wholeText(file: InputFile, most: number, advice: string): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of file.octets()) {
    size += part.length;
    if (size > most) throw new UnreadableSource(`${file.name}: has more than ${most} octets; ${advice}`);
    parts.push(part);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch (cause) {
    throw new UnreadableSource(`${file.name}: is not UTF-8`, { cause });
  }
}

/** Files in the order of their names, whichever they were given in. */
export const byName = (files: readonly InputFile[]): readonly InputFile[] =>
  files.toSorted((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));
