import type { FastifyReply } from 'fastify';
import { certificateOf } from '../../client-authentication/origin.ts';
import { Refusal } from '../../refusal/refusal.ts';
import type { BrowserSessions } from '../../user-authentication/browser-sessions.ts';
import type { CertificateSignIn } from '../../user-authentication/certificate-sign-in.ts';
import type { PasswordSignIn } from '../../user-authentication/password-sign-in.ts';
import { hasSecondFactor, type SecondFactors } from '../../user-authentication/second-factor.ts';
import type { PendingRequestsForPages } from '../authorize/pending-request.ts';
import type { Endpoint } from '../endpoint.ts';
import { recordRefusal } from '../oauth-replies.ts';
import type { FormScope, FormTokens } from '../page/form-token.ts';
import type { CertificateListener } from './certificate-listener.ts';
import { type Interaction, type Interactions, interactionId, queryFor } from './interaction.ts';
import { type PageContext, type PageRequest, pageRoutes } from './page-routes.ts';
import type { PendingSignIns } from './pending-sign-in.ts';
import type { CompleteSignIn } from './sign-in-completion.ts';
import { type SignInProblem, signInPage } from './sign-in-page.ts';

export type SignInOptions = PageContext & {
  readonly formTokens: FormTokens;
  readonly sessions: BrowserSessions;
  readonly interactions: Interactions;
  readonly pendingRequests: PendingRequestsForPages;
  readonly pendingSignIns: PendingSignIns;
  readonly signIn: PasswordSignIn;
  readonly secondFactors: SecondFactors;
  readonly complete: CompleteSignIn;
  /** Signing in by certificate, while the deployment allows it. */
  readonly certificateSignIn: () => CertificateSignIn | undefined;
  readonly certificateListener: CertificateListener | undefined;
};

export const SIGN_IN_PATH = '/oauth2/sign-in';
export const SECOND_FACTOR_PATH = `${SIGN_IN_PATH}/second-factor`;
const CERTIFICATE_PATH = `${SIGN_IN_PATH}/certificate`;
const EVENT = 'sign_in.refused';

/** What the person is told of a refusal, and with which status; the rest is for the operator. */
function shown({ because, error }: Refusal): readonly [problem: SignInProblem, status: number] {
  if (because === 'guessing_limited') {
    return error === 'temporarily_unavailable' ? ['problem.busy', 503] : ['sign.limited', 429];
  }
  if (because === 'form_out_of_date') return ['problem.form', 403];
  if (because === 'certificate_absent') return ['sign.certificateabsent', 403];
  // Unknown, disabled and wrong look the same.
  return error === 'access_denied' ? ['sign.certificaterefused', 403] : ['sign.wrong', 403];
}

/** `/oauth2/sign-in`: username and password, or the certificate of the browser. */
export function signInEndpoint(options: SignInOptions): Endpoint {
  const { pages, formTokens, sessions, interactions, pendingRequests, pendingSignIns } = options;
  const { signIn, secondFactors, complete, certificateSignIn, certificateListener } = options;

  const scopeOf = (interaction: Interaction): FormScope => [SIGN_IN_PATH, interactionId(interaction)];

  const send = async (
    { http, reply }: PageRequest,
    interaction: Interaction,
    failed: {
      readonly refusal?: Refusal;
      readonly problem?: SignInProblem;
      readonly username?: string | undefined;
    } = {},
  ): Promise<FastifyReply> => {
    const pending = interaction.kind === 'request' ? interaction.pending : undefined;
    const language = pages.language(http, pending?.ui_locales);
    const [problem, status] = failed.refusal ? shown(failed.refusal) : [failed.problem, 200];
    const event_id = failed.refusal && recordRefusal(failed.refusal, http, EVENT, options);
    const signedIn = await sessions.current(http);
    const query = queryFor(interaction);
    const withCertificates = certificateSignIn() ? true : undefined;
    const title = language.text('sign.title');
    return pages.send(reply, {
      status,
      language,
      title: problem ? language.text('problem.title', { title }) : title,
      policy: { formTargets: [pending?.redirect_uri, withCertificates && certificateListener?.elsewhere] },
      body: signInPage({
        language,
        interaction,
        action: pages.path(`${SIGN_IN_PATH}${query}`),
        certificateAction: withCertificates
          ? certificateListener?.url(`${CERTIFICATE_PATH}${query}`)
          : undefined,
        formToken: formTokens.issue(http, reply, scopeOf(interaction)),
        username: failed.username ?? pending?.login_hint ?? signedIn?.user.username,
        again: signedIn !== undefined,
        problem,
        // Shown where only an operator can help; elsewhere it would be noise.
        event_id: problem === 'sign.certificaterefused' ? event_id : undefined,
      }),
    });
  };

  const withPassword = async (request: PageRequest, interaction: Interaction): Promise<FastifyReply> => {
    const { http, reply, form } = request;
    formTokens.check(http, form.get('form_token'), scopeOf(interaction));
    if (form.get('action') === 'cancel' && interaction.kind === 'request') {
      return pages.goOn(reply, await pendingRequests.refuse(interaction.pending.id));
    }
    const user = await signIn(
      form.get('username') ?? '',
      form.get('password') ?? '',
      http.origin.remote_address,
    );
    if (!hasSecondFactor(await secondFactors.list(user.sub))) {
      return complete(http, reply, user, ['pwd'], interaction);
    }
    await pendingSignIns.open(reply, user, interaction);
    return reply.redirect(interactions.url(SECOND_FACTOR_PATH, interaction), 303);
  };

  /** The form may come from the page's listener to this one, on another port. */
  const from = certificateListener?.elsewhere === undefined ? 'same-origin' : 'same-site';

  const withCertificate = async (request: PageRequest, interaction: Interaction): Promise<FastifyReply> => {
    const { http, reply, form } = request;
    formTokens.check(http, form.get('form_token'), scopeOf(interaction), from);
    const check = certificateSignIn();
    if (!check) {
      throw new Refusal('access_denied', 'Signing in by certificate is off.', 'method_not_enabled', {
        expected: '[sign_in] client_certificate = true',
      });
    }
    const user = await check(certificateOf(http.origin));
    return complete(http, reply, user, ['pop'], interaction);
  };

  /** A refused attempt leads back to the page. */
  const attempt =
    (work: (request: PageRequest, interaction: Interaction) => Promise<FastifyReply>) =>
    async (request: PageRequest): Promise<FastifyReply> => {
      const interaction = await interactions.of(request);
      try {
        return await work(request, interaction);
      } catch (refusal) {
        if (!(refusal instanceof Refusal)) throw refusal;
        return send(request, interaction, { refusal, username: request.form.get('username') });
      }
    };

  return {
    metadata: {},
    register(root) {
      pageRoutes(root, SIGN_IN_PATH, EVENT, options, {
        GET: async (request) => {
          const over = request.query.get('over') !== undefined;
          return send(request, await interactions.of(request), over ? { problem: 'factor.over' } : {});
        },
        POST: attempt(withPassword),
      });
      pageRoutes(root, CERTIFICATE_PATH, EVENT, options, { POST: attempt(withCertificate) });
    },
  };
}
