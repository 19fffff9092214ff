import type { FastifyReply } from 'fastify';
import type { ClientDirectory } from '../../client-authentication/client-directory.ts';
import { Refusal } from '../../refusal/refusal.ts';
import type { DeferredAuthorizationStore, GuessStore } from '../../storage/storage.ts';
import type { DeferredAuthorization } from '../../token/deferred-authorization.ts';
import type { BrowserSessions, SignedIn } from '../../user-authentication/browser-sessions.ts';
import type { Endpoint } from '../endpoint.ts';
import { recordRefusal } from '../oauth-replies.ts';
import { field, hidden, problemSummary } from '../page/form.ts';
import type { FormScope, FormTokens } from '../page/form-token.ts';
import { type Html, html } from '../page/html.ts';
import { scopesInWords } from '../sign-in/consent-page.ts';
import type { Interactions } from '../sign-in/interaction.ts';
import { type PageContext, type PageRequest, pageRoutes } from '../sign-in/page-routes.ts';
import { SIGN_IN_PATH } from '../sign-in/sign-in.ts';
import type { Decisions } from './decision.ts';
import { DEVICE_PATH } from './device-authorize.ts';
import { canonicalUserCode, displayedUserCode } from './user-code.ts';

export type DevicePageOptions = PageContext & {
  readonly formTokens: FormTokens;
  readonly sessions: BrowserSessions;
  readonly interactions: Interactions;
  readonly guesses: GuessStore;
  readonly deferredAuthorizations: DeferredAuthorizationStore;
  readonly directory: ClientDirectory;
  readonly decisions: Decisions;
};

const EVENT = 'device.refused';
/** Wrong codes of one person, and from one address, within the window (RFC 8628 §5.1). */
const MOST_WRONG = 10;
const MOST_WRONG_FROM_ADDRESS = 100;
const WINDOW_MS = 900_000;

/** `/oauth2/device`: a person signs in, types the code of a device and says whether it is theirs (RFC 8628 §3.3). */
export function devicePageEndpoint(options: DevicePageOptions): Endpoint {
  const { pages, formTokens, sessions, interactions, guesses, deferredAuthorizations } = options;
  const { directory, decisions, events } = options;

  /** Only the session that saw a page can answer it; a confirmation is for one code. */
  const scopeOf = ({ session }: SignedIn, user_code = ''): FormScope => [
    DEVICE_PATH,
    session.session_id,
    user_code,
  ];

  const keysOf = ({ http }: PageRequest, { user }: SignedIn) => [
    { key: `user-code of ${user.sub}`, most: MOST_WRONG },
    { key: `user-code from ${http.origin.remote_address}`, most: MOST_WRONG_FROM_ADDRESS },
  ];

  const checkGuesses = async (request: PageRequest, signedIn: SignedIn) => {
    for (const { key, most } of keysOf(request, signedIn)) {
      const presented = await guesses.count(key, Date.now(), WINDOW_MS);
      if (presented < most) continue;
      throw new Refusal(
        'access_denied',
        'Too many wrong codes.',
        'user_codes_limited',
        { username: signedIn.user.username, expected: `fewer than ${most} in 15 minutes`, presented },
        429,
      );
    }
  };

  /** @throws Refusal when no device waits with this code */
  const waiting = async (
    request: PageRequest,
    signedIn: SignedIn,
    typed: string,
  ): Promise<DeferredAuthorization> => {
    await checkGuesses(request, signedIn);
    const user_code = canonicalUserCode(typed);
    const found = await deferredAuthorizations.findByUserCode(user_code, Date.now());
    if (found && (await directory.find(found.client_id))?.client.enabled) return found;
    for (const { key } of keysOf(request, signedIn)) await guesses.fail(key, Date.now(), WINDOW_MS);
    throw new Refusal('invalid_request', 'No device waits with this code.', 'user_code_unknown', {
      username: signedIn.user.username,
      presented: user_code.slice(0, 20),
    });
  };

  const sendEntry = (request: PageRequest, signedIn: SignedIn, refusal?: Refusal): FastifyReply => {
    const { http, reply } = request;
    const language = pages.language(http);
    const problem =
      refusal && language.text(refusal.because === 'user_codes_limited' ? 'device.limited' : 'device.wrong');
    if (refusal) recordRefusal(refusal, http, EVENT, options);
    const title = language.text('device.title');
    return pages.send(reply, {
      status: refusal?.status ?? 200,
      language,
      title: problem === undefined ? title : language.text('problem.title', { title }),
      body: html`<div class="card">
<h1>${title}</h1>
${problem !== undefined && problemSummary(language, problem, 'user_code')}
<p>${language.text('device.text')}</p>
<form method="post" action="${pages.path(DEVICE_PATH)}">
${hidden({ form_token: formTokens.issue(http, reply, scopeOf(signedIn)) })}
${field({
  name: 'user_code',
  label: language.text('device.code'),
  hint: language.text('device.codehint'),
  autocomplete: 'off',
  code: true,
  maxlength: 40,
  problem,
  autofocus: problem === undefined,
})}
<button type="submit">${language.text('device.submit')}</button>
</form>
<p class="quiet small">${language.text('signed.as', { username: signedIn.user.username })}</p>
</div>`,
    });
  };

  const sendConfirmation = async (
    { http, reply }: PageRequest,
    signedIn: SignedIn,
    { client_id, user_code = '', scope }: DeferredAuthorization,
  ): Promise<FastifyReply> => {
    const language = pages.language(http);
    const client = await directory.find(client_id);
    const name = client?.client.metadata.client_name ?? client_id;
    return pages.send(reply, {
      language,
      title: language.text('device.confirm'),
      body: html`<div class="card">
<h1>${language.text('device.confirm')}</h1>
<p>${language.markup('device.asks', {
        client: html`<strong>${name}</strong>`,
        code: html`<strong>${displayedUserCode(user_code)}</strong>`,
      })}</p>
<ul class="scopes">
${scopesInWords(
  scope.split(' ').filter((each) => each !== ''),
  language,
)}
</ul>
<p>${language.text('device.warning')}</p>
<p class="quiet small">${language.text('signed.as', { username: signedIn.user.username })}</p>
<form method="post" action="${pages.path(DEVICE_PATH)}">
${hidden({ form_token: formTokens.issue(http, reply, scopeOf(signedIn, user_code)), user_code })}
<div class="actions">
<button type="submit" name="decision" value="allow">${language.text('consent.allow')}</button>
<button type="submit" name="decision" value="deny" class="second">${language.text('consent.deny')}</button>
</div>
</form>
</div>`,
    });
  };

  const sendDone = ({ http, reply }: PageRequest, allowed: boolean): FastifyReply => {
    const language = pages.language(http);
    const title = language.text(allowed ? 'device.allowed' : 'device.denied');
    const body: Html = html`<div class="card">
<h1>${title}</h1>
<p>${language.text(allowed ? 'device.allowedtext' : 'device.deniedtext')}</p>
</div>`;
    return pages.send(reply, { language, title, body });
  };

  const decide = async (
    request: PageRequest,
    signedIn: SignedIn,
    asked: DeferredAuthorization,
  ): Promise<FastifyReply> => {
    // Whatever is not clearly a yes is a no.
    const allowed = request.form.get('decision') === 'allow';
    const decided = await decisions[allowed ? 'approve' : 'deny'](asked, signedIn, Date.now());
    if (!decided) {
      const evidence = { client_id: asked.client_id, why: 'decided or expired in the meantime' };
      return sendEntry(
        request,
        signedIn,
        new Refusal('invalid_request', 'No device waits with this code.', 'user_code_unknown', evidence),
      );
    }
    events.record({
      type: allowed ? 'device.approved' : 'device.denied',
      outcome: 'success',
      client_id: asked.client_id,
      username: signedIn.user.username,
      remote_address: request.http.origin.remote_address,
      detail: { scope: asked.scope },
    });
    return sendDone(request, allowed);
  };

  /** Leads to the sign-in first; a refused code leads back to where it is typed. */
  const signedInPage =
    (handle: (request: PageRequest, signedIn: SignedIn) => Promise<FastifyReply>) =>
    async (request: PageRequest): Promise<FastifyReply> => {
      const signedIn = await sessions.current(request.http);
      if (!signedIn) {
        const user_code = request.query.get('user_code') ?? request.form.get('user_code');
        const url = interactions.url(SIGN_IN_PATH, { kind: 'device', user_code: user_code?.slice(0, 40) });
        return request.reply.header('cache-control', 'no-store').redirect(url, 303);
      }
      try {
        return await handle(request, signedIn);
      } catch (error) {
        const known =
          error instanceof Refusal && ['user_code_unknown', 'user_codes_limited'].includes(error.because);
        if (!known) throw error;
        return sendEntry(request, signedIn, error);
      }
    };

  return {
    metadata: {},
    register(root) {
      pageRoutes(root, DEVICE_PATH, EVENT, options, {
        GET: signedInPage(async (request, signedIn) => {
          const typed = request.query.get('user_code');
          if (typed === undefined) return sendEntry(request, signedIn);
          return sendConfirmation(request, signedIn, await waiting(request, signedIn, typed));
        }),
        POST: signedInPage(async (request, signedIn) => {
          const { form, http } = request;
          const typed = form.get('user_code') ?? '';
          const decides = form.get('decision') !== undefined;
          const scope = decides ? scopeOf(signedIn, canonicalUserCode(typed)) : scopeOf(signedIn);
          formTokens.check(http, form.get('form_token'), scope);
          const asked = await waiting(request, signedIn, typed);
          return decides ? decide(request, signedIn, asked) : sendConfirmation(request, signedIn, asked);
        }),
      });
    },
  };
}
