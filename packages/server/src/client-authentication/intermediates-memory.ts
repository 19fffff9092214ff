import type { Certificate, PresentedCertificate } from '@countersign/x509';
import { LRUCache } from 'lru-cache';

/**
 * Remembers what stood between a certificate and its anchor in a valid path, because a client that resumes its TLS
 * session presents nothing beside its own certificate (RFC 8446 §2.2). What is handed out are candidates only: each
 * path built with them is validated like any other.
 */
export type IntermediatesMemory = {
  /** What the client sent beside its certificate, or the remembered ones when it sent nothing. */
  intermediatesFor(presented: PresentedCertificate): readonly Certificate[];
  /** @param path a valid one, the presented certificate first and the anchor last */
  remember(path: readonly Certificate[]): void;
};

const LIMIT = 20_000;

/** Makes an empty memory, bounded in entries. */
export function createIntermediatesMemory(): IntermediatesMemory {
  /** By thumbprint of the presented certificate. */
  const remembered = new LRUCache<string, readonly Certificate[]>({ max: LIMIT });
  return {
    intermediatesFor: ({ certificate, chain }) =>
      chain.length > 0 ? chain : (remembered.get(certificate.thumbprint) ?? []),
    remember([certificate, ...above]) {
      if (certificate === undefined) return;
      remembered.set(certificate.thumbprint, above.slice(0, -1));
    },
  };
}
