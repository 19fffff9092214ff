/** The ways in which a person can prove who they are here (RFC 8176 §2). */
export const AUTHENTICATION_METHODS = ['pwd', 'otp', 'pop', 'mfa'] as const;
export type AuthenticationMethod = (typeof AUTHENTICATION_METHODS)[number];

/** Password and one-time code, or password and recovery code. */
export const ACR_MULTI_FACTOR = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor';
/** A passkey or a certificate took part: nothing that a false page could have asked for (OpenID EAP ACR Values §2). */
export const ACR_PHISHING_RESISTANT = 'phr';

/** Every `acr` a session here can have (OIDC Core §2), weakest first. */
export const ACR_VALUES: readonly string[] = [ACR_MULTI_FACTOR, ACR_PHISHING_RESISTANT];

/** The `acr` that ways of signing in amount to; undefined for a password alone. */
export function acrOf(amr: readonly string[]): string | undefined {
  if (amr.includes('pop')) return ACR_PHISHING_RESISTANT;
  return amr.includes('mfa') ? ACR_MULTI_FACTOR : undefined;
}
