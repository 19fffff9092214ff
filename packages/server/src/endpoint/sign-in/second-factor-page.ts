import { field, hidden, problemSummary } from '../page/form.ts';
import { type Html, html } from '../page/html.ts';
import type { Language } from '../page/language.ts';

export const SECOND_FACTOR_PROBLEMS = [
  'factor.wrong',
  'factor.passkeywrong',
  'sign.limited',
  'problem.form',
] as const;
export type SecondFactorProblem = (typeof SECOND_FACTOR_PROBLEMS)[number];

export type SecondFactorPage = {
  readonly language: Language;
  readonly username: string;
  readonly codeAction: string;
  /** `totp` when the person has an authenticator app; otherwise recovery codes are the only codes. */
  readonly codes: 'totp' | 'recovery';
  readonly passkey: { readonly action: string; readonly options: object } | undefined;
  readonly formToken: string;
  readonly problem: SecondFactorProblem | undefined;
};

/**
 * The page for the second factor: the passkey first, where there is one and the browser has the means, and a code, which
 * works everywhere. Without script the code stands open.
 */
export function secondFactorPage(page: SecondFactorPage): Html {
  const { language, username, codeAction, codes, passkey, formToken, problem } = page;
  const token = hidden({ form_token: formToken });
  const wrong = problem === 'factor.wrong' || undefined;
  const codeForm = html`<form method="post" action="${codeAction}">
${token}
${field({
  name: 'code',
  label: language.text(codes === 'totp' ? 'factor.code' : 'factor.recovery'),
  hint: language.text(codes === 'totp' ? 'factor.codehint' : 'factor.recoveryhint'),
  autocomplete: 'one-time-code',
  code: true,
  maxlength: 40,
  autofocus: problem === undefined && passkey === undefined,
})}
<button type="submit" class="${passkey ? 'second whole' : 'whole'}">${language.text('factor.submit')}</button>
</form>`;
  return html`<div class="card">
<h1>${language.text('factor.title')}</h1>
<p class="quiet">${language.text('factor.as', { username })}</p>
${problem && problemSummary(language, language.text(problem), wrong && 'code')}
${
  passkey &&
  html`<form method="post" action="${passkey.action}" data-passkey="get" data-failed="passkey-failed" data-options="${JSON.stringify(passkey.options)}" hidden>
${token}
<input type="hidden" name="credential" value="">
<p class="notice problem" role="alert" id="passkey-failed" tabindex="-1" hidden>${language.text('factor.passkeywrong')}</p>
<p class="hint" id="passkey-hint">${language.text('factor.passkeyhint')}</p>
<button type="submit" class="whole" aria-describedby="passkey-hint">${language.text('factor.passkey')}</button>
</form>
<noscript><p>${language.text('factor.noscript')}</p></noscript>`
}
${passkey ? html`<details class="other" data-unless-passkey open><summary>${language.text('factor.codeinstead')}</summary>${codeForm}</details>` : codeForm}
</div>`;
}
