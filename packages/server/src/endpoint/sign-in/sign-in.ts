import type { FastifyReply } from 'fastify';
import type { KnownBrowsers } from '../../user-authentication/known-browser.ts';
import type { PasswordSignIn } from '../../user-authentication/password-sign-in.ts';
import { hasSecondFactor, type SecondFactors } from '../../user-authentication/second-factor.ts';
import type { PendingRequestsForPages } from '../authorize/pending-request.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Pages } from '../page/pages.ts';
import type { Interaction, Interactions } from './interaction.ts';
import { SECOND_FACTOR_PATH, SIGN_IN_PATH } from './page-paths.ts';
import type { PageRequest, PageRoutes } from './page-routes.ts';
import type { PendingSignIns } from './pending-sign-in.ts';
import { SIGN_IN_REFUSED, type SignInAttempts } from './sign-in-attempts.ts';
import type { CompleteSignIn } from './sign-in-completion.ts';

export type SignInOptions = {
  readonly pageRoutes: PageRoutes;
  readonly pages: Pages;
  readonly interactions: Interactions;
  readonly pendingRequests: Pick<PendingRequestsForPages, 'refuse'>;
  readonly pendingSignIns: Pick<PendingSignIns, 'open'>;
  readonly signIn: PasswordSignIn;
  readonly knownBrowsers: Pick<KnownBrowsers, 'of'>;
  readonly secondFactors: Pick<SecondFactors, 'list'>;
  readonly attempts: SignInAttempts;
  readonly complete: CompleteSignIn;
};

/** `/oauth2/sign-in`: username and password. */
export function signInEndpoint(options: SignInOptions): Endpoint {
  const { pageRoutes, pages, interactions, pendingRequests, pendingSignIns } = options;
  const { signIn, knownBrowsers, secondFactors, attempts, complete } = options;

  const byPassword = async (request: PageRequest, interaction: Interaction): Promise<FastifyReply> => {
    const { http, reply, form } = request;
    if (form.get('action') === 'cancel' && interaction.kind === 'request') {
      return pages.goOn(reply, await pendingRequests.refuse(interaction.pending.id));
    }
    const { remote_address } = http.origin;
    const user = await signIn(
      form.get('username') ?? '',
      form.get('password') ?? '',
      remote_address,
      knownBrowsers.of(http.headers.cookie),
    );
    if (!hasSecondFactor(await secondFactors.list(user.sub))) {
      return complete(http, reply, user, ['pwd'], interaction);
    }
    await pendingSignIns.open(http, reply, user, interaction, { stage: 'second-factor', amr: ['pwd'] });
    return reply.redirect(interactions.url(SECOND_FACTOR_PATH, interaction), 303);
  };

  return {
    metadata: {},
    register(root) {
      pageRoutes(root, SIGN_IN_PATH, SIGN_IN_REFUSED, {
        GET: async (request) => {
          const over = request.query.get('over') !== undefined;
          const interaction = await interactions.of(request);
          return attempts.showPage(request, interaction, over ? 'factor.over' : undefined);
        },
        POST: attempts.attempt(byPassword),
      });
    },
  };
}
