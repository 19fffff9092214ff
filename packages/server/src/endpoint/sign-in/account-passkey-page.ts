import { field, hidden, problemSummary } from '../page/form.ts';
import { type Html, html } from '../page/html.ts';
import type { Language } from '../page/language.ts';
import { ACCOUNT_PATHS } from './page-paths.ts';

export type AccountPasskeyPage = {
  readonly language: Language;
  /** See `Pages.path`. */
  readonly path: (path: string) => string;
  readonly formToken: string;
  /** What the browser makes the passkey by (WebAuthn Level 3 §5.4). */
  readonly creation: object;
  /** The most characters of a passkey's name. */
  readonly longestLabel: number;
  /** Whether the passkey made was not accepted. */
  readonly failed: boolean;
};

/** The page on which a person adds a passkey. */
export function accountPasskeyPage(page: AccountPasskeyPage): Html {
  const { language, path, formToken, creation, longestLabel, failed } = page;
  const title = language.text('account.passkeyadd');
  return html`<div class="card">
<h1>${title}</h1>
<p>${language.text('account.passkeytext')}</p>
${failed && problemSummary(language, language.text('account.passkeywrong'))}
<noscript><p>${language.text('account.passkeynoscript')}</p></noscript>
<p class="notice problem" role="alert" id="passkey-failed" tabindex="-1" hidden>${language.text('account.passkeywrong')}</p>
<form method="post" action="${path(ACCOUNT_PATHS.passkey)}" data-passkey="create" data-failed="passkey-failed" data-options="${JSON.stringify(creation)}" hidden>
${hidden({ form_token: formToken })}
<input type="hidden" name="credential" value="">
${field({
  name: 'label',
  label: language.text('account.passkeyname'),
  hint: language.text('account.passkeynamehint'),
  autocomplete: 'off',
  maxlength: longestLabel,
  optional: true,
})}
<button type="submit" class="whole">${title}</button>
</form>
<p><a href="${path(ACCOUNT_PATHS.overview)}">${language.text('back')}</a></p>
</div>`;
}
