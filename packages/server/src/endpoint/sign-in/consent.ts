import type { FastifyReply } from 'fastify';
import { type TellClaims, type ToldClaim, toldDigest } from '../../claim/told-claims.ts';
import { Scope } from '../../client/scope.ts';
import type { Clock } from '../../clock.ts';
import { type Changes, changesBetween } from '../../event/changes.ts';
import type { EventDraft } from '../../event/event.ts';
import type { EventRecorder } from '../../event/event-recorder.ts';
import { invalidRequest } from '../../refusal/error-codes.ts';
import { Refusal } from '../../refusal/refusal.ts';
import { tryChange } from '../../storage/commit-change.ts';
import type { Storage } from '../../storage/storage.ts';
import type { BrowserSessions, SignedIn } from '../../user-authentication/browser-sessions.ts';
import type { PendingRequest, PendingRequestsForPages } from '../authorize/pending-request.ts';
import type { Endpoint } from '../endpoint.ts';
import { recordShownRefusal } from '../oauth-replies.ts';
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
  readonly pendingRequests: Pick<PendingRequestsForPages, 'refusal' | 'consent' | 'continueUrl'>;
  readonly tellClaims: TellClaims;
  readonly storage: Pick<Storage, 'consents' | 'commit'>;
};

const CONSENT_REFUSED = 'consent.refused';

type Asked = {
  readonly pending: PendingRequest;
  readonly interaction: Interaction;
  readonly signedIn: SignedIn;
};

/** `/oauth2/consent`: the person allows or denies what an application asks for. */
export function consentEndpoint(options: ConsentOptions): Endpoint {
  const { clock, pageRoutes, pages, events, formTokens, sessions } = options;
  const { interactions, pendingRequests, tellClaims, storage } = options;
  const { consents } = storage;

  /**
   * Only the person who saw the page can answer it, whether or not another tab signed them in again; and only while it
   * tells all that is given.
   */
  const scopeOf = ({ pending, signedIn }: Asked, told: readonly ToldClaim[]): FormScope => [
    CONSENT_PATH,
    pending.id,
    signedIn.user.sub,
    toldDigest(told),
  ];
  const toldOf = ({ pending }: Asked) => tellClaims(pending.client.client_id, pending.scopes);

  /** @param handle for the person who is signed in; anybody else is led to the sign-in first */
  const asked =
    (handle: (request: PageRequest, found: Asked) => Promise<FastifyReply>) =>
    async (request: PageRequest): Promise<FastifyReply> => {
      const interaction = await interactions.of(request);
      if (interaction.kind !== 'request') {
        throw invalidRequest('No application asks for consent.', 'pending_request_unknown');
      }
      const signedIn = await sessions.current(request.http);
      if (!signedIn) return request.reply.redirect(interactions.url(SIGN_IN_PATH, interaction), 303);
      return handle(request, { pending: interaction.pending, interaction, signedIn });
    };

  const remembering = async ({ pending, signedIn }: Asked) => {
    const { sub } = signedIn.session;
    const { client_id } = pending.client;
    const earlier = await consents.find(sub, client_id);
    const scopes = Scope.from([...(earlier?.scopes ?? []), ...pending.scopes]);
    const consent = { sub, client_id, scopes: [...scopes], granted_at: clock() };
    return {
      steps: [consents.steps.put(consent)],
      changes: changesBetween({ scopes: earlier?.scopes }, { scopes: consent.scopes }),
    };
  };

  const eventOf = (
    { pending, signedIn }: Asked,
    { http }: PageRequest,
    allowed: boolean,
    changes: Changes | undefined,
  ): EventDraft => ({
    type: allowed ? 'consent.granted' : 'consent.denied',
    outcome: 'success',
    actor: { name: signedIn.user.username, through: 'sign-in', remote_address: http.origin.remote_address },
    object: { kind: 'consent', id: `${signedIn.user.sub} ${pending.client.client_id}` },
    client_id: pending.client.client_id,
    username: signedIn.user.username,
    remote_address: http.origin.remote_address,
    ...(changes && { changes }),
    detail: { scopes: pending.scopes, ...(allowed && { remembered: changes !== undefined }) },
  });

  const sendPage = async (
    { http, reply }: PageRequest,
    found: Asked,
    { problem, status }: { readonly problem: 'problem.form' | undefined; readonly status: number },
  ): Promise<FastifyReply> => {
    const { pending, interaction, signedIn } = found;
    const language = pages.language(http, pending.ui_locales);
    const told = await toldOf(found);
    const image = webLink(pending.client.logo_uri);
    const title = language.text('consent.title');
    return pages.send(reply, {
      status,
      language,
      title: problem ? language.text('problem.title', { title }) : title,
      policy: { formTargets: [pending.redirect_uri], ...(image !== undefined && { image }) },
      body: consentPage({
        language,
        pending,
        told,
        username: signedIn.user.username,
        action: pages.path(`${CONSENT_PATH}${queryFor(interaction)}`),
        signInUrl: pages.path(`${SIGN_IN_PATH}${queryFor(interaction)}`),
        formToken: formTokens.issue(http, reply, scopeOf(found, told)),
        problem,
      }),
    });
  };

  const ask = async (request: PageRequest, found: Asked): Promise<FastifyReply> => {
    const told = interactions.problemToTell(request, CONSENT_PATH, found.interaction);
    const problem = told?.problem === 'problem.form' ? told.problem : undefined;
    return sendPage(request, found, { problem, status: 200 });
  };

  /** Asks again where the page was another person's or out of date: whoever is signed in now may want something else. */
  const askAgain = async (request: PageRequest, found: Asked, refusal: Refusal): Promise<FastifyReply> => {
    const problem = 'problem.form';
    recordShownRefusal(refusal, request.reply, CONSENT_REFUSED, { events });
    return (
      interactions.leadToProblem(request, CONSENT_PATH, found.interaction, { problem }) ??
      sendPage(request, found, { problem, status: refusal.status })
    );
  };

  const decide = async (request: PageRequest, found: Asked): Promise<FastifyReply> => {
    const { http, reply, form } = request;
    const { pending, signedIn } = found;
    try {
      formTokens.check(http, form.get('form_token'), scopeOf(found, await toldOf(found)));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return askAgain(request, found, error);
    }
    // Whatever is not clearly a yes is a no.
    const allowed = form.get('decision') === 'allow';
    // The account page lists what is remembered, also where it is asked for each time.
    const remembers = pending.asked_each_time === true || form.get('remember') === 'yes';
    const remembered = allowed && remembers ? await remembering(found) : undefined;
    const answered = allowed
      ? await pendingRequests.consent(pending.id, signedIn.session.sub, pending.scopes)
      : await pendingRequests.refusal(pending.id);
    const steps = [...answered, ...(remembered?.steps ?? [])];
    // Where the request ended meanwhile nothing is written; what follows tells the person.
    await tryChange({ storage, events }, steps, eventOf(found, request, allowed, remembered?.changes));
    return pages.goOn(reply, pendingRequests.continueUrl(pending.id));
  };

  return {
    metadata: {},
    register(root) {
      pageRoutes(root, CONSENT_PATH, CONSENT_REFUSED, { GET: asked(ask), POST: asked(decide) });
    },
  };
}
