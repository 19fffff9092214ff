import { quoted } from '../shell-word.ts';
import { type CompletedCommand, commandsIn, flagsWithValue, type Values } from './completion-tree.ts';

/** What completes a value; `compgen` breaks the words at blanks. */
function reply(values: Values): string {
  switch (values.kind) {
    case 'words':
      return `COMPREPLY=($(compgen -W ${quoted(values.words.join(' '))} -- "$cur"))`;
    case 'files':
      return 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur"))';
    default:
      return 'COMPREPLY=()';
  }
}

const key = ({ path }: CompletedCommand): string => quoted(path.join(' '));

const optionCases = (command: CompletedCommand): string[] =>
  command.options.flatMap(({ flags, values }) =>
    values.kind === 'none'
      ? []
      : [
          `    ${quoted(command.path.join(' '))}:${flags.join(`|${quoted(command.path.join(' '))}:`)}) ${reply(values)}; return;;`,
        ],
  );

/** A completion script for bash 4 and later, which needs nothing of bash-completion. */
export function bashCompletion(program: CompletedCommand): string {
  const all = commandsIn(program);
  return `# Made by countersign completion bash.
_countersign() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} path='' word i takes
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case $path in
${all.map((each) => `      ${key(each)}) takes=${quoted(` ${flagsWithValue(each).join(' ')} `)};;`).join('\n')}
    esac
    if [[ $word == -* ]]; then
      [[ $takes == *" $word "* ]] && ((i++))
      continue
    fi
    case "$path $word" in
${all
  .filter(({ path }) => path.length > 0)
  .map(
    ({ path }) =>
      `      ${quoted(`${path.slice(0, -1).join(' ')} ${path.at(-1)}`)}) path=${quoted(path.join(' '))};;`,
  )
  .join('\n')}
    esac
  done
  case $path:$prev in
${all.flatMap(optionCases).join('\n')}
  esac
  if [[ $cur == -* ]]; then
    case $path in
${all
  .map(
    (each) =>
      `      ${key(each)}) COMPREPLY=($(compgen -W ${quoted(each.options.flatMap(({ flags }) => flags).join(' '))} -- "$cur"));;`,
  )
  .join('\n')}
    esac
    return
  fi
  case $path in
${all
  .map((each) => {
    const words = each.commands.map(({ path }) => path.at(-1) ?? '');
    return `    ${key(each)}) ${reply(words.length > 0 ? { kind: 'words', words } : each.values)};;`;
  })
  .join('\n')}
  esac
}
complete -F _countersign countersign
`;
}
