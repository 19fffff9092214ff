import type { Clock } from '../../clock.ts';
import type { ConsentStore, GrantStore } from '../../storage/storage.ts';
import type { BrowserSessions } from '../../user-authentication/browser-sessions.ts';
import type { SecondFactors } from '../../user-authentication/second-factor.ts';
import type { Endpoint } from '../endpoint.ts';
import { type AccountPages, requireParameter } from './account-pages.ts';
import { ACCOUNT_PATHS } from './page-paths.ts';
import type { SignedInHandler } from './signed-in-page.ts';

export type AccountRevocationOptions = {
  readonly account: AccountPages;
  readonly clock: Clock;
  readonly sessions: Pick<BrowserSessions, 'endOne' | 'endAll'>;
  readonly secondFactors: Pick<SecondFactors, 'remove'>;
  readonly consents: Pick<ConsentStore, 'remove'>;
  readonly grants: Pick<GrantStore, 'revokeAll'>;
};

const FACTORS = ['totp', 'passkey', 'certificate'] as const;

/** The forms of the account by which a person takes back what is theirs: factors, consents, sessions. */
export function accountRevocationEndpoint(options: AccountRevocationOptions): Endpoint {
  const { account, clock, sessions, secondFactors, consents, grants } = options;

  const removeFactor: SignedInHandler = async (request) => {
    const { sub } = request.signedIn.user;
    const kind = FACTORS.find((known) => known === request.form.get('kind'));
    const credential_id = requireParameter(request, 'id');
    if (kind && (await secondFactors.remove({ sub, kind, credential_id }))) {
      account.record(
        request,
        'credential.removed',
        { sub, kind, credential_id },
        { kind: 'credential', id: credential_id },
      );
    }
    return account.done(request.reply, 'account.removed');
  };

  /** Taking back the consent takes back what was issued on it. */
  const revokeApplication: SignedInHandler = async (request) => {
    const { sub } = request.signedIn.user;
    const client_id = requireParameter(request, 'client_id');
    await consents.remove(sub, client_id);
    const revoked = await grants.revokeAll({ sub, client_id }, clock());
    account.record(
      request,
      'consent.revoked',
      { sub, client_id, grants: revoked },
      { kind: 'consent', id: `${sub} ${client_id}` },
    );
    return account.done(request.reply, 'account.revoked');
  };

  const endSession: SignedInHandler = async (request) => {
    const { sub } = request.signedIn.user;
    const session_id = requireParameter(request, 'session_id');
    if (await sessions.endOne({ sub, session_id })) {
      account.record(request, 'session.ended', { sub, session_id }, { kind: 'session', id: session_id });
    }
    return account.done(request.reply, 'account.sessionended');
  };

  const endOtherSessions: SignedInHandler = async (request) => {
    const { sub, session_id } = request.signedIn.session;
    const ended = await sessions.endAll({ sub, except: session_id });
    account.record(request, 'session.ended', { sub, ended, except: session_id });
    return account.done(request.reply, 'account.sessionended');
  };

  return {
    metadata: {},
    register(root) {
      account.register(root, ACCOUNT_PATHS.removeFactor, { POST: account.guardedForm(removeFactor) });
      account.register(root, ACCOUNT_PATHS.revokeApplication, { POST: account.form(revokeApplication) });
      account.register(root, ACCOUNT_PATHS.endSession, { POST: account.form(endSession) });
      account.register(root, ACCOUNT_PATHS.endOtherSessions, { POST: account.form(endOtherSessions) });
    },
  };
}
