import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { type Command, CommanderError } from 'commander';
import { findHome } from '../config/find-home.ts';
import type { Actor } from '../event/actor.ts';
import { printable, printableLine } from '../event/printable.ts';
import { type OpenHome, openHome } from '../server/open-home.ts';

/** Thrown when a command was understood and refused; its message is for the operator. Exit code 1. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** Thrown when a command was called wrongly. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The options that every command has. */
export type GlobalOptions = { readonly home: string; readonly json: boolean };

/** The home folder when neither `--home` nor `COUNTERSIGN_HOME` names one and there is none yet. */
export const DEFAULT_HOME = 'countersign-home';

function presentHome(): string {
  const found = findHome(process.cwd(), DEFAULT_HOME);
  return found === undefined || found === resolve(DEFAULT_HOME) ? DEFAULT_HOME : found;
}

/** For an option that may be repeated: adds each value to a list. */
export const repeated = (value: string, earlier: readonly string[] = []): readonly string[] => [
  ...earlier,
  value,
];

/** Adds the options that every command has. */
export function withGlobalOptions(command: Command): Command {
  return command
    .option('--home <folder>', 'the home folder', process.env.COUNTERSIGN_HOME || presentHome())
    .option('--json', 'print JSON', false);
}

/** Prints a result: as JSON with `--json`, otherwise the lines written for reading. */
export function print(options: GlobalOptions, result: unknown, lines: readonly string[]): void {
  const text = options.json
    ? printable(JSON.stringify(result, null, 2))
    : lines.map(printableLine).join('\n');
  process.stdout.write(`${text}\n`);
}

/** Opens the home for the time of one command. A running server sees what the command changes at once. */
export async function withOpenHome(
  options: GlobalOptions,
  work: (opened: OpenHome) => Promise<void>,
): Promise<void> {
  const opened = await openHome(resolve(options.home), { quiet: true });
  try {
    await work(opened);
  } finally {
    await opened.close();
  }
}

/** Who works at the command line, for the audit trail: what the environment says. */
export function operator(): Actor {
  const { SUDO_USER, USER, SSH_CONNECTION } = process.env;
  const [remote_address] = SSH_CONNECTION?.split(' ') ?? [];
  return {
    name: SUDO_USER ?? USER ?? 'operator',
    through: 'command-line',
    ...(remote_address !== undefined && isIP(remote_address) !== 0 && { remote_address }),
  };
}

/** Subcommands do not take this over from the program; without it they end the process themselves, with 1. */
function throwWhereCommanderExits(command: Command): void {
  command.exitOverride();
  for (const each of command.commands) throwWhereCommanderExits(each);
}

/**
 * Runs the program and turns every outcome into an exit code: 0 done, 1 refused, 2 called wrongly.
 * @returns the exit code
 */
export async function run(program: Command, argv: readonly string[]): Promise<number> {
  throwWhereCommanderExits(program);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`countersign: ${printable(message)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}
