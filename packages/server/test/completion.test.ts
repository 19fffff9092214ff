import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { wholeProgram } from '../src/cli/commands.ts';
import { commandsIn, completionTree } from '../src/cli/completion/completion-tree.ts';
import { countersignProgram, programEnvironment, runProgram } from './countersign-process.ts';
import { missingProgram } from './installed-program.ts';

const PROGRAM = countersignProgram();
const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];
const missing = {
  bash: await missingProgram('bash', ['--version']),
  zsh: await missingProgram('zsh', ['--version']),
  fish: await missingProgram('fish', ['--version']),
};

/** What stands on the line, and what a shell must offer for its last word, and must not. */
const LINES: readonly [line: string, offered: readonly string[], not: readonly string[]][] = [
  ['countersign cl', ['client'], ['certificate']],
  ['countersign c', ['client', 'certificate', 'confirm', 'completion'], ['serve']],
  ['countersign client ', ['add', 'list', 'show', 'update', 'remove'], ['rotate']],
  ['countersign client list --se', ['--search', '--server'], ['--service']],
  ['countersign backup --se', [], ['--server']],
  ['countersign events --cacert cert', ['certs.pem'], []],
  [
    'countersign client add --tls-client-auth-san-',
    ['--tls-client-auth-san-dns', '--tls-client-auth-san-uri'],
    [],
  ],
  ['countersign --home x client li', [], []],
  ['countersign client list --home somewhere --js', ['--json'], []],
  ['countersign events --class ', ['administrative', 'security', 'traffic'], ['refused']],
  ['countersign certificate issue --key-type RSA', ['RSA-2048'], ['EC-P256']],
  ['countersign completion ', ['bash', 'zsh', 'fish'], []],
  ['countersign certificate inspect cert', ['certs.pem'], ['other.txt']],
  ['countersign client add --certificate cert', ['certs.pem'], []],
  ['countersign truststore set', ['set-role'], ['unset-role']],
];

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** A program for each shell that prints what it offers at the end of a line, a word a line. */
function asking(shell: Shell, script: string, line: string, seconds: number): readonly string[] {
  switch (shell) {
    case 'bash':
      return [
        '-c',
        `source ${quoted(script)}; line=${quoted(line)}; read -ra COMP_WORDS <<< "$line"
         [[ $line == *' ' ]] && COMP_WORDS+=('')
         COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); COMP_LINE=$line COMP_POINT=\${#line}
         _countersign; printf '%s\\n' "\${COMPREPLY[@]}"`,
      ];
    case 'fish':
      return [
        '--no-config',
        '-c',
        `source ${quoted(script)}; complete -C ${quoted(line)} | string replace -r '\\t.*' ''`,
      ];
    case 'zsh':
      // A shell at a terminal of its own, to which the line and a tab are typed.
      return [
        '-f',
        '-c',
        `zmodload zsh/zpty
         zpty shell 'PS1= TERM=dumb zsh -f -i'
         zpty -w shell 'stty -echo; autoload -U compinit; compinit -u -D; source ${script}; cd '$PWD
         zpty -w shell 'LISTMAX=9999; zstyle ":completion:*" verbose no; setopt no_always_last_prompt; bindkey "^I" complete-word; bindkey "^X" list-choices; print REA''DY'
         zpty -r shell text '*READY*'
         zpty -w -n shell ${quoted(line)}$'\\C-x'
         sleep ${seconds}; zpty -w -n shell $'\\C-u'; zpty -w shell 'print DO''NE'
         zpty -r shell text '*DONE*'; print -r -- $text`,
      ];
  }
}

describe('completion', () => {
  let folder: string;
  const script = (shell: Shell) => join(folder, `countersign.${shell}`);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-completion-'));
    await mkdir(join(folder, 'work'));
    await writeFile(join(folder, 'work/certs.pem'), '');
    await writeFile(join(folder, 'work/other.txt'), '');
    for (const shell of SHELLS) {
      const made = await runProgram(process.execPath, [PROGRAM, 'completion', shell], {
        env: programEnvironment(),
      });
      assert.equal(made.code, 0, made.stderr);
      await writeFile(script(shell), made.stdout);
    }
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const shell of SHELLS) {
    test(`${shell} offers what the program has`, { skip: missing[shell] }, async () => {
      for (const [line, offered, not] of LINES) {
        let words = new Set<string>();
        // A shell at a terminal takes its time to answer; only what is typed later tells that it has.
        for (const seconds of shell === 'zsh' ? [0.5, 2, 8] : [0]) {
          const { stdout } = await runProgram(shell, asking(shell, script(shell), line, seconds), {
            cwd: join(folder, 'work'),
          });
          words = new Set(stripVTControlCharacters(stdout).split(/[^\w.-]+/));
          if (offered.every((word) => words.has(word))) break;
        }
        for (const word of offered) assert.ok(words.has(word), `${line}: ${word} is not in ${[...words]}`);
        for (const word of not) assert.ok(!words.has(word), `${line}: ${word} is in ${[...words]}`);
      }
    });
  }

  test('every command and every option of it stands in each script', async () => {
    const tree = completionTree(await wholeProgram());
    const all = commandsIn(tree);
    assert.ok(all.length > 40, String(all.length));
    for (const shell of SHELLS) {
      const { stdout } = await runProgram('cat', [script(shell)]);
      const words = new Set(stdout.split(/[^\w-]+/));
      for (const { path, options } of all) {
        for (const word of [...path, ...options.flatMap(({ flags }) => flags)]) {
          const written = shell === 'fish' ? word.replace(/^--?/, '') : word;
          assert.ok(words.has(written), `${shell}: ${path.join(' ')} ${word}`);
        }
      }
    }
  });

  test('a shell that is none is refused with those there are', async () => {
    const { code, stderr } = await runProgram(process.execPath, [PROGRAM, 'completion', 'tcsh'], {
      env: programEnvironment(),
    });
    assert.equal(code, 2);
    assert.match(stderr, /bash, zsh, fish/);
  });
});
