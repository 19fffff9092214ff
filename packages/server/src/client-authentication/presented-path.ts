import { createHash } from 'node:crypto';
import type { Certificate } from '@countersign/x509';
import {
  type PathLimits,
  type PathResult,
  SignatureBudget,
  validatePath,
} from '@countersign/x509/path-validation';
import { LRUCache } from 'lru-cache';

/** A path to be found from what a client presented. */
export type PresentedPathRequest = {
  readonly leaf: Certificate;
  readonly intermediates: readonly Certificate[];
  /** The same array for as long as the anchors are the same. */
  readonly anchors: readonly Certificate[];
  /** Milliseconds since the epoch. */
  readonly at: number;
};

/** Finds paths within bounds, and does not look twice for the same. */
export type PresentedPaths = {
  pathOf(request: PresentedPathRequest): PathResult;
};

/** Enough for ten intermediates, each with another certificate of its key beside it; strangers choose what is presented. */
const LIMITS: Partial<PathLimits> = { intermediates: 10, candidates: 64, paths: 8, certificateBytes: 16_384 };
/** Signature checks of one decision, and what they cost together, in checks by a P-256 key: about 25 ms. */
const BUDGET = { checks: 32, work: 256 };
const REMEMBERED = 5000;
/** As long as a clock may be off: a certificate that is not valid yet will be. */
const REMEMBERED_MS = 60_000;

/** Finds a path from what a client presented to an anchor, with no more work than an honest chain needs. */
export const presentedPath = ({ leaf, intermediates, anchors, at }: PresentedPathRequest): PathResult =>
  validatePath({
    leaf,
    intermediates,
    anchors,
    at,
    usage: 'client-auth',
    limits: LIMITS,
    budget: new SignatureBudget(BUDGET.checks, BUDGET.work),
  });

/** The leaf and everything presented with it, in one value. */
function digestOf({ leaf, intermediates }: PresentedPathRequest): string {
  const hash = createHash('sha256').update(leaf.thumbprint);
  for (const { thumbprint } of intermediates) hash.update(thumbprint);
  return hash.digest('base64url');
}

/**
 * Makes the memory: what was found for a leaf, what came with it and the anchors, a path or none, is found again for a
 * minute without looking. Bounded in entries; ends with the anchors.
 */
export function createPresentedPaths(): PresentedPaths {
  const byAnchors = new WeakMap<
    readonly Certificate[],
    LRUCache<string, { readonly result: PathResult; readonly from: number }>
  >();
  return {
    pathOf(request) {
      const { anchors, at } = request;
      const known = byAnchors.get(anchors) ?? new LRUCache({ max: REMEMBERED });
      byAnchors.set(anchors, known);
      const digest = digestOf(request);
      const before = known.get(digest);
      if (before && at >= before.from && at < before.from + REMEMBERED_MS && stillTrue(before.result, at)) {
        return before.result;
      }
      const result = presentedPath(request);
      known.set(digest, { result, from: at });
      return result;
    },
  };
}

const stillTrue = (result: PathResult, at: number): boolean =>
  !result.valid || result.path.every((certificate) => certificate.isValidAt(at));
