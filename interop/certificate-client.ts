import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import type { Identity, Place, RegisteredClient } from './place.ts';

/** A client that authenticates with a certificate, and what it presents (RFC 8705 §2). */
export type CertificateClient = { readonly client: RegisteredClient; readonly identity: Identity };

/** Registers a client with a fresh self-signed certificate. */
export async function selfSignedClient(
  place: Place,
  metadata: Readonly<Record<string, unknown>>,
): Promise<CertificateClient> {
  const identity = await place.identity('reports');
  const client = await place.addClient({
    token_endpoint_auth_method: 'self_signed_tls_client_auth',
    certificates: [identity.certificate],
    ...metadata,
  });
  return { client, identity };
}

/** Registers a client by the subject of a certificate that an authority issued. */
export async function issuedClient(
  place: Place,
  metadata: Readonly<Record<string, unknown>>,
): Promise<CertificateClient> {
  const identity = await place.issuedIdentity('reports');
  const client = await place.addClient({
    token_endpoint_auth_method: 'tls_client_auth',
    trust_anchors: [identity.authority],
    tls_client_auth_subject_dn: identity.subject,
    ...metadata,
  });
  return { client, identity };
}

/**
 * The claims of a JWT, unverified.
 * @throws AssertionError when it is none
 */
export function claimsOf(jwt: unknown): Readonly<Record<string, unknown>> {
  assert.ok(typeof jwt === 'string' && jwt.split('.').length === 3, `not a JWT: ${jwt}`);
  return Object(JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()));
}

/** Throws unless an access token is bound to the certificate (RFC 8705 §3.1). */
export function assertBoundTo(accessToken: unknown, { certificate }: Identity): void {
  const thumbprint = createHash('sha256').update(new X509Certificate(certificate).raw).digest('base64url');
  assert.deepEqual(claimsOf(accessToken).cnf, { 'x5t#S256': thumbprint });
}
