import { closeSync, constants, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { isatty } from 'node:tty';
import { type Logger, pino, stdSerializers } from 'pino';
import type { LiveSettings, StartSettings } from '../config/settings.ts';
import { printable, printableLine } from '../event/printable.ts';
import { currentTrace } from '../telemetry/span.ts';

export const STANDARD_OUTPUT = 1;
export const STANDARD_ERROR = 2;

/** How often, and with which pause in milliseconds, a line is offered to a reader that does not keep up. */
const OFFERS = 20;
const PAUSE_MS = 5;

/** Messages and stacks are printed as they are, and may quote what a stranger sent. */
function printableError(error: Error) {
  const { message, stack, ...rest } = stdSerializers.err(error);
  return { ...rest, message: printable(message), stack: printable(stack) };
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EAGAIN' || error.code === 'EBUSY');

/** Where whole lines go. */
export type Lines = {
  /** @returns false for one that was dropped */
  write(line: string): boolean;
};

/** What lines are written to: a file descriptor, or what says the one of now. */
export type Destination = number | (() => number);

/**
 * Whether lines are coloured: where a person reads them, which a terminal tells, unless the environment says otherwise
 * (https://no-color.org, https://force-color.org).
 * @param destination what they are written to; what changes, such as a log file, is no terminal
 */
export function hasColours(
  destination: Destination,
  { NO_COLOR, FORCE_COLOR, TERM }: NodeJS.ProcessEnv = process.env,
): boolean {
  if (NO_COLOR) return false;
  if (FORCE_COLOR !== undefined) return !['0', 'false'].includes(FORCE_COLOR);
  return typeof destination === 'number' && isatty(destination) && TERM !== 'dumb';
}

/** A log file that goes on in a new one when it is asked to. */
export type LogFile = {
  readonly descriptor: () => number;
  /** Goes on where the name leads now: rotation moved the file of before away. @throws what opening it throws */
  reopen(): void;
  close(): void;
};

/** Thrown when the log file cannot be opened; the message names it. */
export class UnusableLogFile extends Error {
  override readonly name = 'UnusableLogFile';
}

/** Opens a log file for appending, with mode 0600, making its folder. @throws UnusableLogFile */
export function openLogFile(file: string): LogFile {
  const open = () => {
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      return openSync(file, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o600);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new UnusableLogFile(
        `[logging] file ${file} cannot be written: ${reason}; leave it out to log to standard output`,
        { cause },
      );
    }
  };
  let descriptor = open();
  return {
    descriptor: () => descriptor,
    reopen() {
      const before = descriptor;
      descriptor = open();
      closeSync(before);
    },
    close: () => closeSync(descriptor),
  };
}

/**
 * Writes each line before the next is made, and never throws, nor waits longer than a moment: what is served must not
 * depend on whether its log can be written. Of a line that was begun the rest comes before the next one.
 * @param onDropped told of each line that was not written
 */
export function lineStream(destination: Destination, onDropped: () => void): Lines {
  const descriptor = typeof destination === 'number' ? () => destination : destination;
  let rest: Buffer = Buffer.alloc(0);
  let patient = true;
  const pause = new Int32Array(new SharedArrayBuffer(4));

  /** @returns what could not be written */
  const written = (bytes: Buffer): Buffer => {
    let left = bytes;
    for (let offers = patient ? OFFERS : 1; offers > 0 && left.length > 0; ) {
      try {
        left = left.subarray(writeSync(descriptor(), left));
        patient = true;
      } catch (error) {
        offers--;
        if (!isBusy(error)) break;
        if (offers > 0) Atomics.wait(pause, 0, 0, PAUSE_MS);
        else patient = false;
      }
    }
    return left;
  };

  return {
    write(line: string): boolean {
      rest = written(rest);
      if (rest.length > 0) {
        onDropped();
        return false;
      }
      const bytes = Buffer.from(line);
      const left = written(bytes);
      if (left.length === bytes.length) {
        onDropped();
        return false;
      }
      rest = left;
      return true;
    },
  };
}

/**
 * The log of this process: one JSON object a line, or lines for reading, each written before the next is made.
 * @param quiet whether only what went wrong is logged, on standard error
 * @param onDropped told of each line that could not be written
 * @param destination a file descriptor
 * @param lines where lines of other processes go as well
 * @param worker the number of this process among those of its node
 * @param isTraced whether a line names the trace of the request that it is about
 */
export async function createLogger(
  { level, format }: LiveSettings['logging'] & Pick<StartSettings['logging'], 'format'>,
  quiet: boolean,
  onDropped: () => void,
  destination: Destination = quiet ? STANDARD_ERROR : STANDARD_OUTPUT,
  {
    lines = lineStream(destination, onDropped),
    worker,
    isTraced = false,
  }: {
    readonly lines?: Lines | undefined;
    readonly worker?: number | undefined;
    readonly isTraced?: boolean;
  } = {},
): Promise<Logger> {
  const pretty =
    format === 'pretty' &&
    (await import('pino-pretty')).prettyFactory({
      colorize: hasColours(destination),
      translateTime: 'SYS:yyyy-mm-dd HH:MM:ss.l',
      messageFormat: (record, messageKey) => printableLine(String(record[messageKey])),
    });
  const stream = { write: (line: string) => lines.write(pretty ? pretty(line) : line) };
  const base = worker === undefined ? null : { worker };
  return pino(
    {
      level: quiet ? 'error' : level,
      base,
      serializers: { err: printableError },
      ...(isTraced && { mixin: () => currentTrace() ?? {} }),
    },
    stream,
  );
}
