import { type ToldClaim, toldDigest } from '../../claim/told-claims.ts';
import { Scope } from '../../client/scope.ts';
import type { DeferredAuthorization } from '../../token/deferred-authorization.ts';
import { hidden } from '../page/form.ts';
import { type Html, html } from '../page/html.ts';
import type { Language } from '../page/language.ts';
import { scopeInWords } from '../page/scope-in-words.ts';

/** A request that waits for the person, and the application behind it as people know it. */
export type WaitingApproval = {
  readonly asked: DeferredAuthorization;
  readonly clientName: string;
  /** What operators have given with what is asked. */
  readonly told: readonly ToldClaim[];
};

export type ApprovalsPage = {
  readonly language: Language;
  /** Where the page is and its forms go. */
  readonly action: string;
  readonly formToken: string;
  readonly username: string;
  readonly approvals: readonly WaitingApproval[];
};

/** The page with all that clients ask of a person over the backchannel. */
export function approvalsPage(page: ApprovalsPage): Html {
  const { language, action, username, approvals } = page;
  return html`<div class="card">
<h1>${language.text('approvals.title')}</h1>
<p>${language.text(approvals.length > 0 ? 'approvals.text' : 'approvals.none')}</p>
<p class="quiet small">${language.text('signed.as', { username })}</p>
<p><a href="${action}">${language.text('approvals.again')}</a></p>
</div>
${approvals.map((approval) => approvalCard(page, approval))}`;
}

function approvalCard(
  { language, action, formToken }: ApprovalsPage,
  { asked, clientName: client, told }: WaitingApproval,
): Html {
  const { scope, binding_message, expires_at, authorization_sha256 } = asked;
  return html`<section class="card">
<h2>${language.markup('approvals.asks', { client: html`<strong>${client}</strong>` })}</h2>
<ul class="scopes">${scopeInWords(Scope.of(scope), language, told)}</ul>
${
  binding_message !== undefined &&
  html`<p>${language.markup('approvals.message', { message: html`<strong>${binding_message}</strong>` })}</p>`
}
<p class="quiet small">${language.markup('approvals.ends', { time: language.time(expires_at) })}</p>
<form method="post" action="${action}">
${hidden({ form_token: formToken, id: authorization_sha256, told: toldDigest(told) })}
<div class="actions">
<button type="submit" name="decision" value="allow" aria-label="${language.text('approvals.allowname', { client })}">${language.text('consent.allow')}</button>
<button type="submit" name="decision" value="deny" class="second" aria-label="${language.text('approvals.denyname', { client })}">${language.text('consent.deny')}</button>
</div>
</form>
</section>`;
}
