import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Clock } from '../../clock.ts';
import type { Actor } from '../../event/actor.ts';
import type { EventDraft } from '../../event/event.ts';
import type { EventRecorder } from '../../event/event-recorder.ts';
import type { EventType } from '../../event/event-types.ts';
import { invalidRequest } from '../../refusal/error-codes.ts';
import type { Refusal } from '../../refusal/refusal.ts';
import { tryChange } from '../../storage/commit-change.ts';
import type { Storage } from '../../storage/storage.ts';
import type { Step } from '../../unit-of-work.ts';
import type { SignedIn } from '../../user-authentication/browser-sessions.ts';
import { hostCookie } from '../../user-authentication/cookie.ts';
import { recordShownRefusal } from '../oauth-replies.ts';
import { type FormProblem, isNavigation, sendToProblem, takeProblem } from '../page/form-answer.ts';
import type { FormScope, FormTokens } from '../page/form-token.ts';
import type { CertificateListener } from './certificate-listener.ts';
import { ACCOUNT_PATHS } from './page-paths.ts';
import type { PageHandler, PageRequest, PageRoutes } from './page-routes.ts';
import type { SignedInHandler, SignedInPage, SignedInRequest } from './signed-in-page.ts';

/** What the overview says after something was done. */
const NOTICES = [
  'account.passworddone',
  'account.passwordkept',
  'account.totpdone',
  'account.passkeydone',
  'account.certificatedone',
  'account.removed',
  'account.removedkept',
  'account.revoked',
  'account.sessionended',
] as const;
export type Notice = (typeof NOTICES)[number];

/** What is told of a change on these pages; it is of the account where no other object is named. */
export type AccountEvent = Pick<EventDraft, 'object' | 'client_id' | 'detail' | 'changes'> & {
  readonly type: EventType;
};

/** What the pages of the account have in common: somebody is signed in, and forms are theirs. */
export type AccountPages = {
  /** Registers pages at one path; whatever they refuse is an event of the account. */
  register(
    root: FastifyInstance,
    path: string,
    handlers: { readonly GET?: PageHandler; readonly POST?: PageHandler },
  ): void;
  /** Leads to the sign-in first when nobody is signed in. */
  page(handle: SignedInHandler): PageHandler;
  /** As `page`, where the person signed in lately: what is about to change could lock them out. */
  guardedPage(handle: SignedInHandler): PageHandler;
  /** As `page`, for a form that came back from one. @throws Refusal */
  form(handle: SignedInHandler): PageHandler;
  guardedForm(handle: SignedInHandler): PageHandler;
  /** As `guardedForm`, for a form sent to the listener that asks for certificates. */
  certificateForm(handle: SignedInHandler): PageHandler;
  /** The token of the forms on a page of the account. */
  formToken(request: SignedInRequest): string;
  /** Back to the overview, which shows the notice once. */
  done(reply: FastifyReply, notice: Notice): FastifyReply;
  /** The notice to show on this page, if something was just done. */
  takeNotice(request: PageRequest): Notice | undefined;
  /** Who a person on these pages is, for the audit trail. */
  actor(request: SignedInRequest): Actor;
  /**
   * Commits what a person changed about their own account, with its event.
   * @returns false when a step is refused: nothing is written then
   */
  change(request: SignedInRequest, steps: readonly Step[], told: AccountEvent): Promise<boolean>;
  /** Records a refusal that the person is told of on the page itself. */
  recordRefusal(request: SignedInRequest, refusal: Refusal): void;
  /**
   * Leads a browser to a page anew, which tells what was wrong with the form that was sent from it: so it can come back to
   * it and load it again.
   * @returns undefined for another program, which is to be answered with the page
   */
  leadToProblem(
    request: PageRequest,
    path: string,
    problem: Pick<FormProblem, 'problem' | 'field'>,
  ): FastifyReply | undefined;
  /** What the page at this path has to tell of a form that was sent from it, once. */
  problemToTell(request: PageRequest, path: string): FormProblem | undefined;
};

/** How long ago a sign-in may be for changes to what a person signs in with. */
const RECENT_S = 900;
const REFUSED = 'account.refused';
const NOTICE = hostCookie('countersign-notice');

export function createAccountPages(context: {
  readonly issuer: string;
  readonly clock: Clock;
  readonly pageRoutes: PageRoutes;
  readonly signedInPage: SignedInPage;
  readonly formTokens: FormTokens;
  readonly events: EventRecorder;
  readonly storage: Pick<Storage, 'commit'>;
  readonly certificateListener: CertificateListener | undefined;
}): AccountPages {
  const { issuer, clock, pageRoutes, signedInPage, formTokens, events, certificateListener } = context;
  const { storage } = context;

  const isRecent = ({ session }: SignedIn) => session.auth_time > clock() / 1000 - RECENT_S;
  const scopeOf = ({ session }: SignedIn): FormScope => [ACCOUNT_PATHS.overview, session.session_id];
  const ofAccount = () => ({ kind: 'account' }) as const;

  const actor = ({ http, signedIn }: SignedInRequest): Actor => ({
    name: signedIn.user.username,
    through: 'account-page',
    remote_address: http.origin.remote_address,
  });

  const checked =
    (handle: SignedInHandler, from?: 'same-site'): SignedInHandler =>
    async (request) => {
      formTokens.check(request.http, request.form.get('form_token'), scopeOf(request.signedIn), from);
      return handle(request);
    };

  const page: AccountPages['page'] = (handle) => signedInPage(ofAccount, handle);
  const guardedPage: AccountPages['page'] = (handle) => signedInPage(ofAccount, handle, isRecent);

  return {
    register: (root, path, handlers) => pageRoutes(root, path, REFUSED, handlers),
    page,
    guardedPage,
    form: (handle) => page(checked(handle)),
    guardedForm: (handle) => guardedPage(checked(handle)),
    certificateForm: (handle) =>
      guardedPage(checked(handle, certificateListener?.elsewhere === undefined ? undefined : 'same-site')),
    formToken: ({ http, reply, signedIn }) => formTokens.issue(http, reply, scopeOf(signedIn)),
    done(reply, notice) {
      NOTICE.set(reply, notice);
      return reply.header('cache-control', 'no-store').redirect(`${issuer}${ACCOUNT_PATHS.overview}`, 303);
    },
    takeNotice({ http, reply }) {
      const value = NOTICE.read(http.headers.cookie);
      if (value === undefined) return undefined;
      NOTICE.clear(reply);
      return NOTICES.find((known) => known === value);
    },
    actor,
    async change(request, steps, { type, object, client_id, detail, changes }) {
      const { sub, username } = request.signedIn.user;
      const { outcome } = await tryChange({ storage, events }, steps, {
        type,
        outcome: 'success',
        actor: actor(request),
        object: object ?? { kind: 'user', id: sub },
        username,
        ...(client_id !== undefined && { client_id }),
        ...(changes && { changes }),
        detail: { sub, ...detail },
      });
      return outcome === 'committed';
    },
    leadToProblem: ({ http, reply }, path, problem) =>
      isNavigation(http) ? sendToProblem(reply, `${issuer}${path}`, { ...problem, at: path }) : undefined,
    problemToTell: ({ http, reply }, path) => takeProblem(http, reply, path),
    recordRefusal({ reply }, refusal) {
      recordShownRefusal(refusal, reply, REFUSED, { events });
    },
  };
}

/** @throws Refusal when a form lacks a parameter that our own page always sends */
export function requireParameter({ form }: PageRequest, name: string): string {
  const value = form.get(name);
  if (value !== undefined) return value;
  throw invalidRequest(`The parameter ${name} is missing.`, 'parameter_missing', { expected: name });
}
