import type { AuthenticateClient } from '../client-authentication/authenticator-chain.ts';
import type { ClientDirectory } from '../client-authentication/client-directory.ts';
import { type BearerTokens, createBearerTokens } from '../endpoint/bearer-token.ts';
import type { Endpoint } from '../endpoint/endpoint.ts';
import { createIssuedAccessTokens } from '../endpoint/issued-access-token.ts';
import type { RefusalContext } from '../endpoint/oauth-replies.ts';
import { tokenEndpoint } from '../endpoint/token.ts';
import { authorizationCodeGrant } from '../grant/authorization-code.ts';
import { clientCredentials } from '../grant/client-credentials.ts';
import type { GrantType } from '../grant/grant.ts';
import { refreshTokenGrant } from '../grant/refresh-token.ts';
import { createTokenIssuance } from '../grant/token-issuance.ts';
import type { Storage } from '../storage/storage.ts';
import type { KeyRing } from '../token/key-ring.ts';
import type { TokenLifetimes } from '../token/token-plan.ts';

export type AuthorizationContext = RefusalContext & {
  readonly issuer: string;
  readonly storage: Storage;
  readonly keyRing: KeyRing;
  readonly directory: ClientDirectory;
  readonly authenticateClient: AuthenticateClient;
  /** `[oauth]` of now. */
  readonly rules: () => TokenLifetimes;
  /** Grant types beside those of this composition. */
  readonly grantTypes: readonly GrantType[];
};

/** The endpoints that issue, show and revoke tokens, and how every other endpoint accepts them. */
export type Authorization = {
  readonly endpoints: readonly Endpoint[];
  readonly bearerTokens: BearerTokens;
};

/** Composes the protocol: one place where each endpoint gets what it needs. */
export function createAuthorization(context: AuthorizationContext): Authorization {
  const { issuer, storage, keyRing, rules, originOf } = context;
  const accessTokens = createIssuedAccessTokens(context);
  const bearerTokens = createBearerTokens(accessTokens, issuer, originOf);
  const issueTokens = createTokenIssuance({ ...storage, issuer, keyRing, lifetimes: rules });
  const grantTypes = [
    clientCredentials,
    authorizationCodeGrant(storage),
    refreshTokenGrant(storage),
    ...context.grantTypes,
  ];
  return { endpoints: [tokenEndpoint({ ...context, grantTypes, issueTokens })], bearerTokens };
}
