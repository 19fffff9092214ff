import type { Session } from '../../user/session.ts';
import type { SignedIn } from '../../user-authentication/browser-sessions.ts';
import { notice, postForm } from '../page/form.ts';
import { type Html, html } from '../page/html.ts';
import type { Language } from '../page/language.ts';
import type { Notice } from './account-pages.ts';
import { type AccountSecurity, securityCard } from './account-security-card.ts';
import { browserName } from './browser-name.ts';
import { ACCOUNT_PATHS, LOGOUT_PATH } from './page-paths.ts';

/** An application that the person agreed to share something with. */
export type AccountApplication = {
  readonly client_id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** Milliseconds since the epoch. */
  readonly granted_at: number;
  /** Where it begins a sign-in, if it has others do that (OIDC Core §4). */
  readonly begin?: string;
};

export type AccountOverviewPage = {
  readonly language: Language;
  /** See `Pages.path`. */
  readonly path: (path: string) => string;
  readonly formToken: string;
  readonly signedIn: SignedIn;
  /** What was just done. */
  readonly done: Notice | undefined;
  readonly security: AccountSecurity;
  readonly applications: readonly AccountApplication[];
  readonly sessions: readonly Session[];
};

/** The page of the account: what signs the person in, what they share, and where they are signed in. */
export function accountOverviewPage(page: AccountOverviewPage): Html {
  const { language, path, signedIn, done } = page;
  const { username, claims } = signedIn.user;
  const name = typeof claims.name === 'string' && claims.name !== '' ? claims.name : username;
  return html`<div class="top">
<div><h1>${language.text('account.title')}</h1>
<p class="quiet">${language.text('account.hello', { name })}. ${language.text('signed.as', { username })}.</p></div>
<p><a class="button second" href="${path(LOGOUT_PATH)}">${language.text('out.submit')}</a></p>
</div>
${done && html`<div class="top">${notice(language.text(done))}</div>`}
${securityCard(page)}
${applicationsCard(page)}
${sessionsCard(page)}`;
}

function applicationsCard(page: AccountOverviewPage): Html {
  const { language, applications } = page;
  return html`<section class="card" aria-labelledby="applications">
<h2 id="applications">${language.text('account.apps')}</h2>
<p class="quiet">${language.text(applications.length > 0 ? 'account.appstext' : 'account.appsnone')}</p>
${
  applications.length > 0 &&
  html`<ul class="list">${applications.map((application) => applicationItem(page, application))}</ul>`
}
</section>`;
}

function applicationItem(
  { language, path, formToken }: AccountOverviewPage,
  { client_id, name, scopes, granted_at, begin }: AccountApplication,
): Html {
  const words = scopes.map((scope) => language.scope(scope) ?? scope);
  return html`<li class="item"><div><strong>${begin === undefined ? name : html`<a href="${begin}" rel="noreferrer" title="${language.text('account.begin', { name })}">${name}</a>`}</strong><p class="small">${words.join(' · ')}</p><p class="quiet small">${language.markup('account.since', { time: language.time(granted_at) })}</p></div>${postForm(
    { action: path(ACCOUNT_PATHS.revokeApplication), formToken },
    html`<input type="hidden" name="client_id" value="${client_id}"><button type="submit" class="second" aria-label="${language.text('account.revokename', { name })}">${language.text('account.revoke')}</button>`,
  )}</li>`;
}

function sessionsCard(page: AccountOverviewPage): Html {
  const { language, path, formToken, sessions, signedIn } = page;
  const isHere = ({ session_id }: Session) => session_id === signedIn.session.session_id;
  const sorted = [...sessions.filter(isHere), ...sessions.filter((session) => !isHere(session))];
  return html`<section class="card" aria-labelledby="sessions">
<h2 id="sessions">${language.text('account.sessions')}</h2>
<p class="quiet">${language.text('account.sessionstext')}</p>
<ul class="list">${sorted.map((session) => sessionItem(page, session))}</ul>
${
  sessions.length > 1 &&
  postForm(
    { action: path(ACCOUNT_PATHS.endOtherSessions), formToken },
    html`<button type="submit" class="second">${language.text('account.sessionendothers')}</button>`,
  )
}
</section>`;
}

function sessionItem({ language, path, formToken, signedIn }: AccountOverviewPage, session: Session): Html {
  const isHere = session.session_id === signedIn.session.session_id;
  const name = browserName(session.user_agent) ?? language.text('account.sessionother');
  return html`<li class="item"><div><strong>${name}</strong>${isHere && html` (${language.text('account.sessionhere')})`}<p class="quiet small">${signedInAt(language, session)}</p><p class="quiet small">${language.markup('account.sessionhow', { ways: waysOf(language, session), time: language.time(session.last_seen_at) })}</p></div>${
    !isHere &&
    postForm(
      { action: path(ACCOUNT_PATHS.endSession), formToken },
      html`<input type="hidden" name="session_id" value="${session.session_id}"><button type="submit" class="second" aria-label="${language.text('account.sessionendname', { name })}">${language.text('account.sessionend')}</button>`,
    )
  }</li>`;
}

const WAYS = [
  ['pwd', 'account.waypassword'],
  ['otp', 'account.waycode'],
  ['pop', 'account.waykey'],
] as const;

/** How the person proved who they are, in words. */
const waysOf = (language: Language, { amr }: Session): string =>
  WAYS.flatMap(([method, name]) => (amr.includes(method) ? [language.text(name)] : [])).join(' + ');

function signedInAt(language: Language, { remote_address, auth_time }: Session): Html {
  const time = language.time(auth_time * 1000);
  return remote_address === undefined
    ? language.markup('account.sessionwhen', { time })
    : language.markup('account.sessionfrom', { address: remote_address, time });
}
