import type { ClientMetadata } from '../../client/client-metadata.ts';
import { clauseOf, PROFILE_CODE_LIFETIME } from '../../client/profile.ts';
import type { Storage } from '../../storage/storage.ts';
import type { ClaimsRequest } from '../../token/claims-request.ts';
import { generateOpaqueToken, hashOpaqueToken } from '../../token/opaque-token.ts';
import type { TokenLifetimes } from '../../token/token-plan.ts';
import type { AuthorizationRequest } from './authorization-request.ts';
import type { SignedIn } from './decision.ts';

export type Granted = {
  readonly request: AuthorizationRequest;
  readonly signedIn: SignedIn;
  readonly scope: string;
  readonly claims?: ClaimsRequest;
  /** Of the client, which may prolong the sign-in by refresh tokens if it is registered for them. */
  readonly metadata: Pick<ClientMetadata, 'grant_types' | 'profile'>;
};

const codeLifetime = (
  { authorization_code_lifetime: usual }: TokenLifetimes,
  { profile }: Granted['metadata'],
) => (clauseOf({ profile }, 'code_lifetime') === undefined ? usual : Math.min(usual, PROFILE_CODE_LIFETIME));

/**
 * Makes a grant and the authorization code that stands for it (RFC 6749 §4.1.2). The grant outlives every token
 * that can come of it, so that revoking it reaches them all.
 * @param now milliseconds since the epoch
 * @returns the code, whose SHA-256 alone is stored, and the grant's id
 */
export async function issueCode(
  { grants, authorizationCodes }: Pick<Storage, 'grants' | 'authorizationCodes'>,
  { request, signedIn, scope, claims, metadata }: Granted,
  lifetimes: TokenLifetimes,
  now: number,
): Promise<{ readonly code: string; readonly grant_id: string }> {
  const { client_id, redirect_uri, redirect_uri_named, nonce, code_challenge, dpop_jkt, resource } = request;
  const { session } = signedIn;
  const { access_token_lifetime, refresh_token_lifetime } = lifetimes;
  const authorization_code_lifetime = codeLifetime(lifetimes, metadata);
  const grant_id = generateOpaqueToken();
  const code = generateOpaqueToken();
  const once = authorization_code_lifetime + access_token_lifetime;
  const lifetime = metadata.grant_types.includes('refresh_token')
    ? Math.max(once, refresh_token_lifetime)
    : once;
  const of = { grant_id, client_id, sub: session.sub, scope };
  await grants.insert({ ...of, created_at: now, expires_at: now + lifetime * 1000 });
  await authorizationCodes.insert({
    ...of,
    code_sha256: hashOpaqueToken(code),
    ...(redirect_uri_named && { redirect_uri }),
    ...(code_challenge !== undefined && { code_challenge }),
    ...(request.authorization_details && { authorization_details: request.authorization_details }),
    ...(dpop_jkt !== undefined && { dpop_jkt }),
    ...(nonce !== undefined && { nonce }),
    auth_time: session.auth_time,
    session_id: session.session_id,
    ...(session.acr !== undefined && { acr: session.acr }),
    ...(session.amr.length > 0 && { amr: session.amr }),
    ...(claims && { claims }),
    ...(resource !== undefined && { resource }),
    expires_at: now + authorization_code_lifetime * 1000,
  });
  return { code, grant_id };
}
