import type { AccountRegistrar } from '../../registration/account-registrar.ts';
import { UnitRefused } from '../../storage/commit-change.ts';
import { UnacceptablePassword } from '../../user/password.ts';
import type { User } from '../../user/user.ts';
import type { EndAccess } from '../../user-authentication/session-endings.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Interactions } from './interaction.ts';
import {
  isKept,
  newPasswordProblem,
  type PasswordProblem,
  passwordProblem,
  typedPassword,
} from './new-password-fields.ts';
import { newPasswordPage } from './new-password-page.ts';
import { NEW_PASSWORD_PATH } from './page-paths.ts';
import type { PendingSignIns } from './pending-sign-in.ts';
import type { CompleteSignIn } from './sign-in-completion.ts';
import type { StagePage, StagePages, StageRequest } from './stage-pages.ts';

export type NewPasswordOptions = {
  readonly stagePages: StagePages;
  readonly interactions: Pick<Interactions, 'signInAgain'>;
  readonly pendingSignIns: Pick<PendingSignIns, 'ending' | 'forget'>;
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
  const { stagePages, interactions, pendingSignIns, accounts, endAccess, least, complete } = options;

  /** @returns what is wrong; the account when the password is changed; undefined when the sign-in was over */
  const choose = async ({
    http,
    form,
    pending,
  }: StageRequest): Promise<{ readonly wrong: PasswordProblem } | User | undefined> => {
    const { username } = pending.user;
    const password = typedPassword(form);
    if (typeof password !== 'string') return { wrong: password };
    const { remote_address } = http.origin;
    const by = { name: username, through: 'sign-in', remote_address } as const;
    const ended = pendingSignIns.ending(pending);
    try {
      const wanted = { password, isChosenAnew: true, endAccess: isKept(form) ? undefined : endAccess };
      const { user } = await accounts.setPassword(username, wanted, by, [ended]);
      return user;
    } catch (error) {
      if (error instanceof UnacceptablePassword) return { wrong: newPasswordProblem(error.fault) };
      if (error instanceof UnitRefused && error.condition === ended.condition) return undefined;
      throw error;
    }
  };

  const page: StagePage<PasswordProblem> = {
    path: NEW_PASSWORD_PATH,
    stage: 'new-password',
    title: 'newpassword.title',
    formProblem: { field: 'new_password', name: 'problem.form' },
    problemOf: passwordProblem,
    body({ pending, language }, form, problem) {
      const { username } = pending.user;
      return newPasswordPage({ language, ...form, username, least: least(), problem });
    },
    async submit(request) {
      const { http, reply, pending, interaction } = request;
      const chosen = await choose(request);
      if (!chosen) return interactions.signInAgain(reply, interaction);
      if ('wrong' in chosen) return chosen;
      pendingSignIns.forget(http, reply, pending);
      return complete(http, reply, chosen, pending.amr, interaction);
    },
  };

  return {
    metadata: {},
    register: (root) => stagePages.register(root, page),
  };
}
