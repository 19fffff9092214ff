import { encode } from 'uqr';
import { field, postForm, problemSummary } from '../page/form.ts';
import { type Html, html } from '../page/html.ts';
import type { Language } from '../page/language.ts';
import { ACCOUNT_PATHS } from './page-paths.ts';

export type AccountTotpPage = {
  readonly language: Language;
  /** See `Pages.path`. */
  readonly path: (path: string) => string;
  readonly formToken: string;
  /** In base32, for people to type. */
  readonly secret: string;
  /** The same as a URI, for apps to scan. */
  readonly uri: string;
  /** Whether the code typed was wrong. */
  readonly wrong: boolean;
};

/** A QR code as a drawing: one path of squares. */
function qrCode(text: string, label: string): Html {
  const { size, data } = encode(text, { ecc: 'M', border: 3 });
  const squares = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return html`<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label="${label}" shape-rendering="crispEdges"><rect width="${size}" height="${size}" fill="#ffffff"/><path d="${squares.join('')}" fill="#000000"/></svg>`;
}

/** The page on which a person sets up an authenticator app. */
export function accountTotpPage(page: AccountTotpPage): Html {
  const { language, path, formToken, secret, uri } = page;
  const problem = page.wrong ? language.text('account.totpwrong') : undefined;
  return html`<div class="card">
<h1>${language.text('account.totpadd')}</h1>
${problem && problemSummary(language, problem, 'code')}
<p>${language.text('account.totpscan')}</p>
${qrCode(uri, language.text('account.totpqr'))}
<p>${language.text('account.totptype')}</p>
<p class="secret">${secret.match(/.{4}/g)?.join(' ')}</p>
${postForm(
  { action: path(ACCOUNT_PATHS.totp), formToken },
  html`${field({
    name: 'code',
    label: language.text('account.totpcode'),
    autocomplete: 'one-time-code',
    inputmode: 'numeric',
    code: true,
    maxlength: 20,
    problem,
  })}
<div class="actions">
<button type="submit">${language.text('account.totpsubmit')}</button>
<a class="button second" href="${path(ACCOUNT_PATHS.overview)}">${language.text('cancel')}</a>
</div>`,
)}
</div>`;
}
