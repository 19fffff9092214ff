import { field, postForm, problemSummary } from '../page/form.ts';
import { type Html, html } from '../page/html.ts';
import type { Language } from '../page/language.ts';
import { newPasswordFields, type PasswordProblem } from './new-password-fields.ts';
import { ACCOUNT_PATHS } from './page-paths.ts';

export type AccountPasswordPage = {
  readonly language: Language;
  /** See `Pages.path`. */
  readonly path: (path: string) => string;
  readonly formToken: string;
  readonly username: string;
  /** The fewest characters of a password. */
  readonly least: number;
  readonly problem: PasswordProblem | undefined;
};

/** The page on which a person changes the password. */
export function accountPasswordPage(page: AccountPasswordPage): Html {
  const { language, path, formToken, username, least, problem } = page;
  const title = language.text('account.passwordchange');
  const problemOf = (name: PasswordProblem['field']) =>
    problem?.field === name ? language.text(problem.name, { least }) : undefined;
  return html`<div class="card">
<h1>${title}</h1>
${problem && problemSummary(language, language.text(problem.name, { least }), problem.field)}
${postForm(
  { action: path(ACCOUNT_PATHS.password), formToken },
  html`<input type="text" name="username" autocomplete="username" value="${username}" hidden>
${field({
  name: 'current_password',
  label: language.text('account.passwordcurrent'),
  type: 'password',
  autocomplete: 'current-password',
  problem: problemOf('current_password'),
  autofocus: problem === undefined,
})}
${newPasswordFields(language, { least, problem })}
<div class="actions">
<button type="submit">${title}</button>
<a class="button second" href="${path(ACCOUNT_PATHS.overview)}">${language.text('cancel')}</a>
</div>`,
)}
</div>`;
}
