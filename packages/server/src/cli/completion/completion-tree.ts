import type { Argument, Command, Option } from 'commander';

/** What may stand where a value is expected. */
export type Values =
  | { readonly kind: 'none' }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'files' }
  /** Something that only the operator knows. */
  | { readonly kind: 'anything' };

export type CompletedOption = {
  /** Its writings, such as `--help` and `-h`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** `none` for an option that takes no value. */
  readonly values: Values;
};

/** A command as a shell completes it. */
export type CompletedCommand = {
  /** The words that lead to it, without the name of the program. */
  readonly path: readonly string[];
  readonly description: string;
  readonly options: readonly CompletedOption[];
  /** What its own arguments may be, together. */
  readonly values: Values;
  readonly commands: readonly CompletedCommand[];
};

/** Placeholders that stand for a file or a folder. */
const FILE = /^(?:file|files|folder|path|place)$/;

const valuesOf = (placeholder: string, choices: readonly string[] | undefined): Values => {
  if (choices) return { kind: 'words', words: choices };
  if (placeholder === 'true|false') return { kind: 'words', words: ['true', 'false'] };
  return FILE.test(placeholder) ? { kind: 'files' } : { kind: 'anything' };
};

function optionOf({
  short,
  long,
  flags,
  description,
  argChoices,
  required,
  optional,
}: Option): CompletedOption {
  const [, placeholder = ''] = /[<[]([^>\]]+)[>\]]/.exec(flags) ?? [];
  return {
    flags: [long, short].filter((flag) => typeof flag === 'string'),
    description,
    values: required || optional ? valuesOf(placeholder, argChoices) : { kind: 'none' },
  };
}

/** Several arguments are completed alike: a shell is not asked at which one it is. */
function argumentValues(all: readonly Argument[]): Values {
  const values = all.map((argument) => valuesOf(argument.name(), argument.argChoices));
  const words = values.flatMap((each) => (each.kind === 'words' ? each.words : []));
  if (words.length > 0) return { kind: 'words', words };
  if (values.some(({ kind }) => kind === 'files')) return { kind: 'files' };
  return values.length > 0 ? { kind: 'anything' } : { kind: 'none' };
}

/** Commands and options, read off the program that parses them. */
export function completionTree(command: Command, path: readonly string[] = []): CompletedCommand {
  const help = command.createHelp();
  return {
    path,
    description: command.description(),
    options: help.visibleOptions(command).map(optionOf),
    values: argumentValues(command.registeredArguments),
    // `help` repeats every other one.
    commands: command.commands.map((each) => completionTree(each, [...path, each.name()])),
  };
}

/** The command and all below it. */
export const commandsIn = (command: CompletedCommand): readonly CompletedCommand[] => [
  command,
  ...command.commands.flatMap(commandsIn),
];

/** Every writing of an option that takes a value. */
export const flagsWithValue = (command: CompletedCommand): readonly string[] =>
  command.options.filter(({ values }) => values.kind !== 'none').flatMap(({ flags }) => flags);
