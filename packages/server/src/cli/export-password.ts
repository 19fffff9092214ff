import type { Command } from 'commander';
import { askSecret, canAsk } from './ask-secret.ts';
import { passwordFromInput } from './password-input.ts';
import { UsageError } from './run-command.ts';

export type PasswordOptions = { readonly passwordStdin?: true };

/** The environment variable that gives the password of an export, which no process list and no shell history shows. */
export const EXPORT_PASSWORD_VARIABLE = 'COUNTERSIGN_EXPORT_PASSWORD';

/** Characters of a new one at least: a file can be guessed at for as long as somebody has it. */
const SHORTEST = 12;

export const withPasswordOption = (command: Command): Command =>
  command.option(
    '--password-stdin',
    `read the password of an encrypted export from the first line of standard input; else it is that of ${EXPORT_PASSWORD_VARIABLE}, or asked for on a terminal`,
  );

/** @throws UsageError where it is not typed twice */
async function asked(which: 'new' | 'given'): Promise<string> {
  const password = await askSecret('Password of the export: ');
  if (which === 'new' && (await askSecret('Once more: ')) !== password) {
    throw new UsageError('the two passwords are not the same');
  }
  return password;
}

async function given({ passwordStdin }: PasswordOptions, which: 'new' | 'given'): Promise<string> {
  if (passwordStdin) return await passwordFromInput();
  const password = process.env[EXPORT_PASSWORD_VARIABLE];
  if (password !== undefined && password !== '') return password;
  return canAsk() ? await asked(which) : '';
}

/**
 * The password of an encrypted export.
 * @param which a `new` one has to be hard to guess
 * @throws UsageError where none is given
 */
export async function exportPassword(options: PasswordOptions, which: 'new' | 'given'): Promise<string> {
  const password = await given(options, which);
  if (password === '') {
    throw new UsageError(
      `the password of the export is missing: give ${EXPORT_PASSWORD_VARIABLE}, or --password-stdin and the password as the first line of standard input`,
    );
  }
  const characters = [...password].length;
  if (which === 'new' && characters < SHORTEST) {
    throw new UsageError(
      `the password has ${characters} characters; a file that others may copy needs ${SHORTEST} at least`,
    );
  }
  return password;
}
