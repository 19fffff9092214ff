import type { FastifyReply } from 'fastify';
import { Refusal } from '../../refusal/refusal.ts';
import type { AuthenticationMethod } from '../../user-authentication/authentication-context.ts';
import type { GuessingGuard } from '../../user-authentication/guessing-guard.ts';
import type { Passkeys } from '../../user-authentication/passkey.ts';
import type { SecondFactors } from '../../user-authentication/second-factor.ts';
import type { Endpoint } from '../endpoint.ts';
import { recordRefusal } from '../oauth-replies.ts';
import type { FormScope, FormTokens } from '../page/form-token.ts';
import { type Interaction, type Interactions, queryFor } from './interaction.ts';
import { type PageContext, type PageRequest, pageRoutes } from './page-routes.ts';
import type { PendingSignIn, PendingSignIns } from './pending-sign-in.ts';
import { type SecondFactorProblem, secondFactorPage } from './second-factor-page.ts';
import { SECOND_FACTOR_PATH, SIGN_IN_PATH } from './sign-in.ts';
import type { CompleteSignIn } from './sign-in-completion.ts';

export type SecondFactorOptions = PageContext & {
  readonly formTokens: FormTokens;
  readonly interactions: Interactions;
  readonly pendingSignIns: PendingSignIns;
  readonly secondFactors: SecondFactors;
  readonly passkeys: Passkeys;
  readonly guard: GuessingGuard;
  readonly complete: CompleteSignIn;
};

const PASSKEY_PATH = `${SIGN_IN_PATH}/passkey`;
const EVENT = 'sign_in.refused';

function shown({ because }: Refusal): readonly [problem: SecondFactorProblem, status: number] {
  if (because === 'guessing_limited') return ['sign.limited', 429];
  if (because === 'form_out_of_date') return ['problem.form', 403];
  return [because === 'passkey_not_accepted' ? 'factor.passkeywrong' : 'factor.wrong', 403];
}

/** `/oauth2/sign-in/second-factor`: after the password, a code or a passkey. */
export function secondFactorEndpoint(options: SecondFactorOptions): Endpoint {
  const { pages, formTokens, interactions, pendingSignIns, secondFactors, passkeys, guard } = options;
  const { complete } = options;

  const scopeOf = (pending: PendingSignIn): FormScope => [SECOND_FACTOR_PATH, pending.id];

  const send = async (
    { http, reply }: PageRequest,
    interaction: Interaction,
    pending: PendingSignIn,
    refusal?: Refusal,
  ): Promise<FastifyReply> => {
    const request = interaction.kind === 'request' ? interaction.pending : undefined;
    const language = pages.language(http, request?.ui_locales);
    const [problem, status] = refusal ? shown(refusal) : [undefined, 200];
    if (refusal) recordRefusal(refusal, http, EVENT, options);
    const { sub, username } = pending.user;
    const factors = await secondFactors.list(sub);
    const passkey =
      factors.passkeys.length > 0
        ? {
            action: pages.path(`${PASSKEY_PATH}${queryFor(interaction)}`),
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
        ...(passkey && { script: true }),
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

  /** @throws Refusal; a wrong factor counts as a wrong password does */
  type Check = (request: PageRequest, pending: PendingSignIn) => Promise<readonly AuthenticationMethod[]>;

  const byCode: Check = async ({ form }, { user }) => {
    if (await secondFactors.verifyCode(user.sub, form.get('code') ?? '')) return ['pwd', 'otp', 'mfa'];
    throw new Refusal('access_denied', 'The code is wrong.', 'second_factor_wrong', {
      username: user.username,
    });
  };

  const byPasskey: Check = async ({ form }, { id, user }) => {
    await passkeys.authenticate(user.sub, id, form.get('credential') ?? '');
    return ['pwd', 'pop', 'mfa'];
  };

  const guarded =
    (check: Check): Check =>
    async (request, pending) => {
      const { username } = pending.user;
      const { remote_address } = request.http.origin;
      formTokens.check(request.http, request.form.get('form_token'), scopeOf(pending));
      return guard.inTurn(username, async () => {
        const lock = await guard.lockOn(username, remote_address);
        if (lock) {
          throw new Refusal('access_denied', 'Too many attempts.', 'guessing_limited', { username, ...lock });
        }
        try {
          return await check(request, pending);
        } catch (error) {
          if (error instanceof Refusal) await guard.failed(username, remote_address);
          throw error;
        }
      });
    };

  /** Too late, or another browser: the password is asked for again. */
  const startAgain = ({ reply }: PageRequest, interaction: Interaction): FastifyReply => {
    const url = new URL(interactions.url(SIGN_IN_PATH, interaction));
    url.searchParams.set('over', '1');
    return reply.redirect(url.href, 303);
  };

  const attempt =
    (check: Check) =>
    async (request: PageRequest): Promise<FastifyReply> => {
      const { http, reply } = request;
      const interaction = await interactions.of(request);
      const pending = await pendingSignIns.find(http, interaction);
      if (!pending) return startAgain(request, interaction);
      let amr: readonly AuthenticationMethod[];
      try {
        amr = await guarded(check)(request, pending);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return send(request, interaction, pending, error);
      }
      if (!(await pendingSignIns.finish(reply, pending))) return startAgain(request, interaction);
      return complete(http, reply, pending.user, amr, interaction);
    };

  return {
    metadata: {},
    register(root) {
      pageRoutes(root, SECOND_FACTOR_PATH, EVENT, options, {
        GET: async (request) => {
          const interaction = await interactions.of(request);
          const pending = await pendingSignIns.find(request.http, interaction);
          return pending ? send(request, interaction, pending) : startAgain(request, interaction);
        },
        POST: attempt(byCode),
      });
      pageRoutes(root, PASSKEY_PATH, EVENT, options, { POST: attempt(byPasskey) });
    },
  };
}
