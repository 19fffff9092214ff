import type { Readable } from 'node:stream';
import { createLineReader } from './line-reader.ts';

const SECOND_MS = 1000;
/** What is read of one stream in a second: whoever prints more waits. */
const MOST_BYTES = 1024 * 1024;
const MOST_LINES = 20;
const LONGEST_LINE = 1000;

/**
 * Reads what the process of a plug-in prints, within bounds: printing without end costs the server next to nothing.
 * @param onLine given at most twenty lines a second, and in the next second how many were left out
 * @param look given every line
 */
export function readPrinted(
  stream: Readable,
  onLine: (line: string) => void,
  look: (line: string) => void,
): void {
  let bytes = 0;
  let lines = 0;
  let isCounting = false;
  const beginSecond = () => {
    isCounting = false;
    const leftOut = lines - MOST_LINES;
    bytes = 0;
    lines = 0;
    if (leftOut > 0) onLine(`… and ${leftOut} lines more`);
    stream.resume();
  };
  const read = createLineReader(LONGEST_LINE, (line) => {
    look(line);
    lines += 1;
    if (lines <= MOST_LINES && line !== '') onLine(line);
  });
  stream.on('data', (chunk: Buffer) => {
    if (!isCounting) setTimeout(beginSecond, SECOND_MS).unref();
    isCounting = true;
    bytes += chunk.length;
    read(chunk);
    if (bytes > MOST_BYTES) stream.pause();
  });
  stream.on('error', () => {});
}
