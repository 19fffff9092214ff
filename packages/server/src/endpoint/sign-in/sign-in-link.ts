import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../clock.ts';
import { changesBetween } from '../../event/changes.ts';
import type { EventRecorder } from '../../event/event-recorder.ts';
import { accessDenied, invalidRequest } from '../../refusal/error-codes.ts';
import { Refusal } from '../../refusal/refusal.ts';
import { tryChange } from '../../storage/commit-change.ts';
import type { GuessStore, Storage } from '../../storage/storage.ts';
import { isOpaqueToken } from '../../token/opaque-token.ts';
import type { User } from '../../user/user.ts';
import { addressBlock } from '../../user-authentication/address-block.ts';
import { hostCookie } from '../../user-authentication/cookie.ts';
import { hasSecondFactor, type SecondFactors } from '../../user-authentication/second-factor.ts';
import type { PresentedSignInLink, SignInLinks } from '../../user-authentication/sign-in-link.ts';
import type { Endpoint } from '../endpoint.ts';
import { recordShownRefusal } from '../oauth-replies.ts';
import { isNavigation } from '../page/form-answer.ts';
import type { FormScope, FormTokens } from '../page/form-token.ts';
import type { Pages } from '../page/pages.ts';
import type { Interaction, Interactions } from './interaction.ts';
import { ACCOUNT_PATHS, NEW_PASSWORD_PATH, SECOND_FACTOR_PATH, SIGN_IN_LINK_PATH } from './page-paths.ts';
import type { PageRequest, PageRoutes } from './page-routes.ts';
import type { PendingSignIns } from './pending-sign-in.ts';
import { SIGN_IN_REFUSED } from './sign-in-attempts.ts';
import type { CompleteSignIn } from './sign-in-completion.ts';
import { signInLinkPage } from './sign-in-link-page.ts';

export type SignInLinkOptions = {
  readonly clock: Clock;
  readonly pageRoutes: PageRoutes;
  readonly pages: Pages;
  readonly events: EventRecorder;
  readonly storage: Pick<Storage, 'commit'>;
  readonly guesses: Pick<GuessStore, 'count' | 'fail'>;
  readonly formTokens: FormTokens;
  readonly interactions: Pick<Interactions, 'url' | 'leadToProblem' | 'problemToTell'>;
  readonly pendingSignIns: Pick<PendingSignIns, 'open' | 'find'>;
  readonly signInLinks: Pick<SignInLinks, 'find'>;
  readonly secondFactors: Pick<SecondFactors, 'list'>;
  readonly complete: CompleteSignIn;
};

/**
 * The secret of the link that was opened in this browser. It is taken out of the address at once, so that it stands in no
 * history, no picture of the screen and no address that a page tells on.
 */
const COOKIE = hostCookie('countersign-sign-in-link', { maxAgeS: 900 });
const ACCOUNT: Interaction = { kind: 'account' };

/** Links that are none, from one address within the window. */
const MOST_WRONG = 100;
const WINDOW_MS = 900_000;

/** What comes after the link: the first of these that the person is at. */
const NEXT = [
  ['second-factor', SECOND_FACTOR_PATH],
  ['new-password', NEW_PASSWORD_PATH],
] as const;

/**
 * `/oauth2/sign-in/link`: somebody comes by a link that an administrator made for them. To open it does nothing, since
 * programs that look through mail do that too; its form uses it up. Then the second factor is asked for where there is one,
 * and a new password.
 */
export function signInLinkEndpoint(options: SignInLinkOptions): Endpoint {
  const { clock, pageRoutes, pages, events, storage, guesses, formTokens } = options;
  const { interactions, pendingSignIns, signInLinks, secondFactors, complete } = options;

  const scopeOf = ({ id }: PresentedSignInLink): FormScope => [SIGN_IN_LINK_PATH, id];

  /** @throws Refusal where the link in the browser is none */
  const presented = async (secret: string, http: FastifyRequest): Promise<PresentedSignInLink> => {
    const now = clock();
    const key = `sign-in link from ${addressBlock(http.origin.remote_address)}`;
    const wrong = await guesses.count(key, now, WINDOW_MS);
    if (wrong >= MOST_WRONG) {
      throw accessDenied(
        'Too many sign-in links that are none.',
        'sign_in_links_limited',
        { expected: `fewer than ${MOST_WRONG} in 15 minutes`, presented: wrong },
        429,
      );
    }
    const link = await signInLinks.find(secret);
    if (!('over' in link)) return link;
    await guesses.fail(key, now, WINDOW_MS);
    const { over: why, username } = link;
    throw invalidRequest('This sign-in link is over.', 'sign_in_link_over', {
      why,
      ...(username !== undefined && { username }),
    });
  };

  const send = (
    { http, reply }: PageRequest,
    link: PresentedSignInLink,
    { status, outOfDate }: { readonly status: number; readonly outOfDate: boolean },
  ): FastifyReply => {
    const language = pages.language(http);
    const title = language.text('link.title');
    return pages.send(reply, {
      status,
      language,
      title: outOfDate ? language.text('problem.title', { title }) : title,
      body: signInLinkPage({
        language,
        action: pages.path(SIGN_IN_LINK_PATH),
        formToken: formTokens.issue(http, reply, scopeOf(link)),
        username: link.user.username,
        outOfDate,
      }),
    });
  };

  /** Somebody came back to a link that they used: to where they are by now. */
  const goOn = async ({ http, reply }: PageRequest): Promise<FastifyReply> => {
    for (const [stage, path] of NEXT) {
      if (await pendingSignIns.find(http, ACCOUNT, stage)) {
        return reply.redirect(interactions.url(path, ACCOUNT), 303);
      }
    }
    return reply.redirect(interactions.url(ACCOUNT_PATHS.overview, ACCOUNT), 303);
  };

  const show = async (request: PageRequest): Promise<FastifyReply> => {
    const { http, reply, query } = request;
    reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer');
    const arriving = query.get('token');
    if (arriving !== undefined) {
      COOKIE.set(reply, isOpaqueToken(arriving) ? arriving : 'none');
      return reply.redirect(interactions.url(SIGN_IN_LINK_PATH, ACCOUNT), 303);
    }
    const secret = COOKIE.read(http.headers.cookie);
    if (secret === undefined) return goOn(request);
    const link = await presented(secret, http);
    const outOfDate = interactions.problemToTell(request, SIGN_IN_LINK_PATH, ACCOUNT) !== undefined;
    return send(request, link, { status: 200, outOfDate });
  };

  /** @returns the account as it is then; undefined where somebody was faster, or the account changed meanwhile */
  const use = async (link: PresentedSignInLink, remote_address: string): Promise<User | undefined> => {
    const { user: before } = link;
    const { sub, username, required_actions } = before;
    const { user, steps } = link.using();
    const { outcome } = await tryChange({ storage, events }, steps, {
      type: 'user.sign_in_link_used',
      outcome: 'success',
      actor: { name: username, through: 'sign-in', remote_address },
      username,
      remote_address,
      object: { kind: 'user', id: sub },
      changes: changesBetween({ required_actions }, { required_actions: user.required_actions }),
      detail: { sub },
    });
    return outcome === 'committed' ? user : undefined;
  };

  const submit = async (request: PageRequest): Promise<FastifyReply> => {
    const { http, reply, form } = request;
    const secret = COOKIE.read(http.headers.cookie);
    if (secret === undefined) return goOn(request);
    // A browser is told by a page that it can come back to.
    const again = () => reply.redirect(interactions.url(SIGN_IN_LINK_PATH, ACCOUNT), 303);
    let link: PresentedSignInLink;
    try {
      link = await presented(secret, http);
    } catch (error) {
      if (error instanceof Refusal && isNavigation(http)) return again();
      throw error;
    }
    try {
      formTokens.check(http, form.get('form_token'), scopeOf(link));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      recordShownRefusal(error, reply, SIGN_IN_REFUSED, { events });
      return (
        interactions.leadToProblem(request, SIGN_IN_LINK_PATH, ACCOUNT, { problem: 'problem.form' }) ??
        send(request, link, { status: 403, outOfDate: true })
      );
    }
    const user = await use(link, http.origin.remote_address);
    if (!user) {
      if (isNavigation(http)) return again();
      throw invalidRequest('This sign-in link is over.', 'sign_in_link_over', {
        username: link.user.username,
        why: 'it was used, or the account was changed, in the same moment',
      });
    }
    COOKIE.clear(reply);
    if (!hasSecondFactor(await secondFactors.list(user.sub))) {
      return complete(http, reply, user, ['pwd'], ACCOUNT);
    }
    await pendingSignIns.open(http, reply, user, ACCOUNT, { stage: 'second-factor', amr: ['pwd'] });
    return reply.redirect(interactions.url(SECOND_FACTOR_PATH, ACCOUNT), 303);
  };

  return {
    metadata: {},
    register(root) {
      pageRoutes(root, SIGN_IN_LINK_PATH, SIGN_IN_REFUSED, { GET: show, POST: submit });
    },
  };
}
