/**
 * What the authorization endpoint answers with: a code (RFC 6749 §4.1), or a code and an ID token, the hybrid flow (OIDC
 * Core §3.3). None answers with an access token (RFC 9700 §2.1.2).
 */
export const RESPONSE_TYPES = ['code', 'code id_token'] as const;
export type ResponseType = (typeof RESPONSE_TYPES)[number];

/** The response type that is written so; the order of its words says nothing (OAuth 2.0 Multiple Response Types §3). */
export function responseTypeOf(text: string): ResponseType | undefined {
  const words = text.split(' ').toSorted().join(' ');
  return RESPONSE_TYPES.find((known) => known === words);
}

/**
 * Whether what is answered belongs into the fragment, for none of it may come to the client's server with the address:
 * anything with an ID token or access token (Multiple Response Types §3 and §5).
 */
export const isFrontChannel = (response_type: string): boolean =>
  response_type.split(' ').some((word) => word === 'id_token' || word === 'token');
