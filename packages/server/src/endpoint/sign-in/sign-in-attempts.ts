import type { FastifyReply } from 'fastify';
import type { EventRecorder } from '../../event/event-recorder.ts';
import { Refusal } from '../../refusal/refusal.ts';
import type { BrowserSessions } from '../../user-authentication/browser-sessions.ts';
import { recordShownRefusal } from '../oauth-replies.ts';
import { type FormScope, type FormTokens, isSentFromElsewhere } from '../page/form-token.ts';
import { webLink } from '../page/html.ts';
import type { Pages } from '../page/pages.ts';
import type { CertificateListener } from './certificate-listener.ts';
import { type Interaction, type Interactions, interactionId, queryFor } from './interaction.ts';
import { SIGN_IN_BY_CERTIFICATE_PATH, SIGN_IN_PATH } from './page-paths.ts';
import type { PageHandler, PageRequest } from './page-routes.ts';
import { SIGN_IN_PROBLEMS, type SignInProblem, signInPage } from './sign-in-page.ts';
import { type SingleSignOn, signedInMark } from './single-sign-on.ts';

/** What was wrong with an attempt to sign in, to be shown on the page. */
type FailedAttempt = {
  readonly status: number;
  readonly problem: SignInProblem;
  /** As it was typed. */
  readonly username?: string | undefined;
  /** Of the refusal. */
  readonly event_id?: string | undefined;
};

/** The page to sign in on, and the attempts that come of it. */
export type SignInAttempts = {
  /** @param problem beside that of an attempt that led here */
  showPage(request: PageRequest, interaction: Interaction, problem?: SignInProblem): Promise<FastifyReply>;
  /**
   * Handles a form of the page, unless another tab signed its person in meanwhile; a refusal leads back to the page.
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
  readonly singleSignOn: SingleSignOn;
  /** Whether people may sign in by certificate. */
  readonly certificatesAllowed: () => boolean;
  readonly certificateListener: CertificateListener | undefined;
}): SignInAttempts {
  const { pages, events, formTokens, sessions, interactions } = context;
  const { singleSignOn, certificatesAllowed, certificateListener } = context;

  const scopeOf = (interaction: Interaction): FormScope => [SIGN_IN_PATH, interactionId(interaction)];

  const sendPage = async (
    { http, reply }: PageRequest,
    interaction: Interaction,
    failed?: FailedAttempt,
  ): Promise<FastifyReply> => {
    const pending = interaction.kind === 'request' ? interaction.pending : undefined;
    const language = pages.language(http, pending?.ui_locales);
    const signedIn = await sessions.current(http);
    // Changing what one signs in with asks for it again, and nothing else of the account does.
    const enough =
      interaction.kind === 'account' ? undefined : await singleSignOn.suffices(http, interaction);
    const query = queryFor(interaction);
    const listener = certificatesAllowed() ? certificateListener : undefined;
    const image = webLink(pending?.client.logo_uri);
    const title = language.text('sign.title');
    return pages.send(reply, {
      status: failed?.status ?? 200,
      language,
      title: failed ? language.text('problem.title', { title }) : title,
      policy: {
        formTargets: [pending?.redirect_uri, listener?.elsewhere],
        ...(image !== undefined && { image }),
      },
      body: signInPage({
        language,
        interaction,
        action: pages.path(`${SIGN_IN_PATH}${query}`),
        certificateAction: listener?.url(`${SIGN_IN_BY_CERTIFICATE_PATH}${query}`),
        formToken: formTokens.issue(http, reply, scopeOf(interaction)),
        signedInMark: signedInMark(signedIn),
        username: failed?.username ?? pending?.login_hint ?? (enough ? undefined : signedIn?.user.username),
        again: signedIn !== undefined && !enough,
        already: enough && { username: enough.user.username, next: interactions.next(interaction) },
        problem: failed?.problem,
        // Shown where only an operator can help; elsewhere it would be noise.
        event_id: failed?.problem === 'sign.certificaterefused' ? failed.event_id : undefined,
      }),
    });
  };

  /** A browser is led to the page again; another program is answered with it. */
  const refuse = (
    request: PageRequest,
    interaction: Interaction,
    refusal: Refusal,
  ): FastifyReply | Promise<FastifyReply> => {
    const [problem, status] = shown(refusal);
    const username = request.form.get('username');
    const event_id = recordShownRefusal(refusal, request.reply, SIGN_IN_REFUSED, { events });
    return (
      interactions.leadToProblem(request, SIGN_IN_PATH, interaction, {
        problem,
        event_id,
        ...(username !== undefined && { username }),
      }) ?? sendPage(request, interaction, { status, problem, username, event_id })
    );
  };

  return {
    showPage(request, interaction, problem) {
      const told = interactions.problemToTell(request, SIGN_IN_PATH, interaction);
      const ofAttempt = SIGN_IN_PROBLEMS.find((known) => known === told?.problem);
      const failed = ofAttempt ? { ...told, problem: ofAttempt } : problem && { problem };
      return sendPage(request, interaction, failed && { status: 200, ...failed });
    },
    attempt: (signIn, from) => async (request) => {
      const { http, reply, form } = request;
      const interaction = await interactions.of(request);
      const counts = form.get('action') === 'cancel' || isSentFromElsewhere(http, from);
      if (!counts && (await singleSignOn.isOvertaken(request, interaction)))
        return pages.goOn(reply, interactions.next(interaction));
      try {
        formTokens.check(http, form.get('form_token'), scopeOf(interaction), from);
        return await signIn(request, interaction);
      } catch (refusal) {
        if (!(refusal instanceof Refusal)) throw refusal;
        return refuse(request, interaction, refusal);
      }
    },
  };
}
