import { quoted } from '../shell-word.ts';
import { type CompletedCommand, type CompletedOption, commandsIn, type Values } from './completion-tree.ts';

/** Within a specification of `_arguments` brackets and colons have a meaning of their own. */
const described = (text: string): string => text.replaceAll(/[\\[\]:]/g, '\\$&');

function action(values: Values): string {
  switch (values.kind) {
    case 'words':
      return `(${values.words.join(' ')})`;
    case 'files':
      return '_files';
    default:
      return ' ';
  }
}

/** An option may be given again where it adds to a list; that is left to the program. */
function specifications({ flags, description, values }: CompletedOption): string[] {
  const takes = values.kind === 'none' ? '' : `:value:${action(values)}`;
  return flags.map((flag) => quoted(`*${flag}[${described(description)}]${takes}`));
}

const functionName = ({ path }: CompletedCommand): string =>
  ['_countersign', ...path].join('_').replaceAll('-', '_');

function functionOf(command: CompletedCommand): string {
  const options = command.options.flatMap(specifications);
  if (command.commands.length === 0) {
    const rest = command.values.kind === 'none' ? [] : [quoted(`*:argument:${action(command.values)}`)];
    return `${functionName(command)}() {\n  _arguments -s ${[...options, ...rest].join(' \\\n    ')}\n}\n`;
  }
  const words = command.commands.map(({ path, description }) =>
    quoted(`${(path.at(-1) ?? '').replaceAll(':', '\\:')}:${description.replaceAll(/[\\:]/g, '\\$&')}`),
  );
  return `${functionName(command)}() {
  local curcontext="$curcontext" state line
  _arguments -C ${options.join(' \\\n    ')} \\
    '1: :->command' '*::argument:->argument'
  case $state in
    command)
      local -a commands=(
        ${words.join('\n        ')}
      )
      _describe -t commands command commands;;
    argument)
      case $line[1] in
${command.commands.map((each) => `        ${each.path.at(-1)}) ${functionName(each)};;`).join('\n')}
      esac;;
  esac
}
`;
}

/** A completion script for zsh, for a folder of \`$fpath\` or to be sourced once \`compinit\` has run. */
export const zshCompletion = (program: CompletedCommand): string =>
  `#compdef countersign
# Made by countersign completion zsh.
${commandsIn(program).map(functionOf).join('\n')}
if [[ $funcstack[1] == _countersign ]]; then
  _countersign "$@"
else
  compdef _countersign countersign
fi
`;
