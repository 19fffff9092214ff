import type { ToldClaim } from '../../claim/told-claims.ts';
import { Scope } from '../../client/scope.ts';
import type { PendingRequest } from '../authorize/pending-request.ts';
import { choice, hidden, problemSummary } from '../page/form.ts';
import { type Html, html } from '../page/html.ts';
import type { Language } from '../page/language.ts';
import { scopeInWords } from '../page/scope-in-words.ts';
import { clientLinks, clientLogo } from './client-introduction.ts';

export type ConsentPage = {
  readonly language: Language;
  readonly pending: PendingRequest;
  /** What operators have given with what is asked. */
  readonly told: readonly ToldClaim[];
  readonly username: string;
  readonly action: string;
  /** Where another person signs in. */
  readonly signInUrl: string;
  readonly formToken: string;
  readonly problem: 'problem.form' | undefined;
};

/** The fields of a value, those within others named by their path. */
function fieldsOf(value: unknown, path: string): readonly (readonly [name: string, text: string])[] {
  if (typeof value !== 'object' || value === null) return [[path, String(value)]];
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object'))
    return [[path, value.join(', ')]];
  return Object.entries(value).flatMap(([name, inner]) =>
    fieldsOf(inner, path === '' ? name : `${path} ${name}`),
  );
}

/** Authorization details as they were asked for: every field, so that nothing is agreed to unseen. */
function detailsInWords(pending: PendingRequest): readonly Html[] {
  return (pending.authorization_details ?? []).map(({ description, detail: { type: _type, ...fields } }) => {
    const rows = fieldsOf(fields, '').map(([name, text]) => html`<dt>${name}</dt><dd>${text}</dd>`);
    return html`<li><strong>${description}</strong>${rows.length > 0 && html`<dl>${rows}</dl>`}</li>`;
  });
}

/** Whom the person returns to: a host, or the scheme of an app on this device. */
export function returnsTo(redirect_uri: string): string {
  const { host, protocol } = new URL(redirect_uri);
  return protocol === 'https:' || protocol === 'http:' ? host : protocol.slice(0, -1);
}

/** The page that asks whether an application may have what it asks for. */
export function consentPage(page: ConsentPage): Html {
  const { language, pending, told, username, action, signInUrl, formToken, problem } = page;
  const { client_name } = pending.client;
  return html`<div class="card">
<h1>${language.text('consent.title')}</h1>
${problem && problemSummary(language, language.text(problem))}
<div class="client">
${clientLogo(pending.client)}
<p>${language.markup('consent.asks', { client: html`<strong>${client_name}</strong>` })}</p>
</div>
<ul class="scopes">
${scopeInWords(Scope.from(pending.scopes), language, told)}
${detailsInWords(pending)}
</ul>
${clientLinks(pending.client, language)}
<div class="person">
<p>${language.markup('signed.as', { username: html`<strong>${username}</strong>` })}</p>
<p><a href="${signInUrl}">${language.text('consent.notyou')}</a></p>
</div>
<form method="post" action="${action}">
${hidden({ form_token: formToken })}
${
  pending.asked_each_time
    ? html`<p class="hint">${language.text('consent.eachtime')}</p>`
    : choice({
        name: 'remember',
        label: language.text('consent.remember'),
        hint: language.text('consent.rememberhint'),
        isTicked: true,
      })
}
<div class="actions">
<button type="submit" name="decision" value="allow">${language.text('consent.allow')}</button>
<button type="submit" name="decision" value="deny" class="second">${language.text('consent.deny')}</button>
</div>
</form>
<p class="quiet small">${language.markup('consent.returns', { host: html`<strong>${returnsTo(pending.redirect_uri)}</strong>` })}</p>
</div>`;
}
