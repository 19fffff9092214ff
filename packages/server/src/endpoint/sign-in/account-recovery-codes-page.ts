import { type Html, html } from '../page/html.ts';
import type { Language } from '../page/language.ts';
import { ACCOUNT_PATHS } from './page-paths.ts';

export type AccountRecoveryCodesPage = {
  readonly language: Language;
  /** See `Pages.path`. */
  readonly path: (path: string) => string;
  readonly codes: readonly string[];
};

/** The page that shows recovery codes, once. */
export function accountRecoveryCodesPage({ language, path, codes }: AccountRecoveryCodesPage): Html {
  return html`<div class="card">
<h1>${language.text('account.recoverytitle')}</h1>
<p>${language.text('account.recoverytext')} ${language.text('account.recoverykeep')}</p>
<ul class="codes">${codes.map((code) => html`<li>${code}</li>`)}</ul>
<p><a class="button whole" href="${path(ACCOUNT_PATHS.overview)}">${language.text('account.recoverykept')}</a></p>
</div>`;
}
