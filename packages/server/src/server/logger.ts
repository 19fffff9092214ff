import { type Logger, pino, stdSerializers } from 'pino';
import { build as prettyStream } from 'pino-pretty';
import type { LiveSettings, StartSettings } from '../config/settings.ts';
import { printable, printableLine } from '../event/printable.ts';

const STANDARD_OUTPUT = 1;
const STANDARD_ERROR = 2;

/** Messages and stacks are printed as they are, and may quote what a stranger sent. */
function printableError(error: Error) {
  const { message, stack, ...rest } = stdSerializers.err(error);
  return { ...rest, message: printable(message), stack: printable(stack) };
}

/**
 * The log of this process: one JSON object a line, or lines for reading, each written before the next is made.
 * @param quiet whether only what went wrong is logged, on standard error
 * @param destination a file descriptor
 */
export function createLogger(
  { level, format }: LiveSettings['logging'] & Pick<StartSettings['logging'], 'format'>,
  quiet: boolean,
  destination = quiet ? STANDARD_ERROR : STANDARD_OUTPUT,
): Logger {
  const stream =
    format === 'pretty'
      ? prettyStream({
          destination,
          sync: true,
          translateTime: 'SYS:yyyy-mm-dd HH:MM:ss.l',
          messageFormat: (record, messageKey) => printableLine(String(record[messageKey])),
        })
      : pino.destination({ dest: destination, sync: true });
  return pino({ level: quiet ? 'error' : level, base: null, serializers: { err: printableError } }, stream);
}
