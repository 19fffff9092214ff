import type { FastifyReply } from 'fastify';
import type { TokenForm } from '../../grant/token-form.ts';
import type { ClientStore } from '../../storage/storage.ts';
import type { KeyRing } from '../../token/key-ring.ts';
import type { BrowserSessions, SignedIn } from '../../user-authentication/browser-sessions.ts';
import type { Endpoint } from '../endpoint.ts';
import { hidden } from '../page/form.ts';
import type { FormScope, FormTokens } from '../page/form-token.ts';
import { html } from '../page/html.ts';
import { LOGOUT_PARAMETERS, type LogoutRequest, readLogoutRequest } from './logout-request.ts';
import { type PageContext, type PageRequest, pageRoutes } from './page-routes.ts';

export type LogoutOptions = PageContext & {
  readonly issuer: string;
  readonly clients: ClientStore;
  readonly keyRing: KeyRing;
  readonly sessions: BrowserSessions;
  readonly formTokens: FormTokens;
};

const PATH = '/oidc/logout';
const CONFIRM_PATH = `${PATH}/confirm`;
const DONE_PATH = `${PATH}/done`;
const EVENT = 'sign_out.refused';

const passedOn = (parameters: TokenForm): Record<string, string | undefined> =>
  Object.fromEntries(LOGOUT_PARAMETERS.map((name) => [name, parameters.get(name)]));

const redirect = (reply: FastifyReply, url: string): FastifyReply =>
  reply.headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }).redirect(url, 303);

/**
 * `/oidc/logout` (RP-Initiated Logout 1.0). An ID token of the person's own is their application's word that they
 * want to leave; without it they are asked, so that no other site can sign them out.
 */
export function logoutEndpoint(options: LogoutOptions): Endpoint {
  const { issuer, clients, keyRing, sessions, formTokens, pages, events } = options;

  const scopeOf = ({ session }: SignedIn): FormScope => [CONFIRM_PATH, session.session_id];
  const read = (parameters: TokenForm) => readLogoutRequest(parameters, issuer, clients, keyRing);

  const leave = ({ http, reply }: PageRequest, { returnUrl }: LogoutRequest): FastifyReply => {
    const url = returnUrl ?? `${issuer}${DONE_PATH}`;
    return http.method === 'POST' ? pages.goOn(reply, url) : redirect(reply, url);
  };

  const signOut = async (request: PageRequest, { session, user }: SignedIn, logout: LogoutRequest) => {
    const { http, reply } = request;
    await sessions.end(reply, session);
    events.record({
      type: 'session.ended',
      outcome: 'success',
      username: user.username,
      remote_address: http.origin.remote_address,
      ...(logout.client && { client_id: logout.client.client_id }),
      detail: { sub: session.sub, session_id: session.session_id },
    });
    return leave(request, logout);
  };

  const ask = ({ http, reply }: PageRequest, signedIn: SignedIn, logout: LogoutRequest, sent: TokenForm) => {
    const language = pages.language(http, logout.ui_locales);
    const { client, returnUrl } = logout;
    return pages.send(reply, {
      language,
      title: language.text('out.title'),
      policy: { formTargets: [returnUrl] },
      body: html`<div class="card">
<h1>${language.text('out.title')}</h1>
${client && html`<p>${language.markup('out.asks', { client: html`<strong>${client.client_name}</strong>` })}</p>`}
<p>${language.text('out.text')}</p>
<p class="quiet">${language.text('signed.as', { username: signedIn.user.username })}</p>
<form method="post" action="${pages.path(CONFIRM_PATH)}">
${hidden({ form_token: formTokens.issue(http, reply, scopeOf(signedIn)), ...passedOn(sent) })}
<div class="actions">
<button type="submit">${language.text('out.submit')}</button>
<a class="button second" href="${pages.path('/account')}">${language.text('out.stay')}</a>
</div>
</form>
</div>`,
    });
  };

  const isOf = ({ session }: SignedIn, { hint }: LogoutRequest): boolean => hint?.sub === session.sub;

  return {
    metadata: {
      end_session_endpoint: `${issuer}${PATH}`,
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    },
    register(root) {
      pageRoutes(root, PATH, EVENT, options, {
        GET: async (request) => {
          const logout = await read(request.query);
          const signedIn = await sessions.current(request.http);
          if (!signedIn) return leave(request, logout);
          return isOf(signedIn, logout)
            ? signOut(request, signedIn, logout)
            : ask(request, signedIn, logout, request.query);
        },
        // A form on the application's site: the browser holds its cookies back until it follows a redirect.
        POST: async ({ form, reply }) => {
          const url = new URL(`${issuer}${PATH}`);
          for (const [name, value] of Object.entries(passedOn(form))) {
            if (value !== undefined) url.searchParams.set(name, value);
          }
          return redirect(reply, url.href);
        },
      });
      pageRoutes(root, CONFIRM_PATH, EVENT, options, {
        POST: async (request) => {
          const { http, form } = request;
          const logout = await read(form);
          const signedIn = await sessions.current(http);
          if (!signedIn) return leave(request, logout);
          formTokens.check(http, form.get('form_token'), scopeOf(signedIn));
          return signOut(request, signedIn, logout);
        },
      });
      pageRoutes(root, DONE_PATH, EVENT, options, {
        GET: async ({ http, reply }) => {
          const language = pages.language(http);
          return pages.send(reply, {
            language,
            title: language.text('out.done'),
            body: html`<div class="card">
<h1>${language.text('out.done')}</h1>
<p>${language.text('out.donetext')}</p>
<p><a href="${pages.path('/account')}">${language.text('out.again')}</a></p>
</div>`,
          });
        },
      });
    },
  };
}
