import type { FastifyReply } from 'fastify';
import { Refusal } from '../../refusal/refusal.ts';
import type { AccountRegistrar } from '../../registration/account-registrar.ts';
import { changeAgain } from '../../registration/unit-of-change.ts';
import { UnacceptablePassword } from '../../user/password.ts';
import type { BrowserSessions } from '../../user-authentication/browser-sessions.ts';
import type { PasswordSignIn } from '../../user-authentication/password-sign-in.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Pages } from '../page/pages.ts';
import type { AccountPages } from './account-pages.ts';
import { accountPasswordPage, type PasswordProblem } from './account-password-page.ts';
import { ACCOUNT_PATHS } from './page-paths.ts';
import type { SignedInRequest } from './signed-in-page.ts';

export type AccountPasswordOptions = {
  readonly account: AccountPages;
  readonly pages: Pages;
  readonly accounts: Pick<AccountRegistrar, 'setPassword'>;
  readonly signIn: PasswordSignIn;
  readonly sessions: Pick<BrowserSessions, 'renewal' | 'endingAll'>;
};

/** Characters (NIST SP 800-63B-4 §3.1.1.2). */
const SHORTEST = 8;

/** What is wrong with a new password before anything is checked against the account. */
function newPasswordProblem(current: string, wanted: string, repeated: string): PasswordProblem | undefined {
  if ([...wanted].length < SHORTEST) return { field: 'new_password', name: 'account.passwordshort' };
  if (wanted === current) return { field: 'new_password', name: 'account.passwordtaken' };
  return wanted === repeated ? undefined : { field: 'repeated_password', name: 'account.passworddiffers' };
}

/** `/account/password`: the person changes the password, knowing the current one. */
export function accountPasswordEndpoint(options: AccountPasswordOptions): Endpoint {
  const { account, accounts, signIn, sessions, pages } = options;

  const send = (request: SignedInRequest, problem?: PasswordProblem): FastifyReply => {
    const { language, reply, signedIn } = request;
    const title = language.text('account.passwordchange');
    return pages.send(reply, {
      status: problem ? 400 : 200,
      language,
      title: problem ? language.text('problem.title', { title }) : title,
      body: accountPasswordPage({
        language,
        path: pages.path,
        formToken: account.formToken(request),
        username: signedIn.user.username,
        least: SHORTEST,
        problem,
      }),
    });
  };

  /** Whoever knew the old password, or has a copy of the cookie, is out in the same moment. */
  const set = (request: SignedInRequest, wanted: string): Promise<void> =>
    changeAgain(async () => {
      const { reply, signedIn } = request;
      const { sub, session_id } = signedIn.session;
      const { username } = signedIn.user;
      const renewal = await sessions.renewal(signedIn.session);
      const ending = await sessions.endingAll({ sub, except: session_id });
      const by = account.actor(request);
      await accounts.setPassword(username, wanted, by, [...renewal.steps, ...ending.steps]);
      renewal.settle(reply);
      ending.settle();
    });

  /** @returns what is wrong; undefined when the password is changed */
  const change = async (request: SignedInRequest): Promise<PasswordProblem | undefined> => {
    const { form, http, signedIn } = request;
    const { username } = signedIn.user;
    const current = form.get('current_password') ?? '';
    const wanted = form.get('new_password') ?? '';
    const problem = newPasswordProblem(current, wanted, form.get('repeated_password') ?? '');
    if (problem) return problem;
    try {
      await signIn(username, current, http.origin.remote_address);
      await set(request, wanted);
      return undefined;
    } catch (error) {
      if (error instanceof UnacceptablePassword)
        return { field: 'new_password', name: 'account.passwordlong' };
      if (!(error instanceof Refusal)) throw error;
      account.recordRefusal(request, error);
      const limited = error.because === 'guessing_limited';
      return { field: 'current_password', name: limited ? 'sign.limited' : 'account.passwordwrong' };
    }
  };

  return {
    metadata: {},
    register(root) {
      account.register(root, ACCOUNT_PATHS.password, {
        GET: account.page(async (request) => send(request)),
        POST: account.form(async (request) => {
          const problem = await change(request);
          if (problem) return send(request, problem);
          return account.done(request.reply, 'account.passworddone');
        }),
      });
    },
  };
}
