export { acceptedToken } from './adapter/accepted-token.ts';
export { type NodeOptions, nodeMetadata, nodeMiddleware } from './adapter/node.ts';
export { headerLines, type NodeRequest } from './adapter/node-request.ts';
export { type Connection, type WebOptions, webGuard } from './adapter/web.ts';
export { thumbprintOf } from './certificate-binding.ts';
export {
  type CertificateCarrier,
  type ClientCertificateOf,
  clientCertificateSource,
  type TrustedProxies,
  type TrustedProxy,
} from './client-certificate.ts';
export type { DpopOptions } from './dpop.ts';
export { createDpopNonces, type DpopNonces } from './dpop-nonce.ts';
export {
  type Answer,
  type Guard,
  type GuardedRequest,
  type GuardOptions,
  guard,
  type Verdict,
} from './guard.ts';
export type { IntrospectionOptions } from './introspection.ts';
export type { Decision, Observer, ServerCall } from './observer.ts';
export { memoryReplayStore, type ReplayStore } from './replay-store.ts';
export { type AuthorizationDetail, authorizationDetailsOf, type Requirements } from './requirements.ts';
export {
  type ResourceMetadata,
  type ResourceMetadataOptions,
  resourceMetadata,
} from './resource-metadata.ts';
export type { Binding, RequiredBinding } from './sender-constraint.ts';
export { verifierOfSeveral } from './several-issuers.ts';
export type { TokenClaims } from './token-claims.ts';
export {
  AuthorizationServerUnavailable,
  type ChallengeOptions,
  DecisionUnavailable,
  type Needs,
  type RefusalCause,
  ReplayStoreUnavailable,
  type TokenError,
  TokenRefused,
} from './token-refused.ts';
export {
  type AcceptedToken,
  createTokenVerifier,
  type TokenRequest,
  type TokenVerifier,
  type TokenVerifierOptions,
} from './token-verifier.ts';
