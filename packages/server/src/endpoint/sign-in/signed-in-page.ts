import type { FastifyReply } from 'fastify';
import type { BrowserSessions, SignedIn } from '../../user-authentication/browser-sessions.ts';
import type { Language } from '../page/language.ts';
import type { Pages } from '../page/pages.ts';
import type { Interaction, Interactions } from './interaction.ts';
import { SIGN_IN_PATH } from './page-paths.ts';
import type { PageHandler, PageRequest } from './page-routes.ts';

/** A request for a page, by the person signed in in this browser. */
export type SignedInRequest = PageRequest & { readonly signedIn: SignedIn; readonly language: Language };

export type SignedInHandler = (request: SignedInRequest) => Promise<FastifyReply>;

/**
 * A page for people who are signed in; anybody else is led to the sign-in first.
 * @param interactionOf what they come back for
 * @param admits whether a sign-in will do; any, unless it is given
 */
export type SignedInPage = (
  interactionOf: (request: PageRequest) => Interaction,
  handle: SignedInHandler,
  admits?: (signedIn: SignedIn) => boolean,
) => PageHandler;

export function createSignedInPage(context: {
  readonly pages: Pages;
  readonly sessions: BrowserSessions;
  readonly interactions: Interactions;
}): SignedInPage {
  const { pages, sessions, interactions } = context;
  return (interactionOf, handle, admits = () => true) =>
    async (request) => {
      const { http, reply } = request;
      const signedIn = await sessions.current(http);
      if (!signedIn || !admits(signedIn)) {
        const url = interactions.url(SIGN_IN_PATH, interactionOf(request));
        return reply.header('cache-control', 'no-store').redirect(url, 303);
      }
      return handle({ ...request, signedIn, language: pages.language(http) });
    };
}
