import type { ToldClaim } from '../../claim/told-claims.ts';
import { type Html, html } from './html.ts';
import type { Language } from './language.ts';

/** What an application would be told of a person by a claim of the operator's: their words, or those of the page. */
export function claimInWords({ from, claim, title, description }: ToldClaim, language: Language): Html {
  if (description !== undefined) return html`${description}`;
  if (from === 'groups' || from === 'roles') return html`${language.text(`claim.${from}`)}`;
  return language.markup('claim.other', { claim: html`<strong>${title ?? claim}</strong>` });
}
