import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { CacheUses } from '../cache-use.ts';
import type { Clock } from '../clock.ts';
import {
  type JsonWebKeySet,
  type JwksKey,
  MALFORMED_JWKS_CAUSES,
  MalformedJwks,
  parseJwksDocument,
  type SkippedJwk,
} from './json-web-key-set.ts';
import {
  OUTBOUND_REFUSAL_CAUSES,
  type OutboundFetch,
  OutboundRefused,
  type OutboundResponse,
} from './outbound-fetch.ts';

export { type JwksKey, MalformedJwks, parseJwks } from './json-web-key-set.ts';

export const JWKS_FAILURE_CAUSES = [
  ...OUTBOUND_REFUSAL_CAUSES,
  ...MALFORMED_JWKS_CAUSES,
  'unexpected',
] as const;

/** Why the last attempt to fetch a JWK Set brought none. */
export type JwksFailure = {
  readonly because: (typeof JWKS_FAILURE_CAUSES)[number];
  readonly message: string;
  readonly evidence: Readonly<Record<string, unknown>>;
};

/** What asked for a refresh before the keys' lifetime was over. */
export type RefreshReason = 'unknown-certificate' | 'unknown-kid' | 'operator';

type Known = {
  readonly keys: readonly JwksKey[];
  /** Published keys that are not used. */
  readonly skipped: readonly SkippedJwk[];
  readonly fetchedAt: number;
  /** End of the lifetime that the publisher gave the keys. */
  readonly expiresAt: number;
};

type Failed = {
  readonly failure: JwksFailure;
  readonly failedAt: number;
  /** No attempt is made before. */
  readonly nextAttemptAt: number;
};

/**
 * What is known of one `jwks_uri`; times in milliseconds since the epoch. `generation` changes
 * whenever the keys change, and no two states of any URI in one process share it, so a decision made
 * from the keys holds as long as `peek` answers the same generation.
 */
export type JwksResult =
  | ({ readonly kind: 'fresh'; readonly generation: number } & Known)
  /** The last attempt failed; the keys are those of an earlier one, served until `usableUntil`. */
  | ({ readonly kind: 'stale'; readonly generation: number; readonly usableUntil: number } & Known & Failed)
  | ({ readonly kind: 'unavailable'; readonly generation: number } & Failed);

export type JwksSource = {
  /** The keys published at `jwks_uri`, fetched when none are held or their lifetime is over. Never rejects. */
  keysOf(jwks_uri: string): Promise<JwksResult>;
  /**
   * The keys after one refresh, for a certificate or `kid` that the held ones do not know. Callers share
   * it; inside the interval since the last one, and while failures are backed off, it fetches nothing.
   * Never rejects.
   */
  refreshFor(jwks_uri: string, because: RefreshReason): Promise<JwksResult>;
  /** What `keysOf` would answer without waiting for a fetch; undefined when one is due. Starts nothing. */
  peek(jwks_uri: string): JwksResult | undefined;
  /** Every set that is held now. Starts nothing. */
  held(): readonly { readonly jwks_uri: string; readonly keys: readonly JwksKey[] }[];
};

export type JwksSourceOptions = {
  readonly clock: Clock;
  /** 0 to 1, for the jitter of the backoff. */
  readonly random?: () => number;
  /** Least milliseconds between two refreshes of one URI. Default 10,000. */
  readonly refreshIntervalMs?: number;
  /** Most milliseconds a fetch may take. Default and most 5,000. */
  readonly timeoutMs?: number;
  /** Delays after the first failure and at most, in milliseconds. Default 1,000 and 60,000. */
  readonly backoffMs?: { readonly first: number; readonly most: number };
  /** URIs held; the least recently used gives way. Default 5,000. */
  readonly maxUris?: number;
  /** Where it tells how it is used. */
  readonly uses?: CacheUses;
  /** Told of every attempt that ended, with what asked for it. Must not throw. */
  readonly onAttempt?: (jwks_uri: string, asked: RefreshReason | 'lifetime', result: JwksResult) => void;
};

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const LIFETIME = { least: 60 * SECOND, usual: HOUR, most: 24 * HOUR };
/** How long after their lifetime keys are served while none newer can be had. */
const STALE_MS = 24 * HOUR;
const MAX_BYTES = 512 * 1024;
const TIMEOUT_MS = 5 * SECOND;
/** RFC 7517 §8.5, and what plain file servers say of a JSON file. */
const MEDIA_TYPES = [
  'application/jwk-set+json',
  'application/json',
  'text/json',
  'text/plain',
  'application/octet-stream',
];

type Entry = {
  result: JwksResult | undefined;
  /** SHA-256 of the document the keys were read from. */
  digest: string | undefined;
  failures: number;
  refreshedAt: number;
  underWay: Promise<JwksResult> | undefined;
};

const nothingYet = (): Entry => ({
  result: undefined,
  digest: undefined,
  failures: 0,
  refreshedAt: Number.NEGATIVE_INFINITY,
  underWay: undefined,
});

/** Milliseconds a document lives by its own headers (RFC 9111 §5.2.2, §5.1), within bounds. */
export function lifetimeOf(headers: Readonly<Record<string, string>>): number {
  const directives = (headers['cache-control'] ?? '').toLowerCase().split(',');
  const named = (name: string) => directives.some((directive) => directive.trim() === name);
  if (named('no-store') || named('no-cache')) return LIFETIME.least;
  const maxAge = directives
    .map((directive) => /^\s*max-age\s*=\s*"?(\d+)"?\s*$/.exec(directive)?.[1])
    .find((seconds) => seconds !== undefined);
  if (maxAge === undefined) return LIFETIME.usual;
  const age = /^\d+$/.test(headers.age ?? '') ? Number(headers.age) : 0;
  return Math.min(Math.max((Number(maxAge) - age) * SECOND, LIFETIME.least), LIFETIME.most);
}

function failureOf(error: unknown): JwksFailure {
  if (error instanceof OutboundRefused || error instanceof MalformedJwks) {
    const { because, message, evidence } = error;
    return { because, message, evidence };
  }
  return {
    because: 'unexpected',
    message: error instanceof Error ? error.message : String(error),
    evidence: {},
  };
}

/** A set as `held` lists it; nothing where there is none. */
const setOf = (jwks_uri: string, held: JwksResult | undefined): ReturnType<JwksSource['held']> =>
  held === undefined || held.kind === 'unavailable' ? [] : [{ jwks_uri, keys: held.keys }];

/**
 * Makes the cache of clients' published keys: one fetch at a time for a URI, lifetimes by
 * Cache-Control within 60 s and 24 h (1 h without), failures backed off exponentially with jitter, and
 * the last good keys served up to 24 h past their lifetime while none newer can be had. Stale keys are
 * answered at once and renewed behind the request; no caller waits longer than `timeoutMs`.
 * @param fetch how documents are fetched; its rules on scheme, addresses and redirects apply
 */
export function createJwksSource(fetch: OutboundFetch, options: JwksSourceOptions): JwksSource {
  const { clock } = options;
  const random = options.random ?? Math.random;
  const refreshIntervalMs = options.refreshIntervalMs ?? 10 * SECOND;
  const timeoutMs = Math.min(options.timeoutMs ?? TIMEOUT_MS, TIMEOUT_MS);
  const backoff = options.backoffMs ?? { first: SECOND, most: 60 * SECOND };
  const maxUris = options.maxUris ?? 5000;
  const entries = new LRUCache<string, Entry>({ max: maxUris });
  const lookups = (options.uses ?? new CacheUses()).of('jwk_sets', () => entries.size);
  /** Those whose fetch is under way: one that gave way meanwhile must not have a second fetch beside the first. */
  const fetching = new Map<string, Entry>();
  let generations = 0;

  /** What is held and still counts at `now`: stale keys past their last day do not. */
  function heldBy(entry: Entry, now: number): JwksResult | undefined {
    const { result } = entry;
    if (result?.kind !== 'stale' || now < result.usableUntil) return result;
    const { failure, failedAt, nextAttemptAt } = result;
    entry.digest = undefined;
    entry.result = { kind: 'unavailable', generation: ++generations, failure, failedAt, nextAttemptAt };
    return entry.result;
  }

  const isDue = (result: JwksResult, now: number): boolean =>
    now >= (result.kind === 'fresh' ? result.expiresAt : result.nextAttemptAt);

  function touch(jwks_uri: string): Entry {
    const entry = entries.get(jwks_uri) ?? fetching.get(jwks_uri) ?? nothingYet();
    entries.set(jwks_uri, entry);
    return entry;
  }

  function succeed(entry: Entry, { body, headers }: OutboundResponse, set: JsonWebKeySet): JwksResult {
    const now = clock();
    const digest = createHash('sha256').update(body).digest('base64url');
    const held = heldBy(entry, now);
    const same = held !== undefined && held.kind !== 'unavailable' && entry.digest === digest;
    entry.digest = digest;
    entry.failures = 0;
    return {
      kind: 'fresh',
      generation: same ? held.generation : ++generations,
      keys: same ? held.keys : set.keys,
      skipped: set.skipped,
      fetchedAt: now,
      expiresAt: now + lifetimeOf(headers),
    };
  }

  function fail(entry: Entry, error: unknown): JwksResult {
    const now = clock();
    const delay = Math.min(backoff.first * 2 ** Math.min(entry.failures, 30), backoff.most);
    entry.failures += 1;
    const failed = {
      failure: failureOf(error),
      failedAt: now,
      nextAttemptAt: now + delay * (0.5 + random() / 2),
    };
    const held = heldBy(entry, now);
    if (held === undefined) return { kind: 'unavailable', generation: ++generations, ...failed };
    if (held.kind === 'unavailable') {
      return { kind: 'unavailable', generation: held.generation, ...failed };
    }
    const { generation, keys, skipped, fetchedAt, expiresAt } = held;
    const usableUntil = expiresAt + STALE_MS;
    if (now >= usableUntil) return { kind: 'unavailable', generation: ++generations, ...failed };
    return { kind: 'stale', generation, keys, skipped, fetchedAt, expiresAt, usableUntil, ...failed };
  }

  async function attempt(jwks_uri: string, entry: Entry): Promise<JwksResult> {
    try {
      const response = await fetch({
        purpose: 'keys',
        url: jwks_uri,
        accept: MEDIA_TYPES,
        maxBytes: MAX_BYTES,
        timeoutMs,
      });
      return succeed(entry, response, parseJwksDocument(response.body));
    } catch (error) {
      return fail(entry, error);
    }
  }

  function fetched(jwks_uri: string, entry: Entry, asked: RefreshReason | 'lifetime'): Promise<JwksResult> {
    if (entry.underWay) return entry.underWay;
    fetching.set(jwks_uri, entry);
    entry.underWay = attempt(jwks_uri, entry).then((result) => {
      entry.result = result;
      entry.underWay = undefined;
      fetching.delete(jwks_uri);
      options.onAttempt?.(jwks_uri, asked, result);
      return result;
    });
    return entry.underWay;
  }

  return {
    async keysOf(jwks_uri) {
      const entry = touch(jwks_uri);
      const now = clock();
      const held = heldBy(entry, now);
      if (held !== undefined && !isDue(held, now)) {
        lookups.hits++;
        return held;
      }
      const renewal = fetched(jwks_uri, entry, 'lifetime');
      if (held?.kind === 'stale') {
        lookups.hits++;
        return held;
      }
      lookups.misses++;
      return renewal;
    },

    async refreshFor(jwks_uri, because) {
      const entry = touch(jwks_uri);
      if (entry.underWay) return entry.underWay;
      const now = clock();
      const held = heldBy(entry, now);
      if (held !== undefined && !isDue(held, now)) {
        if (held.kind !== 'fresh' || now < entry.refreshedAt + refreshIntervalMs) return held;
      }
      entry.refreshedAt = now;
      return fetched(jwks_uri, entry, because);
    },

    peek(jwks_uri) {
      const entry = entries.get(jwks_uri);
      if (entry === undefined) return undefined;
      const now = clock();
      const held = heldBy(entry, now);
      if (held === undefined || isDue(held, now)) return undefined;
      lookups.hits++;
      return held;
    },

    held: () => Array.from(entries, ([jwks_uri, entry]) => setOf(jwks_uri, heldBy(entry, clock()))).flat(),
  };
}
