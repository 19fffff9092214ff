import type { FastifyReply } from 'fastify';
import { Scope } from '../../client/scope.ts';
import type { Clock } from '../../clock.ts';
import type { EventRecorder } from '../../event/event-recorder.ts';
import { invalidRequest } from '../../refusal/error-codes.ts';
import type { ConsentStore } from '../../storage/storage.ts';
import type { BrowserSessions, SignedIn } from '../../user-authentication/browser-sessions.ts';
import type { PendingRequest, PendingRequestsForPages } from '../authorize/pending-request.ts';
import type { Endpoint } from '../endpoint.ts';
import type { FormScope, FormTokens } from '../page/form-token.ts';
import { webLink } from '../page/html.ts';
import type { Pages } from '../page/pages.ts';
import { consentPage } from './consent-page.ts';
import { type Interaction, type Interactions, queryFor } from './interaction.ts';
import { CONSENT_PATH, SIGN_IN_PATH } from './page-paths.ts';
import type { PageRequest, PageRoutes } from './page-routes.ts';

export type ConsentOptions = {
  readonly clock: Clock;
  readonly pageRoutes: PageRoutes;
  readonly pages: Pages;
  readonly events: EventRecorder;
  readonly formTokens: FormTokens;
  readonly sessions: Pick<BrowserSessions, 'current'>;
  readonly interactions: Interactions;
  readonly pendingRequests: Pick<PendingRequestsForPages, 'refuse' | 'consent'>;
  readonly consents: Pick<ConsentStore, 'find' | 'put'>;
};

type Asked = {
  readonly pending: PendingRequest;
  readonly interaction: Interaction;
  readonly signedIn: SignedIn;
};

/** `/oauth2/consent`: the person allows or denies what an application asks for. */
export function consentEndpoint(options: ConsentOptions): Endpoint {
  const { clock, pageRoutes, pages, events, formTokens, sessions } = options;
  const { interactions, pendingRequests, consents } = options;

  /** Only the session that saw the page can answer it. */
  const scopeOf = ({ pending, signedIn }: Asked): FormScope => [
    CONSENT_PATH,
    pending.id,
    signedIn.session.session_id,
  ];

  const asked = async (request: PageRequest): Promise<Asked | FastifyReply> => {
    const interaction = await interactions.of(request);
    if (interaction.kind !== 'request') {
      throw invalidRequest('No application asks for consent.', 'pending_request_unknown');
    }
    const signedIn = await sessions.current(request.http);
    if (!signedIn) return request.reply.redirect(interactions.url(SIGN_IN_PATH, interaction), 303);
    return { pending: interaction.pending, interaction, signedIn };
  };

  const remember = async ({ pending, signedIn }: Asked) => {
    const { sub } = signedIn.session;
    const { client_id } = pending.client;
    const earlier = await consents.find(sub, client_id);
    const scopes = Scope.from([...(earlier?.scopes ?? []), ...pending.scopes]);
    await consents.put({ sub, client_id, scopes: [...scopes], granted_at: clock() });
  };

  const record = (
    { pending, signedIn }: Asked,
    { http }: PageRequest,
    allowed: boolean,
    remembered: boolean,
  ) =>
    events.record({
      type: allowed ? 'consent.granted' : 'consent.denied',
      outcome: 'success',
      actor: { name: signedIn.user.username, through: 'sign-in', remote_address: http.origin.remote_address },
      object: { kind: 'consent', id: `${signedIn.user.sub} ${pending.client.client_id}` },
      client_id: pending.client.client_id,
      username: signedIn.user.username,
      remote_address: http.origin.remote_address,
      detail: { scopes: pending.scopes, ...(allowed && { remembered }) },
    });

  const ask = async (request: PageRequest): Promise<FastifyReply> => {
    const found = await asked(request);
    if (!('pending' in found)) return found;
    const { http, reply } = request;
    const { pending, interaction, signedIn } = found;
    const language = pages.language(http, pending.ui_locales);
    const image = webLink(pending.client.logo_uri);
    return pages.send(reply, {
      language,
      title: language.text('consent.title'),
      policy: { formTargets: [pending.redirect_uri], ...(image !== undefined && { image }) },
      body: consentPage({
        language,
        pending,
        username: signedIn.user.username,
        action: pages.path(`${CONSENT_PATH}${queryFor(interaction)}`),
        signInUrl: pages.path(`${SIGN_IN_PATH}${queryFor(interaction)}`),
        formToken: formTokens.issue(http, reply, scopeOf(found)),
      }),
    });
  };

  const decide = async (request: PageRequest): Promise<FastifyReply> => {
    const found = await asked(request);
    if (!('pending' in found)) return found;
    const { http, reply, form } = request;
    const { pending, signedIn } = found;
    formTokens.check(http, form.get('form_token'), scopeOf(found));
    // Whatever is not clearly a yes is a no.
    const allowed = form.get('decision') === 'allow';
    const remembered = form.get('remember') === 'yes';
    record(found, request, allowed, remembered);
    if (!allowed) return pages.goOn(reply, await pendingRequests.refuse(pending.id));
    if (remembered) await remember(found);
    const url = await pendingRequests.consent(pending.id, signedIn.session.sub, pending.scopes);
    return pages.goOn(reply, url);
  };

  return {
    metadata: {},
    register(root) {
      pageRoutes(root, CONSENT_PATH, 'consent.refused', { GET: ask, POST: decide });
    },
  };
}
