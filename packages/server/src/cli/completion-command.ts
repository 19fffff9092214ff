import { Argument, Command } from 'commander';
import { bashCompletion } from './completion/bash.ts';
import { completionTree } from './completion/completion-tree.ts';
import { fishCompletion } from './completion/fish.ts';
import { zshCompletion } from './completion/zsh.ts';
import { writeOut } from './output.ts';
import { withExamples } from './run-command.ts';

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };
type Shell = keyof typeof SHELLS;

/**
 * `countersign completion`: a script that makes a shell complete the words of this program, made from the program itself.
 * @param program the program, whole
 */
export function completionCommand(program: () => Promise<Command>): Command {
  return withExamples(new Command('completion'), [
    'completion bash > ~/.local/share/bash-completion/completions/countersign',
    'completion zsh > ~/.zfunc/_countersign',
    'completion fish > ~/.config/fish/completions/countersign.fish',
  ])
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(SHELLS)))
    .action(async (shell: Shell) => {
      writeOut(SHELLS[shell](completionTree(await program())));
    });
}
