export { thumbprintOf } from './certificate-binding.ts';
export { type ClientCertificateOf, clientCertificateSource } from './client-certificate.ts';
export type { IntrospectionOptions } from './introspection.ts';
export { acceptedToken, fastifyPreHandler, type MiddlewareOptions, nodeMiddleware } from './middleware.ts';
export {
  AuthorizationServerUnavailable,
  type BearerError,
  type RefusalCause,
  TokenRefused,
} from './token-refused.ts';
export {
  type AcceptedToken,
  createTokenVerifier,
  type TokenClaims,
  type TokenRequest,
  type TokenVerifier,
  type TokenVerifierOptions,
} from './token-verifier.ts';
