export { keyPurposeName } from './object-identifiers.ts';
export { publicKeyProblem, signatureAlgorithmProblem } from './path-validation/algorithm-refusals.ts';
export { extendedKeyUsageProblem } from './path-validation/extended-key-usage.ts';
export {
  PATH_REFUSAL_REASONS,
  type PathRefusal,
  type PathRefusalReason,
} from './path-validation/path-refusal.ts';
export {
  type CertificateProfile,
  DEFAULT_LIMITS,
  type PathLimits,
  type PathUsage,
  type PolicyRules,
} from './path-validation/path-rules.ts';
export {
  type PathRequest,
  type PathResult,
  type TriedPath,
  validatePath,
} from './path-validation/validate-path.ts';
export { type AlgorithmRules, DEFAULT_ALGORITHMS } from './signed-data/algorithms.ts';
export { SignatureBudget } from './signed-data.ts';
