import type { Clock } from '../../clock.ts';
import { changesBetween } from '../../event/changes.ts';
import type { ConsentStore, GrantStore } from '../../storage/storage.ts';
import { unlessUnreadable } from '../../storage/storage-errors.ts';
import type { Step } from '../../unit-of-work.ts';
import type { BrowserSessions } from '../../user-authentication/browser-sessions.ts';
import type { SecondFactors } from '../../user-authentication/second-factor.ts';
import type { EndAccess, Ending } from '../../user-authentication/session-endings.ts';
import type { Endpoint } from '../endpoint.ts';
import { type AccountEvent, type AccountPages, requireParameter } from './account-pages.ts';
import { isKept } from './new-password-fields.ts';
import { ACCOUNT_PATHS } from './page-paths.ts';
import type { SignedInHandler } from './signed-in-page.ts';

export type AccountRevocationOptions = {
  readonly account: AccountPages;
  readonly clock: Clock;
  readonly sessions: Pick<BrowserSessions, 'list' | 'ending' | 'endingAll' | 'renewal'>;
  readonly endAccess: EndAccess;
  readonly secondFactors: Pick<SecondFactors, 'removal'>;
  readonly consents: Pick<ConsentStore, 'find' | 'steps'>;
  readonly grants: Pick<GrantStore, 'count' | 'steps'>;
};

/** What is told of the end of all sessions of a person but one. */
const endedOthers = ({ sessions }: Ending, except: string): AccountEvent => ({
  type: 'session.ended',
  detail: {
    ended: sessions.length,
    sessions_ended: sessions.map(({ session_id }) => session_id),
    except,
  },
});

const FACTORS = ['totp', 'passkey', 'certificate'] as const;

/** The forms of the account by which a person takes back what is theirs: factors, consents, sessions. */
export function accountRevocationEndpoint(options: AccountRevocationOptions): Endpoint {
  const { account, clock, sessions, endAccess, secondFactors, consents, grants } = options;

  const removeFactor: SignedInHandler = async (request) => {
    const { reply, form, signedIn } = request;
    const { sub, session_id } = signedIn.session;
    const kind = FACTORS.find((known) => known === form.get('kind'));
    const credential_id = requireParameter(request, 'id');
    const kept = isKept(form);
    if (kind) {
      const renewal = await sessions.renewal(signedIn.session);
      const ending = kept ? undefined : await endAccess({ sub, except: session_id });
      const steps = [
        ...secondFactors.removal({ sub, kind, credential_id }),
        ...renewal.steps,
        ...(ending?.steps ?? []),
      ];
      const isRemoved = await account.change(request, steps, {
        type: 'credential.removed',
        object: { kind: 'credential', id: credential_id },
        changes: changesBetween({ kind }, undefined),
        detail: { kind, credential_id, ...(ending ? ending.detail : { sessions_and_grants: 'kept' }) },
      });
      if (isRemoved) {
        renewal.settle(reply);
        ending?.settle();
      }
    }
    return account.done(reply, kept ? 'account.removedkept' : 'account.removed');
  };

  /** Taking back the consent takes back what was issued on it. */
  const revokeApplication: SignedInHandler = async (request) => {
    const { sub } = request.signedIn.user;
    const client_id = requireParameter(request, 'client_id');
    const now = clock();
    const before = await unlessUnreadable(consents.find(sub, client_id));
    const revoked = await grants.count({ sub, client_id }, now);
    // What is granted without a consent that is remembered ends as well.
    const steps: readonly Step[] = [
      { ...consents.steps.remove(sub, client_id), rows: 'any' },
      grants.steps.revokeAll({ sub, client_id }, now),
    ];
    await account.change(request, steps, {
      type: 'consent.revoked',
      object: { kind: 'consent', id: `${sub} ${client_id}` },
      client_id,
      changes: changesBetween({ scopes: before?.scopes }, undefined),
      detail: { client_id, grants: revoked },
    });
    return account.done(request.reply, 'account.revoked');
  };

  const endSession: SignedInHandler = async (request) => {
    const { sub } = request.signedIn.user;
    const session_id = requireParameter(request, 'session_id');
    const session = (await sessions.list(sub)).find((held) => held.session_id === session_id);
    const ending = session && sessions.ending(session);
    const isEnded =
      ending &&
      (await account.change(request, ending.steps, {
        type: 'session.ended',
        object: { kind: 'session', id: session_id },
        detail: { session_id },
      }));
    if (isEnded) ending.settle();
    return account.done(request.reply, 'account.sessionended');
  };

  const endOtherSessions: SignedInHandler = async (request) => {
    const { sub, session_id } = request.signedIn.session;
    const ending = await sessions.endingAll({ sub, except: session_id });
    const isEnded = await account.change(request, ending.steps, endedOthers(ending, session_id));
    if (isEnded) ending.settle();
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
