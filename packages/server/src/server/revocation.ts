import type { RevocationSource } from '../certificate/revocation/policy.ts';
import type { Deployment } from '../config/deployment.ts';
import type { OutboundFetch } from '../outbound/outbound-fetch.ts';
import {
  createRevocationSources,
  type RevocationSources,
  type RevocationState,
} from '../outbound/revocation-sources.ts';

/** The revocation sources of the trust groups as they are configured now. */
export type Revocation = {
  sources(): readonly RevocationSource[];
  /** Differs when the sources say something else than before. */
  generation(): string;
  states(): readonly RevocationState[];
  close(): void;
};

/**
 * One set of sources serves all trust groups: a CRL counts only below the issuer that signed it.
 * @param groups asked every time, so that a changed `crl_file` counts at once
 */
export function createRevocation(fetch: OutboundFetch, groups: () => Deployment['trust_group']): Revocation {
  let configured: Deployment['trust_group'] | undefined;
  let current: RevocationSources | undefined;
  let replaced = 0;

  const sourcesNow = (): RevocationSources => {
    if (current && configured === groups()) return current;
    configured = groups();
    current?.close();
    replaced++;
    const crlFiles = configured.flatMap(({ crl_file }) => (crl_file === undefined ? [] : [crl_file]));
    current = createRevocationSources({ fetch, crlFiles: [...new Set(crlFiles)] });
    void current.start();
    return current;
  };

  return {
    sources: () => sourcesNow().sources,
    generation: () => `${replaced}.${sourcesNow().generation}`,
    states: () => sourcesNow().states(),
    close: () => current?.close(),
  };
}
