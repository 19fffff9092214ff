import type { ClientMetadata } from '../client/client-metadata.ts';
import type { Scope } from '../client/scope.ts';
import type { AuthenticatedClient } from '../client-authentication/client-authenticator.ts';
import { ClaimsRequest } from '../token/claims-request.ts';
import { confirmationFor } from '../token/confirmation.ts';
import type { Grant } from '../token/grant.ts';
import type { RefreshToken } from '../token/refresh-token.ts';
import type { TokenPlan } from '../token/token-plan.ts';
import { claimsAbout, claimsOfScopes } from '../user/standard-claims.ts';
import type { User } from '../user/user.ts';
import type { TokenTarget } from './resource.ts';

/** What a code or a refresh token remembers of the authorization it came from. */
export type RememberedAuthorization = Pick<
  RefreshToken,
  | 'client_id'
  | 'sub'
  | 'scope'
  | 'auth_time'
  | 'session_id'
  | 'acr'
  | 'amr'
  | 'claims'
  | 'resource'
  | 'authorization_details'
  | 'cnf'
>;

export type AuthorizedPerson = {
  readonly authorization: RememberedAuthorization;
  readonly grant: Grant;
  readonly user: User;
  readonly client: AuthenticatedClient;
  /** The scope of the authorization or less. */
  readonly scope: Scope;
  /** What the access token is for, and what of the scope it may do there. */
  readonly target: TokenTarget;
  /** What the access token allows beyond its scope: the details of the authorization or some of them. */
  readonly authorization_details?: RefreshToken['authorization_details'];
  /** For the ID token of the first issue (OIDC Core §12.2). */
  readonly nonce?: string;
};

/** `sid`, for a client with a back-channel logout URI: nobody else has a use for what a logout token names. */
export const sidFor = (
  { backchannel_logout_uri }: Pick<ClientMetadata, 'backchannel_logout_uri'>,
  session_id: string | undefined,
): { readonly sid?: string } =>
  session_id === undefined || backchannel_logout_uri === undefined ? {} : { sid: session_id };

/**
 * The tokens of a client that acts for a person: an access token bound to what this request proves; with
 * `openid` an ID token; for clients registered for it a refresh token, bound to the certificate or key of a public
 * client (RFC 8705 §4, RFC 9449 §5) and by client authentication to a confidential one (RFC 8705 §7.1).
 */
export function planForPerson(person: AuthorizedPerson): TokenPlan {
  const { authorization, grant, user, client, scope, target, nonce } = person;
  const authorization_details = person.authorization_details ?? authorization.authorization_details;
  const { client_id, sub, auth_time, acr, amr, session_id } = authorization;
  const { known } = client;
  const { metadata } = known.client;
  const { grant_id } = grant;
  const cnf = confirmationFor(client);
  const requested = ClaimsRequest.parse(authorization.claims ?? {});
  const userinfo_claims = Object.keys(requested.userinfo ?? {});
  const isPublic = metadata.token_endpoint_auth_method === 'none';
  const refreshCnf = authorization.cnf ?? (isPublic ? cnf : undefined);
  const signIn = {
    ...(auth_time !== undefined && { auth_time }),
    ...(acr !== undefined && { acr }),
    ...(amr !== undefined && { amr }),
  };
  const { cnf: _earlier, ...remembered } = authorization;
  return {
    client_id,
    sub,
    ...target,
    ...signIn,
    grant_id,
    not_after: grant.expires_at,
    ...(cnf && { cnf }),
    ...(authorization_details && { authorization_details }),
    ...(userinfo_claims.length > 0 && { userinfo_claims }),
    ...(scope.has('openid') && {
      id_token: {
        client_id,
        sub,
        grant_id,
        scope: `${scope}`,
        ...signIn,
        ...(nonce !== undefined && { nonce }),
        ...(session_id !== undefined && { session_id }),
        ...sidFor(metadata, session_id),
        claims: claimsAbout(user, [
          ...(metadata.scope_claims_in_id_token ? claimsOfScopes(scope) : []),
          ...Object.keys(requested.id_token ?? {}),
        ]),
      },
    }),
    ...(known.grant_types.has('refresh_token') && {
      refresh_token: { ...remembered, grant_id, ...(refreshCnf && { cnf: refreshCnf }) },
    }),
  };
}
