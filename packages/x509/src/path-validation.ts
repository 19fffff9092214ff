export { extendedKeyUsageProblem } from './path-validation/extended-key-usage.ts';
export { PATH_REFUSAL_REASONS, type PathRefusal } from './path-validation/path-refusal.ts';
export { DEFAULT_ALGORITHMS } from './path-validation/path-rules.ts';
export { publicKeyProblem, readPublicKey } from './path-validation/public-key.ts';
export { signatureAlgorithmProblem } from './path-validation/signature.ts';
export { validatePath } from './path-validation/validate-path.ts';
