import type { FastifyReply } from 'fastify';
import type { ClientDirectory } from '../../client-authentication/client-directory.ts';
import type { DeferredAuthorizationStore } from '../../storage/storage.ts';
import type { DeferredAuthorization } from '../../token/deferred-authorization.ts';
import type { BrowserSessions, SignedIn } from '../../user-authentication/browser-sessions.ts';
import type { Endpoint } from '../endpoint.ts';
import { hidden } from '../page/form.ts';
import type { FormScope, FormTokens } from '../page/form-token.ts';
import { type Html, html } from '../page/html.ts';
import type { Language } from '../page/language.ts';
import { scopesInWords } from '../sign-in/consent-page.ts';
import type { Interactions } from '../sign-in/interaction.ts';
import { type PageContext, type PageRequest, pageRoutes } from '../sign-in/page-routes.ts';
import { SIGN_IN_PATH } from '../sign-in/sign-in.ts';
import type { Decisions } from './decision.ts';
import type { Pings } from './ping.ts';

export type ApprovalsPageOptions = PageContext & {
  readonly issuer: string;
  readonly formTokens: FormTokens;
  readonly sessions: BrowserSessions;
  readonly interactions: Interactions;
  readonly deferredAuthorizations: DeferredAuthorizationStore;
  readonly directory: ClientDirectory;
  readonly decisions: Decisions;
  readonly pings: Pings;
};

const PATH = '/oauth2/ciba';

/** `/oauth2/ciba`: what clients ask of a person over the backchannel, to be allowed or denied (CIBA §8). */
export function approvalsPageEndpoint(options: ApprovalsPageOptions): Endpoint {
  const { issuer, pages, formTokens, sessions, interactions, deferredAuthorizations, directory } = options;
  const { decisions, pings, events } = options;

  const scopeOf = ({ session }: SignedIn): FormScope => [PATH, session.session_id];

  const item = async (
    asked: DeferredAuthorization,
    language: Language,
    formToken: string,
  ): Promise<Html | undefined> => {
    const known = await directory.find(asked.client_id);
    if (!known?.client.enabled) return undefined;
    const client = known.client.metadata.client_name;
    const scopes = asked.scope.split(' ').filter((each) => each !== '');
    return html`<section class="card">
<h2>${language.markup('approvals.asks', { client: html`<strong>${client}</strong>` })}</h2>
<ul class="scopes">${scopesInWords(scopes, language)}</ul>
${
  asked.binding_message !== undefined &&
  html`<p>${language.markup('approvals.message', { message: html`<strong>${asked.binding_message}</strong>` })}</p>`
}
<p class="quiet small">${language.markup('approvals.ends', { time: language.time(asked.expires_at) })}</p>
<form method="post" action="${pages.path(PATH)}">
${hidden({ form_token: formToken, id: asked.authorization_sha256 })}
<div class="actions">
<button type="submit" name="decision" value="allow" aria-label="${language.text('approvals.allowname', { client })}">${language.text('consent.allow')}</button>
<button type="submit" name="decision" value="deny" class="second" aria-label="${language.text('approvals.denyname', { client })}">${language.text('consent.deny')}</button>
</div>
</form>
</section>`;
  };

  const send = async ({ http, reply }: PageRequest, signedIn: SignedIn): Promise<FastifyReply> => {
    const language = pages.language(http);
    const waiting = await deferredAuthorizations.listPending(signedIn.user.sub, Date.now());
    const formToken = formTokens.issue(http, reply, scopeOf(signedIn));
    const items = await Promise.all(
      waiting.filter(({ kind }) => kind === 'backchannel').map((asked) => item(asked, language, formToken)),
    );
    const shown = items.filter((each) => each !== undefined);
    return pages.send(reply, {
      language,
      title: language.text('approvals.title'),
      body: html`<div class="card">
<h1>${language.text('approvals.title')}</h1>
<p>${language.text(shown.length > 0 ? 'approvals.text' : 'approvals.none')}</p>
<p class="quiet small">${language.text('signed.as', { username: signedIn.user.username })}</p>
<p><a href="${pages.path(PATH)}">${language.text('approvals.again')}</a></p>
</div>
${shown}`,
    });
  };

  const decide = async ({ http, form }: PageRequest, signedIn: SignedIn): Promise<void> => {
    const now = Date.now();
    const waiting = await deferredAuthorizations.listPending(signedIn.user.sub, now);
    const asked = waiting.find(
      ({ kind, authorization_sha256 }) => kind === 'backchannel' && authorization_sha256 === form.get('id'),
    );
    if (!asked) return;
    // Whatever is not clearly a yes is a no.
    const allowed = form.get('decision') === 'allow';
    if (!(await decisions[allowed ? 'approve' : 'deny'](asked, signedIn, now))) return;
    events.record({
      type: allowed ? 'backchannel.approved' : 'backchannel.denied',
      outcome: 'success',
      client_id: asked.client_id,
      username: signedIn.user.username,
      remote_address: http.origin.remote_address,
      detail: { scope: asked.scope },
    });
    pings.decided(asked);
  };

  const signedInPage =
    (handle: (request: PageRequest, signedIn: SignedIn) => Promise<FastifyReply>) =>
    async (request: PageRequest): Promise<FastifyReply> => {
      const signedIn = await sessions.current(request.http);
      if (signedIn) return handle(request, signedIn);
      return request.reply
        .header('cache-control', 'no-store')
        .redirect(interactions.url(SIGN_IN_PATH, { kind: 'approvals' }), 303);
    };

  return {
    metadata: {},
    register(root) {
      pageRoutes(root, PATH, 'backchannel.refused', options, {
        GET: signedInPage(send),
        POST: signedInPage(async (request, signedIn) => {
          formTokens.check(request.http, request.form.get('form_token'), scopeOf(signedIn));
          await decide(request, signedIn);
          return request.reply.header('cache-control', 'no-store').redirect(`${issuer}${PATH}`, 303);
        }),
      });
    },
  };
}
