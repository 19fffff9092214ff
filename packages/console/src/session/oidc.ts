/** The console as a public OAuth client of its own server: authorization code with PKCE (RFC 7636, OIDC Core §3.1). */

const CLIENT_ID = 'countersign-console';
const SCOPE = 'openid admin:read admin:clients admin:trust admin:users admin:keys';
const PENDING = 'countersign.pending-sign-in';

const issuer = window.location.origin;
const redirect_uri = `${issuer}/console/callback`;

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

type Pending = {
  readonly state: string;
  readonly nonce: string;
  readonly code_verifier: string;
  readonly return_to: string;
};

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

/**
 * Leaves for the server's sign-in page.
 * @param prompt `login` asks for the password even while the server's session lasts
 */
export async function beginSignIn(return_to: string, prompt?: 'login'): Promise<void> {
  const pending: Pending = { state: random(), nonce: random(), code_verifier: random(), return_to };
  // Only what the way back needs is kept, and only in this tab; none of it is worth anything without the code.
  sessionStorage.setItem(PENDING, JSON.stringify(pending));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(pending.code_verifier));
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: CLIENT_ID,
    redirect_uri,
    scope: SCOPE,
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: 'S256',
    ...(prompt && { prompt }),
  });
  window.location.assign(`${issuer}/oauth2/authorize?${query}`);
}

function takePending(): Pending | undefined {
  const text = sessionStorage.getItem(PENDING);
  sessionStorage.removeItem(PENDING);
  if (text === null) return undefined;
  const { state, nonce, code_verifier, return_to } = JSON.parse(text);
  return { state, nonce, code_verifier, return_to };
}

function claimsOf(jwt: string): { iss?: unknown; aud?: unknown; nonce?: unknown } {
  const payload = jwt.split('.')[1] ?? '';
  const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
    character.charCodeAt(0),
  );
  return JSON.parse(new TextDecoder().decode(bytes));
}

async function askForTokens(form: Readonly<Record<string, string>>): Promise<Tokens> {
  const response = await fetch(`${issuer}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: CLIENT_ID, ...form }),
    credentials: 'omit',
    cache: 'no-store',
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok || typeof answer.access_token !== 'string') {
    throw new SignInFailed(answer.error_description ?? 'The server gave no token.');
  }
  return {
    access_token: answer.access_token,
    refresh_token: answer.refresh_token,
    id_token: answer.id_token,
    expires_at: Date.now() + Number(answer.expires_in ?? 60) * 1000,
  };
}

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
    throw new SignInFailed('This sign-in was not begun in this tab. Begin again.');
  }
  const answeredBy = query.get('iss');
  if (answeredBy !== null && answeredBy !== issuer) {
    throw new SignInFailed(`Another server answered: ${answeredBy}.`);
  }
  const error = query.get('error');
  if (error !== null) throw new SignInFailed(query.get('error_description') ?? error);
  const tokens = await askForTokens({
    grant_type: 'authorization_code',
    code: query.get('code') ?? '',
    redirect_uri,
    code_verifier: pending.code_verifier,
  });
  if (tokens.id_token !== undefined) {
    const { iss, aud, nonce } = claimsOf(tokens.id_token);
    if (iss !== issuer || ![aud].flat().includes(CLIENT_ID) || nonce !== pending.nonce) {
      throw new SignInFailed('The ID token is not the one this sign-in asked for.');
    }
  }
  return { tokens, return_to: pending.return_to };
}

/** New tokens for old; the refresh token rotates. @throws SignInFailed */
export async function renew(tokens: Tokens): Promise<Tokens> {
  if (tokens.refresh_token === undefined) throw new SignInFailed('The session cannot be prolonged.');
  const renewed = await askForTokens({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
  return {
    ...renewed,
    refresh_token: renewed.refresh_token ?? tokens.refresh_token,
    id_token: renewed.id_token ?? tokens.id_token,
  };
}

/** Takes the tokens back and ends the server's session. */
export async function signOut(tokens: Tokens): Promise<void> {
  const token = tokens.refresh_token ?? tokens.access_token;
  await fetch(`${issuer}/oauth2/revoke`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: CLIENT_ID, token }),
    credentials: 'omit',
  }).catch(() => {});
  if (tokens.id_token === undefined) {
    window.location.assign(`${issuer}/console/signed-out`);
    return;
  }
  const query = new URLSearchParams({
    id_token_hint: tokens.id_token,
    client_id: CLIENT_ID,
    post_logout_redirect_uri: `${issuer}/console/signed-out`,
  });
  window.location.assign(`${issuer}/oidc/logout?${query}`);
}
