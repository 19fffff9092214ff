import { postForm, problemSummary } from '../page/form.ts';
import { type Html, html } from '../page/html.ts';
import type { Language } from '../page/language.ts';
import { ACCOUNT_PATHS } from './page-paths.ts';
import { type TotpSetUp, totpCodeField, totpToScan } from './totp-fields.ts';

export type AccountTotpPage = TotpSetUp & {
  readonly language: Language;
  /** See `Pages.path`. */
  readonly path: (path: string) => string;
  readonly formToken: string;
  /** Whether the code typed was wrong. */
  readonly wrong: boolean;
};

/** The page on which a person sets up an authenticator app. */
export function accountTotpPage(page: AccountTotpPage): Html {
  const { language, path, formToken } = page;
  const problem = page.wrong ? language.text('account.totpwrong') : undefined;
  return html`<div class="card">
<h1>${language.text('account.totpadd')}</h1>
${problem && problemSummary(language, problem, 'code')}
${totpToScan(language, page)}
${postForm(
  { action: path(ACCOUNT_PATHS.totp), formToken },
  html`${totpCodeField(language, problem)}
<div class="actions">
<button type="submit">${language.text('account.totpsubmit')}</button>
<a class="button second" href="${path(ACCOUNT_PATHS.overview)}">${language.text('cancel')}</a>
</div>`,
)}
</div>`;
}
