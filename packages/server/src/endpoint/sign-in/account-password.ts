import type { FastifyReply } from 'fastify';
import { Refusal } from '../../refusal/refusal.ts';
import type { AccountRegistrar } from '../../registration/account-registrar.ts';
import type { NewPassword } from '../../registration/password-setting.ts';
import { changeAgain } from '../../registration/unit-of-change.ts';
import { UnacceptablePassword } from '../../user/password.ts';
import type { BrowserSessions } from '../../user-authentication/browser-sessions.ts';
import type { KnownBrowsers } from '../../user-authentication/known-browser.ts';
import type { PasswordSignIn } from '../../user-authentication/password-sign-in.ts';
import type { EndAccess } from '../../user-authentication/session-endings.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Pages } from '../page/pages.ts';
import type { AccountPages } from './account-pages.ts';
import { accountPasswordPage } from './account-password-page.ts';
import {
  isKept,
  newPasswordProblem,
  type PasswordProblem,
  passwordProblem,
  typedPassword,
} from './new-password-fields.ts';
import { ACCOUNT_PATHS } from './page-paths.ts';
import type { SignedInRequest } from './signed-in-page.ts';

export type AccountPasswordOptions = {
  readonly account: AccountPages;
  readonly pages: Pages;
  readonly accounts: Pick<AccountRegistrar, 'setPassword'>;
  readonly signIn: PasswordSignIn;
  readonly knownBrowsers: Pick<KnownBrowsers, 'of'>;
  readonly sessions: Pick<BrowserSessions, 'renewal'>;
  readonly endAccess: EndAccess;
  /** The fewest characters of a password, of now. */
  readonly least: () => number;
};

/** `/account/password`: the person changes the password, knowing the current one. */
export function accountPasswordEndpoint(options: AccountPasswordOptions): Endpoint {
  const { account, accounts, signIn, knownBrowsers, sessions, endAccess, least, pages } = options;

  const send = (request: SignedInRequest, status: number, problem?: PasswordProblem): FastifyReply => {
    const { language, reply, signedIn } = request;
    const title = language.text('account.passwordchange');
    return pages.send(reply, {
      status,
      language,
      title: problem ? language.text('problem.title', { title }) : title,
      body: accountPasswordPage({
        language,
        path: pages.path,
        formToken: account.formToken(request),
        username: signedIn.user.username,
        least: least(),
        problem,
      }),
    });
  };

  /** Whoever knew the old password, or has a copy of the cookie, is out in the same moment. */
  const set = (request: SignedInRequest, password: string): Promise<void> =>
    changeAgain(async () => {
      const { reply, signedIn, form } = request;
      const { session_id } = signedIn.session;
      const renewal = await sessions.renewal(signedIn.session);
      const wanted: NewPassword = {
        password,
        isChosenAnew: true,
        ...(isKept(form) ? {} : { endAccess, except: session_id }),
      };
      await accounts.setPassword(signedIn.user.username, wanted, account.actor(request), renewal.steps);
      renewal.settle(reply);
    });

  /** @returns what is wrong; undefined when the password is changed */
  const change = async (request: SignedInRequest): Promise<PasswordProblem | undefined> => {
    const { form, http, signedIn } = request;
    const { username } = signedIn.user;
    const wanted = typedPassword(form);
    if (typeof wanted !== 'string') return wanted;
    try {
      await signIn(
        username,
        form.get('current_password') ?? '',
        http.origin.remote_address,
        knownBrowsers.of(http.headers.cookie),
      );
      await set(request, wanted);
      return undefined;
    } catch (error) {
      if (error instanceof UnacceptablePassword) return newPasswordProblem(error.fault);
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
        GET: account.page(async (request) => {
          const told = account.problemToTell(request, ACCOUNT_PATHS.password);
          return send(request, 200, told && passwordProblem(told.problem, told.field));
        }),
        POST: account.form(async (request) => {
          const problem = await change(request);
          if (problem) {
            const { name, field } = problem;
            return (
              account.leadToProblem(request, ACCOUNT_PATHS.password, { problem: name, field }) ??
              send(request, 400, problem)
            );
          }
          return account.done(
            request.reply,
            isKept(request.form) ? 'account.passwordkept' : 'account.passworddone',
          );
        }),
      });
    },
  };
}
