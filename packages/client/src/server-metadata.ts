import { orAborted } from './abortable.ts';
import type { Identity } from './identity.ts';
import { callServer, isObject } from './server-call.ts';
import { TokenUnavailable } from './token-unavailable.ts';

/** What of the authorization server's metadata is used here (RFC 8414 §2, RFC 8705 §5). */
export type ServerMetadata = {
  /** Where tokens are asked for with a client certificate. */
  readonly tokenEndpoint: string;
  /** `token_endpoint_auth_signing_alg_values_supported`. */
  readonly signingAlgorithms: readonly string[];
};

/** Metadata as it is needed: kept for an hour, read again sooner after `doubt`, and kept on while it cannot be read. */
export type KnownMetadata = {
  /** @throws TokenUnavailable when there is none; the signal's reason when it is aborted */
  get(identity: Identity, signal: AbortSignal): Promise<ServerMetadata>;
  /** Something that it named did not answer as it should. */
  doubt(): void;
};

const HOUR_MS = 3_600_000;
const STALE_MS = 24 * HOUR_MS;

/** RFC 8414 §3.1 first, then OpenID Connect Discovery §4, which older servers know alone. */
function documentUrls(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ];
}

const httpsUrl = (value: unknown): string | undefined =>
  typeof value === 'string' && URL.parse(value)?.protocol === 'https:' ? value : undefined;

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

async function load(
  issuer: string,
  identity: Identity,
  signal: AbortSignal,
  now: number,
): Promise<ServerMetadata> {
  const urls = documentUrls(issuer);
  const answered: string[] = [];
  for (const url of urls) {
    const { status, json, retryAfter } = await callServer(identity, url, { signal, now });
    answered.push(`${url}: HTTP ${status}${status === 200 && json === undefined ? ', not JSON' : ''}`);
    if (status === 429 || status >= 500) {
      const message = `the authorization server does not tell its metadata: ${answered.join('; ')}`;
      throw new TokenUnavailable('metadata_unavailable', message, { status, retryAfter });
    }
    if (status !== 200 || json === undefined) continue;
    // Another issuer's document could name another's endpoints (RFC 8414 §3.3).
    if (json.issuer !== issuer) {
      const [expected, presented] = [issuer, json.issuer];
      throw new TokenUnavailable(
        'metadata_differs',
        `${url} is of another issuer: expected ${JSON.stringify(expected)}, presented ${JSON.stringify(presented)}`,
        { expected, presented },
      );
    }
    const aliases = isObject(json.mtls_endpoint_aliases) ? json.mtls_endpoint_aliases : {};
    const tokenEndpoint = httpsUrl(aliases.token_endpoint) ?? httpsUrl(json.token_endpoint);
    if (tokenEndpoint === undefined) {
      throw new TokenUnavailable('endpoint_absent', `${url} names no token_endpoint with https`);
    }
    return {
      tokenEndpoint,
      signingAlgorithms: texts(json.token_endpoint_auth_signing_alg_values_supported),
    };
  }
  throw new TokenUnavailable('metadata_unavailable', `no metadata document: ${answered.join('; ')}`);
}

/**
 * Finds out by discovery, when first needed; all who need it at once share one look.
 * @param clock milliseconds since the epoch
 * @param closing ends a look under way
 */
export function discovered(issuer: string, clock: () => number, closing: AbortSignal): KnownMetadata {
  let held: { readonly value: ServerMetadata; readonly at: number; readonly isDoubtful: boolean } | undefined;
  let underWay: Promise<ServerMetadata> | undefined;

  const look = async (identity: Identity): Promise<ServerMetadata> => {
    const at = clock();
    try {
      const value = await load(issuer, identity, closing, at);
      held = { value, at, isDoubtful: false };
      return value;
    } catch (error) {
      const isPassing = error instanceof TokenUnavailable && error.isPassing;
      if (held !== undefined && isPassing && Math.abs(at - held.at) < STALE_MS) return held.value;
      throw error;
    } finally {
      underWay = undefined;
    }
  };

  return {
    get(identity, signal) {
      if (held !== undefined && !held.isDoubtful && Math.abs(clock() - held.at) < HOUR_MS) {
        return Promise.resolve(held.value);
      }
      underWay ??= look(identity);
      return orAborted(underWay, [signal]);
    },
    doubt() {
      if (held !== undefined) held = { ...held, isDoubtful: true };
    },
  };
}

/** What the operator of the client said instead. */
export const configured = (tokenEndpoint: string): KnownMetadata => ({
  get: async () => ({ tokenEndpoint, signingAlgorithms: [] }),
  doubt() {},
});
