import type { FastifyReply } from 'fastify';
import type { EventRecorder } from '../../event/event-recorder.ts';
import type { TokenForm } from '../../grant/token-form.ts';
import { tryChange } from '../../storage/commit-change.ts';
import type { Storage } from '../../storage/storage.ts';
import type { KeyRing } from '../../token/key-ring.ts';
import type { BrowserSessions, SignedIn } from '../../user-authentication/browser-sessions.ts';
import type { Endpoint } from '../endpoint.ts';
import type { FormScope, FormTokens } from '../page/form-token.ts';
import type { Pages } from '../page/pages.ts';
import { loggedOutPage, logoutPage } from './logout-page.ts';
import { LOGOUT_PARAMETERS, type LogoutRequest, readLogoutRequest } from './logout-request.ts';
import { CONFIRM_LOGOUT_PATH, LOGGED_OUT_PATH, LOGOUT_PATH } from './page-paths.ts';
import type { PageRequest, PageRoutes } from './page-routes.ts';

export type LogoutOptions = {
  readonly issuer: string;
  readonly pageRoutes: PageRoutes;
  readonly pages: Pages;
  readonly events: EventRecorder;
  readonly storage: Pick<Storage, 'clients' | 'commit'>;
  readonly keyRing: KeyRing;
  /** 32 bytes, `[encryption] key`. */
  readonly encryptionKey: Uint8Array;
  readonly sessions: Pick<BrowserSessions, 'lately' | 'ending' | 'forget'>;
  readonly formTokens: FormTokens;
};

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
  const { issuer, pageRoutes, pages, events, storage, keyRing, encryptionKey } = options;
  const { sessions, formTokens } = options;

  const scopeOf = ({ session }: SignedIn): FormScope => [CONFIRM_LOGOUT_PATH, session.session_id];
  const read = (parameters: TokenForm) =>
    readLogoutRequest(parameters, issuer, storage.clients, keyRing, encryptionKey);
  const isOf = ({ session }: SignedIn, { hint }: LogoutRequest): boolean => hint?.sub === session.sub;

  const leave = ({ http, reply }: PageRequest, { returnUrl }: LogoutRequest): FastifyReply => {
    const url = returnUrl ?? `${issuer}${LOGGED_OUT_PATH}`;
    return http.method === 'POST' ? pages.goOn(reply, url) : redirect(reply, url);
  };

  const signOut = async (request: PageRequest, { session, user }: SignedIn, logout: LogoutRequest) => {
    const { http, reply } = request;
    const ending = sessions.ending(session);
    const { outcome } = await tryChange({ storage, events }, ending.steps, {
      type: 'session.ended',
      outcome: 'success',
      actor: { name: user.username, through: 'sign-in', remote_address: http.origin.remote_address },
      object: { kind: 'session', id: session.session_id },
      username: user.username,
      remote_address: http.origin.remote_address,
      ...(logout.client && { client_id: logout.client.client_id }),
      detail: { sub: session.sub, session_id: session.session_id },
    });
    sessions.forget(reply);
    if (outcome === 'committed') ending.settle();
    return leave(request, logout);
  };

  const ask = ({ http, reply, query }: PageRequest, signedIn: SignedIn, logout: LogoutRequest) => {
    const language = pages.language(http, logout.ui_locales);
    return pages.send(reply, {
      language,
      title: language.text('out.title'),
      policy: { formTargets: [logout.returnUrl] },
      body: logoutPage({
        language,
        path: pages.path,
        formToken: formTokens.issue(http, reply, scopeOf(signedIn)),
        clientName: logout.client?.client_name,
        username: signedIn.user.username,
        returnUrl: logout.returnUrl,
        parameters: passedOn(query),
      }),
    });
  };

  /**
   * Nobody is signed in. Without an ID token of the application nothing tells that it asks, and whoever wrote the
   * address must not have this server send people on (§3): they see where it leads.
   */
  const leaveSignedOut = (request: PageRequest, logout: LogoutRequest): FastifyReply => {
    const { hint, client, returnUrl, ui_locales } = logout;
    if (hint || !client || returnUrl === undefined) return leave(request, logout);
    const language = pages.language(request.http, ui_locales);
    return pages.send(request.reply, {
      language,
      title: language.text('out.done'),
      body: loggedOutPage({ language, path: pages.path }, { clientName: client.client_name, returnUrl }),
    });
  };

  const begin = async (request: PageRequest): Promise<FastifyReply> => {
    const logout = await read(request.query);
    // Clients may go on in a session in which nobody is signed in any more.
    const signedIn = await sessions.lately(request.http);
    if (!signedIn) return leaveSignedOut(request, logout);
    return isOf(signedIn, logout) ? signOut(request, signedIn, logout) : ask(request, signedIn, logout);
  };

  /** A form on the application's site: the browser holds its cookies back until it follows a redirect. */
  const beginByForm = async ({ form, reply }: PageRequest): Promise<FastifyReply> => {
    const url = new URL(`${issuer}${LOGOUT_PATH}`);
    for (const [name, value] of Object.entries(passedOn(form))) {
      if (value !== undefined) url.searchParams.set(name, value);
    }
    return redirect(reply, url.href);
  };

  const confirm = async (request: PageRequest): Promise<FastifyReply> => {
    const { http, form } = request;
    const logout = await read(form);
    const signedIn = await sessions.lately(http);
    if (!signedIn) return leaveSignedOut(request, logout);
    formTokens.check(http, form.get('form_token'), scopeOf(signedIn));
    return signOut(request, signedIn, logout);
  };

  const done = async ({ http, reply }: PageRequest): Promise<FastifyReply> => {
    const language = pages.language(http);
    return pages.send(reply, {
      language,
      title: language.text('out.done'),
      body: loggedOutPage({ language, path: pages.path }),
    });
  };

  return {
    metadata: {
      end_session_endpoint: `${issuer}${LOGOUT_PATH}`,
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    },
    register(root) {
      pageRoutes(root, LOGOUT_PATH, EVENT, { GET: begin, POST: beginByForm });
      pageRoutes(root, CONFIRM_LOGOUT_PATH, EVENT, { POST: confirm });
      pageRoutes(root, LOGGED_OUT_PATH, EVENT, { GET: done });
    },
  };
}
