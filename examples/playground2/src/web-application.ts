import { readFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { failure } from './outcome.ts';
import { ICON } from './page/layout.ts';
import { problemPage } from './page/problem-page.ts';
import { tokensPage } from './page/tokens-page.ts';
import { type Welcome, welcomePage } from './page/welcome-page.ts';
import { isFormOf, isSignedIn, type Sessions, type SignedInSession } from './session.ts';
import { type TokenActionsOptions, tokenActions } from './token-actions.ts';

export type WebApplicationOptions = TokenActionsOptions & {
  /** `http://localhost:8080` */
  readonly origin: string;
  readonly issuer: string;
  readonly sessions: Sessions;
  readonly welcome: Omit<Welcome, 'base' | 'signedOut'>;
  /** Where people come back to after signing out. */
  readonly postLogoutRedirectUri: string;
};

/** Where everything of the application lives. */
export const BASE = '/playground2/';
export const CALLBACK = `${BASE}oauth2client`;
export const SIGNED_OUT = `${BASE}signed-out`;

const STYLE = readFileSync(new URL('page/style.css', import.meta.url), 'utf8');
const MOST_FORM_BYTES = 4096;

/** How one request is answered. */
type Answer = {
  readonly status: number;
  readonly type?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

const page = (body: string, status = 200): Answer => ({ status, type: 'text/html; charset=utf-8', body });
const redirect = (location: string, headers: Answer['headers'] = {}): Answer => ({
  status: 303,
  headers: { ...headers, location },
});

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    length += chunk.length;
    if (length > MOST_FORM_BYTES) break;
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

/** The application's pages and forms; no script, no state but the session. */
export function webApplication(options: WebApplicationOptions): RequestListener {
  const { origin, issuer, authorization, application, sessions } = options;
  const actions = tokenActions(options);

  const security = {
    // Signing out sends a form on to the authorization server.
    'content-security-policy':
      `default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' ${new URL(issuer).origin}; ` +
      "frame-ancestors 'none'; base-uri 'none'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };

  const problem = (title: string, error: unknown, status: number): Answer =>
    page(problemPage(BASE, failure(title, error), 'request'), status);
  const noSignIn = (title: string, error: unknown, status: number): Answer =>
    page(problemPage(BASE, failure(title, error), 'sign-in'), status);
  const welcome = (signedOut: boolean): Answer =>
    page(welcomePage({ ...options.welcome, base: BASE, signedOut }));

  const begin = async (request: IncomingMessage): Promise<Answer> => {
    try {
      const { url, begun } = await authorization.begin();
      const { cookie } = sessions.open({ kind: 'signing-in', begun }, sessions.of(request));
      return redirect(url.href, { 'set-cookie': cookie });
    } catch (error) {
      return noSignIn('Countersign is not within reach', error, 502);
    }
  };

  const finish = async (request: IncomingMessage, url: URL): Promise<Answer> => {
    const session = sessions.of(request);
    if (session?.state.kind !== 'signing-in') {
      const because = new Error('No sign-in was begun in this browser, or it was finished already.');
      return noSignIn('This sign-in cannot be finished', because, 400);
    }
    try {
      const { tokens, person } = await authorization.finish(url, session.state.begun);
      const signedIn = { kind: 'signed-in', person, tokens, outcome: undefined } as const;
      const { cookie } = sessions.open({ ...signedIn }, session);
      return redirect(BASE, { 'set-cookie': cookie });
    } catch (error) {
      const answer = noSignIn('The sign-in did not succeed', error, 400);
      return { ...answer, headers: { 'set-cookie': sessions.end(session) } };
    }
  };

  const signOut = async (session: SignedInSession): Promise<Answer> => {
    const forget = { 'set-cookie': sessions.end(session) };
    const url = await authorization
      .signOutUrl(session.state.tokens, options.postLogoutRedirectUri)
      .catch(() => undefined);
    return redirect(url?.href ?? SIGNED_OUT, forget);
  };

  const act = async (request: IncomingMessage, name: string): Promise<Answer> => {
    const form = await readForm(request);
    const session = sessions.of(request);
    if (!isSignedIn(session)) return redirect(BASE);
    if (!isFormOf(session, form.get('form_token'))) {
      return problem('Nothing was done', new Error('The form was not sent from a page of yours.'), 403);
    }
    if (name === 'sign-out') return signOut(session);
    const action = actions[name];
    if (action === undefined) return problem('There is no such page', new Error(name), 404);
    session.state.outcome = await action
      .run(session.state, action.title)
      .catch((error: unknown) => failure(action.title, error));
    return redirect(`${BASE}#outcome`);
  };

  const home = (request: IncomingMessage): Answer => {
    const session = sessions.of(request);
    return isSignedIn(session) ? page(tokensPage(BASE, session, application)) : welcome(false);
  };

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    // The callback and the cookie are of one origin; a page reached by another name would lose its session.
    const url = new URL(request.url ?? '', origin);
    if (request.headers.host !== url.host) return redirect(`${origin}${BASE}`);
    const { method } = request;
    const path = url.pathname;
    const [, action] = /^\/playground2\/actions\/([a-z-]+)$/.exec(path) ?? [];
    if (method === 'POST' && action !== undefined) return act(request, action);
    if (method === 'GET' && path === BASE) return home(request);
    if (method === 'GET' && path === `${BASE}sign-in`) return begin(request);
    if (method === 'GET' && path === CALLBACK) return finish(request, url);
    if (method === 'GET' && path === SIGNED_OUT) return welcome(true);
    if (method === 'GET' && path === `${BASE}style.css`)
      return { status: 200, type: 'text/css', body: STYLE };
    if (method === 'GET' && path === `${BASE}icon.svg`)
      return { status: 200, type: 'image/svg+xml', body: ICON };
    if (path === '/' || `${path}/` === BASE) return redirect(BASE);
    return problem('There is no such page', new Error(path), 404);
  };

  const send = (response: ServerResponse, { status, type, body = '', headers }: Answer) => {
    response.writeHead(status, {
      ...security,
      ...headers,
      ...(type !== undefined && { 'content-type': type }),
    });
    response.end(body);
  };

  return (request, response) => {
    answer(request).then(
      (each) => send(response, each),
      (error: unknown) => send(response, problem('Something went wrong', error, 500)),
    );
  };
}
