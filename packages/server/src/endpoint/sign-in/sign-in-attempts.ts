import type { FastifyReply } from 'fastify';
import type { EventRecorder } from '../../event/event-recorder.ts';
import { Refusal } from '../../refusal/refusal.ts';
import type { BrowserSessions } from '../../user-authentication/browser-sessions.ts';
import { recordShownRefusal } from '../oauth-replies.ts';
import type { FormScope, FormTokens } from '../page/form-token.ts';
import type { Pages } from '../page/pages.ts';
import type { CertificateListener } from './certificate-listener.ts';
import { type Interaction, type Interactions, interactionId, queryFor } from './interaction.ts';
import { SIGN_IN_BY_CERTIFICATE_PATH, SIGN_IN_PATH } from './page-paths.ts';
import type { PageHandler, PageRequest } from './page-routes.ts';
import { type SignInProblem, signInPage } from './sign-in-page.ts';

/** What was wrong with an attempt to sign in, to be shown on the page. */
export type FailedAttempt = {
  readonly refusal?: Refusal;
  readonly problem?: SignInProblem;
  /** As it was typed. */
  readonly username?: string | undefined;
};

/** The page to sign in on, and the attempts that come of it. */
export type SignInAttempts = {
  sendPage(request: PageRequest, interaction: Interaction, failed?: FailedAttempt): Promise<FastifyReply>;
  /**
   * Handles a form of the page; a refusal leads back to it.
   * @param from `same-site` where the form is sent to another port than the page is served on
   */
  attempt(
    signIn: (request: PageRequest, interaction: Interaction) => Promise<FastifyReply>,
    from?: 'same-site',
  ): PageHandler;
};

/** The type of the event of an attempt refused. */
export const SIGN_IN_REFUSED = 'sign_in.refused';

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

export function createSignInAttempts(context: {
  readonly pages: Pages;
  readonly events: EventRecorder;
  readonly formTokens: FormTokens;
  readonly sessions: Pick<BrowserSessions, 'current'>;
  readonly interactions: Interactions;
  /** Whether people may sign in by certificate. */
  readonly certificatesAllowed: () => boolean;
  readonly certificateListener: CertificateListener | undefined;
}): SignInAttempts {
  const { pages, events, formTokens, sessions, interactions } = context;
  const { certificatesAllowed, certificateListener } = context;

  const scopeOf = (interaction: Interaction): FormScope => [SIGN_IN_PATH, interactionId(interaction)];

  const sendPage: SignInAttempts['sendPage'] = async ({ http, reply }, interaction, failed = {}) => {
    const pending = interaction.kind === 'request' ? interaction.pending : undefined;
    const language = pages.language(http, pending?.ui_locales);
    const [problem, status] = failed.refusal ? shown(failed.refusal) : [failed.problem, 200];
    const event_id = failed.refusal && recordShownRefusal(failed.refusal, reply, SIGN_IN_REFUSED, { events });
    const signedIn = await sessions.current(http);
    const query = queryFor(interaction);
    const listener = certificatesAllowed() ? certificateListener : undefined;
    const title = language.text('sign.title');
    return pages.send(reply, {
      status,
      language,
      title: problem ? language.text('problem.title', { title }) : title,
      policy: { formTargets: [pending?.redirect_uri, listener?.elsewhere] },
      body: signInPage({
        language,
        interaction,
        action: pages.path(`${SIGN_IN_PATH}${query}`),
        certificateAction: listener?.url(`${SIGN_IN_BY_CERTIFICATE_PATH}${query}`),
        formToken: formTokens.issue(http, reply, scopeOf(interaction)),
        username: failed.username ?? pending?.login_hint ?? signedIn?.user.username,
        again: signedIn !== undefined,
        problem,
        // Shown where only an operator can help; elsewhere it would be noise.
        event_id: problem === 'sign.certificaterefused' ? event_id : undefined,
      }),
    });
  };

  return {
    sendPage,
    attempt: (signIn, from) => async (request) => {
      const { http, form } = request;
      const interaction = await interactions.of(request);
      try {
        formTokens.check(http, form.get('form_token'), scopeOf(interaction), from);
        return await signIn(request, interaction);
      } catch (refusal) {
        if (!(refusal instanceof Refusal)) throw refusal;
        return sendPage(request, interaction, { refusal, username: form.get('username') });
      }
    },
  };
}
