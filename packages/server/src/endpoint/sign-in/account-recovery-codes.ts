import type { FastifyReply } from 'fastify';
import { changesBetween } from '../../event/changes.ts';
import { StorageConflict } from '../../storage/storage.ts';
import type { SecondFactors } from '../../user-authentication/second-factor.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Pages } from '../page/pages.ts';
import type { AccountPages, Notice } from './account-pages.ts';
import { accountRecoveryCodesPage } from './account-recovery-codes-page.ts';
import { ACCOUNT_PATHS } from './page-paths.ts';
import type { SignedInRequest } from './signed-in-page.ts';

/** Shows recovery codes to their owner. */
export type RecoveryCodePages = {
  /** Makes new ones and shows them, once. */
  renew(request: SignedInRequest): Promise<FastifyReply>;
  /** Ends the adding of a second factor: the first one brings recovery codes with it. */
  added(request: SignedInRequest, notice: Notice): Promise<FastifyReply>;
};

export function createRecoveryCodePages(context: {
  readonly account: AccountPages;
  readonly pages: Pages;
  readonly secondFactors: Pick<SecondFactors, 'list' | 'newRecoveryCodes'>;
}): RecoveryCodePages {
  const { account, pages, secondFactors } = context;

  const renew: RecoveryCodePages['renew'] = async (request) => {
    const { language, reply, signedIn } = request;
    const { sub } = signedIn.user;
    const { recoveryCodesLeft } = await secondFactors.list(sub);
    const { codes, steps } = secondFactors.newRecoveryCodes(sub);
    const isRenewed = await account.change(request, steps, {
      type: 'credential.added',
      changes: changesBetween({ codes_left: recoveryCodesLeft }, { codes_left: codes.length }),
      detail: { kind: 'recovery_code', count: codes.length },
    });
    if (!isRenewed) throw new StorageConflict('the recovery codes were renewed in the same moment');
    return pages.send(reply, {
      language,
      title: language.text('account.recoverytitle'),
      body: accountRecoveryCodesPage({ language, path: pages.path, codes }),
    });
  };

  return {
    renew,
    async added(request, notice) {
      const { sub } = request.signedIn.user;
      const { recoveryCodesLeft } = await secondFactors.list(sub);
      if (recoveryCodesLeft > 0) return account.done(request.reply, notice);
      return renew(request);
    },
  };
}

export type AccountRecoveryCodesOptions = {
  readonly account: AccountPages;
  readonly recoveryCodePages: RecoveryCodePages;
};

/** `/account/recovery-codes`: new recovery codes in place of the earlier ones. */
export function accountRecoveryCodesEndpoint(options: AccountRecoveryCodesOptions): Endpoint {
  const { account, recoveryCodePages } = options;
  return {
    metadata: {},
    register(root) {
      account.register(root, ACCOUNT_PATHS.recoveryCodes, {
        POST: account.guardedForm(recoveryCodePages.renew),
      });
    },
  };
}
