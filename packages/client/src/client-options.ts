import type { AccessRequest, ClientEvent } from './client-event.ts';

/** How the client authenticates at the token endpoint. Its certificate is presented in any case. */
export type ClientAuthentication =
  /** RFC 8705 §2: the certificate itself. */
  | { readonly method: 'tls_client_auth' | 'self_signed_tls_client_auth' }
  /** RFC 7523 §2.2: a signed assertion; the certificate is what tokens are bound to. */
  | {
      readonly method: 'private_key_jwt';
      /** PEM; read again when it is renewed. May be the certificate's own. */
      readonly keyFile: string;
      /** The JWS algorithm; when absent, the key's: ES256, ES384, ES512, EdDSA, and PS256 or RS256 as the server says. */
      readonly algorithm?: string | undefined;
      /** `kid`, for servers that need it. */
      readonly keyId?: string | undefined;
    };

/** What a client is made of. */
export type ClientOptions = AccessRequest & {
  /** The authorization server, as its metadata names itself; https. */
  readonly issuer: string;
  readonly clientId: string;
  /** PEM: the certificate, and after it those of its chain. */
  readonly certificateFile: string;
  /** PEM. */
  readonly keyFile: string;
  /** Of an encrypted `keyFile`. */
  readonly keyPassphrase?: string | undefined;
  /** PEM: what servers and APIs must chain to, instead of the roots that Node.js brings. */
  readonly trustedCertificates?: readonly string[] | undefined;
  /** The same in a file, which is read again when it changes. */
  readonly trustedCertificatesFile?: string | undefined;
  /** `tls_client_auth` when absent. */
  readonly authentication?: ClientAuthentication | undefined;
  /** Found by discovery (RFC 8414) when absent. */
  readonly tokenEndpoint?: string | undefined;
  /** Whether JWTs that are bound to nothing are refused; true when absent. One bound to another certificate always is. */
  readonly requireBinding?: boolean | undefined;
  /** Seconds between two looks at the files; 5 when absent, 0.1 to 3600. */
  readonly reloadSeconds?: number | undefined;
  /** Seconds that a call without a usable token goes on trying; 10 when absent, 0 to 300. */
  readonly retrySeconds?: number | undefined;
  /** Told what happens, for logs and metrics. */
  readonly onEvent?: ((event: ClientEvent) => unknown) | undefined;
  /** Says the time in milliseconds since the epoch; `Date.now` when absent. */
  readonly clock?: (() => number) | undefined;
};

/** One kind of token: the same request in the same words, whatever order it was given in. */
export type TokenRequest = {
  readonly key: string;
  readonly scope: string | undefined;
  readonly resource: readonly string[];
};

const NAMES: Readonly<Record<keyof ClientOptions, true>> = {
  issuer: true,
  clientId: true,
  certificateFile: true,
  keyFile: true,
  keyPassphrase: true,
  trustedCertificates: true,
  trustedCertificatesFile: true,
  authentication: true,
  tokenEndpoint: true,
  requireBinding: true,
  reloadSeconds: true,
  retrySeconds: true,
  onEvent: true,
  clock: true,
  scope: true,
  resource: true,
};

const METHODS = ['tls_client_auth', 'self_signed_tls_client_auth', 'private_key_jwt'];
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;
const CLIENT_ID = /^[\x20-\x7e]+$/;

/** @throws TypeError unless it is an https URL without credentials and fragment */
export function httpsUrl(name: string, value: unknown): URL {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  if (url?.protocol === 'https:' && url.username === '' && url.password === '' && url.hash === '') return url;
  throw new TypeError(`${name} must be an https URL without credentials and fragment`);
}

const file = (name: string, value: unknown): void => {
  if (typeof value !== 'string' || value === '') throw new TypeError(`${name} must name a file`);
};

function within(name: string, value: unknown, least: number, most: number): void {
  if (value === undefined || (typeof value === 'number' && value >= least && value <= most)) return;
  throw new RangeError(`${name} must lie between ${least} and ${most}, not ${String(value)}`);
}

function requireAuthentication(given: ClientAuthentication | undefined): void {
  if (given === undefined) return;
  if (!METHODS.includes(given.method)) {
    throw new TypeError(
      `authentication.method must be one of ${METHODS.join(', ')}, not ${String(given.method)}`,
    );
  }
  if (given.method === 'private_key_jwt') file('authentication.keyFile', given.keyFile);
}

/** @throws TypeError or RangeError that names the option */
export function requireOptions(options: ClientOptions): void {
  const unknown = Object.keys(options).filter((name) => !Object.hasOwn(NAMES, name));
  if (unknown.length > 0) throw new TypeError(`there is no option ${unknown.join(', ')}`);
  if (httpsUrl('issuer', options.issuer).search !== '') throw new TypeError('issuer must have no query');
  if (typeof options.clientId !== 'string' || !CLIENT_ID.test(options.clientId)) {
    throw new TypeError('clientId must be printable ASCII (RFC 6749 A.1)');
  }
  file('certificateFile', options.certificateFile);
  file('keyFile', options.keyFile);
  if (options.trustedCertificatesFile !== undefined) {
    file('trustedCertificatesFile', options.trustedCertificatesFile);
    if (options.trustedCertificates !== undefined) {
      throw new TypeError('name trustedCertificates or trustedCertificatesFile, not both');
    }
  }
  if (options.tokenEndpoint !== undefined) httpsUrl('tokenEndpoint', options.tokenEndpoint);
  requireAuthentication(options.authentication);
  within('reloadSeconds', options.reloadSeconds, 0.1, 3_600);
  within('retrySeconds', options.retrySeconds, 0, 300);
  tokenRequest(options);
}

/**
 * What is asked of the server, in one form.
 * @throws TypeError for scopes that RFC 6749 §3.3 has not and resources that RFC 8707 §2 has not
 */
export function tokenRequest({ scope, resource }: AccessRequest): TokenRequest {
  if (scope !== undefined && typeof scope !== 'string') throw new TypeError('scope must be a text');
  const scopes = (scope ?? '').split(' ').filter((each) => each !== '');
  const wrong = scopes.find((each) => !SCOPE_TOKEN.test(each));
  if (wrong !== undefined) throw new TypeError(`${JSON.stringify(wrong)} is no scope (RFC 6749 §3.3)`);
  const resources = resource === undefined ? [] : typeof resource === 'string' ? [resource] : [...resource];
  for (const each of resources) {
    if (typeof each !== 'string' || !URL.canParse(each) || each.includes('#')) {
      throw new TypeError(`${JSON.stringify(each)} is no absolute URI without a fragment (RFC 8707 §2)`);
    }
  }
  const sortedScope = [...new Set(scopes)].sort().join(' ');
  const sortedResource = [...new Set(resources)].sort();
  return {
    key: JSON.stringify([sortedScope, sortedResource]),
    scope: sortedScope === '' ? undefined : sortedScope,
    resource: sortedResource,
  };
}
