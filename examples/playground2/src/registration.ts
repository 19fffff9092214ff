import { join } from 'node:path';
import { CommandRefused, type Countersign, countersign } from './command-line.ts';
import { type Identity, readIdentity } from './identity.ts';
import { isObject } from './json.ts';

export const CLIENT_ID = 'playground2';
export const API_CLIENT_ID = 'playground2-api';
/** What the protected API asks of a token. */
export const API_SCOPE = 'playground.read';
export const SCOPE = `openid profile email offline_access ${API_SCOPE}`;

/** Everything the playground keeps in `<home>/playground2/`, made when it is first started. */
export type Belongings = {
  /** With which the application authenticates and its tokens are bound to. */
  readonly application: Identity;
  /** Of the same subject but with another key, registered nowhere. */
  readonly stranger: Identity;
  /** By which callers know the protected API. */
  readonly api: Identity;
  /** With which the API, itself a client, asks the authorization server about tokens. */
  readonly apiClient: Identity;
};

async function ownIdentity(
  run: Countersign,
  folder: string,
  name: string,
  ...request: readonly string[]
): Promise<Identity> {
  const path = join(folder, name);
  const known = await readIdentity(path);
  if (known) return known;
  await run('certificate', 'issue', '--out', path, ...request);
  const made = await readIdentity(path);
  if (made) return made;
  throw new Error(`countersign certificate issue left no ${path}.pem`);
}

/** Reads keys and certificates from the home, and has Countersign issue those that are missing. */
export async function belongingsIn(home: string): Promise<Belongings> {
  const run = countersign(home);
  const folder = join(home, 'playground2');
  const application = await ownIdentity(run, folder, 'application', '--subject', `CN=${CLIENT_ID}`);
  const stranger = await ownIdentity(run, folder, 'stranger', '--subject', `CN=${CLIENT_ID}`);
  const names = ['--dns', 'localhost', '--ip', '127.0.0.1', '--ip', '::1'];
  const api = await ownIdentity(run, folder, 'api', '--server', '--subject', 'CN=localhost', ...names);
  const apiClient = await ownIdentity(run, folder, 'api-client', '--subject', `CN=${API_CLIENT_ID}`);
  return { application, stranger, api, apiClient };
}

const sameText = (one: unknown, other: string): boolean =>
  typeof one === 'string' && one.replaceAll(/\s/g, '') === other.replaceAll(/\s/g, '');

const holdsOnly = (list: unknown, text: string): boolean =>
  Array.isArray(list) && list.length === 1 && sameText(list[0], text);

async function registered(run: Countersign, client_id: string): Promise<Record<string, unknown> | undefined> {
  try {
    const shown = await run('client', 'show', client_id);
    return isObject(shown) ? shown : undefined;
  } catch (error) {
    if (error instanceof CommandRefused && error.message.includes('no client is registered'))
      return undefined;
    throw error;
  }
}

/** Where the authorization server sends browsers back to. */
export type ReturnAddresses = { readonly redirectUri: string; readonly postLogoutRedirectUri: string };

/**
 * Registers the application and the API, or brings their registrations up to date; a running server sees it at once.
 */
export async function register(
  home: string,
  { application, apiClient }: Pick<Belongings, 'application' | 'apiClient'>,
  { redirectUri, postLogoutRedirectUri }: ReturnAddresses,
): Promise<void> {
  const run = countersign(home);

  const known = await registered(run, CLIENT_ID);
  const metadata = [
    ...['--certificate', application.certificateFile, '--redirect-uri', redirectUri, '--scope', SCOPE],
    ...['--post-logout-redirect-uri', postLogoutRedirectUri],
    ...['--grant-types', 'authorization_code,refresh_token,client_credentials'],
    ...['--token-endpoint-auth-method', 'self_signed_tls_client_auth'],
  ];
  if (known === undefined) {
    await run('client', 'add', '--client-id', CLIENT_ID, '--client-name', CLIENT_ID, ...metadata);
  } else if (
    !holdsOnly(known.certificates, application.cert) ||
    !holdsOnly(known.redirect_uris, redirectUri) ||
    !holdsOnly(known.post_logout_redirect_uris, postLogoutRedirectUri) ||
    !sameText(known.scope, SCOPE)
  ) {
    await run('client', 'update', CLIENT_ID, ...metadata);
  }

  const knownApi = await registered(run, API_CLIENT_ID);
  const apiMetadata = ['--certificate', apiClient.certificateFile, '--grant-types', 'client_credentials'];
  if (knownApi === undefined) {
    await run('client', 'add', '--client-id', API_CLIENT_ID, '--client-name', API_CLIENT_ID, ...apiMetadata);
  } else if (!holdsOnly(knownApi.certificates, apiClient.cert)) {
    await run('client', 'update', API_CLIENT_ID, ...apiMetadata);
  }
}

/** The authorization server of a home, which is made when it is not there: its issuer, and the certificates to know it by (PEM). */
export async function authorizationServerOf(
  home: string,
): Promise<{ readonly issuer: string; readonly trustedCertificates: readonly string[] }> {
  const made = await countersign(home)('init');
  if (isObject(made) && typeof made.issuer === 'string' && isTexts(made.certificates)) {
    return { issuer: made.issuer, trustedCertificates: made.certificates };
  }
  throw new Error('countersign init --json did not say who the server is');
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');
