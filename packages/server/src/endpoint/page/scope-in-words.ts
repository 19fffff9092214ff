import type { ToldClaim } from '../../claim/told-claims.ts';
import { Scope } from '../../client/scope.ts';
import { claimInWords } from './claim-in-words.ts';
import { type Html, html } from './html.ts';
import type { Language } from './language.ts';

/**
 * Items of a list that say what a scope means; a person always shares at least who they are.
 * @param told the claims of operators that are given with it: each stands under its scope, those of no scope at the end
 */
export function scopeInWords(scope: Scope, language: Language, told: readonly ToldClaim[]): readonly Html[] {
  const toldOf = (token: string | undefined) =>
    told
      .filter((claim) => claim.scope === token)
      .map((claim) => html`<li>${claimInWords(claim, language)}</li>`);
  const scopes = Array.from(scope.isEmpty ? Scope.of('openid') : scope, (token) => {
    const words =
      language.scope(token) ?? language.markup('consent.scope', { scope: html`<strong>${token}</strong>` });
    const claims = toldOf(token);
    return html`<li>${words}${claims.length > 0 && html`<ul>${claims}</ul>`}</li>`;
  });
  return [...scopes, ...toldOf(undefined)];
}
