/** What lookups in one cache came to; whoever keeps the cache counts. */
export class CacheLookups {
  hits = 0;
  misses = 0;
}

/** The caches whose use is told. */
export const CACHES = [
  'clients',
  'memberships',
  'jwk_sets',
  'crls',
  'ocsp_responses',
  'certificate_decisions',
] as const;
export type CacheName = (typeof CACHES)[number];

/** How the caches of a process are used, for whoever asks now and then: a lookup costs an addition. */
export class CacheUses {
  readonly #lookups = new Map<CacheName, CacheLookups>();
  readonly #entries = new Map<CacheName, () => number>();

  /**
   * Begins to tell of a cache. One that takes the place of another of its name goes on with the lookups of that.
   * @param entries how many it holds now
   * @returns what the cache counts its lookups in
   */
  of(cache: CacheName, entries: () => number): CacheLookups {
    const lookups = this.#lookups.get(cache) ?? new CacheLookups();
    this.#lookups.set(cache, lookups);
    this.#entries.set(cache, entries);
    return lookups;
  }

  /** What is told of each cache there is. */
  told(): readonly (Pick<CacheLookups, 'hits' | 'misses'> & {
    readonly cache: CacheName;
    readonly entries: number;
  })[] {
    return Array.from(this.#lookups, ([cache, { hits, misses }]) => ({
      cache,
      hits,
      misses,
      entries: this.#entries.get(cache)?.() ?? 0,
    }));
  }
}
