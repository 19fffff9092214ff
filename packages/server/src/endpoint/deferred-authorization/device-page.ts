import { type ToldClaim, toldDigest } from '../../claim/told-claims.ts';
import { Scope } from '../../client/scope.ts';
import { field, hidden, problemSummary } from '../page/form.ts';
import { type Html, html } from '../page/html.ts';
import type { Language } from '../page/language.ts';
import { scopeInWords } from '../page/scope-in-words.ts';
import { displayedUserCode } from './user-code.ts';

type DevicePage = {
  readonly language: Language;
  readonly action: string;
  readonly formToken: string;
  readonly username: string;
};

export type DeviceCodePage = DevicePage & {
  /** What was wrong with the code typed. */
  readonly problem: 'device.wrong' | 'device.limited' | undefined;
};

/** The page on which a person types the code of a device. */
export function deviceCodePage(page: DeviceCodePage): Html {
  const { language, action, formToken, username } = page;
  const problem = page.problem && language.text(page.problem);
  return html`<div class="card">
<h1>${language.text('device.title')}</h1>
${problem !== undefined && problemSummary(language, problem, 'user_code')}
<p>${language.text('device.text')}</p>
<form method="post" action="${action}">
${hidden({ form_token: formToken })}
${field({
  name: 'user_code',
  label: language.text('device.code'),
  hint: language.text('device.codehint'),
  autocomplete: 'off',
  code: true,
  maxlength: 40,
  problem,
  autofocus: problem === undefined,
})}
<button type="submit">${language.text('device.submit')}</button>
</form>
<p class="quiet small">${language.text('signed.as', { username })}</p>
</div>`;
}

export type DeviceConfirmationPage = DevicePage & {
  /** The application on the device, as people know it. */
  readonly clientName: string;
  /** In its canonical form. */
  readonly userCode: string;
  /** Space-separated. */
  readonly scope: string;
  /** What operators have given with it. */
  readonly told: readonly ToldClaim[];
};

/** The page that asks whether the device is the person's own (RFC 8628 §5.4). */
export function deviceConfirmationPage(page: DeviceConfirmationPage): Html {
  const { language, action, formToken, username, clientName, userCode, scope, told } = page;
  return html`<div class="card">
<h1>${language.text('device.confirm')}</h1>
<p>${language.markup('device.asks', {
    client: html`<strong>${clientName}</strong>`,
    code: html`<strong>${displayedUserCode(userCode)}</strong>`,
  })}</p>
<ul class="scopes">
${scopeInWords(Scope.of(scope), language, told)}
</ul>
<p>${language.text('device.warning')}</p>
<p class="quiet small">${language.text('signed.as', { username })}</p>
<form method="post" action="${action}">
${hidden({ form_token: formToken, user_code: userCode, told: toldDigest(told) })}
<div class="actions">
<button type="submit" name="decision" value="allow">${language.text('consent.allow')}</button>
<button type="submit" name="decision" value="deny" class="second">${language.text('consent.deny')}</button>
</div>
</form>
</div>`;
}

/** The page that says what became of it. */
export function deviceDecidedPage(language: Language, allowed: boolean): Html {
  return html`<div class="card">
<h1>${language.text(allowed ? 'device.allowed' : 'device.denied')}</h1>
<p>${language.text(allowed ? 'device.allowedtext' : 'device.deniedtext')}</p>
</div>`;
}
