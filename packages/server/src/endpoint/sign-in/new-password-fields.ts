import type { TokenForm } from '../../grant/token-form.ts';
import type { PasswordFault } from '../../user/password.ts';
import { choice, field } from '../page/form.ts';
import { type Html, html } from '../page/html.ts';
import type { Language } from '../page/language.ts';

const FIELDS = ['current_password', 'new_password', 'repeated_password'] as const;
const PROBLEMS = [
  'sign.limited',
  'problem.form',
  'account.passwordwrong',
  'account.passwordshort',
  'account.passwordlong',
  'account.passwordunprintable',
  'account.passwordcommon',
  'account.passwordnamed',
  'account.passworddiffers',
  'account.passwordtaken',
] as const;

/** What is wrong with what was typed, and where. */
export type PasswordProblem = {
  readonly field: (typeof FIELDS)[number];
  readonly name: (typeof PROBLEMS)[number];
};

/** The problem of this name; undefined when there is none. */
export function passwordProblem(
  presentedName: string,
  presentedField: string | undefined,
): PasswordProblem | undefined {
  const name = PROBLEMS.find((known) => known === presentedName);
  const field = FIELDS.find((known) => known === presentedField);
  return name && field && { name, field };
}

const FAULTS: Readonly<Record<PasswordFault, PasswordProblem['name']>> = {
  empty: 'account.passwordshort',
  short: 'account.passwordshort',
  long: 'account.passwordlong',
  unprintable: 'account.passwordunprintable',
  common: 'account.passwordcommon',
  named: 'account.passwordnamed',
  same: 'account.passwordtaken',
};

export const newPasswordProblem = (fault: PasswordFault): PasswordProblem => ({
  field: 'new_password',
  name: FAULTS[fault],
});

/** The new password that was typed, or that the two times differ. */
export function typedPassword(form: TokenForm): string | PasswordProblem {
  const password = form.get('new_password') ?? '';
  return password === (form.get('repeated_password') ?? '')
    ? password
    : { field: 'repeated_password', name: 'account.passworddiffers' };
}

/** The fields in which a person chooses a password, and whether what they have elsewhere goes on. */
export function newPasswordFields(
  language: Language,
  { least, problem }: { readonly least: number; readonly problem: PasswordProblem | undefined },
): Html {
  const problemOf = (name: PasswordProblem['field']) =>
    problem?.field === name ? language.text(problem.name, { least }) : undefined;
  return html`${field({
    name: 'new_password',
    label: language.text('account.passwordnew'),
    hint: language.text('account.passwordnewhint', { least }),
    type: 'password',
    autocomplete: 'new-password',
    problem: problemOf('new_password'),
  })}
${field({
  name: 'repeated_password',
  label: language.text('account.passwordrepeat'),
  type: 'password',
  autocomplete: 'new-password',
  problem: problemOf('repeated_password'),
})}
${keepChoice(language)}`;
}

/** The choice that what a person has elsewhere goes on, with a change of what they sign in with. */
export const keepChoice = (language: Language): Html =>
  choice({
    name: 'keep_sessions',
    label: language.text('account.keep'),
    hint: language.text('account.keephint'),
  });

export const isKept = (form: TokenForm): boolean => form.get('keep_sessions') === 'yes';
