import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** A file that is uncompressed as it is read; what fails at either end fails whoever reads. */
function uncompressed(file: string): Readable {
  const bytes = createGunzip();
  // The reader hears of it; a callback keeps the error from being nobody's.
  pipeline(createReadStream(file), bytes, () => {});
  return bytes;
}

/**
 * The lines of a text file, without what ends them: the line feed alone, since a line may hold every other separator.
 * @throws what reading it throws, a damaged or unfinished compressed file included
 */
export async function* linesOfFile(file: string, isCompressed: boolean): AsyncGenerator<string> {
  const input = isCompressed ? uncompressed(file) : createReadStream(file);
  let rest = '';
  for await (const piece of input.setEncoding('utf8')) {
    const lines = `${rest}${piece}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/** Lines as far as they can be read. @param unreadable told why the reading ends before its time */
export async function* readable(
  lines: AsyncIterable<string>,
  unreadable: (why: string) => void,
): AsyncGenerator<string> {
  try {
    yield* lines;
  } catch (error) {
    unreadable(error instanceof Error ? error.message : String(error));
  }
}
