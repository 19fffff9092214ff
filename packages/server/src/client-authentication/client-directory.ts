import { type Certificate, parsePemCertificates } from '@countersign/x509';
import { LRUCache } from 'lru-cache';
import { CacheUses } from '../cache-use.ts';
import type { Client } from '../client/client.ts';
import { Scope } from '../client/scope.ts';
import { type JwksKey, parseJwks } from '../outbound/jwks-source.ts';
import type { RegistryState } from '../registry-change.ts';
import type { ClientStore } from '../storage/storage.ts';
import { StorageUnavailable } from '../storage/storage-errors.ts';

/** A registered client with what every decision needs worked out once. */
export type KnownClient = {
  readonly client: Client;
  /** The registered certificates by thumbprint (RFC 8705 §3.1 form). */
  readonly certificates: ReadonlyMap<string, Certificate>;
  /** The client's own trust anchors, for `tls_client_auth`. */
  readonly trustAnchors: readonly Certificate[];
  /** The keys of inline `jwks`; those of a `jwks_uri` are fetched when needed. */
  readonly jwksKeys: readonly JwksKey[];
  readonly scopes: Scope;
  /** What of them a request gets that names none, where the client says. */
  readonly default_scope?: Scope;
  /** By scope, whom tokens that have it are for, where no request names a resource. */
  readonly scope_audiences: ReadonlyMap<string, readonly string[]>;
  readonly grant_types: ReadonlySet<string>;
};

export type ClientDirectory = {
  /**
   * The client as it is: a change made by this process is seen at once, by another within a second.
   * @throws StorageUnavailable
   */
  find(client_id: string): Promise<KnownClient | undefined>;
};

/** For whom waiting for the database is not worth it. */
export type RememberedClients = {
  /** The client as far as it is known without asking the database. */
  remembered(client_id: string): KnownClient | undefined;
};

const CACHE_LIMIT = 20_000;
/** No client has a longer client_id, and strangers' inventions must not cost much. */
const LONGEST_CLIENT_ID = 200;

/** Works out what every decision about a client needs. */
export function prepare(client: Client): KnownClient {
  const certificates = client.metadata.certificates.flatMap(parsePemCertificates);
  return {
    client,
    certificates: new Map(certificates.map((certificate) => [certificate.thumbprint, certificate])),
    trustAnchors: client.metadata.trust_anchors.flatMap(parsePemCertificates),
    jwksKeys: client.metadata.jwks ? parseJwks(client.metadata.jwks).keys : [],
    scopes: Scope.of(client.metadata.scope),
    ...(client.metadata.default_scope !== undefined && {
      default_scope: Scope.of(client.metadata.default_scope),
    }),
    scope_audiences: new Map(Object.entries(client.metadata.scope_audiences ?? {})),
    grant_types: new Set(client.metadata.grant_types),
  };
}

/**
 * Looks clients up, remembering each until it is changed.
 * @param isReached whether there is a database to look into; while there is none nobody waits for it
 * @param uses where it tells how it is used
 */
export function createClientDirectory(
  clients: Pick<ClientStore, 'find'>,
  registry: RegistryState,
  isReached: () => boolean = () => true,
  uses = new CacheUses(),
): ClientDirectory & RememberedClients {
  /** Strangers' inventions are remembered too: that there is no such client. */
  const cache = new LRUCache<string, { readonly known: KnownClient | undefined; readonly asOf: number }>({
    max: CACHE_LIMIT,
  });
  const lookups = uses.of('clients', () => cache.size);
  const valid = (client_id: string, asOf: number) => {
    const cached = cache.get(client_id);
    return cached?.asOf === asOf && registry.isCurrent() ? cached : undefined;
  };
  return {
    remembered: (client_id) => valid(client_id, registry.lastChange('client', client_id))?.known,
    async find(client_id) {
      if (client_id.length > LONGEST_CLIENT_ID) return undefined;
      const asOf = registry.lastChange('client', client_id);
      const cached = valid(client_id, asOf);
      if (cached) {
        lookups.hits++;
        return cached.known;
      }
      lookups.misses++;
      if (!isReached())
        throw new StorageUnavailable('the database is away, and the client is not remembered');
      const client = await clients.find(client_id);
      const known = client && prepare(client);
      cache.set(client_id, { known, asOf });
      return known;
    },
  };
}
