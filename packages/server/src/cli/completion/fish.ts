import {
  type CompletedCommand,
  type CompletedOption,
  commandsIn,
  flagsWithValue,
  type Values,
} from './completion-tree.ts';

const quoted = (text: string): string => `'${text.replaceAll(/[\\']/g, '\\$&')}'`;

function values(given: Values): string {
  switch (given.kind) {
    case 'none':
      return '-f';
    case 'words':
      return `-x -a ${quoted(given.words.join(' '))}`;
    case 'files':
      return '-r -F';
    case 'anything':
      return '-x';
  }
}

const condition = ({ path }: CompletedCommand): string =>
  `-n ${quoted(`__countersign_at ${quoted(path.join(' '))}`)}`;

function optionLine(
  command: CompletedCommand,
  { flags, description, values: given }: CompletedOption,
): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  return `complete -c countersign ${condition(command)} ${names.join(' ')} ${values(given)} -d ${quoted(description)}`;
}

function linesOf(command: CompletedCommand): string[] {
  const { commands, values: given } = command;
  return [
    ...commands.map(
      ({ path, description }) =>
        `complete -c countersign ${condition(command)} -f -a ${quoted(path.at(-1) ?? '')} -d ${quoted(description)}`,
    ),
    ...(commands.length > 0 || given.kind === 'none' || given.kind === 'anything'
      ? [`complete -c countersign ${condition(command)} -f`]
      : [
          `complete -c countersign ${condition(command)} ${given.kind === 'words' ? `-f -a ${quoted(given.words.join(' '))}` : '-F'}`,
        ]),
    ...command.options.map((option) => optionLine(command, option)),
  ];
}

/** A completion script for fish. */
export function fishCompletion(program: CompletedCommand): string {
  const all = commandsIn(program);
  return `# Made by countersign completion fish.
# Whether the words before the cursor have come to this command.
function __countersign_at
    set -l path ''
    set -l words (commandline -opc)
    set -e words[1]
    set -l skip 0
    for word in $words
        if test $skip = 1
            set skip 0
            continue
        end
        if string match -q -- '-*' $word
            switch "$path $word"
${all
  .flatMap((each) => flagsWithValue(each).map((flag) => quoted(`${each.path.join(' ')} ${flag}`)))
  .map((pattern) => `                case ${pattern}\n                    set skip 1`)
  .join('\n')}
            end
            continue
        end
        switch "$path $word"
${all
  .filter(({ path }) => path.length > 0)
  .map(
    ({ path }) =>
      `            case ${quoted(`${path.slice(0, -1).join(' ')} ${path.at(-1)}`)}\n                set path ${quoted(path.join(' '))}`,
  )
  .join('\n')}
        end
    end
    test "$path" = "$argv[1]"
end

${all.flatMap(linesOf).join('\n')}
`;
}
