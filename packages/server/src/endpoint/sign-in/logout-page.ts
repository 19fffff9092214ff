import { hidden } from '../page/form.ts';
import { type Html, html } from '../page/html.ts';
import type { Language } from '../page/language.ts';
import { returnsTo } from './consent-page.ts';
import { ACCOUNT_PATHS, CONFIRM_LOGOUT_PATH } from './page-paths.ts';

export type LogoutPage = {
  readonly language: Language;
  /** See `Pages.path`. */
  readonly path: (path: string) => string;
  readonly formToken: string;
  /** The application that asks, as people know it. */
  readonly clientName: string | undefined;
  readonly username: string;
  /** Where the browser goes afterwards. */
  readonly returnUrl: string | undefined;
  /** The parameters of the request, which the form passes on. */
  readonly parameters: Readonly<Record<string, string | undefined>>;
};

/** The page that asks a person whether they want to sign out. */
export function logoutPage(page: LogoutPage): Html {
  const { language, path, formToken, clientName, username, returnUrl, parameters } = page;
  return html`<div class="card">
<h1>${language.text('out.title')}</h1>
${clientName !== undefined && html`<p>${language.markup('out.asks', { client: html`<strong>${clientName}</strong>` })}</p>`}
<p>${language.text('out.text')}</p>
<p class="quiet">${language.text('signed.as', { username })}</p>
${returnUrl !== undefined && html`<p class="quiet small">${language.markup('consent.returns', { host: html`<strong>${returnsTo(returnUrl)}</strong>` })}</p>`}
<form method="post" action="${path(CONFIRM_LOGOUT_PATH)}">
${hidden({ form_token: formToken, ...parameters })}
<div class="actions">
<button type="submit">${language.text('out.submit')}</button>
<a class="button second" href="${path(ACCOUNT_PATHS.overview)}">${language.text('out.stay')}</a>
</div>
</form>
</div>`;
}

/** Where an application asks a person to go on to who is signed out. */
export type WayBack = { readonly clientName: string; readonly returnUrl: string };

/**
 * The page that says that nobody is signed in any more.
 * @param back for a person to follow or not, where only an address asks for it
 */
export function loggedOutPage(
  { language, path }: Pick<LogoutPage, 'language' | 'path'>,
  back?: WayBack,
): Html {
  return html`<div class="card">
<h1>${language.text('out.done')}</h1>
<p>${language.text('out.donetext')}</p>
${
  back &&
  html`<p>${language.markup('out.back', {
    client: html`<strong>${back.clientName}</strong>`,
    host: html`<a href="${back.returnUrl}" rel="noreferrer">${returnsTo(back.returnUrl)}</a>`,
  })}</p>`
}
<p><a href="${path(ACCOUNT_PATHS.overview)}">${language.text('out.again')}</a></p>
</div>`;
}
