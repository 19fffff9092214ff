import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { canonicalUsername } from '../../user/username.ts';
import type { BrowserSessions, SignedIn } from '../../user-authentication/browser-sessions.ts';
import type { PendingRequestsForPages } from '../authorize/pending-request.ts';
import type { Pages } from '../page/pages.ts';
import type { Interaction, Interactions } from './interaction.ts';
import type { PageRequest } from './page-routes.ts';

/**
 * The tabs of one browser, of which one signs in for all: what is sent from the others afterwards goes on to their
 * applications.
 */
export type SingleSignOn = {
  /** The person signed in, if that is enough for the interaction: nobody has to sign in again for it. */
  suffices(http: PageRequest['http'], interaction: Interaction): Promise<SignedIn | undefined>;
  /**
   * Whether another tab signed the person of a form in since its page was shown, so that it goes on without what it says.
   * One that names another person than the one signed in counts.
   */
  isOvertaken(request: PageRequest, interaction: Interaction): Promise<boolean>;
  /** Goes on where that is enough, and otherwise to the sign-in, where what was begun is over. */
  goOnOrSignInAgain(request: PageRequest, interaction: Interaction): Promise<FastifyReply>;
};

/** The field of a form that says who was signed in when its page was shown. */
export const SIGNED_IN_FIELD = 'signed_in';

/** What stands in {@link SIGNED_IN_FIELD}: nothing that a session could be known by. */
export const signedInMark = (signedIn: SignedIn | undefined): string =>
  signedIn
    ? createHash('sha256').update(`shown ${signedIn.session.secret_sha256}`).digest('base64url').slice(0, 16)
    : 'nobody';

export function createSingleSignOn(context: {
  readonly pages: Pages;
  readonly sessions: Pick<BrowserSessions, 'current'>;
  readonly interactions: Interactions;
  readonly pendingRequests: Pick<PendingRequestsForPages, 'canBeAnsweredBy'>;
}): SingleSignOn {
  const { pages, sessions, interactions, pendingRequests } = context;

  const suffices: SingleSignOn['suffices'] = async (http, interaction) => {
    const signedIn = await sessions.current(http);
    if (!signedIn || interaction.kind !== 'request') return signedIn;
    const isEnough = await pendingRequests.canBeAnsweredBy(interaction.pending.id, signedIn);
    return isEnough ? signedIn : undefined;
  };

  return {
    suffices,
    async isOvertaken({ http, form }, interaction) {
      const shown = form.get(SIGNED_IN_FIELD);
      const signedIn = shown === undefined ? undefined : await suffices(http, interaction);
      if (!signedIn || shown === signedInMark(signedIn)) return false;
      const named = canonicalUsername(form.get('username')?.trim() ?? '');
      return named === '' || named === canonicalUsername(signedIn.user.username);
    },
    async goOnOrSignInAgain({ http, reply }, interaction) {
      return (await suffices(http, interaction))
        ? pages.goOn(reply, interactions.next(interaction))
        : interactions.signInAgain(reply, interaction);
    },
  };
}
