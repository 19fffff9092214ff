import { type Logger, pino } from 'pino';
import { build as prettyStream } from 'pino-pretty';
import type { Deployment } from '../config/deployment.ts';

const STANDARD_OUTPUT = 1;
const STANDARD_ERROR = 2;

/**
 * The log of this process: one JSON object a line, or lines for reading, each written before the next is made.
 * @param quiet whether only what went wrong is logged, on standard error
 * @param destination a file descriptor
 */
export function createLogger(
  { level, format }: Pick<Deployment['logging'], 'level' | 'format'>,
  quiet: boolean,
  destination = quiet ? STANDARD_ERROR : STANDARD_OUTPUT,
): Logger {
  const stream =
    format === 'pretty'
      ? prettyStream({ destination, sync: true, translateTime: 'SYS:yyyy-mm-dd HH:MM:ss.l' })
      : pino.destination({ dest: destination, sync: true });
  return pino({ level: quiet ? 'error' : level, base: null }, stream);
}
