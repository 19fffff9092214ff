/* Where the pages of people are on this server, and where their forms go. */

export const SIGN_IN_PATH = '/oauth2/sign-in';
export const SIGN_IN_BY_CERTIFICATE_PATH = `${SIGN_IN_PATH}/certificate`;
export const SECOND_FACTOR_PATH = `${SIGN_IN_PATH}/second-factor`;
export const SIGN_IN_PASSKEY_PATH = `${SIGN_IN_PATH}/passkey`;
export const NEW_PASSWORD_PATH = `${SIGN_IN_PATH}/new-password`;
export const NEW_TOTP_PATH = `${SIGN_IN_PATH}/authenticator`;
export const SIGN_IN_RECOVERY_CODES_PATH = `${SIGN_IN_PATH}/recovery-codes`;
export const UNVERIFIED_EMAIL_PATH = `${SIGN_IN_PATH}/email`;

/** Where a refused form leads a browser. */
export const PROBLEM_PATH = `${SIGN_IN_PATH}/problem`;

/** Where a link leads that an administrator made for somebody. */
export const SIGN_IN_LINK_PATH = `${SIGN_IN_PATH}/link`;
/** The address of such a link, whose secret is in it. */
export const signInLink = (issuer: string, secret: string): string =>
  `${issuer}${SIGN_IN_LINK_PATH}?${new URLSearchParams({ token: secret })}`;

export const CONSENT_PATH = '/oauth2/consent';

export const LOGOUT_PATH = '/oidc/logout';
export const CONFIRM_LOGOUT_PATH = `${LOGOUT_PATH}/confirm`;
export const LOGGED_OUT_PATH = `${LOGOUT_PATH}/done`;

/** The pages of a person's own account. */
export const ACCOUNT_PATHS = {
  overview: '/account',
  password: '/account/password',
  totp: '/account/authenticator',
  passkey: '/account/passkey',
  recoveryCodes: '/account/recovery-codes',
  recoveryCodesKept: '/account/recovery-codes/kept',
  certificate: '/account/certificate',
  removeFactor: '/account/factors/remove',
  revokeApplication: '/account/applications/revoke',
  endSession: '/account/sessions/end',
  endOtherSessions: '/account/sessions/end-others',
} as const;
