import { postForm } from '../page/form.ts';
import { type Html, html } from '../page/html.ts';
import { ACCOUNT_PATHS } from './page-paths.ts';
import { type RecoveryCodesBody, recoveryCodesBody } from './recovery-codes-body.ts';

export type AccountRecoveryCodesPage = RecoveryCodesBody & {
  /** See `Pages.path`. */
  readonly path: (path: string) => string;
  readonly formToken: string;
};

/** The page that shows recovery codes until their owner has them. */
export const accountRecoveryCodesPage = (page: AccountRecoveryCodesPage): Html => html`<div class="card">
<h1>${page.language.text('account.recoverytitle')}</h1>
${recoveryCodesBody(page)}
${postForm(
  { action: page.path(ACCOUNT_PATHS.recoveryCodesKept), formToken: page.formToken },
  html`<button type="submit" class="whole">${page.language.text('account.recoverykept')}</button>`,
)}
</div>`;
