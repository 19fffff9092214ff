import { accessDenied } from '../../refusal/error-codes.ts';
import { Refusal } from '../../refusal/refusal.ts';
import type { AuthenticationMethod } from '../../user-authentication/authentication-context.ts';
import type { GuessingGuard } from '../../user-authentication/guessing-guard.ts';
import type { KnownBrowsers } from '../../user-authentication/known-browser.ts';
import type { Passkeys } from '../../user-authentication/passkey.ts';
import type { SecondFactors } from '../../user-authentication/second-factor.ts';
import type { PageRequest } from './page-routes.ts';
import type { PendingSignIn } from './pending-sign-in.ts';

/**
 * Checks the second factor in a form.
 * @returns how the person signed in, the password included
 * @throws Refusal; a wrong factor counts as a wrong password does
 */
export type SecondFactorCheck = (
  request: PageRequest,
  pending: PendingSignIn,
) => Promise<readonly AuthenticationMethod[]>;

export function createSecondFactorChecks({
  secondFactors,
  passkeys,
  guard,
  knownBrowsers,
}: {
  readonly secondFactors: Pick<SecondFactors, 'verifyCode'>;
  readonly passkeys: Pick<Passkeys, 'authenticate'>;
  readonly guard: Pick<GuessingGuard, 'inTurn' | 'lockOn' | 'failed'>;
  readonly knownBrowsers: Pick<KnownBrowsers, 'of'>;
}): { readonly byCode: SecondFactorCheck; readonly byPasskey: SecondFactorCheck } {
  const guarded =
    (check: SecondFactorCheck): SecondFactorCheck =>
    async (request, pending) => {
      const { username, sub } = pending.user;
      const { headers, origin } = request.http;
      const { remote_address } = origin;
      const browser = knownBrowsers.of(headers.cookie)(sub);
      const guess = async () => {
        const lock = await guard.lockOn(username, remote_address, browser);
        if (lock) throw accessDenied('Too many attempts.', 'guessing_limited', { username, ...lock });
        try {
          return await check(request, pending);
        } catch (error) {
          if (error instanceof Refusal) await guard.failed(username, remote_address, browser);
          throw error;
        }
      };
      return guard.inTurn(username, guess, browser);
    };

  return {
    byCode: guarded(async ({ form }, { user }) => {
      if (await secondFactors.verifyCode(user.sub, form.get('code') ?? '')) return ['pwd', 'otp', 'mfa'];
      throw accessDenied('The code is wrong.', 'second_factor_wrong', { username: user.username });
    }),
    byPasskey: guarded(async ({ form }, { id, user }) => {
      await passkeys.authenticate(user.sub, id, form.get('credential') ?? '');
      return ['pwd', 'pop', 'mfa'];
    }),
  };
}
