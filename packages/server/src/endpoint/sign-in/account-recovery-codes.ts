import type { FastifyReply } from 'fastify';
import { changesBetween } from '../../event/changes.ts';
import { StorageConflict } from '../../storage/storage.ts';
import type { SecondFactors } from '../../user-authentication/second-factor.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Pages } from '../page/pages.ts';
import type { AccountPages, Notice } from './account-pages.ts';
import { accountRecoveryCodesPage } from './account-recovery-codes-page.ts';
import { ACCOUNT_PATHS } from './page-paths.ts';
import type { SignedInHandler, SignedInRequest } from './signed-in-page.ts';

/** Leads owners to their recovery codes. */
export type RecoveryCodePages = {
  /** Makes new ones and leads to where they are shown. */
  renew(request: SignedInRequest): Promise<FastifyReply>;
  /** Ends the adding of a second factor: the first one brings recovery codes with it. */
  added(request: SignedInRequest, notice: Notice): Promise<FastifyReply>;
};

export function createRecoveryCodePages(context: {
  readonly account: AccountPages;
  readonly pages: Pages;
  readonly secondFactors: Pick<SecondFactors, 'list' | 'newRecoveryCodes' | 'showRecoveryCodes'>;
}): RecoveryCodePages {
  const { account, pages, secondFactors } = context;

  const renew: RecoveryCodePages['renew'] = async (request) => {
    const { sub, session_id } = request.signedIn.session;
    const { recoveryCodesLeft } = await secondFactors.list(sub);
    const { codes, steps } = secondFactors.newRecoveryCodes(sub);
    const isRenewed = await account.change(request, steps, {
      type: 'credential.added',
      changes: changesBetween({ codes_left: recoveryCodesLeft }, { codes_left: codes.length }),
      detail: { kind: 'recovery_code', count: codes.length },
    });
    if (!isRenewed) throw new StorageConflict('the recovery codes were renewed in the same moment');
    await secondFactors.showRecoveryCodes(sub, session_id, codes);
    // To a page that can be loaded again: the codes are shown there, and a reload makes no others.
    return request.reply.redirect(pages.path(ACCOUNT_PATHS.recoveryCodes), 303);
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
  readonly pages: Pages;
  readonly recoveryCodePages: RecoveryCodePages;
  readonly secondFactors: Pick<SecondFactors, 'shownRecoveryCodes' | 'keepRecoveryCodes'>;
  readonly serverName: () => string;
};

/**
 * `/account/recovery-codes`: new recovery codes in place of the earlier ones. They are shown for some minutes in the session
 * in which they were made, and until their owner says that they have them.
 */
export function accountRecoveryCodesEndpoint(options: AccountRecoveryCodesOptions): Endpoint {
  const { account, pages, recoveryCodePages, secondFactors, serverName } = options;

  const show: SignedInHandler = async (request) => {
    const { language, reply, signedIn } = request;
    const { sub, username } = signedIn.user;
    const codes = await secondFactors.shownRecoveryCodes(sub, signedIn.session.session_id);
    if (!codes) return reply.redirect(pages.path(ACCOUNT_PATHS.overview), 303);
    return pages.send(reply, {
      language,
      title: language.text('account.recoverytitle'),
      policy: { script: 'recovery-codes' },
      body: accountRecoveryCodesPage({
        language,
        path: pages.path,
        formToken: account.formToken(request),
        serverName: serverName(),
        username,
        codes,
      }),
    });
  };

  const keep: SignedInHandler = async ({ reply, signedIn }) => {
    await secondFactors.keepRecoveryCodes(signedIn.session.session_id);
    return reply.redirect(pages.path(ACCOUNT_PATHS.overview), 303);
  };

  return {
    metadata: {},
    register(root) {
      account.register(root, ACCOUNT_PATHS.recoveryCodes, {
        GET: account.guardedPage(show),
        POST: account.guardedForm(recoveryCodePages.renew),
      });
      account.register(root, ACCOUNT_PATHS.recoveryCodesKept, { POST: account.form(keep) });
    },
  };
}
