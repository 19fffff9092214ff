import { printable, printableLine } from '../event/printable.ts';

/** What a shell reports of a program that SIGPIPE ended: 128 and the number of the signal. */
const READER_WENT = 141;

const isPipeClosed = (error: Error): boolean => 'code' in error && error.code === 'EPIPE';

/**
 * Whoever read the output may have had enough, as `head` has: nothing is wrong then, and the command comes to its end in
 * silence. A disk that is full is told of.
 */
function onOutputError(error: Error): void {
  if (isPipeClosed(error)) {
    process.exitCode = READER_WENT;
    return;
  }
  process.exitCode = 1;
  process.stderr.write(`countersign: the result cannot be written: ${printable(error.message)}\n`);
}

/** Writes to standard output; who reads it may go away at any time. */
export function writeOut(text: string): void {
  if (!process.stdout.listeners('error').includes(onOutputError)) process.stdout.on('error', onOutputError);
  process.stdout.write(text);
}

/** A standard error that nobody reads any more ends no command. */
export function tolerateClosedErrors(): void {
  process.stderr.on('error', () => {});
}

/** Whether standard output has ended because its reader went away, so that there is nobody to go on for. */
export const isOutputClosed = (): boolean => process.stdout.destroyed || process.stdout.errored !== null;

/**
 * Prints a result: as JSON with `--json`, otherwise the lines written for reading.
 * @param shown how a line is shown that can be printed, such as in colours; as it is when absent
 */
export function print(
  { json }: { readonly json: boolean },
  result: unknown,
  lines: readonly string[],
  shown: (line: string) => string = (line) => line,
): void {
  const text = json
    ? printable(JSON.stringify(result, null, 2))
    : lines.map((line) => shown(printableLine(line))).join('\n');
  writeOut(`${text}\n`);
}

/** One line of a result that is a line for each of many: a JSON object with `--json`. */
export function printOne({ json }: { readonly json: boolean }, result: object, line: string): void {
  writeOut(`${json ? printable(JSON.stringify(result)) : printableLine(line)}\n`);
}
