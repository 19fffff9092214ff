import { z } from 'zod';
import { scopeOfClaim } from '../user/standard-claims.ts';

const Requested = z.record(
  z.string().max(200),
  z
    .looseObject({
      essential: z.boolean().optional(),
      value: z.unknown().optional(),
      values: z.array(z.unknown()).optional(),
    })
    .nullable(),
);

/** The `claims` parameter (OIDC Core §5.5): which claims are asked for, and where they are to be delivered. */
export const ClaimsRequest = z.looseObject({
  userinfo: Requested.optional(),
  id_token: Requested.optional(),
});
export type ClaimsRequest = z.infer<typeof ClaimsRequest>;

const SIGN_IN_CLAIMS = new Set(['acr', 'auth_time', 'sub']);

/** The scopes under which a person agrees to share the claims that are asked for by name. */
export function scopesOfClaims({ userinfo = {}, id_token = {} }: ClaimsRequest): readonly string[] {
  const scopes = [...Object.keys(userinfo), ...Object.keys(id_token)].map(scopeOfClaim);
  return [...new Set(scopes.filter((scope) => scope !== undefined))];
}

/** The request without those claims about the person that belong to none of `scopes`. */
export function claimsWithin(claims: ClaimsRequest, scopes: ReadonlySet<string>): ClaimsRequest {
  const within = (requested: ClaimsRequest['userinfo']) =>
    Object.fromEntries(
      Object.entries(requested ?? {}).filter(
        ([claim]) => SIGN_IN_CLAIMS.has(claim) || scopes.has(scopeOfClaim(claim) ?? ''),
      ),
    );
  return { userinfo: within(claims.userinfo), id_token: within(claims.id_token) };
}

/** The `sub` the request insists on, if it does (OIDC Core §5.5.1). */
export function requestedSub({ id_token, userinfo }: ClaimsRequest): string | undefined {
  const value = id_token?.sub?.value ?? userinfo?.sub?.value;
  return typeof value === 'string' ? value : undefined;
}

/** The values of `acr` of which one must be reached; empty when `acr` is not essential (OIDC Core §5.5.1.1). */
export function essentialAcr({ id_token }: ClaimsRequest): readonly string[] {
  const acr = id_token?.acr;
  if (!acr?.essential) return [];
  return [acr.value, ...(acr.values ?? [])].filter((value) => typeof value === 'string');
}
