import type { FastifyReply } from 'fastify';
import { changesBetween } from '../../event/changes.ts';
import type { EventDraft } from '../../event/event.ts';
import type { EventRecorder } from '../../event/event-recorder.ts';
import { accessDenied } from '../../refusal/error-codes.ts';
import { tryChange } from '../../storage/commit-change.ts';
import type { Storage } from '../../storage/storage.ts';
import { without } from '../../user/required-action.ts';
import type { User } from '../../user/user.ts';
import type { AuthenticationMethod } from '../../user-authentication/authentication-context.ts';
import type { SecondFactors } from '../../user-authentication/second-factor.ts';
import { totpUri } from '../../user-authentication/totp.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Interactions } from './interaction.ts';
import { newTotpPage, recoveryCodesPage } from './new-totp-page.ts';
import { NEW_TOTP_PATH, SIGN_IN_RECOVERY_CODES_PATH } from './page-paths.ts';
import type { PendingSignIn, PendingSignIns } from './pending-sign-in.ts';
import type { CompleteSignIn } from './sign-in-completion.ts';
import type { StagePage, StagePages, StageProblem, StageRequest } from './stage-pages.ts';

export type NewTotpOptions = {
  readonly stagePages: StagePages;
  readonly events: EventRecorder;
  readonly interactions: Pick<Interactions, 'signInAgain' | 'url'>;
  readonly pendingSignIns: Pick<PendingSignIns, 'open' | 'ending' | 'forget' | 'finish'>;
  readonly secondFactors: Pick<
    SecondFactors,
    | 'list'
    | 'beginTotp'
    | 'confirmTotp'
    | 'newRecoveryCodes'
    | 'showRecoveryCodes'
    | 'shownRecoveryCodes'
    | 'keepRecoveryCodes'
  >;
  readonly storage: Pick<Storage, 'users' | 'credentials' | 'commit'>;
  /** The name an authenticator app shows. */
  readonly serverName: () => string;
  readonly complete: CompleteSignIn;
};

const WRONG: StageProblem = { name: 'account.totpwrong', field: 'code' };
const FORM: StageProblem = { name: 'problem.form' };

/** How a person signed in who, at the end of it, proved the app too. */
const withCode = (amr: readonly AuthenticationMethod[]): readonly AuthenticationMethod[] => [
  ...new Set([...amr, 'otp', 'mfa'] as const),
];

/** What tells of an app that was set up, and of recovery codes where they are new. */
function eventsOf(
  before: User,
  after: User,
  remote_address: string,
  codes: readonly string[],
): readonly EventDraft[] {
  const { sub, username } = before;
  const told = {
    type: 'credential.added',
    outcome: 'success',
    actor: { name: username, through: 'sign-in', remote_address },
    username,
  } as const;
  const { required_actions } = before;
  const app: EventDraft = {
    ...told,
    object: { kind: 'credential', id: sub },
    changes: changesBetween({ required_actions }, { kind: 'totp', required_actions: after.required_actions }),
    detail: { sub, kind: 'totp' },
  };
  const added: EventDraft = {
    ...told,
    object: { kind: 'user', id: sub },
    changes: changesBetween({ codes_left: 0 }, { codes_left: codes.length }),
    detail: { sub, kind: 'recovery_code', count: codes.length },
  };
  return codes.length > 0 ? [app, added] : [app];
}

/**
 * `/oauth2/sign-in/authenticator`: whoever must set up an authenticator app does so before they are signed in; one they had
 * is replaced. The first one brings recovery codes, shown at `/oauth2/sign-in/recovery-codes`.
 */
export function newTotpEndpoint(options: NewTotpOptions): Endpoint {
  const { stagePages, events, interactions, pendingSignIns, secondFactors, storage } = options;
  const { serverName, complete } = options;

  /** Leads to the codes; from there the sign-in goes on. */
  const showCodes = async (
    request: StageRequest,
    user: User,
    amr: readonly AuthenticationMethod[],
    codes: readonly string[],
  ): Promise<FastifyReply> => {
    const { http, reply, interaction } = request;
    const pending = await pendingSignIns.open(http, reply, user, interaction, {
      stage: 'recovery-codes',
      amr,
    });
    await secondFactors.showRecoveryCodes(user.sub, pending.id, codes);
    return reply.redirect(interactions.url(SIGN_IN_RECOVERY_CODES_PATH, interaction), 303);
  };

  /** @returns the account as it is then; undefined where the sign-in was over, or the account changed meanwhile */
  const setUp = async (
    { http, form }: StageRequest,
    pending: PendingSignIn,
  ): Promise<{ readonly user: User; readonly codes: readonly string[] } | undefined> => {
    const { user, id } = pending;
    const { sub, username } = user;
    const confirmed = await secondFactors.confirmTotp(sub, id, form.get('code') ?? '');
    if (confirmed === 'over') return undefined;
    if (confirmed === 'wrong') {
      throw accessDenied('The code is wrong.', 'second_factor_wrong', { username });
    }
    const { recoveryCodesLeft } = await secondFactors.list(sub);
    const recovery = recoveryCodesLeft > 0 ? undefined : secondFactors.newRecoveryCodes(sub);
    const codes = recovery?.codes ?? [];
    const after = { ...without('configure_totp', user), revision: user.revision + 1 };
    const steps = [
      pendingSignIns.ending(pending),
      storage.credentials.steps.removeAll(sub, 'totp'),
      ...confirmed,
      ...(recovery?.steps ?? []),
      ...storage.users.steps.update(after),
    ];
    const told = eventsOf(user, after, http.origin.remote_address, codes);
    const { outcome } = await tryChange({ storage, events }, steps, ...told);
    return outcome === 'committed' ? { user: after, codes } : undefined;
  };

  const authenticator: StagePage = {
    path: NEW_TOTP_PATH,
    stage: 'authenticator',
    title: 'account.totpadd',
    formProblem: FORM,
    problemOf: (name) => [WRONG, FORM].find((known) => known.name === name),
    problemOfRefusal: () => WRONG,
    async body({ pending, language }, form, problem) {
      const { sub, username } = pending.user;
      const secret = await secondFactors.beginTotp(sub, pending.id);
      const uri = totpUri(secret, serverName(), username);
      return newTotpPage({ language, ...form, username, secret, uri, problem });
    },
    async submit(request) {
      const { http, reply, pending, interaction } = request;
      const done = await setUp(request, pending);
      if (!done) return interactions.signInAgain(reply, interaction);
      pendingSignIns.forget(http, reply, pending);
      const amr = withCode(pending.amr);
      return done.codes.length > 0
        ? showCodes(request, done.user, amr, done.codes)
        : complete(http, reply, done.user, amr, interaction);
    },
  };

  const recoveryCodes: StagePage = {
    path: SIGN_IN_RECOVERY_CODES_PATH,
    stage: 'recovery-codes',
    title: 'account.recoverytitle',
    script: 'recovery-codes',
    formProblem: FORM,
    problemOf: (name) => (name === FORM.name ? FORM : undefined),
    async body({ pending, language }, form, problem) {
      const { sub, username } = pending.user;
      const codes = await secondFactors.shownRecoveryCodes(sub, pending.id);
      const shown = codes && { language, serverName: serverName(), username, codes };
      return recoveryCodesPage(language, form, shown, problem);
    },
    async submit({ http, reply, pending, interaction }) {
      if (!(await pendingSignIns.finish(http, reply, pending)))
        return interactions.signInAgain(reply, interaction);
      await secondFactors.keepRecoveryCodes(pending.id);
      return complete(http, reply, pending.user, pending.amr, interaction);
    },
  };

  return {
    metadata: {},
    register(root) {
      stagePages.register(root, authenticator);
      stagePages.register(root, recoveryCodes);
    },
  };
}
