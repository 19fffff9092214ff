import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EventDraft } from '../../event/event.ts';
import type { EventRecorder } from '../../event/event-recorder.ts';
import { changeAgain } from '../../registration/unit-of-change.ts';
import { commitChange } from '../../storage/commit-change.ts';
import type { Storage } from '../../storage/storage.ts';
import type { User } from '../../user/user.ts';
import type { AuthenticationMethod } from '../../user-authentication/authentication-context.ts';
import type { Beginning, BrowserSessions } from '../../user-authentication/browser-sessions.ts';
import type { KnownBrowsers } from '../../user-authentication/known-browser.ts';
import type { Pages } from '../page/pages.ts';
import type { Interaction, Interactions } from './interaction.ts';

/** Starts the session of a person who proved who they are, and sends the browser on. */
export type CompleteSignIn = (
  http: FastifyRequest,
  reply: FastifyReply,
  user: User,
  amr: readonly AuthenticationMethod[],
  interaction: Interaction,
) => Promise<FastifyReply>;

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
  readonly pages: Pages;
  readonly events: EventRecorder;
  readonly storage: Pick<Storage, 'commit'>;
}): CompleteSignIn {
  const { sessions, knownBrowsers, interactions, pages, events, storage } = context;
  return async (http, reply, user, amr, interaction) => {
    const { remote_address } = http.origin;
    const by = {
      outcome: 'success',
      actor: { name: user.username, through: 'sign-in', remote_address },
      remote_address,
      ...(interaction.kind === 'request' && { client_id: interaction.pending.client.client_id }),
    } as const;
    const beginning = await changeAgain(async () => {
      const begun = await sessions.beginning(user, amr, http);
      const { session_id } = begun.session;
      const began: EventDraft = {
        ...by,
        type: 'sign_in.succeeded',
        object: { kind: 'session', id: session_id },
        username: user.username,
        detail: { sub: user.sub, session_id, amr },
      };
      await commitChange({ storage, events }, begun.steps, ...endedBy(begun, by), began);
      return begun;
    });
    beginning.settle(reply);
    http.is_authenticated = true;
    knownBrowsers.remember(reply, http.headers.cookie, user.sub);
    return pages.goOn(reply, interactions.next(interaction));
  };
}
