import { postForm, problemSummary } from '../page/form.ts';
import { type Html, html } from '../page/html.ts';
import type { Language } from '../page/language.ts';

export type SignInLinkPage = {
  readonly language: Language;
  readonly action: string;
  readonly formToken: string;
  /** Whom the link signs in. */
  readonly username: string;
  /** Whether the form that was sent from it was out of date. */
  readonly outOfDate: boolean;
};

/** The page of a sign-in link: it says whom it signs in, and nothing happens before the button is pressed. */
export function signInLinkPage({ language, action, formToken, username, outOfDate }: SignInLinkPage): Html {
  return html`<div class="card">
<h1>${language.text('link.title')}</h1>
${outOfDate && problemSummary(language, language.text('problem.form'))}
<p>${language.markup('link.text', { username: html`<strong>${username}</strong>` })}</p>
<p class="quiet">${language.text('link.once')}</p>
${postForm({ action, formToken }, html`<button type="submit" class="whole">${language.text('link.submit')}</button>`)}
</div>`;
}
