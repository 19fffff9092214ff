import type { FastifyReply } from 'fastify';
import { changesBetween } from '../../event/changes.ts';
import { invalidRequest } from '../../refusal/error-codes.ts';
import { Refusal } from '../../refusal/refusal.ts';
import type { Passkeys } from '../../user-authentication/passkey.ts';
import type { SecondFactors } from '../../user-authentication/second-factor.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Pages } from '../page/pages.ts';
import type { AccountPages } from './account-pages.ts';
import { accountPasskeyPage } from './account-passkey-page.ts';
import type { RecoveryCodePages } from './account-recovery-codes.ts';
import { ACCOUNT_PATHS } from './page-paths.ts';
import type { SignedInRequest } from './signed-in-page.ts';

export type AccountPasskeyOptions = {
  readonly account: AccountPages;
  readonly pages: Pages;
  readonly secondFactors: Pick<SecondFactors, 'list'>;
  readonly passkeys: Pick<Passkeys, 'registrationOptions' | 'register'>;
  readonly recoveryCodePages: RecoveryCodePages;
};

const MOST_PASSKEYS = 20;
const LONGEST_LABEL = 60;

/** `/account/passkey`: the person adds a passkey (WebAuthn). */
export function accountPasskeyEndpoint(options: AccountPasskeyOptions): Endpoint {
  const { account, pages, secondFactors, passkeys, recoveryCodePages } = options;

  const send = async (
    request: SignedInRequest,
    { failed, status }: { readonly failed: boolean; readonly status: number },
  ): Promise<FastifyReply> => {
    const { language, reply, signedIn } = request;
    const title = language.text('account.passkeyadd');
    const creation = await passkeys.registrationOptions(signedIn.user, signedIn.session.session_id);
    return pages.send(reply, {
      status,
      language,
      title: failed ? language.text('problem.title', { title }) : title,
      policy: { script: 'passkey' },
      body: accountPasskeyPage({
        language,
        path: pages.path,
        formToken: account.formToken(request),
        creation,
        longestLabel: LONGEST_LABEL,
        failed,
      }),
    });
  };

  /** @throws Refusal */
  const register = async (request: SignedInRequest, label: string): Promise<void> => {
    const { form, signedIn } = request;
    const { user, session } = signedIn;
    const { passkeys: have } = await secondFactors.list(user.sub);
    if (have.length >= MOST_PASSKEYS) {
      throw invalidRequest('There are too many passkeys.', 'passkey_not_accepted', {
        expected: `at most ${MOST_PASSKEYS}`,
      });
    }
    const text = form.get('credential') ?? '';
    const { credential_id, step, taken } = await passkeys.register(user, session.session_id, text, label);
    const isAdded = await account.change(request, [step], {
      type: 'credential.added',
      object: { kind: 'credential', id: credential_id },
      changes: changesBetween(undefined, { kind: 'passkey', label }),
      detail: { kind: 'passkey', label },
    });
    if (!isAdded) throw taken();
  };

  const add = async (request: SignedInRequest): Promise<FastifyReply> => {
    const { form, language } = request;
    const label =
      form.get('label')?.trim().slice(0, LONGEST_LABEL) || language.text('account.passkeydefault');
    try {
      await register(request, label);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      account.recordRefusal(request, error);
      return (
        account.leadToProblem(request, ACCOUNT_PATHS.passkey, { problem: 'account.passkeywrong' }) ??
        send(request, { failed: true, status: 400 })
      );
    }
    return recoveryCodePages.added(request, 'account.passkeydone');
  };

  return {
    metadata: {},
    register(root) {
      account.register(root, ACCOUNT_PATHS.passkey, {
        GET: account.guardedPage((request) => {
          const failed = account.problemToTell(request, ACCOUNT_PATHS.passkey) !== undefined;
          return send(request, { failed, status: 200 });
        }),
        POST: account.guardedForm(add),
      });
    },
  };
}
