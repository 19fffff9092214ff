import { requireHttps } from './https-call.ts';
import type { TokenVerifier } from './token-verifier.ts';

export type ResourceMetadataOptions = {
  /** What the resource is called, an https URL without fragment (RFC 9728 §1.2); usually the audience of its tokens. */
  readonly resource: string;
  /** Whose tokens it accepts. */
  readonly verifier: Pick<TokenVerifier, 'issuers' | 'dpopAlgorithms'>;
  readonly scopesSupported?: readonly string[];
  /** Whether every token must be bound to a client certificate (RFC 8705). */
  readonly certificateBound?: boolean;
  /** Whether every token must be bound to a DPoP key (RFC 9449). */
  readonly dpopBound?: boolean;
  readonly authorizationDetailsTypesSupported?: readonly string[];
  readonly name?: string;
  readonly documentation?: string;
  /** Members beside these, as they stand in the document. */
  readonly others?: Readonly<Record<string, unknown>>;
};

/** The metadata of a protected resource (RFC 9728), and where it stands. */
export type ResourceMetadata = {
  /** For `resourceMetadata` of a middleware, which names it in its challenges. */
  readonly url: string;
  /** The path under which `document` is to be served as `application/json`. */
  readonly path: string;
  readonly document: Readonly<Record<string, unknown>>;
};

/**
 * Describes a protected resource for clients that find their authorization server by it (RFC 9728 §2, §3.1).
 * @throws TypeError for a resource that is no https URL, or one with a fragment or query
 */
export function resourceMetadata(options: ResourceMetadataOptions): ResourceMetadata {
  const { resource, verifier, scopesSupported, certificateBound, dpopBound, others = {} } = options;
  requireHttps('resource', resource);
  const { origin, pathname, hash, search } = new URL(resource);
  if (hash !== '' || search !== '' || resource.includes('#')) {
    throw new TypeError(`resource must have no query and no fragment: ${JSON.stringify(resource)}`);
  }
  const path = `/.well-known/oauth-protected-resource${pathname === '/' ? '' : pathname}`;
  const document = {
    ...others,
    resource,
    authorization_servers: [...verifier.issuers],
    bearer_methods_supported: ['header'],
    ...(scopesSupported && { scopes_supported: [...scopesSupported] }),
    ...(certificateBound !== undefined && { tls_client_certificate_bound_access_tokens: certificateBound }),
    ...(verifier.dpopAlgorithms && { dpop_signing_alg_values_supported: [...verifier.dpopAlgorithms] }),
    ...(dpopBound !== undefined && { dpop_bound_access_tokens_required: dpopBound }),
    ...(options.authorizationDetailsTypesSupported && {
      authorization_details_types_supported: [...options.authorizationDetailsTypesSupported],
    }),
    ...(options.name !== undefined && { resource_name: options.name }),
    ...(options.documentation !== undefined && { resource_documentation: options.documentation }),
  };
  return { url: `${origin}${path}`, path, document };
}
