import { isIP } from 'node:net';
import { type Command, CommanderError } from 'commander';
import type { Actor } from '../event/actor.ts';
import { printable, printableLine } from '../event/printable.ts';
import type { OpenHome } from '../server/open-home.ts';
import { type NamedHome, NoHome, requireHome, unnamedHome } from './home-option.ts';
import { tolerateClosedErrors, writeOut } from './output.ts';

export { requireHome } from './home-option.ts';
export { print, printOne } from './output.ts';

/** Thrown when a command was understood and refused; its message is for the operator. Exit code 1. */
export class Refused extends Error {
  override readonly name = 'Refused';
  /** What is told beside the message in JSON: of a server elsewhere its URL, and the event that it wrote. */
  readonly told: { readonly server?: string; readonly event_id?: string } = {};
}

/** Thrown when a command found what it looked at other than it is to be, and changed nothing. Exit code 3. */
export class Drift extends Error {
  override readonly name = 'Drift';
}

/** Thrown when a command was called wrongly. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The options that every command has. */
export type GlobalOptions = NamedHome & { readonly json: boolean };

/** For an option that may be repeated: adds each value to a list. */
export const repeated = (value: string, earlier: readonly string[] = []): readonly string[] => [
  ...earlier,
  value,
];

/**
 * Adds the options that every command has, and an example to its help.
 * @param examples what stands behind `countersign`
 */
export function withGlobalOptions(command: Command, ...examples: readonly string[]): Command {
  const { home, homeFrom } = unnamedHome();
  command.setOptionValue('homeFrom', homeFrom);
  return withExamples(command, examples)
    .option('--home <folder>', 'the home folder', home)
    .option('--json', 'print JSON', false)
    .on('option:home', () => command.setOptionValue('homeFrom', 'option'));
}

/** Ends the help of a command with examples. */
export const withExamples = (command: Command, examples: readonly string[]): Command =>
  command.addHelpText(
    'after',
    ['', 'Example:', ...examples.map((each) => `  countersign ${each}`)].join('\n'),
  );

/**
 * Opens the home for the time of one command. A running server sees what the command changes at once.
 * @throws NoHome where the folder is none: nothing is made
 */
export async function withOpenHome(
  options: GlobalOptions,
  work: (opened: OpenHome) => Promise<void>,
): Promise<void> {
  const home = requireHome(options);
  // What opens a home loads most of the program, which a command that is called wrongly need not wait for.
  const { openHome } = await import('../server/open-home.ts');
  const opened = await openHome(home, { quiet: true });
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

/** Whether the command is to answer in JSON, also where it cannot be parsed. */
function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end < 0 ? argv.length : end).includes('--json');
}

/** Subcommands do not take this over from the program; without it they end the process themselves, with 1. */
function prepare(command: Command, json: boolean): void {
  command.exitOverride().configureOutput({
    writeOut,
    // With --json what went wrong is told as JSON, by whoever catches it.
    outputError: (text, write) => (json ? undefined : write(text)),
  });
  for (const each of command.commands) prepare(each, json);
}

/** What a failure is called in JSON; these names stay. */
function nameOf(error: unknown): 'usage' | 'no_home' | 'drift' | 'refused' {
  if (error instanceof UsageError || error instanceof CommanderError) return 'usage';
  if (error instanceof Drift) return 'drift';
  return error instanceof NoHome ? 'no_home' : 'refused';
}

/** Tells on standard error what went wrong: with `--json` as one JSON object on one line. */
export function tellFailure(error: unknown, json: boolean, detail: { readonly line?: number } = {}): void {
  const message = error instanceof Error ? error.message : String(error);
  if (json) {
    const told = {
      error: nameOf(error),
      error_description: message.replace(/^error: /, '').replaceAll('\n(Did', ' (Did'),
      ...(error instanceof Refused && error.told),
      ...detail,
    };
    process.stderr.write(`${printable(JSON.stringify(told))}\n`);
    return;
  }
  const { line } = detail;
  process.stderr.write(
    line === undefined ? `countersign: ${printable(message)}\n` : `line ${line}: ${printableLine(message)}\n`,
  );
}

/**
 * Runs the program and turns every outcome into an exit code: 0 done, 1 refused, 2 called wrongly, 3 drifted.
 * @returns the exit code
 */
export async function run(program: Command, argv: readonly string[]): Promise<number> {
  const json = asksForJson(argv);
  prepare(program, json);
  tolerateClosedErrors();
  try {
    await program.parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      // Help in place of a subcommand that is missing has been printed.
      if (json && error.code !== 'commander.help') tellFailure(error, json);
      return 2;
    }
    tellFailure(error, json);
    if (error instanceof Drift) return 3;
    return error instanceof UsageError ? 2 : 1;
  }
}
