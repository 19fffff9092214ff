import type { Certificate } from '../certificate.ts';

/** Longer than any chain in use; it ends the search for issuers in a store made to prolong it. */
const MAX_CHAIN = 20;

/** How many certificates of one subject are tried as the issuer of another. */
const MAX_ISSUERS_TRIED = 8;

/** Orders certificates into chains by issuer name and, where stated, key identifier. */
export class Issuers {
  readonly #bySubject: Map<string, Certificate[]>;

  constructor(certificates: readonly Certificate[]) {
    this.#bySubject = Map.groupBy(certificates, (certificate) => certificate.x509.subject);
  }

  /** `leaf` first, then each one's issuer as far as the store holds it; nothing without a leaf. */
  chain(leaf: Certificate | undefined): Certificate[] {
    const chain: Certificate[] = [];
    for (
      let next = leaf;
      next !== undefined && chain.length < MAX_CHAIN;
      next = this.#issuerOf(next, chain)
    ) {
      chain.push(next);
    }
    return chain;
  }

  #issuerOf(certificate: Certificate, chain: readonly Certificate[]): Certificate | undefined {
    const candidates = this.#bySubject.get(certificate.x509.issuer) ?? [];
    return candidates
      .slice(0, MAX_ISSUERS_TRIED)
      .find((issuer) => !chain.includes(issuer) && certificate.x509.checkIssued(issuer.x509));
  }
}
