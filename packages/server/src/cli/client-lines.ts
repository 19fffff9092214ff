import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import {
  type ClientOperation,
  clientIn,
  type OperationDone,
  wavesOf,
} from '../registration/client-operations.ts';
import { shownSecret } from '../registration/client-registrar.ts';
import type { ClientAdministration } from './administration/administration.ts';
import { withAdministration } from './administration/with-administration.ts';
import { type ProgressOptions, startProgress } from './progress.ts';
import { printOne, Refused, tellFailure, UsageError } from './run-command.ts';
import type { AdministrationOptions } from './server-option.ts';

/** How many lines are done between two words about it. */
const LINES_A_STEP = 100;
/** How many lines are read before they are done. */
const LINES_TOGETHER = 16;

/** Makes an operation of a line. @throws Refused, which says what is wrong with it */
export type LineReader = (line: string) => ClientOperation;

function objectIn(line: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new Refused(`is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new Refused('is no JSON object');
}

/** The metadata of a client (RFC 7591 §2), with a `client_id` of one's choice. */
export const registrationOf: LineReader = (line) => ({ operation: 'register', metadata: objectIn(line) });

/** A `client_id`, metadata to change (`null` removes a field), `enabled`, and the `revision` that the client must be at. */
export const changeOf: LineReader = (line) => {
  const { client_id, enabled, revision, ...metadata } = objectIn(line);
  if (typeof client_id !== 'string') throw new Refused('has no client_id');
  if (enabled !== undefined && typeof enabled !== 'boolean')
    throw new Refused('enabled is neither true nor false');
  if (revision !== undefined && typeof revision !== 'number') throw new Refused('revision is no number');
  return {
    operation: 'change',
    client_id,
    delta: { metadata, ...(enabled !== undefined && { enabled }) },
    ...(revision !== undefined && { expected: [revision] }),
  };
};

/** A `client_id`, bare or in an object such as `client list --json` prints. */
export const removalOf: LineReader = (line) => {
  if (!line.startsWith('{')) return { operation: 'remove', client_id: line };
  const { client_id } = objectIn(line);
  if (typeof client_id !== 'string') throw new Refused('has no client_id');
  return { operation: 'remove', client_id };
};

/** A line that is to be done, or what is wrong with it. */
type Line = { readonly number: number; readonly asked: ClientOperation | Error };

function operationIn(line: string, read: LineReader): ClientOperation | Error {
  try {
    return read(line);
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

/** Does one of many, as when it is asked for alone. */
async function perform(clients: ClientAdministration, operation: ClientOperation): Promise<OperationDone> {
  switch (operation.operation) {
    case 'register':
      return { done: 'registered', ...(await clients.register(operation.metadata)) };
    case 'change': {
      const { client_id, delta, expected } = operation;
      return { done: 'changed', ...(await clients.change(client_id, delta, expected)) };
    }
    case 'remove': {
      const { client_id, expected } = operation;
      await clients.remove(client_id, expected);
      return { done: 'removed', client_id };
    }
  }
}

const printed = (done: OperationDone): { readonly line: string; readonly json: object } => {
  if (done.done === 'removed') {
    const { client_id } = done;
    return { line: `${client_id} removed`, json: { client_id, removed: true } };
  }
  const { client_id, revision } = done.client;
  const { client_secret, warnings } = done;
  const secret = client_secret === undefined ? '' : `  ${client_secret}`;
  return {
    line: `${client_id}${secret}${warnings.map(({ field, message }) => `  warning: ${field} ${message}`).join('')}`,
    json: { client_id, revision, ...shownSecret(done), ...(warnings.length > 0 && { warnings }) },
  };
};

/**
 * Does what each line of a file says, each whole or not at all, and prints a line of each in their order; with `--json` a
 * JSON object a line. Those of one client are done one after the other, others at once. A line that is refused hinders none of the others.
 * @param file its name, or `-` for standard input
 * @throws UsageError for a file that cannot be read, Refused at the end if any line was
 */
export async function performLines(
  options: AdministrationOptions & ProgressOptions,
  file: string,
  read: LineReader,
): Promise<void> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  const failed = new Promise<never>((_, reject) => {
    input.once('error', (error: Error) => reject(new UsageError(`cannot read ${file}: ${error.message}`)));
  });
  const progress = startProgress(options);
  const done = withAdministration(options, async ({ clients, events }) => {
    const counts = { lines: 0, refused: 0 };
    const whatBecomes = async ({ asked }: Line): Promise<OperationDone | Error> => {
      if (asked instanceof Error) return asked;
      try {
        return await perform(clients, asked);
      } catch (error) {
        if (!(error instanceof Error) || events.mayPass(error)) throw error;
        return error;
      }
    };
    const performTogether = async (lines: readonly Line[]): Promise<void> => {
      for (const wave of wavesOf(lines, ({ asked }) =>
        asked instanceof Error ? undefined : clientIn(asked),
      )) {
        const results = await Promise.allSettled(wave.map(whatBecomes));
        for (const [index, result] of results.entries()) {
          // What was done before it is told all the same.
          if (result.status === 'rejected') throw result.reason;
          if (result.value instanceof Error) {
            counts.refused++;
            tellFailure(result.value, options.json, { line: wave[index]?.number ?? 0 });
            continue;
          }
          const { line: text, json } = printed(result.value);
          printOne(options, json, text);
        }
      }
    };
    let number = 0;
    let lines: Line[] = [];
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number++;
      if (line.trim() === '') continue;
      counts.lines++;
      if (counts.lines % LINES_A_STEP === 0) progress.at({ what: 'lines', done: counts.lines });
      lines.push({ number, asked: operationIn(line.trim(), read) });
      if (lines.length < LINES_TOGETHER) continue;
      await performTogether(lines);
      lines = [];
    }
    await performTogether(lines);
    if (counts.refused > 0) throw new Refused(`${counts.refused} of ${counts.lines} were refused`);
  });
  await Promise.race([done, failed]).finally(progress.end);
}
