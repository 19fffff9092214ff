import { Scope } from '../../client/scope.ts';
import { type Html, html } from './html.ts';
import type { Language } from './language.ts';

/** Items of a list that say what a scope means; a person always shares at least who they are. */
export function scopeInWords(scope: Scope, language: Language): readonly Html[] {
  return Array.from(scope.isEmpty ? Scope.of('openid') : scope, (token) => {
    const words = language.scope(token);
    return html`<li>${words ?? language.markup('consent.scope', { scope: html`<strong>${token}</strong>` })}</li>`;
  });
}
