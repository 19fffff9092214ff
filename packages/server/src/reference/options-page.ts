import type { Command, Option } from 'commander';
import { cell, table } from '../../../../docs/site/markdown.ts';
import { wholeProgram } from '../cli/commands.ts';

const INTRODUCTION = `# Every command and its options

This page is written from the commands themselves, so it is complete; \`--help\` prints the same.
[The command line](command-line.md) says what belongs together and how commands behave. Every command also takes

| option | |
| --- | --- |
| \`--home <folder>\` | the home folder; without it [the one you are in or near](command-line.md) |
| \`--json\` | print JSON |
| \`-h, --help\` | print what the command takes |

A command that works on [a server elsewhere](remote-administration.md) too says so, and also takes

| option | |
| --- | --- |
| \`--server <url>\` | the server, instead of a home folder |
| \`--client-id <id>\` | the client that the command is there |
| \`--cert <file>\`, \`--key <file>\` | the certificate of that client with its chain, and its key, PEM |
| \`--cacert <file>\` | the authority of the server, PEM; else those of the system |
`;

/** Said once, of all commands; the default of \`--home\` depends on where the program is. */
const GENERAL = new Set(['--home', '--json', '--help']);

/** Options that mean nothing but with a server elsewhere are said once too. */
const isOfServer = ({ long, description }: Option): boolean =>
  long === '--server' || description.startsWith('with --server:');

/** The commands of the program, by name. */
export async function commands(): Promise<readonly Command[]> {
  const { commands: all } = await wholeProgram();
  return all.toSorted((one, other) => (one.name() < other.name() ? -1 : 1));
}

function defaultOf({ defaultValue, argChoices }: Option): string {
  const choices = argChoices === undefined ? '' : argChoices.map((choice) => `\`${choice}\``).join(', ');
  if (defaultValue === undefined || defaultValue === false) return choices;
  return [choices, `default \`${String(defaultValue)}\``].filter((part) => part !== '').join('; ');
}

function sectionOf(command: Command, before: string): readonly string[] {
  const name = `${before}${command.name()}`;
  if (command.commands.length > 0) return command.commands.flatMap((each) => sectionOf(each, `${name} `));
  const args = command.registeredArguments.map((argument) => {
    const shown = argument.variadic ? `${argument.name()}...` : argument.name();
    return argument.required ? `<${shown}>` : `[${shown}]`;
  });
  const shown = command.options.filter(({ long, hidden }) => !hidden && !GENERAL.has(long ?? ''));
  const worksElsewhere = shown.some(({ long, required }) => long === '--server' && required);
  const own = worksElsewhere ? shown.filter((option) => !isOfServer(option)) : shown;
  const rows = own.map((option) => [
    `\`${option.flags.replaceAll('|', '\\|')}\``,
    cell(option.description),
    cell(defaultOf(option)),
  ]);
  const options = rows.length === 0 ? '' : `\n${table(['option', 'does', 'values'], rows)}\n`;
  return [
    `## ${name}\n\n\`countersign ${[name, ...args].join(' ')}\`: ${cell(command.description())}.${worksElsewhere ? ' Works on a server elsewhere too.' : ''}\n${options}`,
  ];
}

/** The reference of the command line, Markdown, one section a command. */
export async function optionsPage(): Promise<string> {
  const all = await commands();
  return [INTRODUCTION, ...all.flatMap((command) => sectionOf(command, ''))].join('\n');
}
