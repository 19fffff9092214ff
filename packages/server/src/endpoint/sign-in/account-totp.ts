import type { FastifyReply } from 'fastify';
import { changesBetween } from '../../event/changes.ts';
import { accessDenied } from '../../refusal/error-codes.ts';
import type { SecondFactors } from '../../user-authentication/second-factor.ts';
import { totpUri } from '../../user-authentication/totp.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Pages } from '../page/pages.ts';
import type { AccountPages } from './account-pages.ts';
import type { RecoveryCodePages } from './account-recovery-codes.ts';
import { accountTotpPage } from './account-totp-page.ts';
import { ACCOUNT_PATHS } from './page-paths.ts';
import type { SignedInRequest } from './signed-in-page.ts';

export type AccountTotpOptions = {
  readonly account: AccountPages;
  readonly pages: Pages;
  readonly secondFactors: Pick<SecondFactors, 'list' | 'beginTotp' | 'confirmTotp'>;
  readonly recoveryCodePages: RecoveryCodePages;
  /** The name an authenticator app shows. */
  readonly serverName: () => string;
};

/** `/account/authenticator`: the person sets up an authenticator app (RFC 6238). */
export function accountTotpEndpoint(options: AccountTotpOptions): Endpoint {
  const { account, pages, secondFactors, recoveryCodePages, serverName } = options;

  const toOverview = (reply: FastifyReply) => reply.redirect(pages.path(ACCOUNT_PATHS.overview), 303);

  const send = async (
    request: SignedInRequest,
    { wrong, status }: { readonly wrong: boolean; readonly status: number },
  ): Promise<FastifyReply> => {
    const { language, reply, signedIn } = request;
    const { sub, username } = signedIn.user;
    const secret = await secondFactors.beginTotp(sub, signedIn.session.session_id);
    const title = language.text('account.totpadd');
    return pages.send(reply, {
      status,
      language,
      title: wrong ? language.text('problem.title', { title }) : title,
      body: accountTotpPage({
        language,
        path: pages.path,
        formToken: account.formToken(request),
        secret,
        uri: totpUri(secret, serverName(), username),
        wrong,
      }),
    });
  };

  const begin = async (request: SignedInRequest): Promise<FastifyReply> => {
    const { totp } = await secondFactors.list(request.signedIn.user.sub);
    if (totp) return toOverview(request.reply);
    const wrong = account.problemToTell(request, ACCOUNT_PATHS.totp) !== undefined;
    return send(request, { wrong, status: 200 });
  };

  const confirm = async (request: SignedInRequest): Promise<FastifyReply> => {
    const { form, reply, signedIn } = request;
    const { sub, username } = signedIn.user;
    const { session_id } = signedIn.session;
    const result = await secondFactors.confirmTotp(sub, session_id, form.get('code') ?? '');
    if (result === 'over') return toOverview(reply);
    if (result === 'wrong') {
      const refusal = accessDenied('The code is wrong.', 'second_factor_wrong', { username });
      account.recordRefusal(request, refusal);
      return (
        account.leadToProblem(request, ACCOUNT_PATHS.totp, { problem: 'account.totpwrong' }) ??
        send(request, { wrong: true, status: 400 })
      );
    }
    const isAdded = await account.change(request, result, {
      type: 'credential.added',
      object: { kind: 'credential', id: sub },
      changes: changesBetween(undefined, { kind: 'totp' }),
      detail: { kind: 'totp' },
    });
    if (!isAdded) return toOverview(reply);
    return recoveryCodePages.added(request, 'account.totpdone');
  };

  return {
    metadata: {},
    register(root) {
      account.register(root, ACCOUNT_PATHS.totp, {
        GET: account.guardedPage(begin),
        POST: account.guardedForm(confirm),
      });
    },
  };
}
