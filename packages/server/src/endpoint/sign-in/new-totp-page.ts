import { postForm, problemSummary } from '../page/form.ts';
import { type Html, html } from '../page/html.ts';
import type { Language } from '../page/language.ts';
import { type RecoveryCodesBody, recoveryCodesBody } from './recovery-codes-body.ts';
import type { StageForm, StageProblem } from './stage-pages.ts';
import { type TotpSetUp, totpCodeField, totpToScan } from './totp-fields.ts';

export type NewTotpPage = TotpSetUp &
  StageForm & {
    readonly language: Language;
    readonly username: string;
    readonly problem: StageProblem | undefined;
  };

/** The page on which somebody who signs in sets up the authenticator app that the account requires. */
export function newTotpPage(page: NewTotpPage): Html {
  const { language, username, problem } = page;
  const told = problem ? language.text(problem.name) : '';
  return html`<div class="card">
<h1>${language.text('account.totpadd')}</h1>
<p class="quiet">${language.text('factor.as', { username })}</p>
${problem && problemSummary(language, told, problem.field)}
<p>${language.text('newtotp.text')}</p>
${totpToScan(language, page)}
${postForm(
  page,
  html`${totpCodeField(language, problem?.field === 'code' ? told : undefined)}
<div class="actions">
<button type="submit">${language.text('newtotp.submit')}</button>
</div>`,
)}
</div>`;
}

/** The page that shows recovery codes in a sign-in. @param shown undefined where there are none to show any more */
export const recoveryCodesPage = (
  language: Language,
  form: StageForm,
  shown: RecoveryCodesBody | undefined,
  problem: StageProblem | undefined,
): Html =>
  html`<div class="card">
<h1>${language.text('account.recoverytitle')}</h1>
${problem && problemSummary(language, language.text(problem.name))}
${shown ? recoveryCodesBody(shown) : html`<p>${language.text('newtotp.codesgone')}</p>`}
${postForm(form, html`<button type="submit" class="whole">${language.text('newtotp.goon')}</button>`)}
</div>`;
