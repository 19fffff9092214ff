import type { ClientMetadata } from './client-metadata.ts';

/**
 * Whether a client's tokens are bound to its certificate (RFC 8705 §3):
 * - `required`: it asked for that, and gets no token without a certificate;
 * - `when_presented`: it said nothing, and they are bound to the certificate that comes, unless a DPoP key is proved;
 * - `off`: it declined.
 */
export const CERTIFICATE_BINDINGS = ['required', 'when_presented', 'off'] as const;
export type CertificateBinding = (typeof CERTIFICATE_BINDINGS)[number];

/** What `tls_client_certificate_bound_access_tokens` says, of which there are three values. */
export function certificateBinding({
  tls_client_certificate_bound_access_tokens: asked,
}: Pick<ClientMetadata, 'tls_client_certificate_bound_access_tokens'>): CertificateBinding {
  if (asked === undefined) return 'when_presented';
  return asked ? 'required' : 'off';
}

/** The metadata as registrations are answered: what nobody asked for was not asked for (RFC 8705 §3.4). */
export const answeredMetadata = (metadata: ClientMetadata) => ({
  ...metadata,
  tls_client_certificate_bound_access_tokens: metadata.tls_client_certificate_bound_access_tokens ?? false,
});
