import type { FastifyReply } from 'fastify';
import { Refusal } from '../../refusal/refusal.ts';
import type { ConsentStore } from '../../storage/storage.ts';
import type { BrowserSessions, SignedIn } from '../../user-authentication/browser-sessions.ts';
import type { PendingRequest, PendingRequestsForPages } from '../authorize/pending-request.ts';
import type { Endpoint } from '../endpoint.ts';
import type { FormScope, FormTokens } from '../page/form-token.ts';
import { webLink } from '../page/html.ts';
import { consentPage } from './consent-page.ts';
import { type Interaction, type Interactions, queryFor } from './interaction.ts';
import { type PageContext, type PageRequest, pageRoutes } from './page-routes.ts';
import { SIGN_IN_PATH } from './sign-in.ts';

export type ConsentOptions = PageContext & {
  readonly formTokens: FormTokens;
  readonly sessions: BrowserSessions;
  readonly interactions: Interactions;
  readonly pendingRequests: PendingRequestsForPages;
  readonly consents: ConsentStore;
};

const PATH = '/oauth2/consent';

type Asked = {
  readonly pending: PendingRequest;
  readonly interaction: Interaction;
  readonly signedIn: SignedIn;
};

/** `/oauth2/consent`: the person allows or denies what an application asks for. */
export function consentEndpoint(options: ConsentOptions): Endpoint {
  const { pages, formTokens, sessions, interactions, pendingRequests, consents, events } = options;

  /** Only the session that saw the page can answer it. */
  const scopeOf = ({ pending, signedIn }: Asked): FormScope => [
    PATH,
    pending.id,
    signedIn.session.session_id,
  ];

  const asked = async (request: PageRequest): Promise<Asked | FastifyReply> => {
    const interaction = await interactions.of(request);
    if (interaction.kind !== 'request') {
      throw new Refusal('invalid_request', 'No application asks for consent.', 'pending_request_unknown');
    }
    const signedIn = await sessions.current(request.http);
    if (!signedIn) return request.reply.redirect(interactions.url(SIGN_IN_PATH, interaction), 303);
    return { pending: interaction.pending, interaction, signedIn };
  };

  const remember = async ({ pending, signedIn }: Asked) => {
    const { sub } = signedIn.session;
    const { client_id } = pending.client;
    const earlier = await consents.find(sub, client_id);
    const scopes = [...new Set([...(earlier?.scopes ?? []), ...pending.scopes])];
    await consents.put({ sub, client_id, scopes, granted_at: Date.now() });
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
      client_id: pending.client.client_id,
      username: signedIn.user.username,
      remote_address: http.origin.remote_address,
      detail: { scopes: pending.scopes, ...(allowed && { remembered }) },
    });

  return {
    metadata: {},
    register(root) {
      pageRoutes(root, PATH, 'consent.refused', options, {
        GET: async (request) => {
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
              action: pages.path(`${PATH}${queryFor(interaction)}`),
              signInUrl: pages.path(`${SIGN_IN_PATH}${queryFor(interaction)}`),
              formToken: formTokens.issue(http, reply, scopeOf(found)),
            }),
          });
        },
        POST: async (request) => {
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
        },
      });
    },
  };
}
