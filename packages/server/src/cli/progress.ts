import type { Command } from 'commander';
import { printableLine } from '../event/printable.ts';
import type { GlobalOptions } from './run-command.ts';

/** How long a command works before it says how far it is. */
const FIRST_MS = 1_000;
/** How often a line on a terminal is written anew. */
const AGAIN_MS = 200;
/** Of what comes one by one, how many are a step. */
export const ONE_BY_ONE = 1_000;

/** A step of a command. */
export type Step = {
  /** What is counted, such as a table. */
  readonly what: string;
  readonly done: number;
  /** Undefined where nobody knows how much there is. */
  readonly of?: number | undefined;
  readonly unit?: string;
  readonly note?: string;
};

/** Says on standard error how far a command is, where somebody sees it. */
export type Progress = {
  /** Notes a step; a terminal shows it at most so often as somebody can read it. */
  at(step: Step): void;
  /** Leaves the line to whatever is printed next. */
  end(): void;
};

/** Adds the option that asks for progress where standard error is no terminal. */
export const withProgressOption = (command: Command): Command =>
  command.option('--progress', 'say on standard error how far it is, also where that is no terminal');

export type ProgressOptions = GlobalOptions & { readonly progress?: boolean };

const SILENT: Progress = { at: () => {}, end: () => {} };

function textOf({ what, done, of, unit, note }: Step): string {
  const share = of === undefined || of === 0 ? undefined : `${Math.floor((100 * done) / of)} %`;
  const counted = [`${what}: ${done}`, ...(of === undefined ? [] : [`of ${of}`]), ...(unit ? [unit] : [])];
  const end = note ?? share;
  return printableLine(`${counted.join(' ')}${end === undefined ? '' : `, ${end}`}`);
}

/** On a terminal, but not where JSON is asked for, which programs read; elsewhere when asked for, a line a step. */
export function startProgress({ json, progress }: ProgressOptions): Progress {
  const { stderr } = process;
  if (!stderr.isTTY) {
    return progress ? { at: (step) => void stderr.write(`${textOf(step)}\n`), end: () => {} } : SILENT;
  }
  if (json && !progress) return SILENT;
  let said = performance.now() + FIRST_MS - AGAIN_MS;
  let isOnLine = false;
  return {
    at(step) {
      const now = performance.now();
      if (now - said < AGAIN_MS) return;
      said = now;
      // To the line's beginning, and away with what was longer before.
      stderr.write(`\r\u001b[K${textOf(step)}`);
      isOnLine = true;
    },
    end() {
      if (isOnLine) stderr.write('\r\u001b[K');
      isOnLine = false;
    },
  };
}

/** Shows how far a command is while it works. */
export async function withProgress<T>(
  options: ProgressOptions,
  work: (progress: Progress) => Promise<T>,
): Promise<T> {
  const progress = startProgress(options);
  try {
    return await work(progress);
  } finally {
    progress.end();
  }
}

/** Everything of a listing, counted as it comes. */
export async function collected<T>(
  options: ProgressOptions,
  what: string,
  items: AsyncIterable<T>,
): Promise<readonly T[]> {
  return await withProgress(options, async (progress) => {
    const found: T[] = [];
    for await (const item of items) {
      found.push(item);
      if (found.length % ONE_BY_ONE === 0) progress.at({ what, done: found.length });
    }
    return found;
  });
}
