import type { GiveClaims } from '../claim/claim-giving.ts';
import type { ToldSince } from '../claim/told-claims.ts';
import { CONTENT_ENCRYPTION_ALGORITHMS, KEY_MANAGEMENT_ALGORITHMS } from '../client/client-encryption.ts';
import type { AuthenticateClient } from '../client-authentication/authenticator-chain.ts';
import type { ClientDirectory } from '../client-authentication/client-directory.ts';
import {
  createResponseEncryption,
  type EncryptResponse,
} from '../client-authentication/response-encryption.ts';
import type { Clock } from '../clock.ts';
import { createAddressBudget } from '../endpoint/address-budget.ts';
import { authorizeEndpoint } from '../endpoint/authorize/authorize.ts';
import type { PendingRequests } from '../endpoint/authorize/pending-request.ts';
import { createPushedRequests } from '../endpoint/authorize/pushed-request.ts';
import type { AuthorizationRules } from '../endpoint/authorize/request-checks.ts';
import { createRequestObjects } from '../endpoint/authorize/request-object.ts';
import { type BearerTokens, createBearerTokens } from '../endpoint/bearer-token.ts';
import { type ClientForms, createClientForms } from '../endpoint/client-form.ts';
import { backchannelAuthorizeEndpoint } from '../endpoint/deferred-authorization/bc-authorize.ts';
import { deviceAuthorizeEndpoint } from '../endpoint/deferred-authorization/device-authorize.ts';
import type { Pings } from '../endpoint/deferred-authorization/ping.ts';
import { createDpopProofs, type DpopNonceRule, type DpopProofs } from '../endpoint/dpop.ts';
import type { Endpoint } from '../endpoint/endpoint.ts';
import { introspectEndpoint } from '../endpoint/introspect.ts';
import { createIssuedAccessTokens } from '../endpoint/issued-access-token.ts';
import type { RefusalContext } from '../endpoint/oauth-replies.ts';
import type { SendErrorPage } from '../endpoint/page/error-page.ts';
import { parEndpoint } from '../endpoint/par.ts';
import { revokeEndpoint } from '../endpoint/revoke.ts';
import { createSignedRequestReader } from '../endpoint/signed-request.ts';
import { tokenEndpoint } from '../endpoint/token.ts';
import { userinfoEndpoint } from '../endpoint/userinfo.ts';
import type { Metrics } from '../event/metrics.ts';
import { authorizationCodeGrant } from '../grant/authorization-code.ts';
import type { AuthorizationDetailsType } from '../grant/authorization-details.ts';
import { clientCredentials } from '../grant/client-credentials.ts';
import type { ClientUses } from '../grant/client-uses.ts';
import { deferredAuthorizationGrant } from '../grant/deferred-authorization.ts';
import type { TokenGrant } from '../grant/grant.ts';
import { createIdTokenIssuance, type IdTokenIssuance } from '../grant/id-token-issuance.ts';
import { refreshTokenGrant } from '../grant/refresh-token.ts';
import type { ProtectedResource } from '../grant/resource.ts';
import { tokenExchangeGrant } from '../grant/token-exchange.ts';
import { createTokenIssuance } from '../grant/token-issuance.ts';
import { createTellSubjects } from '../grant/told-subjects.ts';
import type { JwksSource } from '../outbound/jwks-source.ts';
import type { OutboundFetch } from '../outbound/outbound-fetch.ts';
import type { Storage } from '../storage/storage.ts';
import type { DecryptionKeys } from '../token/decryption-keys.ts';
import { readIdTokenHint } from '../token/id-token.ts';
import type { KeyRing } from '../token/key-ring.ts';
import type { Subjects } from '../token/pairwise-subject.ts';
import { SIGNING_ALGORITHMS } from '../token/server-key.ts';
import { successionOf } from '../token/succession.ts';
import type { RotationRules, TokenLifetimes } from '../token/token-plan.ts';
import type { BrowserSessions, SessionLifetimes } from '../user-authentication/browser-sessions.ts';
import { createSessionUse } from '../user-authentication/session-use.ts';
import type { Shared } from './shared.ts';

export type AuthorizationContext = RefusalContext & {
  readonly issuer: string;
  readonly clock: Clock;
  readonly storage: Storage;
  readonly metrics: Pick<Metrics, 'tokensIssued'>;
  readonly clientUses: ClientUses;
  readonly keyRing: KeyRing;
  readonly decryptionKeys: DecryptionKeys;
  readonly subjects: Subjects;
  readonly directory: ClientDirectory;
  readonly giveClaims: GiveClaims;
  readonly toldSince: ToldSince;
  readonly authenticateClient: AuthenticateClient;
  readonly tokenEndpointAuthMethods: readonly string[];
  /** The clients' keys, for what they sign. */
  readonly jwks: JwksSource;
  readonly outbound: OutboundFetch;
  readonly waitingRequests: Shared['waitingRequests'];
  /** 32 bytes, `[encryption] key`. */
  readonly encryptionKey: Uint8Array;
  /** What the URLs of the second listener begin with, where there is one. */
  readonly mtlsBase: string | undefined;
  /** `[oauth]` of now. */
  readonly rules: () => TokenLifetimes &
    RotationRules &
    Omit<AuthorizationRules, 'resources' | 'detailsTypes'> &
    DeferredRules & { readonly dpop_nonce: DpopNonceRule };
  /** `[sign_in]` of now. */
  readonly sessionLifetimes: () => SessionLifetimes;
  /** `[[resource]]` of now. */
  readonly resources: () => readonly ProtectedResource[];
  /** `[[authorization_details_type]]` of now. */
  readonly detailsTypes: () => readonly AuthorizationDetailsType[];
  readonly pings: Pings;
  /** Grants beside those of this composition. */
  readonly tokenGrants: readonly TokenGrant[];
  /** Absent in a deployment where nobody signs in: then there is no authorization endpoint. */
  readonly people?: People;
};

type DeferredRules = {
  readonly waiting_requests_per_address: number;
  readonly waiting_requests: number;
  readonly backchannel_authentication_lifetime: number;
  readonly polling_interval: number;
};

/** What the authorization endpoint needs of the pages people see. */
export type People = {
  readonly pendingRequests: PendingRequests;
  readonly browserSessions: BrowserSessions;
  readonly sendErrorPage: SendErrorPage;
};

/** The endpoints of the protocol, and how every other endpoint accepts the tokens they issue. */
export type Authorization = {
  readonly endpoints: readonly Endpoint[];
  readonly bearerTokens: BearerTokens;
};

/** Composes the protocol: one place where each endpoint gets what it needs. */
export function createAuthorization(context: AuthorizationContext): Authorization {
  const { issuer, clock, storage, keyRing, directory, giveClaims, encryptionKey, subjects } = context;
  const { rules, resources, detailsTypes, authenticateClient, tokenEndpointAuthMethods, people } = context;
  const { events, reportError, realm } = context;
  const { grants, refreshTokens, users } = storage;
  const refusals = { events, reportError, realm };
  const sessionUse = createSessionUse(storage, context.sessionLifetimes);
  const accessTokens = createIssuedAccessTokens({
    issuer,
    clock,
    keyRing,
    directory,
    storage,
    sessionUse,
    subjects,
  });
  const dpopProofs = createDpopProofs({
    clock,
    replays: storage.replays,
    encryptionKey,
    baseUrls: [issuer, ...(context.mtlsBase === undefined ? [] : [context.mtlsBase])],
    dpopNonce: () => rules().dpop_nonce,
  });
  const profileOf = async (client_id: string) => (await directory.find(client_id))?.client.metadata ?? {};
  const bearerTokens = createBearerTokens(accessTokens, issuer, dpopProofs, profileOf);
  const clientForms = createClientForms(authenticateClient);
  const encryptResponse = createResponseEncryption(context.jwks);
  const issueIdToken = createIdTokenIssuance({
    issuer,
    keyRing,
    encryptResponse,
    encryptionKey,
    subjects,
    lifetimes: rules,
  });
  const tellSubjects = createTellSubjects(subjects, directory);
  const successorOf = successionOf('refresh token', encryptionKey);
  const token = tokenEndpoint({
    ...refusals,
    issuer,
    clock,
    storage,
    authenticateClient,
    tokenEndpointAuthMethods,
    dpopProofs,
    metrics: context.metrics,
    clientUses: context.clientUses,
    resources,
    detailsTypes,
    issueTokens: createTokenIssuance({
      issuer,
      keyRing,
      issueIdToken,
      storage,
      subjects,
      tellSubjects,
      giveClaims,
      lifetimes: rules,
    }),
    tokenGrants: [
      clientCredentials,
      authorizationCodeGrant(storage),
      refreshTokenGrant({ storage, sessionUse, successorOf, rules }),
      tokenExchangeGrant({
        keyRing,
        encryptionKey,
        storage,
        sessionUse,
        findAccessToken: accessTokens.find,
      }),
      ...(people
        ? (['device', 'backchannel'] as const).map((kind) =>
            deferredAuthorizationGrant(kind, { storage, successorOf }),
          )
        : []),
      ...context.tokenGrants,
    ],
  });
  const shares = { clientForms, dpopProofs, encryptResponse, issueIdToken };
  return {
    bearerTokens,
    endpoints: [
      token,
      ...(people ? interactiveEndpoints(context, people, shares) : []),
      userinfoEndpoint({
        ...refusals,
        issuer,
        clock,
        bearerTokens,
        users,
        directory,
        giveClaims,
        keyRing,
        encryptResponse,
        subjects,
      }),
      introspectEndpoint({
        ...refusals,
        issuer,
        clock,
        clientForms,
        accessTokens,
        refreshTokens,
        grants,
        giveClaims,
        keyRing,
        encryptResponse,
        tokenEndpointAuthMethods,
        directory,
        dynamicRegistrations: storage.dynamicRegistrations,
        subjects,
        tellSubjects,
      }),
      revokeEndpoint({ ...refusals, issuer, clock, clientForms, storage, keyRing, tokenEndpointAuthMethods }),
      openIdMetadata,
      authorizationDetailsMetadata(detailsTypes()),
    ],
  };
}

/** What the endpoints of people have in common with the others. */
type Shares = {
  readonly clientForms: ClientForms;
  readonly dpopProofs: DpopProofs;
  readonly encryptResponse: EncryptResponse;
  readonly issueIdToken: IdTokenIssuance;
};

/** The endpoints whose requests wait for a person. */
function interactiveEndpoints(
  context: AuthorizationContext,
  people: People,
  { clientForms, dpopProofs, encryptResponse, issueIdToken }: Shares,
): readonly Endpoint[] {
  const { issuer, clock, storage, keyRing, directory, jwks, outbound, pings, rules, resources } = context;
  const { events, reportError, realm } = context;
  const { consents, deferredAuthorizations, users } = storage;
  const refusals = { events, reportError, realm };
  const { decryptionKeys } = context;
  const readSignedRequest = createSignedRequestReader({
    issuer,
    clock,
    replays: storage.replays,
    jwks,
    decryptionKeys,
  });
  const addressBudget = createAddressBudget(context.waitingRequests);
  const reading = {
    directory,
    people: {
      subOfHint: async (hint: string) =>
        (await readIdTokenHint(hint, issuer, keyRing, context.encryptionKey))?.sub,
      personOf: context.subjects.personOf,
    },
    pushedRequests: createPushedRequests(storage.ephemerals, clock),
    requestObjects: createRequestObjects({ readSignedRequest, outbound }),
    rules: () => ({ ...rules(), resources: resources(), detailsTypes: context.detailsTypes() }),
  };
  return [
    authorizeEndpoint({
      ...refusals,
      ...reading,
      ...people,
      issuer,
      clock,
      keyRing,
      encryptResponse,
      issueIdToken,
      addressBudget,
      storage,
      consents,
      toldSince: context.toldSince,
    }),
    parEndpoint({ ...refusals, ...reading, issuer, clientForms, dpopProofs, addressBudget }),
    deviceAuthorizeEndpoint({
      ...refusals,
      issuer,
      clock,
      clientForms,
      deferredAuthorizations,
      addressBudget,
      rules,
      resources,
    }),
    backchannelAuthorizeEndpoint({
      ...refusals,
      issuer,
      clock,
      clientForms,
      readSignedRequest,
      keyRing,
      encryptionKey: context.encryptionKey,
      users,
      deferredAuthorizations,
      pings,
      rules,
      resources,
    }),
  ];
}

/** RFC 9396 §10. */
const authorizationDetailsMetadata = (types: readonly AuthorizationDetailsType[]): Endpoint => ({
  metadata: types.length > 0 ? { authorization_details_types_supported: types.map(({ type }) => type) } : {},
  register() {},
});

/** What OpenID Connect Discovery §3 asks a provider to say of its ID tokens. */
const openIdMetadata: Endpoint = {
  metadata: {
    scopes_supported: ['openid', 'profile', 'email', 'address', 'phone', 'offline_access'],
    subject_types_supported: ['public', 'pairwise'],
    id_token_signing_alg_values_supported: [...SIGNING_ALGORITHMS],
    id_token_encryption_alg_values_supported: [...KEY_MANAGEMENT_ALGORITHMS],
    id_token_encryption_enc_values_supported: [...CONTENT_ENCRYPTION_ALGORITHMS],
  },
  register() {},
};
