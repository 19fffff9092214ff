import type { FastifyReply } from 'fastify';
import type { SecondFactors } from '../../user-authentication/second-factor.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Pages } from '../page/pages.ts';
import type { AccountPages, Notice } from './account-pages.ts';
import { accountRecoveryCodesPage } from './account-recovery-codes-page.ts';
import { ACCOUNT_PATHS } from './page-paths.ts';
import type { SignedInRequest } from './signed-in-page.ts';

/** Shows recovery codes to their owner. */
export type RecoveryCodePages = {
  send(request: SignedInRequest, codes: readonly string[]): FastifyReply;
  /** Ends the adding of a second factor: the first one brings recovery codes with it. */
  added(request: SignedInRequest, notice: Notice): Promise<FastifyReply>;
};

export function createRecoveryCodePages(context: {
  readonly account: AccountPages;
  readonly pages: Pages;
  readonly secondFactors: Pick<SecondFactors, 'list' | 'renewRecoveryCodes'>;
}): RecoveryCodePages {
  const { account, pages, secondFactors } = context;

  const send: RecoveryCodePages['send'] = ({ language, reply }, codes) =>
    pages.send(reply, {
      language,
      title: language.text('account.recoverytitle'),
      body: accountRecoveryCodesPage({ language, path: pages.path, codes }),
    });

  return {
    send,
    async added(request, notice) {
      const { sub } = request.signedIn.user;
      const { recoveryCodesLeft } = await secondFactors.list(sub);
      if (recoveryCodesLeft > 0) return account.done(request.reply, notice);
      return send(request, await secondFactors.renewRecoveryCodes(sub));
    },
  };
}

export type AccountRecoveryCodesOptions = {
  readonly account: AccountPages;
  readonly secondFactors: Pick<SecondFactors, 'renewRecoveryCodes'>;
  readonly recoveryCodePages: RecoveryCodePages;
};

/** `/account/recovery-codes`: new recovery codes in place of the earlier ones. */
export function accountRecoveryCodesEndpoint(options: AccountRecoveryCodesOptions): Endpoint {
  const { account, secondFactors, recoveryCodePages } = options;
  return {
    metadata: {},
    register(root) {
      account.register(root, ACCOUNT_PATHS.recoveryCodes, {
        POST: account.guardedForm(async (request) => {
          const codes = await secondFactors.renewRecoveryCodes(request.signedIn.user.sub);
          account.record(request, 'credential.added', { kind: 'recovery_code', count: codes.length });
          return recoveryCodePages.send(request, codes);
        }),
      });
    },
  };
}
