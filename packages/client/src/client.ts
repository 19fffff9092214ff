import { type BoundFetch, boundFetch } from './bound-fetch.ts';
import { type AccessRequest, type ClientEvent, tellingSafely } from './client-event.ts';
import { type ClientOptions, requireOptions, type TokenRequest, tokenRequest } from './client-options.ts';
import type { ConnectionPem } from './credential-files.ts';
import { identitySource } from './identity-source.ts';
import { configured, discovered } from './server-metadata.ts';
import { tokenRequests } from './token-request.ts';
import { type SlotState, type TokenSlot, type TokenSlotOptions, tokenSlot } from './token-slot.ts';
import { TokenUnavailable } from './token-unavailable.ts';

/** An access token that can be used now. Times are milliseconds since the epoch. */
export type AccessToken = {
  /** What `Authorization: Bearer` takes. */
  readonly value: string;
  /** What was granted. */
  readonly scope: string | undefined;
  readonly expiresAt: number;
  /** Of the certificate that has to be presented with it (RFC 8705 §3.1). */
  readonly thumbprint: string;
  /** This certificate and its key, and what to trust, for other HTTP clients. */
  connection(): ConnectionPem;
};

/** Tokens of one kind. */
export type Access = {
  /**
   * `fetch`, with the certificate and a token. A request that an API refuses with 401 `invalid_token` is sent once more
   * with a new one, unless its body flows.
   * @throws what `fetch` throws; TokenUnavailable; TypeError for an address that is not https, and for a request that
   * brings an Authorization header or a dispatcher of its own
   */
  readonly fetch: BoundFetch;
  /** A token that can be used now. @throws TokenUnavailable; the signal's reason when it is aborted */
  token(options?: { readonly signal?: AbortSignal | undefined }): Promise<AccessToken>;
};

/** What is known at the moment; holds no secret. Times are milliseconds since the epoch. */
export type ClientState = {
  readonly certificate: {
    readonly thumbprint: string;
    readonly notAfter: number;
    /** What is wrong with the files, when what was read before goes on. */
    readonly problem: string | undefined;
  };
  readonly tokens: readonly SlotState[];
};

/** A service that calls others; its own `fetch` and `token` are for the scope and resource of its options. */
export type Client = Access &
  AsyncDisposable & {
    /** The same for another scope or resource. @throws TypeError when it is none */
    access(request: AccessRequest): Access;
    state(): ClientState;
    /**
     * Ends it: what waits for a token fails, calls under way have five seconds to end. Nothing of the client keeps the
     * process alive after that, and before that only what is under way.
     */
    close(): Promise<void>;
  };

const MOST_KINDS = 1_000;
const CLOSE_WITHIN_MS = 5_000;

/** Kinds of tokens as they are asked for; of too many the one that was not used for longest is forgotten. */
function slots(options: TokenSlotOptions) {
  const known = new Map<string, TokenSlot>();
  return {
    known,
    of(request: TokenRequest): TokenSlot {
      const slot = known.get(request.key) ?? tokenSlot(request, options);
      known.delete(request.key);
      known.set(request.key, slot);
      const [oldest] = known;
      if (known.size > MOST_KINDS && oldest !== undefined) {
        oldest[1].clear();
        known.delete(oldest[0]);
      }
      return slot;
    },
  };
}

/**
 * Makes a client of certificate and key in files. The authorization server is asked when the first token is needed.
 * @throws TypeError or RangeError for an option that cannot be
 * @throws TokenUnavailable with `certificate_unusable` when the files hold no pair that can be used
 */
export async function createClient(options: ClientOptions): Promise<Client> {
  requireOptions(options);
  const { issuer, clientId, tokenEndpoint, clock = Date.now, requireBinding = true } = options;
  const { authentication = { method: 'tls_client_auth' }, reloadSeconds = 5, retrySeconds = 10 } = options;
  const tell: (event: ClientEvent) => void = tellingSafely(options.onEvent);
  const identities = await identitySource({
    files: {
      ...options,
      assertionKeyFile: authentication.method === 'private_key_jwt' ? authentication.keyFile : undefined,
    },
    lookEvery: reloadSeconds * 1_000,
    clock,
    tell,
  });
  const closing = new AbortController();
  const metadata =
    tokenEndpoint === undefined ? discovered(issuer, clock, closing.signal) : configured(tokenEndpoint);
  const kinds = slots({
    identities,
    requestToken: tokenRequests({ issuer, clientId, authentication, requireBinding, metadata, clock }),
    retryFor: retrySeconds * 1_000,
    clock,
    tell,
    closing: closing.signal,
  });

  const access = (request: AccessRequest): Access => {
    const kind = tokenRequest(request);
    return {
      fetch: boundFetch({ slot: () => kinds.of(kind), tell }),
      async token({ signal } = {}) {
        const { value, scope, expiresAt, identity } = await kinds.of(kind).get(signal);
        const { thumbprint, pem } = identity;
        return { value, scope, expiresAt, thumbprint, connection: () => pem };
      },
    };
  };

  const close = async () => {
    closing.abort(new TokenUnavailable('client_closed', 'the client was closed'));
    await identities.close(CLOSE_WITHIN_MS);
  };
  return {
    ...access(options),
    access,
    state: () => {
      const { thumbprint, notAfter } = identities.held;
      return {
        certificate: { thumbprint, notAfter, problem: identities.problem() },
        tokens: Array.from(kinds.known.values(), (slot) => slot.state()),
      };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
