import type { FastifyReply } from 'fastify';
import { Refusal } from '../../refusal/refusal.ts';
import type { BrowserSessions, SignedIn } from '../../user-authentication/browser-sessions.ts';
import { hostCookie } from '../../user-authentication/cookie.ts';
import { hidden } from '../page/form.ts';
import type { FormTokens } from '../page/form-token.ts';
import { type Html, html } from '../page/html.ts';
import type { Language } from '../page/language.ts';
import type { CertificateListener } from './certificate-listener.ts';
import type { PageContext, PageRequest } from './page-routes.ts';
import { SIGN_IN_PATH } from './sign-in.ts';

export const ACCOUNT_PATH = '/account';

/** What the overview says after something was done. */
const NOTICES = [
  'account.passworddone',
  'account.totpdone',
  'account.passkeydone',
  'account.certificatedone',
  'account.removed',
  'account.revoked',
  'account.sessionended',
] as const;
export type Notice = (typeof NOTICES)[number];

/** A page of the account, asked for by the person it belongs to. */
export type AccountRequest = PageRequest & { readonly signedIn: SignedIn; readonly language: Language };

export type AccountHandler = (request: AccountRequest) => Promise<FastifyReply>;

/** What the pages of the account have in common: somebody is signed in, and forms are theirs. */
export type AccountPages = {
  /** Leads to the sign-in first when nobody is signed in. */
  page(handle: AccountHandler): (request: PageRequest) => Promise<FastifyReply>;
  /** As `page`, where the person signed in lately: what is about to change could lock them out. */
  guardedPage(handle: AccountHandler): (request: PageRequest) => Promise<FastifyReply>;
  /** As `page`, for a form that came back from one. @throws Refusal */
  form(handle: AccountHandler): (request: PageRequest) => Promise<FastifyReply>;
  guardedForm(handle: AccountHandler): (request: PageRequest) => Promise<FastifyReply>;
  /** As `guardedForm`, for a form sent to the listener that asks for certificates. */
  certificateForm(handle: AccountHandler): (request: PageRequest) => Promise<FastifyReply>;
  /** A form with its token. @param action see `Pages.path` */
  formTo(request: AccountRequest, action: string, content: Html): Html;
  token(request: AccountRequest): Html;
  /** Back to the overview, which shows the notice once. */
  done(reply: FastifyReply, notice: Notice): FastifyReply;
  /** The notice to show on this page, if something was just done. */
  takeNotice(request: PageRequest): Notice | undefined;
  /** Records what a person changed about their own account. */
  record(request: AccountRequest, type: string, detail: Readonly<Record<string, unknown>>): void;
};

/** How long ago a sign-in may be for changes to what a person signs in with. */
const RECENT_S = 900;

const NOTICE = hostCookie('countersign-notice');

export function createAccountPages(
  context: PageContext & {
    readonly issuer: string;
    readonly sessions: BrowserSessions;
    readonly formTokens: FormTokens;
    readonly certificateListener: CertificateListener | undefined;
  },
): AccountPages {
  const { issuer, sessions, formTokens, pages, events } = context;

  const isRecent = ({ session }: SignedIn) => session.auth_time > Date.now() / 1000 - RECENT_S;
  const always = () => true;
  const scopeOf = ({ session }: SignedIn) => [ACCOUNT_PATH, session.session_id] as const;

  const signedInPage =
    (admits: (signedIn: SignedIn) => boolean, handle: AccountHandler) =>
    async (request: PageRequest): Promise<FastifyReply> => {
      const signedIn = await sessions.current(request.http);
      if (!signedIn || !admits(signedIn)) {
        return request.reply.header('cache-control', 'no-store').redirect(`${issuer}${SIGN_IN_PATH}`, 303);
      }
      return handle({ ...request, signedIn, language: pages.language(request.http) });
    };

  const checked =
    (handle: AccountHandler, from?: 'same-site'): AccountHandler =>
    async (request) => {
      formTokens.check(request.http, request.form.get('form_token'), scopeOf(request.signedIn), from);
      return handle(request);
    };

  const token: AccountPages['token'] = ({ http, reply, signedIn }) =>
    hidden({ form_token: formTokens.issue(http, reply, scopeOf(signedIn)) });

  return {
    page: (handle) => signedInPage(always, handle),
    guardedPage: (handle) => signedInPage(isRecent, handle),
    form: (handle) => signedInPage(always, checked(handle)),
    guardedForm: (handle) => signedInPage(isRecent, checked(handle)),
    certificateForm: (handle) =>
      signedInPage(
        isRecent,
        checked(handle, context.certificateListener?.elsewhere === undefined ? undefined : 'same-site'),
      ),
    token,
    formTo: (request, action, content) =>
      html`<form method="post" action="${action}">${token(request)}${content}</form>`,
    done(reply, notice) {
      NOTICE.set(reply, notice);
      return reply.header('cache-control', 'no-store').redirect(`${issuer}${ACCOUNT_PATH}`, 303);
    },
    takeNotice({ http, reply }) {
      const value = NOTICE.read(http.headers.cookie);
      if (value === undefined) return undefined;
      NOTICE.clear(reply);
      return NOTICES.find((known) => known === value);
    },
    record({ http, signedIn }, type, detail) {
      events.record({
        type,
        outcome: 'success',
        username: signedIn.user.username,
        remote_address: http.origin.remote_address,
        detail,
      });
    },
  };
}

/** @throws Refusal when a form lacks a parameter that our own page always sends */
export function requireParameter({ form }: PageRequest, name: string): string {
  const value = form.get(name);
  if (value !== undefined) return value;
  throw new Refusal('invalid_request', `The parameter ${name} is missing.`, 'parameter_missing', {
    expected: name,
  });
}
