import type { FastifyReply } from 'fastify';
import { Refusal } from '../../refusal/refusal.ts';
import type { AccountRegistrar } from '../../registration/account-registrar.ts';
import { UnacceptablePassword } from '../../user/password.ts';
import type { BrowserSessions } from '../../user-authentication/browser-sessions.ts';
import type { PasswordSignIn } from '../../user-authentication/password-sign-in.ts';
import type { Endpoint } from '../endpoint.ts';
import { recordRefusal } from '../oauth-replies.ts';
import { field, problemSummary } from '../page/form.ts';
import { html } from '../page/html.ts';
import { ACCOUNT_PATH, type AccountPages, type AccountRequest } from './account-pages.ts';
import { type PageContext, pageRoutes } from './page-routes.ts';

export type AccountPasswordOptions = PageContext & {
  readonly account: AccountPages;
  readonly accounts: AccountRegistrar;
  readonly signIn: PasswordSignIn;
  readonly sessions: BrowserSessions;
};

const PATH = `${ACCOUNT_PATH}/password`;
const EVENT = 'account.refused';
/** Characters (NIST SP 800-63B-4 §3.1.1.2). */
const SHORTEST = 8;

type Problem = {
  readonly field: 'current_password' | 'new_password' | 'repeated_password';
  readonly name:
    | 'sign.limited'
    | 'account.passwordwrong'
    | 'account.passwordshort'
    | 'account.passwordlong'
    | 'account.passworddiffers'
    | 'account.passwordtaken';
};

/** What is wrong with a new password before anything is checked against the account. */
function newPasswordProblem(current: string, wanted: string, repeated: string): Problem | undefined {
  if ([...wanted].length < SHORTEST) return { field: 'new_password', name: 'account.passwordshort' };
  if (wanted === current) return { field: 'new_password', name: 'account.passwordtaken' };
  return wanted === repeated ? undefined : { field: 'repeated_password', name: 'account.passworddiffers' };
}

/** `/account/password`: the person changes the password, knowing the current one. */
export function accountPasswordEndpoint(options: AccountPasswordOptions): Endpoint {
  const { account, accounts, signIn, sessions, pages } = options;

  const send = (request: AccountRequest, problem?: Problem): FastifyReply => {
    const { language, reply, signedIn } = request;
    const title = language.text('account.passwordchange');
    const least = SHORTEST;
    const problemOf = (name: Problem['field']) =>
      problem?.field === name ? language.text(problem.name, { least }) : undefined;
    return pages.send(reply, {
      status: problem ? 400 : 200,
      language,
      title: problem ? language.text('problem.title', { title }) : title,
      body: html`<div class="card">
<h1>${title}</h1>
${problem && problemSummary(language, language.text(problem.name, { least }), problem.field)}
${account.formTo(
  request,
  pages.path(PATH),
  html`<input type="text" name="username" autocomplete="username" value="${signedIn.user.username}" hidden>
${field({
  name: 'current_password',
  label: language.text('account.passwordcurrent'),
  type: 'password',
  autocomplete: 'current-password',
  problem: problemOf('current_password'),
  autofocus: problem === undefined,
})}
${field({
  name: 'new_password',
  label: language.text('account.passwordnew'),
  hint: language.text('account.passwordnewhint', { least }),
  type: 'password',
  autocomplete: 'new-password',
  problem: problemOf('new_password'),
})}
${field({
  name: 'repeated_password',
  label: language.text('account.passwordrepeat'),
  type: 'password',
  autocomplete: 'new-password',
  problem: problemOf('repeated_password'),
})}
<div class="actions">
<button type="submit">${title}</button>
<a class="button second" href="${pages.path(ACCOUNT_PATH)}">${language.text('cancel')}</a>
</div>`,
)}
</div>`,
    });
  };

  /** @returns what is wrong; undefined when the password is changed */
  const change = async (request: AccountRequest): Promise<Problem | undefined> => {
    const { form, http, signedIn } = request;
    const { username } = signedIn.user;
    const [current, wanted, repeated] = ['current_password', 'new_password', 'repeated_password'].map(
      (name) => form.get(name) ?? '',
    );
    if (current === undefined || wanted === undefined || repeated === undefined) return undefined;
    const problem = newPasswordProblem(current, wanted, repeated);
    if (problem) return problem;
    try {
      await signIn(username, current, http.origin.remote_address);
      await accounts.setPassword(username, wanted, { name: username, through: 'account-page' });
      return undefined;
    } catch (error) {
      if (error instanceof UnacceptablePassword)
        return { field: 'new_password', name: 'account.passwordlong' };
      if (!(error instanceof Refusal)) throw error;
      recordRefusal(error, http, EVENT, options);
      const limited = error.because === 'guessing_limited';
      return { field: 'current_password', name: limited ? 'sign.limited' : 'account.passwordwrong' };
    }
  };

  return {
    metadata: {},
    register(root) {
      pageRoutes(root, PATH, EVENT, options, {
        GET: account.page(async (request) => send(request)),
        POST: account.form(async (request) => {
          const problem = await change(request);
          if (problem) return send(request, problem);
          const { sub, session_id } = request.signedIn.session;
          // Whoever knew the old password, or has a copy of the cookie, is out.
          await sessions.renew(request.reply, request.signedIn.session);
          await sessions.endAll({ sub, except: session_id });
          return account.done(request.reply, 'account.passworddone');
        }),
      });
    },
  };
}
