import { type Html, html } from '../page/html.ts';
import type { Language } from '../page/language.ts';

export type RecoveryCodesBody = {
  readonly language: Language;
  /** What the deployment calls itself: it stands in the file. */
  readonly serverName: string;
  readonly username: string;
  readonly codes: readonly string[];
};

/** The text of the file that a person keeps. Every system opens it: lines end as RFC 5322 has them. */
const fileOf = ({ language, serverName, username, codes }: RecoveryCodesBody): string =>
  [`${serverName}: ${language.text('account.recovery')}`, username, '', ...codes, ''].join('\r\n');

/**
 * Recovery codes to copy, print and download. Without script they are selected and printed, and the file is a link.
 */
export function recoveryCodesBody(of: RecoveryCodesBody): Html {
  const { language, codes } = of;
  const file = `data:text/plain;charset=utf-8,${encodeURIComponent(fileOf(of))}`;
  return html`<p>${language.text('account.recoverytext')} ${language.text('account.recoverykeep')}</p>
<ul class="codes" data-text="${codes.join(' ')}">${codes.map((code) => html`<li>${code}</li>`)}</ul>
<div class="actions">
<button type="button" class="second" data-codes="copy" data-done="${language.text('account.recoverycopied')}" hidden>${language.text('account.recoverycopy')}</button>
<button type="button" class="second" data-codes="print" hidden>${language.text('account.recoveryprint')}</button>
<a class="button second" href="${file}" download="${language.text('account.recoveryfile')}.txt">${language.text('account.recoverydownload')}</a>
</div>
<p class="quiet small" id="codes-said" role="status"></p>
<noscript><p class="hint">${language.text('account.recoverynoscript')}</p></noscript>`;
}
