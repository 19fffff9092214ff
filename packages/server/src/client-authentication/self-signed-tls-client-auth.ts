import type { Certificate } from '@countersign/x509';
import type { Clock } from '../clock.ts';
import type { JwksKey, JwksResult, JwksSource } from '../outbound/jwks-source.ts';
import { invalidClient } from '../refusal/error-codes.ts';
import type { AuthorityClaims } from './authority-claims.ts';
import type { ClientAuthenticator } from './client-authenticator.ts';
import type { KnownClient } from './client-directory.ts';

/** A key that names its certificate means that one alone; a bare key means any certificate of that key. */
function isOfCertificate(key: JwksKey, certificate: Certificate): boolean {
  const named = key['x5t#S256'] ?? key.x5c?.thumbprint;
  return named === undefined
    ? key.publicKey.equals(certificate.x509.publicKey)
    : named === certificate.thumbprint;
}

const describeKey = (key: JwksKey): string =>
  key['x5t#S256'] ?? key.x5c?.thumbprint ?? `public key ${key.kid ?? '(no kid)'}`;

function checkValidity(certificate: Certificate, client_id: string, now: number): void {
  if (certificate.isValidAt(now)) return;
  const evidence = {
    client_id,
    expected: `${new Date(now).toISOString()} within the validity period`,
    presented: {
      not_before: new Date(certificate.notBefore).toISOString(),
      not_after: new Date(certificate.notAfter).toISOString(),
    },
  };
  throw invalidClient(
    now < certificate.notBefore ? 'certificate_not_yet_valid' : 'certificate_expired',
    evidence,
  );
}

async function matchesJwksUri(
  certificate: Certificate,
  jwks_uri: string,
  jwks: JwksSource,
  client_id: string,
  claims: AuthorityClaims,
) {
  const matching = (result: JwksResult) => {
    if (result.kind === 'unavailable') return false;
    claims.published(client_id, result.keys);
    return result.keys.some((key) => isOfCertificate(key, certificate));
  };
  const held = jwks.peek(jwks_uri) ?? (await jwks.keysOf(jwks_uri));
  if (matching(held)) return;
  const refreshed = await jwks.refreshFor(jwks_uri, 'unknown-certificate');
  if (matching(refreshed)) return;
  if (refreshed.kind === 'unavailable') {
    throw invalidClient('jwks_unavailable', { client_id, jwks_uri, ...refreshed.failure });
  }
  throw invalidClient('certificate_not_registered', {
    client_id,
    jwks_uri,
    expected: refreshed.keys.map(describeKey),
    presented: certificate.thumbprint,
    fetched_at: new Date(refreshed.fetchedAt).toISOString(),
    ...(refreshed.skipped.length > 0 && { skipped: refreshed.skipped }),
    ...(refreshed.kind === 'stale' && { stale_because: refreshed.failure }),
  });
}

/**
 * `self_signed_tls_client_auth` (RFC 8705 §2.2): the presented certificate is exactly one of those registered, by
 * the SHA-256 of its DER, or one that the client's JWK Set names; and it is within its validity period.
 */
export function selfSignedTlsClientAuth(
  jwks: JwksSource,
  clock: Clock,
  claims: AuthorityClaims,
): ClientAuthenticator {
  const check = async (
    certificate: Certificate,
    { client, certificates, jwksKeys }: KnownClient,
  ): Promise<void> => {
    const { client_id, metadata } = client;
    if (certificates.has(certificate.thumbprint)) return;
    if (jwksKeys.some((key) => isOfCertificate(key, certificate))) return;
    if (metadata.jwks_uri !== undefined)
      return matchesJwksUri(certificate, metadata.jwks_uri, jwks, client_id, claims);
    throw invalidClient('certificate_not_registered', {
      client_id,
      expected: [...certificates.keys(), ...jwksKeys.map(describeKey)],
      presented: certificate.thumbprint,
    });
  };
  return {
    kind: 'method',
    name: 'self_signed_tls_client_auth',
    methods: ['self_signed_tls_client_auth'],
    async authenticate(presentation, known) {
      const { client_id } = known.client;
      const presented = presentation.certificate;
      if (!presented) {
        throw invalidClient('certificate_absent', {
          client_id,
          expected: 'a client certificate',
          presented: 'none',
        });
      }
      await check(presented.certificate, known);
      checkValidity(presented.certificate, client_id, clock());
      claims.proven(client_id, presented.certificate);
    },
  };
}
