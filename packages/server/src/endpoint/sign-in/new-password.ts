import type { FastifyReply } from 'fastify';
import type { EventRecorder } from '../../event/event-recorder.ts';
import { Refusal } from '../../refusal/refusal.ts';
import type { AccountRegistrar } from '../../registration/account-registrar.ts';
import { UnitRefused } from '../../storage/commit-change.ts';
import { UnacceptablePassword } from '../../user/password.ts';
import type { User } from '../../user/user.ts';
import type { EndAccess } from '../../user-authentication/session-endings.ts';
import type { Endpoint } from '../endpoint.ts';
import { recordShownRefusal } from '../oauth-replies.ts';
import type { FormScope, FormTokens } from '../page/form-token.ts';
import type { Pages } from '../page/pages.ts';
import { type Interaction, type Interactions, queryFor } from './interaction.ts';
import {
  isKept,
  newPasswordProblem,
  type PasswordProblem,
  passwordProblem,
  typedPassword,
} from './new-password-fields.ts';
import { newPasswordPage } from './new-password-page.ts';
import { NEW_PASSWORD_PATH } from './page-paths.ts';
import type { PageRequest, PageRoutes } from './page-routes.ts';
import type { PendingSignIn, PendingSignIns } from './pending-sign-in.ts';
import { SIGN_IN_REFUSED } from './sign-in-attempts.ts';
import type { CompleteSignIn } from './sign-in-completion.ts';
import type { SingleSignOn } from './single-sign-on.ts';

export type NewPasswordOptions = {
  readonly pageRoutes: PageRoutes;
  readonly pages: Pages;
  readonly events: EventRecorder;
  readonly formTokens: FormTokens;
  readonly interactions: Interactions;
  readonly singleSignOn: Pick<SingleSignOn, 'goOnOrSignInAgain'>;
  readonly pendingSignIns: Pick<PendingSignIns, 'find' | 'ending' | 'forget'>;
  readonly accounts: Pick<AccountRegistrar, 'setPassword'>;
  readonly endAccess: EndAccess;
  /** The fewest characters of a password, of now. */
  readonly least: () => number;
  readonly complete: CompleteSignIn;
};

/**
 * `/oauth2/sign-in/new-password`: whoever proved who they are, with a password that is temporary, chooses another one
 * before they are signed in.
 */
export function newPasswordEndpoint(options: NewPasswordOptions): Endpoint {
  const { pageRoutes, pages, events, formTokens, interactions, pendingSignIns } = options;
  const { singleSignOn, accounts, endAccess, least, complete } = options;

  const scopeOf = (pending: PendingSignIn): FormScope => [NEW_PASSWORD_PATH, pending.id];

  const send = (
    { http, reply }: PageRequest,
    interaction: Interaction,
    pending: PendingSignIn,
    { problem, status }: { readonly problem: PasswordProblem | undefined; readonly status: number },
  ): FastifyReply => {
    const request = interaction.kind === 'request' ? interaction.pending : undefined;
    const language = pages.language(http, request?.ui_locales);
    const title = language.text('newpassword.title');
    return pages.send(reply, {
      status,
      language,
      title: problem ? language.text('problem.title', { title }) : title,
      policy: { formTargets: [request?.redirect_uri] },
      body: newPasswordPage({
        language,
        action: pages.path(`${NEW_PASSWORD_PATH}${queryFor(interaction)}`),
        formToken: formTokens.issue(http, reply, scopeOf(pending)),
        username: pending.user.username,
        least: least(),
        problem,
      }),
    });
  };

  const show = async (request: PageRequest): Promise<FastifyReply> => {
    const { http } = request;
    const interaction = await interactions.of(request);
    const pending = await pendingSignIns.find(http, interaction, 'new-password');
    if (!pending) return singleSignOn.goOnOrSignInAgain(request, interaction);
    const told = interactions.problemToTell(request, NEW_PASSWORD_PATH, interaction);
    const problem = told && passwordProblem(told.problem, told.field);
    return send(request, interaction, pending, { problem, status: 200 });
  };

  /** A browser is led to the page again; another program is answered with it. */
  const tell = (
    request: PageRequest,
    interaction: Interaction,
    pending: PendingSignIn,
    problem: PasswordProblem,
  ): FastifyReply =>
    interactions.leadToProblem(request, NEW_PASSWORD_PATH, interaction, {
      problem: problem.name,
      field: problem.field,
    }) ?? send(request, interaction, pending, { problem, status: 400 });

  /** @returns what is wrong; the account when the password is changed; undefined when the sign-in was over */
  const choose = async (
    { http, form }: PageRequest,
    pending: PendingSignIn,
  ): Promise<PasswordProblem | User | undefined> => {
    const { username } = pending.user;
    const password = typedPassword(form);
    if (typeof password !== 'string') return password;
    const { remote_address } = http.origin;
    const by = { name: username, through: 'sign-in', remote_address } as const;
    const ended = pendingSignIns.ending(pending);
    try {
      const wanted = { password, isChosenAnew: true, endAccess: isKept(form) ? undefined : endAccess };
      const { user } = await accounts.setPassword(username, wanted, by, [ended]);
      return user;
    } catch (error) {
      if (error instanceof UnacceptablePassword) return newPasswordProblem(error.fault);
      if (error instanceof UnitRefused && error.condition === ended.condition) return undefined;
      throw error;
    }
  };

  const change = async (request: PageRequest): Promise<FastifyReply> => {
    const { http, reply, form } = request;
    const interaction = await interactions.of(request);
    const pending = await pendingSignIns.find(http, interaction, 'new-password');
    // Nobody may think that what they chose is their password now.
    if (!pending) return interactions.signInAgain(reply, interaction);
    try {
      formTokens.check(http, form.get('form_token'), scopeOf(pending));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      recordShownRefusal(error, reply, SIGN_IN_REFUSED, { events });
      return tell(request, interaction, pending, { field: 'new_password', name: 'problem.form' });
    }
    const chosen = await choose(request, pending);
    if (!chosen) return interactions.signInAgain(reply, interaction);
    if ('field' in chosen) return tell(request, interaction, pending, chosen);
    pendingSignIns.forget(http, reply, pending);
    return complete(http, reply, chosen, pending.amr, interaction);
  };

  return {
    metadata: {},
    register(root) {
      pageRoutes(root, NEW_PASSWORD_PATH, SIGN_IN_REFUSED, { GET: show, POST: change });
    },
  };
}
