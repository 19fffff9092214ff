import { isDeepStrictEqual } from 'node:util';
import type { RevocationPolicy, RevocationSource } from '@countersign/x509/revocation';
import { CacheUses } from '../cache-use.ts';
import type { Clock } from '../clock.ts';
import type { OutboundFetch } from './outbound-fetch.ts';
import {
  createRevocationSources,
  type RevocationSources,
  type RevocationState,
} from './revocation-sources.ts';

/** `[[trust_group]]` of deployment.toml under its own names; the path or URL of its CRL. */
export type CrlFiles = readonly { readonly crl_file?: string | undefined }[];

/** How a trust group takes the sources' silence. */
export type RevocationRule = {
  readonly policy: RevocationPolicy;
  /** Under `prefer`, how long past its end the last good answer stands in for one that cannot be had, milliseconds. */
  readonly staleMs: number;
};

/** The revocation sources of the trust groups as they are configured now. */
export type Revocation = {
  sources(rule: RevocationRule): readonly RevocationSource[];
  /** Differs when the sources say something else than before. */
  generation(): string;
  states(): readonly RevocationState[];
  /** Reads again what is held from a URL or path, because it has changed. Never rejects. */
  refresh(location: string): Promise<void>;
  close(): void;
};

/**
 * One set of sources serves all trust groups: a CRL counts only below the issuer that signed it.
 * @param groups asked every time, so that a changed `crl_file` counts at once
 * @param uses where its caches tell how they are used
 */
export function createRevocation(
  fetch: OutboundFetch,
  groups: () => CrlFiles,
  clock: Clock,
  uses = new CacheUses(),
): Revocation {
  let configured: CrlFiles | undefined;
  let crlFiles: readonly string[] = [];
  let current: RevocationSources | undefined;
  let replaced = 0;

  const sourcesNow = (): RevocationSources => {
    const wanted = groups();
    if (current && configured === wanted) return current;
    configured = wanted;
    const named = new Set(wanted.flatMap(({ crl_file }) => (crl_file === undefined ? [] : [crl_file])));
    // A change of anything else must not lose what is held from responders that may be down by now.
    if (current && isDeepStrictEqual(crlFiles, [...named])) return current;
    crlFiles = [...named];
    current?.close();
    replaced++;
    current = createRevocationSources({ fetch, crlFiles, clock, uses });
    void current.start();
    return current;
  };

  return {
    sources: ({ policy, staleMs }) =>
      policy === 'prefer' ? sourcesNow().lenient(staleMs) : sourcesNow().sources,
    generation: () => `${replaced}.${sourcesNow().generation}`,
    states: () => sourcesNow().states(),
    refresh: async (location) => current?.refresh(location),
    close: () => current?.close(),
  };
}
