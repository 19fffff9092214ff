import { postForm, problemSummary } from '../page/form.ts';
import { type Html, html } from '../page/html.ts';
import type { Language } from '../page/language.ts';
import { newPasswordFields, type PasswordProblem } from './new-password-fields.ts';

export type NewPasswordPage = {
  readonly language: Language;
  readonly action: string;
  readonly formToken: string;
  readonly username: string;
  /** The fewest characters of a password. */
  readonly least: number;
  readonly problem: PasswordProblem | undefined;
};

/** The page on which somebody who signs in with a temporary password chooses their own. */
export function newPasswordPage(page: NewPasswordPage): Html {
  const { language, action, formToken, username, least, problem } = page;
  return html`<div class="card">
<h1>${language.text('newpassword.title')}</h1>
<p class="quiet">${language.text('factor.as', { username })}</p>
${problem && problemSummary(language, language.text(problem.name, { least }), problem.field)}
<p>${language.text('newpassword.text')}</p>
${postForm(
  { action, formToken },
  html`<input type="text" name="username" autocomplete="username" value="${username}" hidden>
${newPasswordFields(language, { least, problem })}
<div class="actions">
<button type="submit">${language.text('newpassword.submit')}</button>
</div>`,
)}
</div>`;
}
