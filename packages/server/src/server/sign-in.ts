import type { TellClaims } from '../claim/told-claims.ts';
import type { ClientDirectory } from '../client-authentication/client-directory.ts';
import type { Clock } from '../clock.ts';
import { createPendingRequests, type PendingRequests } from '../endpoint/authorize/pending-request.ts';
import { approvalsEndpoint } from '../endpoint/deferred-authorization/approvals.ts';
import { deviceVerificationEndpoint } from '../endpoint/deferred-authorization/device-verification.ts';
import type { Pings } from '../endpoint/deferred-authorization/ping.ts';
import { createCarryOutVerdict } from '../endpoint/deferred-authorization/verdict.ts';
import { createFindWaitingDevice } from '../endpoint/deferred-authorization/waiting-device.ts';
import type { Endpoint } from '../endpoint/endpoint.ts';
import type { RefusalContext } from '../endpoint/oauth-replies.ts';
import type { Branding } from '../endpoint/page/branding.ts';
import { createErrorPage, type SendErrorPage } from '../endpoint/page/error-page.ts';
import { createFormTokens, type FormTokens } from '../endpoint/page/form-token.ts';
import { UI_LOCALES } from '../endpoint/page/language.ts';
import { createPages, type Pages } from '../endpoint/page/pages.ts';
import { createWaysOn } from '../endpoint/page/way-on.ts';
import { accountCertificateEndpoint } from '../endpoint/sign-in/account-certificate.ts';
import { accountOverviewEndpoint } from '../endpoint/sign-in/account-overview.ts';
import { createAccountPages } from '../endpoint/sign-in/account-pages.ts';
import { accountPasskeyEndpoint } from '../endpoint/sign-in/account-passkey.ts';
import { accountPasswordEndpoint } from '../endpoint/sign-in/account-password.ts';
import {
  accountRecoveryCodesEndpoint,
  createRecoveryCodePages,
} from '../endpoint/sign-in/account-recovery-codes.ts';
import { accountRevocationEndpoint } from '../endpoint/sign-in/account-revocation.ts';
import { accountTotpEndpoint } from '../endpoint/sign-in/account-totp.ts';
import { createBackChannelLogout } from '../endpoint/sign-in/back-channel-logout.ts';
import { type CertificateListener, certificateListener } from '../endpoint/sign-in/certificate-listener.ts';
import { consentEndpoint } from '../endpoint/sign-in/consent.ts';
import { createInteractions, type Interactions } from '../endpoint/sign-in/interaction.ts';
import { languageChoiceEndpoint } from '../endpoint/sign-in/language-choice.ts';
import { logoutEndpoint } from '../endpoint/sign-in/logout.ts';
import { newPasswordEndpoint } from '../endpoint/sign-in/new-password.ts';
import { newTotpEndpoint } from '../endpoint/sign-in/new-totp.ts';
import { ACCOUNT_PATHS } from '../endpoint/sign-in/page-paths.ts';
import { createPageRoutes, type PageRoutes } from '../endpoint/sign-in/page-routes.ts';
import { createPendingSignIns } from '../endpoint/sign-in/pending-sign-in.ts';
import { createRefusalPages } from '../endpoint/sign-in/refusal-page.ts';
import { secondFactorEndpoint } from '../endpoint/sign-in/second-factor.ts';
import { signInEndpoint } from '../endpoint/sign-in/sign-in.ts';
import { createSignInAttempts } from '../endpoint/sign-in/sign-in-attempts.ts';
import { signInByCertificateEndpoint } from '../endpoint/sign-in/sign-in-by-certificate.ts';
import { createSignInCompletion } from '../endpoint/sign-in/sign-in-completion.ts';
import { signInLinkEndpoint } from '../endpoint/sign-in/sign-in-link.ts';
import { createSignedInPage, type SignedInPage } from '../endpoint/sign-in/signed-in-page.ts';
import { createSingleSignOn } from '../endpoint/sign-in/single-sign-on.ts';
import { createStagePages } from '../endpoint/sign-in/stage-pages.ts';
import { startEndpoint } from '../endpoint/sign-in/start.ts';
import { unverifiedEmailEndpoint } from '../endpoint/sign-in/unverified-email.ts';
import type { OutboundFetch } from '../outbound/outbound-fetch.ts';
import type { Storage } from '../storage/storage.ts';
import type { KeyRing } from '../token/key-ring.ts';
import type { Subjects } from '../token/pairwise-subject.ts';
import type { TokenLifetimes } from '../token/token-plan.ts';
import { ACR_VALUES } from '../user-authentication/authentication-context.ts';
import {
  type BrowserSessions,
  createBrowserSessions,
  type SessionLifetimes,
} from '../user-authentication/browser-sessions.ts';
import { createCertificateSignIn } from '../user-authentication/certificate-sign-in.ts';
import type { GuessingGuard } from '../user-authentication/guessing-guard.ts';
import { createKnownBrowsers, type KnownBrowsers } from '../user-authentication/known-browser.ts';
import { createPasskeys, type Passkeys } from '../user-authentication/passkey.ts';
import type { PasswordSignIn } from '../user-authentication/password-sign-in.ts';
import { createSecondFactors, type SecondFactors } from '../user-authentication/second-factor.ts';
import { createEndAccess, type EndAccess } from '../user-authentication/session-endings.ts';
import type { OpenHome } from './open-home.ts';

/** `[sign_in]`; lifetimes in seconds. */
export type SignInSettings = {
  readonly session_lifetime: number;
  readonly session_idle_lifetime: number;
  readonly client_certificate: boolean;
};

export type SignInContext = Pick<RefusalContext, 'events' | 'reportError'> & {
  readonly issuer: string;
  readonly clock: Clock;
  readonly storage: Storage;
  readonly keyRing: KeyRing;
  readonly subjects: Subjects;
  readonly signIn: PasswordSignIn;
  readonly guard: GuessingGuard;
  readonly opened: Pick<OpenHome, 'accounts' | 'passwordRules' | 'signInLinks'>;
  readonly outbound: OutboundFetch;
  /** 32 bytes, the deployment's `[encryption] key`. */
  readonly encryptionKey: Uint8Array;
  /** `[sign_in]` and `[branding]` of now. */
  readonly settings: () => SignInSettings;
  readonly branding: () => Branding;
  /** The base URL of the listener that asks for certificates, when it is another one. */
  readonly mtlsBase: string | undefined;
  /** Where the console is, unless it is off. */
  readonly console: string | undefined;
  readonly directory: ClientDirectory;
  readonly tellClaims: TellClaims;
  readonly pings: Pings;
  /** Logs what went wrong with a notice to a client. */
  readonly reportNotice: (error: Error) => void;
  /** `[oauth]` of now. */
  readonly rules: () => TokenLifetimes;
};

/** The pages people see, and what the authorization endpoint needs of them. */
export type SignIn = {
  readonly endpoints: readonly Endpoint[];
  readonly people: {
    readonly pendingRequests: PendingRequests;
    readonly browserSessions: BrowserSessions;
    readonly endAccess: EndAccess;
    readonly sendErrorPage: SendErrorPage;
  };
  /** `[sign_in]` of now. */
  readonly sessionLifetimes: () => SessionLifetimes;
  /** Waits for logout tokens under way. */
  close(): Promise<void>;
};

const SECOND = 1000;

/** What the provider's metadata says of signing in (OIDC Discovery §3). */
const signInMetadata: Endpoint = {
  metadata: { acr_values_supported: ACR_VALUES, ui_locales_supported: UI_LOCALES },
  register() {},
};

/** Composes the pages: one place where each gets what it needs. */
export function createSignIn(context: SignInContext): SignIn {
  const { issuer, clock, storage, keyRing, encryptionKey, settings, branding, events, reportError } = context;

  const backChannelLogout = createBackChannelLogout({
    issuer,
    clock,
    clients: storage.clients,
    keyRing,
    subjects: context.subjects,
    fetch: context.outbound,
    events,
    storage,
    reportError: context.reportNotice,
  });
  const sessionLifetimes = () => ({
    absoluteMs: settings().session_lifetime * SECOND,
    idleMs: settings().session_idle_lifetime * SECOND,
  });
  const sessions = createBrowserSessions(storage.sessions, storage.users, {
    lifetimes: sessionLifetimes,
    remoteAddressOf: (request) => request.origin.remote_address,
    ended: backChannelLogout,
    clock,
  });
  const { hostname, origin } = new URL(issuer);
  const relyingParty = () => ({ name: branding().name, id: hostname, origin });
  const pages = createPages(issuer, branding);
  const pendingRequests = createPendingRequests(storage, issuer, clock);
  const interactions = createInteractions(issuer, pendingRequests);
  const waysOn = createWaysOn({
    issuer,
    directory: context.directory,
    account: `${issuer}${ACCOUNT_PATHS.overview}`,
  });
  const refusalPages = createRefusalPages(pages, waysOn);
  const parts: PageParts = {
    sessions,
    knownBrowsers: createKnownBrowsers(encryptionKey, clock),
    endAccess: createEndAccess(sessions, storage.grants, clock),
    pages,
    pendingRequests,
    interactions,
    pageRoutes: createPageRoutes({ refusalPages, events, reportError }),
    signedInPage: createSignedInPage({ pages, sessions, interactions }),
    formTokens: createFormTokens(encryptionKey),
    passkeys: createPasskeys(storage, relyingParty, clock),
    secondFactors: createSecondFactors(storage, encryptionKey, clock),
    certificateListener: certificateListener(issuer, pages.path, context.mtlsBase),
    certificatesAllowed: () => settings().client_certificate,
  };
  return {
    endpoints: [
      pages.assets,
      languageChoiceEndpoint({ issuer, pageRoutes: parts.pageRoutes }),
      refusalPages.endpoint,
      signInMetadata,
      startEndpoint({
        pages,
        account: `${issuer}${ACCOUNT_PATHS.overview}`,
        console: context.console,
      }),
      ...signInEndpoints(context, parts),
      ...accountEndpoints(context, parts),
      ...deferredAuthorizationEndpoints(context, parts),
    ],
    people: {
      pendingRequests,
      browserSessions: sessions,
      endAccess: parts.endAccess,
      sendErrorPage: createErrorPage(pages, waysOn),
    },
    sessionLifetimes,
    close: () => backChannelLogout.close(),
  };
}

/** What pages of more than one kind stand on. */
type PageParts = {
  readonly sessions: BrowserSessions;
  readonly knownBrowsers: KnownBrowsers;
  readonly endAccess: EndAccess;
  readonly pages: Pages;
  readonly pageRoutes: PageRoutes;
  readonly signedInPage: SignedInPage;
  readonly formTokens: FormTokens;
  readonly pendingRequests: PendingRequests;
  readonly interactions: Interactions;
  readonly passkeys: Passkeys;
  readonly secondFactors: SecondFactors;
  readonly certificateListener: CertificateListener | undefined;
  readonly certificatesAllowed: () => boolean;
};

/** Signing in, agreeing to what an application asks, and signing out. */
function signInEndpoints(context: SignInContext, parts: PageParts): readonly Endpoint[] {
  const { issuer, clock, storage, keyRing, guard, signIn, events } = context;
  const { sessions, pages, pageRoutes, formTokens, pendingRequests, interactions } = parts;
  const { passkeys, secondFactors, certificateListener, certificatesAllowed } = parts;
  const { credentials, users } = storage;
  const { knownBrowsers } = parts;
  const pendingSignIns = createPendingSignIns(storage.ephemerals, users, clock);
  const complete = createSignInCompletion({
    sessions,
    knownBrowsers,
    interactions,
    pendingSignIns,
    pages,
    events,
    storage,
  });
  const singleSignOn = createSingleSignOn({ pages, sessions, interactions, pendingRequests });
  const stagePages = createStagePages({
    pageRoutes,
    pages,
    events,
    formTokens,
    interactions,
    singleSignOn,
    pendingSignIns,
  });
  const attempts = createSignInAttempts({
    pages,
    events,
    formTokens,
    sessions,
    interactions,
    singleSignOn,
    certificatesAllowed,
    certificateListener,
  });
  return [
    signInEndpoint({
      pageRoutes,
      pages,
      interactions,
      pendingRequests,
      pendingSignIns,
      signIn,
      knownBrowsers,
      secondFactors,
      attempts,
      complete,
    }),
    signInByCertificateEndpoint({
      pageRoutes,
      certificatesAllowed,
      certificateSignIn: createCertificateSignIn(credentials, users, clock),
      certificateListener,
      attempts,
      complete,
    }),
    secondFactorEndpoint({
      pageRoutes,
      pages,
      events,
      formTokens,
      interactions,
      singleSignOn,
      pendingSignIns,
      secondFactors,
      passkeys,
      guard,
      knownBrowsers,
      complete,
    }),
    signInLinkEndpoint({
      clock,
      pageRoutes,
      pages,
      events,
      storage,
      guesses: storage.guesses,
      formTokens,
      interactions,
      pendingSignIns,
      signInLinks: context.opened.signInLinks,
      secondFactors,
      complete,
    }),
    newPasswordEndpoint({
      stagePages,
      interactions,
      pendingSignIns,
      accounts: context.opened.accounts,
      endAccess: parts.endAccess,
      least: () => context.opened.passwordRules().least,
      complete,
    }),
    newTotpEndpoint({
      stagePages,
      events,
      interactions,
      pendingSignIns,
      secondFactors,
      storage,
      serverName: () => context.branding().name,
      complete,
    }),
    unverifiedEmailEndpoint({ stagePages, interactions, pendingSignIns, complete }),
    consentEndpoint({
      clock,
      pageRoutes,
      pages,
      events,
      formTokens,
      sessions,
      interactions,
      pendingRequests,
      tellClaims: context.tellClaims,
      storage,
    }),
    logoutEndpoint({
      issuer,
      pageRoutes,
      pages,
      events,
      storage,
      keyRing,
      encryptionKey: context.encryptionKey,
      sessions,
      formTokens,
    }),
  ];
}

/** What people see and change of their own. */
function accountEndpoints(context: SignInContext, parts: PageParts): readonly Endpoint[] {
  const { issuer, clock, storage, signIn, branding, events } = context;
  const { accounts } = context.opened;
  const { sessions, pages, pageRoutes, signedInPage, formTokens } = parts;
  const { passkeys, secondFactors, certificateListener, certificatesAllowed } = parts;
  const { clients, consents, credentials, grants } = storage;
  const { endAccess } = parts;
  const account = createAccountPages({
    issuer,
    clock,
    pageRoutes,
    signedInPage,
    formTokens,
    events,
    storage,
    certificateListener,
  });
  const recoveryCodePages = createRecoveryCodePages({ account, pages, secondFactors });
  const serverName = () => branding().name;
  return [
    accountOverviewEndpoint({
      issuer,
      account,
      pages,
      sessions,
      secondFactors,
      clients,
      consents,
      certificatesAllowed,
      certificateListener,
    }),
    accountRevocationEndpoint({ account, clock, sessions, endAccess, secondFactors, consents, grants }),
    accountPasswordEndpoint({
      account,
      pages,
      accounts,
      signIn,
      knownBrowsers: parts.knownBrowsers,
      sessions,
      endAccess,
      least: () => context.opened.passwordRules().least,
    }),
    accountTotpEndpoint({ account, pages, secondFactors, recoveryCodePages, serverName }),
    accountPasskeyEndpoint({ account, pages, secondFactors, passkeys, recoveryCodePages }),
    accountRecoveryCodesEndpoint({ account, pages, recoveryCodePages, secondFactors, serverName }),
    accountCertificateEndpoint({ account, clock, secondFactors, credentials, certificatesAllowed }),
  ];
}

/** Where people decide what a device, or a client over the backchannel, asks for. */
function deferredAuthorizationEndpoints(context: SignInContext, parts: PageParts): readonly Endpoint[] {
  const { issuer, clock, storage, directory, tellClaims, pings, rules, events } = context;
  const { pages, pageRoutes, signedInPage, formTokens } = parts;
  const { deferredAuthorizations, guesses } = storage;
  const carryOut = createCarryOutVerdict({
    clock,
    events,
    storage,
    directory,
    pings,
    rules,
  });
  return [
    deviceVerificationEndpoint({
      pageRoutes,
      signedInPage,
      pages,
      events,
      formTokens,
      directory,
      tellClaims,
      findWaitingDevice: createFindWaitingDevice({ clock, guesses, deferredAuthorizations, directory }),
      carryOut,
    }),
    approvalsEndpoint({
      issuer,
      clock,
      pageRoutes,
      signedInPage,
      pages,
      formTokens,
      deferredAuthorizations,
      directory,
      tellClaims,
      carryOut,
    }),
  ];
}
