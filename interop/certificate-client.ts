import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { claimsOf } from '../packages/server/test/token-client.ts';
import type { Identity, Place, RegisteredClient } from './place.ts';

export type CertificateMethod = 'tls_client_auth' | 'self_signed_tls_client_auth';

/** A client that authenticates with a certificate, and what it presents (RFC 8705 §2). */
export type CertificateClient = { readonly client: RegisteredClient; readonly identity: Identity };

/** A fresh identity, and what a user registers of it: the method follows from that. */
export async function certificateOf(
  place: Place,
  method: CertificateMethod,
): Promise<{ readonly identity: Identity; readonly metadata: Readonly<Record<string, unknown>> }> {
  if (method === 'self_signed_tls_client_auth') {
    const identity = await place.identity('reports');
    return { identity, metadata: { certificates: [identity.certificate] } };
  }
  const identity = await place.issuedIdentity('reports');
  const { subject, authority } = identity;
  return { identity, metadata: { tls_client_auth_subject_dn: subject, trust_anchors: [authority] } };
}

/** Registers a client with a fresh identity. */
export async function certificateClient(
  place: Place,
  method: CertificateMethod,
  metadata: Readonly<Record<string, unknown>>,
): Promise<CertificateClient> {
  const { identity, metadata: ofCertificate } = await certificateOf(place, method);
  return { client: await place.addClient({ ...ofCertificate, ...metadata }), identity };
}

/** Throws unless an access token is bound to the certificate (RFC 8705 §3.1). */
export function assertBoundTo(accessToken: unknown, { certificate }: Identity): void {
  const thumbprint = createHash('sha256').update(new X509Certificate(certificate).raw).digest('base64url');
  assert.deepEqual(claimsOf(accessToken).cnf, { 'x5t#S256': thumbprint });
}
