import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EventDraft } from '../../event/event.ts';
import type { EventRecorder } from '../../event/event-recorder.ts';
import { changeAgain } from '../../registration/unit-of-change.ts';
import { commitChange, UnitRefused } from '../../storage/commit-change.ts';
import type { Storage } from '../../storage/storage.ts';
import type { RequiredAction } from '../../user/required-action.ts';
import type { User } from '../../user/user.ts';
import type { AuthenticationMethod } from '../../user-authentication/authentication-context.ts';
import type { Beginning, BrowserSessions } from '../../user-authentication/browser-sessions.ts';
import type { KnownBrowsers } from '../../user-authentication/known-browser.ts';
import type { Pages } from '../page/pages.ts';
import type { Interaction, Interactions } from './interaction.ts';
import { NEW_PASSWORD_PATH, NEW_TOTP_PATH, UNVERIFIED_EMAIL_PATH } from './page-paths.ts';
import type { PendingSignIns, Stage } from './pending-sign-in.ts';

/**
 * Starts the session of a person who proved who they are, and sends the browser on. What the account requires is asked for
 * first, one after the other; until all of it is done there is no session.
 */
export type CompleteSignIn = (
  http: FastifyRequest,
  reply: FastifyReply,
  user: User,
  amr: readonly AuthenticationMethod[],
  interaction: Interaction,
) => Promise<FastifyReply>;

/** Where each is done. */
const PAGES: Readonly<Record<RequiredAction, { readonly stage: Stage; readonly path: string }>> = {
  update_password: { stage: 'new-password', path: NEW_PASSWORD_PATH },
  configure_totp: { stage: 'authenticator', path: NEW_TOTP_PATH },
  verify_email: { stage: 'email', path: UNVERIFIED_EMAIL_PATH },
};

/** What is told of the session of another person that ends by a sign-in in its browser. */
const endedBy = ({ ended }: Beginning, by: Omit<EventDraft, 'type'>): readonly EventDraft[] =>
  ended
    ? [
        {
          ...by,
          type: 'session.ended',
          object: { kind: 'session', id: ended.session_id },
          detail: { sub: ended.sub, session_id: ended.session_id },
        },
      ]
    : [];

export function createSignInCompletion(context: {
  readonly sessions: BrowserSessions;
  readonly knownBrowsers: KnownBrowsers;
  readonly interactions: Interactions;
  readonly pendingSignIns: Pick<PendingSignIns, 'open'>;
  readonly pages: Pages;
  readonly events: EventRecorder;
  readonly storage: Pick<Storage, 'commit' | 'users'>;
}): CompleteSignIn {
  const { sessions, knownBrowsers, interactions, pendingSignIns, pages, events, storage } = context;
  return async (http, reply, user, amr, interaction) => {
    const [action] = user.required_actions ?? [];
    if (action !== undefined) {
      const { stage, path } = PAGES[action];
      await pendingSignIns.open(http, reply, user, interaction, { stage, amr });
      return reply.redirect(interactions.url(path, interaction), 303);
    }
    const { remote_address } = http.origin;
    const by = {
      outcome: 'success',
      actor: { name: user.username, through: 'sign-in', remote_address },
      remote_address,
      ...(interaction.kind === 'request' && { client_id: interaction.pending.client.client_id }),
    } as const;
    // A password that is changed meanwhile ends sessions; none may begin with the old one afterwards.
    const proven = storage.users.steps.hasPassword(user);
    const begin = async () => {
      const begun = await sessions.beginning(user, amr, http);
      const { session_id } = begun.session;
      const began: EventDraft = {
        ...by,
        type: 'sign_in.succeeded',
        object: { kind: 'session', id: session_id },
        username: user.username,
        detail: { sub: user.sub, session_id, amr },
      };
      await commitChange({ storage, events }, [proven, ...begun.steps], ...endedBy(begun, by), began);
      return begun;
    };
    let beginning: Beginning;
    try {
      beginning = await changeAgain(begin, [proven]);
    } catch (error) {
      if (!(error instanceof UnitRefused) || error.condition !== proven.condition) throw error;
      return interactions.signInAgain(reply, interaction);
    }
    beginning.settle(reply);
    http.is_authenticated = true;
    knownBrowsers.remember(reply, http.headers.cookie, user.sub);
    return pages.goOn(reply, interactions.next(interaction));
  };
}
