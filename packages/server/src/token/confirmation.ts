import type { PresentedCertificate } from '../certificate/presented-certificate.ts';
import type { Client } from '../client/client.ts';

/** The `cnf` claim: what a token is bound to (RFC 7800 §3.1, RFC 8705 §3.1). */
export type Confirmation = { readonly 'x5t#S256': string };

/**
 * The binding of a token issued on this request: to the client certificate whenever one was presented
 * and the client has not turned `tls_client_certificate_bound_access_tokens` off (RFC 8705 §3).
 */
export function confirmationFor(
  client: Client,
  presented: PresentedCertificate | undefined,
): Confirmation | undefined {
  if (!presented || !client.metadata.tls_client_certificate_bound_access_tokens) return undefined;
  return { 'x5t#S256': presented.certificate.thumbprint };
}
