/** The console as a public OAuth client of its own server: authorization code with PKCE (RFC 7636, OIDC Core §3.1). */

import {
  AuthorizationResponseError,
  authorizationCodeGrantRequest,
  type Client,
  calculatePKCECodeChallenge,
  customFetch,
  generateRandomCodeVerifier,
  generateRandomNonce,
  generateRandomState,
  JWT_TIMESTAMP_CHECK,
  None,
  OperationProcessingError,
  processAuthorizationCodeResponse,
  processRefreshTokenResponse,
  ResponseBodyError,
  refreshTokenGrantRequest,
  revocationRequest,
  type TokenEndpointResponse,
  validateAuthResponse,
} from 'oauth4webapi';
import { ISSUER } from '../navigation/base.ts';
import { language, text } from '../words/words.tsx';
import { serverMetadata } from './server-metadata.ts';

/** Every scope of the admin API: of these each person gets what their roles hold. */
const SCOPE = [
  'openid',
  ...['admin:read', 'admin:clients', 'admin:trust', 'admin:users', 'admin:keys'],
  ...['clients', 'people', 'keys', 'trust', 'settings'].flatMap((area) => [
    `admin:${area}:read`,
    `admin:${area}:write`,
  ]),
  'admin:audit:read',
  'admin:administrators:write',
].join(' ');
const PENDING = 'countersign.pending-sign-in';

const redirect_uri = `${ISSUER}/console/callback`;
const signed_out = `${ISSUER}/console/signed-out`;

const server = serverMetadata(ISSUER);
const client: Client = { client_id: 'countersign-console' };
const authentication = None();
/** No cookie is ever sent: only the code and the refresh token count. */
const options = {
  [customFetch]: (url: string, init: RequestInit) =>
    fetch(url, { ...init, credentials: 'omit', cache: 'no-store' }),
};

/** Kept in memory alone: a reload signs in anew, silently while the server's own session lasts. */
export type Tokens = {
  readonly access_token: string;
  readonly refresh_token: string | undefined;
  readonly id_token: string | undefined;
  /** Milliseconds since the epoch. */
  readonly expires_at: number;
};

/** Thrown when signing in did not succeed; the message is for the person. */
export class SignInFailed extends Error {
  override readonly name = 'SignInFailed';
}

/** Why the server's answer was not taken, in words for the person. */
function reasonOf(error: unknown): string {
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
    return error.error_description ?? error.error;
  }
  if (error instanceof OperationProcessingError && error.code === JWT_TIMESTAMP_CHECK) {
    return text('session.clock');
  }
  if (error instanceof TypeError) return text('session.noanswer');
  return text('session.notaken', { reason: error instanceof Error ? error.message : String(error) });
}

type Pending = {
  readonly state: string;
  readonly nonce: string;
  readonly code_verifier: string;
  readonly return_to: string;
};

/**
 * Leaves for the server's sign-in page.
 * @param prompt `login` asks for the password even while the server's session lasts
 */
export async function beginSignIn(return_to: string, prompt?: 'login'): Promise<void> {
  const pending: Pending = {
    state: generateRandomState(),
    nonce: generateRandomNonce(),
    code_verifier: generateRandomCodeVerifier(),
    return_to,
  };
  // Only what the way back needs is kept, and only in this tab; none of it is worth anything without the code.
  sessionStorage.setItem(PENDING, JSON.stringify(pending));
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri,
    scope: SCOPE,
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: await calculatePKCECodeChallenge(pending.code_verifier),
    code_challenge_method: 'S256',
    // OIDC Core §3.1.2.1: the sign-in page in the language of the console.
    ui_locales: language(),
    ...(prompt && { prompt }),
  });
  window.location.assign(`${server.authorization_endpoint}?${query}`);
}

function takePending(): Pending | undefined {
  const kept = sessionStorage.getItem(PENDING);
  sessionStorage.removeItem(PENDING);
  if (kept === null) return undefined;
  const { state, nonce, code_verifier, return_to } = JSON.parse(kept);
  return { state, nonce, code_verifier, return_to };
}

const tokensOf = ({
  access_token,
  refresh_token,
  id_token,
  expires_in = 60,
}: TokenEndpointResponse): Tokens => ({
  access_token,
  refresh_token,
  id_token,
  expires_at: Date.now() + expires_in * 1000,
});

/**
 * Turns the answer of the authorization endpoint into tokens.
 * @returns them and where the person wanted to go
 * @throws SignInFailed
 */
export async function completeSignIn(
  query: URLSearchParams,
): Promise<{ readonly tokens: Tokens; readonly return_to: string }> {
  const pending = takePending();
  if (!pending || query.get('state') !== pending.state) {
    throw new SignInFailed(text('session.notbegun'));
  }
  try {
    const answer = validateAuthResponse(server, client, query, pending.state);
    const response = await authorizationCodeGrantRequest(
      server,
      client,
      authentication,
      answer,
      redirect_uri,
      pending.code_verifier,
      options,
    );
    const tokens = await processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: pending.nonce,
      requireIdToken: true,
    });
    return { tokens: tokensOf(tokens), return_to: pending.return_to };
  } catch (error) {
    throw new SignInFailed(reasonOf(error), { cause: error });
  }
}

/** New tokens for old; the refresh token may rotate. @throws SignInFailed */
export async function renew(tokens: Tokens): Promise<Tokens> {
  const { refresh_token, id_token } = tokens;
  if (refresh_token === undefined) throw new SignInFailed(text('session.notprolonged'));
  try {
    const response = await refreshTokenGrantRequest(server, client, authentication, refresh_token, options);
    const renewed = tokensOf(await processRefreshTokenResponse(server, client, response));
    return {
      ...renewed,
      refresh_token: renewed.refresh_token ?? refresh_token,
      id_token: renewed.id_token ?? id_token,
    };
  } catch (error) {
    throw new SignInFailed(reasonOf(error), { cause: error });
  }
}

/** Takes the tokens back (RFC 7009) and ends the server's session (OpenID Connect RP-Initiated Logout §2). */
export async function signOut({ access_token, refresh_token, id_token }: Tokens): Promise<void> {
  const token = refresh_token ?? access_token;
  // The person leaves whether or not the server takes it; the session at the server ends next.
  await revocationRequest(server, client, authentication, token, options).catch(() => {});
  if (id_token === undefined) {
    window.location.assign(signed_out);
    return;
  }
  const query = new URLSearchParams({
    id_token_hint: id_token,
    client_id: client.client_id,
    post_logout_redirect_uri: signed_out,
    ui_locales: language(),
  });
  window.location.assign(`${server.end_session_endpoint}?${query}`);
}
