import type { FastifyReply } from 'fastify';
import type { EventRecorder } from '../../event/event-recorder.ts';
import { Refusal } from '../../refusal/refusal.ts';
import type { AuthenticationMethod } from '../../user-authentication/authentication-context.ts';
import type { GuessingGuard } from '../../user-authentication/guessing-guard.ts';
import type { KnownBrowsers } from '../../user-authentication/known-browser.ts';
import type { Passkeys } from '../../user-authentication/passkey.ts';
import type { SecondFactors } from '../../user-authentication/second-factor.ts';
import type { Endpoint } from '../endpoint.ts';
import { recordShownRefusal } from '../oauth-replies.ts';
import type { FormScope, FormTokens } from '../page/form-token.ts';
import type { Pages } from '../page/pages.ts';
import { type Interaction, type Interactions, queryFor } from './interaction.ts';
import { SECOND_FACTOR_PATH, SIGN_IN_PASSKEY_PATH } from './page-paths.ts';
import type { PageRequest, PageRoutes } from './page-routes.ts';
import type { PendingSignIn, PendingSignIns } from './pending-sign-in.ts';
import { createSecondFactorChecks, type SecondFactorCheck } from './second-factor-checks.ts';
import { SECOND_FACTOR_PROBLEMS, type SecondFactorProblem, secondFactorPage } from './second-factor-page.ts';
import { SIGN_IN_REFUSED } from './sign-in-attempts.ts';
import type { CompleteSignIn } from './sign-in-completion.ts';
import type { SingleSignOn } from './single-sign-on.ts';

export type SecondFactorOptions = {
  readonly pageRoutes: PageRoutes;
  readonly pages: Pages;
  readonly events: EventRecorder;
  readonly formTokens: FormTokens;
  readonly interactions: Interactions;
  readonly singleSignOn: Pick<SingleSignOn, 'goOnOrSignInAgain'>;
  readonly pendingSignIns: Pick<PendingSignIns, 'find' | 'finish'>;
  readonly secondFactors: Pick<SecondFactors, 'list' | 'verifyCode'>;
  readonly passkeys: Pick<Passkeys, 'authenticationOptions' | 'authenticate'>;
  readonly guard: Pick<GuessingGuard, 'inTurn' | 'lockOn' | 'failed'>;
  readonly knownBrowsers: Pick<KnownBrowsers, 'of'>;
  readonly complete: CompleteSignIn;
};

function shown({ because }: Refusal): readonly [problem: SecondFactorProblem, status: number] {
  if (because === 'guessing_limited') return ['sign.limited', 429];
  if (because === 'form_out_of_date') return ['problem.form', 403];
  return [because === 'passkey_not_accepted' ? 'factor.passkeywrong' : 'factor.wrong', 403];
}

/** `/oauth2/sign-in/second-factor`: after the password, a code or a passkey. */
export function secondFactorEndpoint(options: SecondFactorOptions): Endpoint {
  const { pageRoutes, pages, events, formTokens, interactions, pendingSignIns } = options;
  const { singleSignOn, secondFactors, passkeys, guard, complete } = options;
  const { byCode, byPasskey } = createSecondFactorChecks({
    secondFactors,
    passkeys,
    guard,
    knownBrowsers: options.knownBrowsers,
  });

  const scopeOf = (pending: PendingSignIn): FormScope => [SECOND_FACTOR_PATH, pending.id];

  const send = async (
    { http, reply }: PageRequest,
    interaction: Interaction,
    pending: PendingSignIn,
    { problem, status }: { readonly problem: SecondFactorProblem | undefined; readonly status: number },
  ): Promise<FastifyReply> => {
    const request = interaction.kind === 'request' ? interaction.pending : undefined;
    const language = pages.language(http, request?.ui_locales);
    const { sub, username } = pending.user;
    const factors = await secondFactors.list(sub);
    const passkey =
      factors.passkeys.length > 0
        ? {
            action: pages.path(`${SIGN_IN_PASSKEY_PATH}${queryFor(interaction)}`),
            options: await passkeys.authenticationOptions(sub, pending.id),
          }
        : undefined;
    const title = language.text('factor.title');
    return pages.send(reply, {
      status,
      language,
      title: problem ? language.text('problem.title', { title }) : title,
      policy: {
        formTargets: [request?.redirect_uri],
        ...(passkey && { script: 'passkey' }),
      },
      body: secondFactorPage({
        language,
        username,
        codeAction: pages.path(`${SECOND_FACTOR_PATH}${queryFor(interaction)}`),
        codes: factors.totp ? 'totp' : 'recovery',
        passkey,
        formToken: formTokens.issue(http, reply, scopeOf(pending)),
        problem,
      }),
    });
  };

  const show = async (request: PageRequest): Promise<FastifyReply> => {
    const { http } = request;
    const interaction = await interactions.of(request);
    const pending = await pendingSignIns.find(http, interaction, 'second-factor');
    if (!pending) return singleSignOn.goOnOrSignInAgain(request, interaction);
    const told = interactions.problemToTell(request, SECOND_FACTOR_PATH, interaction)?.problem;
    const problem = SECOND_FACTOR_PROBLEMS.find((known) => known === told);
    return send(request, interaction, pending, { problem, status: 200 });
  };

  /** A browser is led to the page again; another program is answered with it. */
  const refuse = (
    request: PageRequest,
    interaction: Interaction,
    pending: PendingSignIn,
    refusal: Refusal,
  ): FastifyReply | Promise<FastifyReply> => {
    const [problem, status] = shown(refusal);
    recordShownRefusal(refusal, request.reply, SIGN_IN_REFUSED, { events });
    return (
      interactions.leadToProblem(request, SECOND_FACTOR_PATH, interaction, { problem }) ??
      send(request, interaction, pending, { problem, status })
    );
  };

  const attempt =
    (check: SecondFactorCheck) =>
    async (request: PageRequest): Promise<FastifyReply> => {
      const { http, reply, form } = request;
      const interaction = await interactions.of(request);
      const pending = await pendingSignIns.find(http, interaction, 'second-factor');
      if (!pending) return singleSignOn.goOnOrSignInAgain(request, interaction);
      let amr: readonly AuthenticationMethod[];
      try {
        formTokens.check(http, form.get('form_token'), scopeOf(pending));
        amr = await check(request, pending);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return refuse(request, interaction, pending, error);
      }
      if (!(await pendingSignIns.finish(http, reply, pending)))
        return singleSignOn.goOnOrSignInAgain(request, interaction);
      return complete(http, reply, pending.user, amr, interaction);
    };

  return {
    metadata: {},
    register(root) {
      pageRoutes(root, SECOND_FACTOR_PATH, SIGN_IN_REFUSED, { GET: show, POST: attempt(byCode) });
      pageRoutes(root, SIGN_IN_PASSKEY_PATH, SIGN_IN_REFUSED, { POST: attempt(byPasskey) });
    },
  };
}
