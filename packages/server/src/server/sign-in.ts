import type { ClientDirectory } from '../client-authentication/client-directory.ts';
import type { Clock } from '../clock.ts';
import { createPendingRequests, type PendingRequests } from '../endpoint/authorize/pending-request.ts';
import { approvalsPageEndpoint } from '../endpoint/deferred-authorization/approvals-page.ts';
import { createDecisions } from '../endpoint/deferred-authorization/decision.ts';
import { devicePageEndpoint } from '../endpoint/deferred-authorization/device-page.ts';
import type { Pings } from '../endpoint/deferred-authorization/ping.ts';
import type { Endpoint } from '../endpoint/endpoint.ts';
import type { RefusalContext } from '../endpoint/oauth-replies.ts';
import type { Branding } from '../endpoint/page/branding.ts';
import { createErrorPage, type SendErrorPage } from '../endpoint/page/error-page.ts';
import { createFormTokens } from '../endpoint/page/form-token.ts';
import { UI_LOCALES } from '../endpoint/page/language.ts';
import { createPages } from '../endpoint/page/pages.ts';
import { accountOverviewEndpoint } from '../endpoint/sign-in/account-overview.ts';
import { createAccountPages } from '../endpoint/sign-in/account-pages.ts';
import { accountPasswordEndpoint } from '../endpoint/sign-in/account-password.ts';
import { accountSecondFactorEndpoint } from '../endpoint/sign-in/account-second-factor.ts';
import { createBackChannelLogout } from '../endpoint/sign-in/back-channel-logout.ts';
import { certificateListener } from '../endpoint/sign-in/certificate-listener.ts';
import { consentEndpoint } from '../endpoint/sign-in/consent.ts';
import { createInteractions } from '../endpoint/sign-in/interaction.ts';
import { logoutEndpoint } from '../endpoint/sign-in/logout.ts';
import { createPendingSignIns } from '../endpoint/sign-in/pending-sign-in.ts';
import { secondFactorEndpoint } from '../endpoint/sign-in/second-factor.ts';
import { signInEndpoint } from '../endpoint/sign-in/sign-in.ts';
import { createSignInCompletion } from '../endpoint/sign-in/sign-in-completion.ts';
import type { OutboundFetch } from '../outbound/outbound-fetch.ts';
import type { AccountRegistrar } from '../registration/account-registrar.ts';
import type { Storage } from '../storage/storage.ts';
import type { KeyRing } from '../token/key-ring.ts';
import type { TokenLifetimes } from '../token/token-plan.ts';
import { ACR_VALUES } from '../user-authentication/authentication-context.ts';
import { type BrowserSessions, createBrowserSessions } from '../user-authentication/browser-sessions.ts';
import { createCertificateSignIn } from '../user-authentication/certificate-sign-in.ts';
import type { GuessingGuard } from '../user-authentication/guessing-guard.ts';
import { createPasskeys } from '../user-authentication/passkey.ts';
import type { PasswordSignIn } from '../user-authentication/password-sign-in.ts';
import { createSecondFactors } from '../user-authentication/second-factor.ts';

/** `[sign_in]`; lifetimes in seconds. */
export type SignInSettings = {
  readonly session_lifetime: number;
  readonly session_idle_lifetime: number;
  readonly client_certificate: boolean;
};

export type SignInContext = RefusalContext & {
  readonly issuer: string;
  readonly clock: Clock;
  readonly storage: Storage;
  readonly keyRing: KeyRing;
  readonly signIn: PasswordSignIn;
  readonly guard: GuessingGuard;
  readonly accounts: AccountRegistrar;
  readonly outbound: OutboundFetch;
  /** 32 bytes, the deployment's `[encryption] key`. */
  readonly encryptionKey: Uint8Array;
  /** `[sign_in]` and `[branding]` of now. */
  readonly settings: () => SignInSettings;
  readonly branding: () => Branding;
  /** The base URL of the listener that asks for certificates, when it is another one. */
  readonly mtlsBase: string | undefined;
  readonly directory: ClientDirectory;
  readonly pings: Pings;
  /** `[oauth]` of now. */
  readonly rules: () => TokenLifetimes;
};

/** The pages people see, and what the authorization endpoint needs of them. */
export type SignIn = {
  readonly endpoints: readonly Endpoint[];
  readonly people: {
    readonly pendingRequests: PendingRequests;
    readonly browserSessions: BrowserSessions;
    readonly sendErrorPage: SendErrorPage;
  };
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
  const { issuer, clock, storage, keyRing, guard, encryptionKey, settings, branding, events } = context;

  const backChannelLogout = createBackChannelLogout({
    issuer,
    clients: storage.clients,
    keyRing,
    fetch: context.outbound,
    events,
  });
  const sessions = createBrowserSessions(storage.sessions, storage.users, {
    lifetimes: () => ({
      absoluteMs: settings().session_lifetime * SECOND,
      idleMs: settings().session_idle_lifetime * SECOND,
    }),
    remoteAddressOf: (request) => request.origin.remote_address,
    onEnded: backChannelLogout.sessionEnded,
    clock,
  });
  const { hostname, origin } = new URL(issuer);
  const relyingParty = () => ({ name: branding().name, id: hostname, origin });
  const passkeys = createPasskeys(storage, relyingParty, clock);
  const certificateSignIn = createCertificateSignIn(storage.credentials, storage.users, clock);
  const pendingRequests = createPendingRequests(storage.ephemerals, issuer, clock);
  const interactions = createInteractions(issuer, pendingRequests);
  const pages = createPages(issuer, branding);
  const formTokens = createFormTokens(encryptionKey);
  const listener = certificateListener(issuer, pages.path, context.mtlsBase);

  const shared = {
    ...storage,
    ...context,
    pages,
    formTokens,
    sessions,
    passkeys,
    guard,
    interactions,
    pendingRequests,
    secondFactors: createSecondFactors(storage, encryptionKey, clock),
    pendingSignIns: createPendingSignIns(storage.ephemerals, storage.users),
    complete: createSignInCompletion({ sessions, interactions, pages, events }),
    certificateListener: listener,
    account: createAccountPages({ ...context, pages, sessions, formTokens, certificateListener: listener }),
    certificateSignIn: () => (settings().client_certificate ? certificateSignIn : undefined),
    certificatesAllowed: () => settings().client_certificate,
    serverName: () => branding().name,
    decisions: createDecisions(context),
  };
  return {
    endpoints: [
      pages.assets,
      signInMetadata,
      signInEndpoint(shared),
      secondFactorEndpoint(shared),
      consentEndpoint(shared),
      logoutEndpoint(shared),
      accountOverviewEndpoint(shared),
      accountPasswordEndpoint(shared),
      accountSecondFactorEndpoint(shared),
      devicePageEndpoint(shared),
      approvalsPageEndpoint(shared),
    ],
    people: { pendingRequests, browserSessions: sessions, sendErrorPage: createErrorPage(pages) },
    close: () => backChannelLogout.close(),
  };
}
