import type { FastifyReply } from 'fastify';
import { certificateOf } from '../../client-authentication/origin.ts';
import type { ClientStore, ConsentStore, GrantStore } from '../../storage/storage.ts';
import type { Consent } from '../../user/consent.ts';
import type { CertificateCredential } from '../../user/credential.ts';
import type { Session } from '../../user/session.ts';
import type { BrowserSessions } from '../../user-authentication/browser-sessions.ts';
import { hasSecondFactor, type SecondFactors } from '../../user-authentication/second-factor.ts';
import type { Endpoint } from '../endpoint.ts';
import { notice } from '../page/form.ts';
import { type Html, html } from '../page/html.ts';
import type { Language } from '../page/language.ts';
import { ACCOUNT_PATH, type AccountPages, type AccountRequest, requireParameter } from './account-pages.ts';
import type { CertificateListener } from './certificate-listener.ts';
import { type PageContext, pageRoutes } from './page-routes.ts';

export type AccountOverviewOptions = PageContext & {
  readonly account: AccountPages;
  readonly sessions: BrowserSessions;
  readonly secondFactors: SecondFactors;
  readonly clients: ClientStore;
  readonly consents: ConsentStore;
  readonly grants: GrantStore;
  /** Whether people may sign in by certificate. */
  readonly certificatesAllowed: () => boolean;
  readonly certificateListener: CertificateListener | undefined;
};

const EVENT = 'account.refused';
const REMOVE_PATH = `${ACCOUNT_PATH}/factors/remove`;
const REVOKE_PATH = `${ACCOUNT_PATH}/applications/revoke`;
const END_PATH = `${ACCOUNT_PATH}/sessions/end`;
const END_OTHERS_PATH = `${ACCOUNT_PATH}/sessions/end-others`;
const MOST_CONSENTS = 500;

const KINDS = ['totp', 'passkey', 'certificate'] as const;

/** The browser a session is in, as far as its own word goes: enough to tell one's own apart. */
export function browserName(user_agent: string | undefined): string | undefined {
  const agent = user_agent ?? '';
  const browser = [
    ['Edge', /\bEdg/],
    ['Opera', /\bOPR\//],
    ['Firefox', /\bFirefox\//],
    ['Chrome', /\b(Headless)?(Chrome|Chromium|CriOS)\//],
    ['Safari', /\bSafari\//],
  ] as const;
  const system = [
    ['Android', /Android/],
    ['iPhone', /iPhone/],
    ['iPad', /iPad/],
    ['Windows', /Windows/],
    ['macOS', /Mac OS X/],
    ['Linux', /Linux/],
  ] as const;
  const first = (among: readonly (readonly [string, RegExp])[]) =>
    among.find(([, pattern]) => pattern.test(agent))?.[0];
  const known = [first(browser), first(system)].filter((name) => name !== undefined);
  return known.length > 0 ? known.join(', ') : undefined;
}

/** `/account`: what a person can see and take back of their own. */
export function accountOverviewEndpoint(options: AccountOverviewOptions): Endpoint {
  const { account, sessions, secondFactors, clients, consents, grants, pages, certificateListener } = options;
  const { formTo } = account;

  const removal = (
    request: AccountRequest,
    kind: (typeof KINDS)[number],
    credential_id: string,
    name: string,
  ): Html => {
    const { language } = request;
    return formTo(
      request,
      pages.path(REMOVE_PATH),
      html`<input type="hidden" name="kind" value="${kind}"><input type="hidden" name="id" value="${credential_id}"><button type="submit" class="second" aria-label="${language.text('account.removename', { name })}">${language.text('account.remove')}</button>`,
    );
  };

  const usedAndAdded = (
    language: Language,
    { created_at, last_used_at }: { readonly created_at: number; readonly last_used_at?: number },
  ): Html =>
    html`<p class="quiet small">${language.markup('account.added', { time: language.time(created_at) })}, ${
      last_used_at === undefined
        ? language.text('account.neverused')
        : language.markup('account.lastused', { time: language.time(last_used_at) })
    }</p>`;

  const link = (path: string, text: string) =>
    html`<p><a class="button second" href="${pages.path(`${ACCOUNT_PATH}${path}`)}">${text}</a></p>`;

  /** The way to register the certificate of this browser; on another listener it is not known before. */
  const registration = (
    request: AccountRequest,
    have: readonly CertificateCredential[],
  ): Html | undefined => {
    const { language, http } = request;
    const presented = certificateOf(http.origin)?.certificate;
    if (!certificateListener || have.some(({ credential_id }) => credential_id === presented?.thumbprint)) {
      return undefined;
    }
    if (!presented && certificateListener.elsewhere === undefined) {
      return html`<p class="quiet small">${language.text('account.certificatenone')}</p>`;
    }
    const subject = presented?.x509.subject.replaceAll('\n', ', ');
    return formTo(
      request,
      certificateListener.url(`${ACCOUNT_PATH}/certificate`),
      html`${subject && html`<p class="hint">${language.text('account.certificatesees', { subject })}</p>`}<button type="submit" class="second">${language.text('account.certificateadd')}</button>`,
    );
  };

  const securityCard = async (request: AccountRequest): Promise<Html> => {
    const { language, signedIn } = request;
    const factors = await secondFactors.list(signedIn.user.sub);
    const { totp, passkeys, certificates, recoveryCodesLeft } = factors;
    return html`<section class="card" aria-labelledby="security">
<h2 id="security">${language.text('account.security')}</h2>
<div class="part">
<h3>${language.text('account.password')}</h3>
<p class="quiet">${language.text('account.passwordtext')}</p>
${link('/password', language.text('account.passwordchange'))}
</div>
<div class="part">
<h3>${language.text('account.totp')}</h3>
${
  totp
    ? html`<div class="list"><div class="item"><div><p>${language.markup('account.totpon', { time: language.time(totp.created_at) })}</p></div>${removal(request, 'totp', totp.credential_id, language.text('account.totp'))}</div></div>`
    : html`<p class="quiet">${language.text('account.totpoff')}</p>${link('/authenticator', language.text('account.totpadd'))}`
}
</div>
<div class="part">
<h3>${language.text('account.passkeys')}</h3>
${
  passkeys.length === 0
    ? html`<p class="quiet">${language.text('account.passkeysoff')}</p>`
    : html`<ul class="list">${passkeys.map(
        (passkey) =>
          html`<li class="item"><div><strong>${passkey.label}</strong>${usedAndAdded(language, passkey)}</div>${removal(request, 'passkey', passkey.credential_id, passkey.label)}</li>`,
      )}</ul>`
}
${link('/passkey', language.text('account.passkeyadd'))}
</div>
${
  hasSecondFactor(factors) &&
  html`<div class="part">
<h3>${language.text('account.recovery')}</h3>
<p class="quiet">${language.text('account.recoverytext')} ${language.text('account.recoveryleft', { count: recoveryCodesLeft })}.</p>
${formTo(request, pages.path(`${ACCOUNT_PATH}/recovery-codes`), html`<button type="submit" class="second">${language.text('account.recoveryrenew')}</button>`)}
</div>`
}
${
  certificateListener &&
  options.certificatesAllowed() &&
  html`<div class="part">
<h3>${language.text('account.certificates')}</h3>
${
  certificates.length === 0
    ? html`<p class="quiet">${language.text('account.certificatesoff')}</p>`
    : html`<ul class="list">${certificates.map(
        (known) =>
          html`<li class="item"><div><strong>${known.subject}</strong><p class="quiet small">${language.markup('account.certificateends', { time: language.time(known.not_after) })}</p>${usedAndAdded(language, known)}</div>${removal(request, 'certificate', known.credential_id, known.subject)}</li>`,
      )}</ul>`
}
${registration(request, certificates)}
</div>`
}
</section>`;
  };

  const applicationItem = async (request: AccountRequest, consent: Consent): Promise<Html> => {
    const { language } = request;
    const client = await clients.find(consent.client_id);
    const name = client?.metadata.client_name ?? consent.client_id;
    const words = consent.scopes.map((scope) => language.scope(scope) ?? scope);
    return html`<li class="item"><div><strong>${name}</strong><p class="small">${words.join(' · ')}</p><p class="quiet small">${language.markup('account.since', { time: language.time(consent.granted_at) })}</p></div>${formTo(
      request,
      pages.path(REVOKE_PATH),
      html`<input type="hidden" name="client_id" value="${consent.client_id}"><button type="submit" class="second" aria-label="${language.text('account.revokename', { name })}">${language.text('account.revoke')}</button>`,
    )}</li>`;
  };

  const applicationsCard = async (request: AccountRequest): Promise<Html> => {
    const { language, signedIn } = request;
    const { items } = await consents.list({ sub: signedIn.user.sub }, { limit: MOST_CONSENTS });
    const listed = await Promise.all(items.map((consent) => applicationItem(request, consent)));
    return html`<section class="card" aria-labelledby="applications">
<h2 id="applications">${language.text('account.apps')}</h2>
<p class="quiet">${language.text(listed.length > 0 ? 'account.appstext' : 'account.appsnone')}</p>
${listed.length > 0 && html`<ul class="list">${listed}</ul>`}
</section>`;
  };

  const signedInAt = (language: Language, { remote_address, auth_time }: Session): Html => {
    const time = language.time(auth_time * 1000);
    return remote_address === undefined
      ? language.markup('account.sessionwhen', { time })
      : language.markup('account.sessionfrom', { address: remote_address, time });
  };

  const sessionItem = (request: AccountRequest, session: Session): Html => {
    const { language, signedIn } = request;
    const isHere = session.session_id === signedIn.session.session_id;
    const name = browserName(session.user_agent) ?? language.text('account.sessionother');
    return html`<li class="item"><div><strong>${name}</strong>${isHere && html` (${language.text('account.sessionhere')})`}<p class="quiet small">${signedInAt(language, session)}</p></div>${
      !isHere &&
      formTo(
        request,
        pages.path(END_PATH),
        html`<input type="hidden" name="session_id" value="${session.session_id}"><button type="submit" class="second" aria-label="${language.text('account.sessionendname', { name })}">${language.text('account.sessionend')}</button>`,
      )
    }</li>`;
  };

  const sessionsCard = async (request: AccountRequest): Promise<Html> => {
    const { language, signedIn } = request;
    const listed = await sessions.list(signedIn.user.sub);
    return html`<section class="card" aria-labelledby="sessions">
<h2 id="sessions">${language.text('account.sessions')}</h2>
<p class="quiet">${language.text('account.sessionstext')}</p>
<ul class="list">${listed.map((session) => sessionItem(request, session))}</ul>
${
  listed.length > 1 &&
  formTo(
    request,
    pages.path(END_OTHERS_PATH),
    html`<button type="submit" class="second">${language.text('account.sessionendothers')}</button>`,
  )
}
</section>`;
  };

  const overview = async (request: AccountRequest): Promise<FastifyReply> => {
    const { language, reply, signedIn } = request;
    const { username, claims } = signedIn.user;
    const name = typeof claims.name === 'string' && claims.name !== '' ? claims.name : username;
    const done = account.takeNotice(request);
    return pages.send(reply, {
      language,
      width: 'wide',
      policy: { formTargets: [certificateListener?.elsewhere] },
      title: language.text('account.title'),
      body: html`<div class="top">
<div><h1>${language.text('account.title')}</h1>
<p class="quiet">${language.text('account.hello', { name })}. ${language.text('signed.as', { username })}.</p></div>
<p><a class="button second" href="${pages.path('/oidc/logout')}">${language.text('out.submit')}</a></p>
</div>
${done && html`<div class="top">${notice(language.text(done))}</div>`}
${await securityCard(request)}
${await applicationsCard(request)}
${await sessionsCard(request)}`,
    });
  };

  return {
    metadata: {},
    register(root) {
      pageRoutes(root, ACCOUNT_PATH, EVENT, options, { GET: account.page(overview) });
      pageRoutes(root, REMOVE_PATH, EVENT, options, {
        POST: account.guardedForm(async (request) => {
          const { sub } = request.signedIn.user;
          const kind = KINDS.find((known) => known === request.form.get('kind'));
          const credential_id = requireParameter(request, 'id');
          if (kind && (await secondFactors.remove({ sub, kind, credential_id }))) {
            account.record(request, 'credential.removed', { kind, credential_id });
          }
          return account.done(request.reply, 'account.removed');
        }),
      });
      pageRoutes(root, REVOKE_PATH, EVENT, options, {
        POST: account.form(async (request) => {
          const { sub } = request.signedIn.user;
          const client_id = requireParameter(request, 'client_id');
          await consents.remove(sub, client_id);
          // Taking back the consent takes back what was issued on it.
          const revoked = await grants.revokeAll({ sub, client_id }, Date.now());
          account.record(request, 'consent.revoked', { client_id, grants: revoked });
          return account.done(request.reply, 'account.revoked');
        }),
      });
      pageRoutes(root, END_PATH, EVENT, options, {
        POST: account.form(async (request) => {
          const { sub } = request.signedIn.user;
          const session_id = requireParameter(request, 'session_id');
          if (await sessions.endOne({ sub, session_id })) {
            account.record(request, 'session.ended', { sub, session_id });
          }
          return account.done(request.reply, 'account.sessionended');
        }),
      });
      pageRoutes(root, END_OTHERS_PATH, EVENT, options, {
        POST: account.form(async (request) => {
          const { sub, session_id } = request.signedIn.session;
          const ended = await sessions.endAll({ sub, except: session_id });
          account.record(request, 'session.ended', { sub, ended });
          return account.done(request.reply, 'account.sessionended');
        }),
      });
    },
  };
}
