import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EventRecorder } from '../../event/event-recorder.ts';
import type { User } from '../../user/user.ts';
import type { AuthenticationMethod } from '../../user-authentication/authentication-context.ts';
import type { BrowserSessions } from '../../user-authentication/browser-sessions.ts';
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

export function createSignInCompletion(context: {
  readonly sessions: BrowserSessions;
  readonly interactions: Interactions;
  readonly pages: Pages;
  readonly events: EventRecorder;
}): CompleteSignIn {
  const { sessions, interactions, pages, events } = context;
  return async (http, reply, user, amr, interaction) => {
    const { session_id } = await sessions.start(reply, user, amr, http);
    events.record({
      type: 'sign_in.succeeded',
      outcome: 'success',
      actor: { name: user.username, through: 'sign-in', remote_address: http.origin.remote_address },
      object: { kind: 'session', id: session_id },
      username: user.username,
      remote_address: http.origin.remote_address,
      ...(interaction.kind === 'request' && { client_id: interaction.pending.client.client_id }),
      detail: { sub: user.sub, session_id, amr },
    });
    return pages.goOn(reply, interactions.next(interaction));
  };
}
