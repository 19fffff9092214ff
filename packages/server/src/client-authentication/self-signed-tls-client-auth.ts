import { type Certificate, timeText } from '@countersign/x509';
import {
  certificateKeyUse,
  keyUseWarning,
  type RegisteredKey,
  registeredKey,
  renewedBy,
} from '../client/certificate-key.ts';
import type { Clock } from '../clock.ts';
import { isForEncryption } from '../outbound/json-web-key-set.ts';
import type { JwksKey, JwksResult, JwksSource } from '../outbound/jwks-source.ts';
import { invalidClient } from '../refusal/error-codes.ts';
import { outsideValidity } from '../refusal/outside-validity.ts';
import type { AuthorityClaims } from './authority-claims.ts';
import type { CertificateUses } from './certificate-uses.ts';
import type { ClientAuthenticator } from './client-authenticator.ts';
import type { KnownClient } from './client-directory.ts';

/** A key that names its certificate means that one alone; a bare key means any certificate of that key. */
function isOfCertificate(key: JwksKey, certificate: Certificate): boolean {
  const named = key['x5t#S256'] ?? key.x5c?.thumbprint;
  if (named !== undefined) return named === certificate.thumbprint;
  const own = certificate.keyObject;
  return own !== undefined && key.publicKey.equals(own);
}

/**
 * Whether the certificate is one that the keys name.
 * @throws Refusal where only keys do that are published for encryption: whoever has such a one can read, and proves nothing
 */
function isNamedBy(keys: readonly JwksKey[], certificate: Certificate, client_id: string): boolean {
  const naming = keys.filter((key) => isOfCertificate(key, certificate));
  const [other] = naming;
  if (other === undefined || !naming.every(isForEncryption)) return other !== undefined;
  throw invalidClient('key_of_other_use', {
    client_id,
    kid: other.kid,
    expected: 'a key of use sig or tls, or of none',
    presented: other.use ?? other.key_ops,
    certificate: certificate.thumbprint,
  });
}

const describeKey = (key: JwksKey): string =>
  key['x5t#S256'] ?? key.x5c?.thumbprint ?? `public key ${key.kid ?? '(no kid)'}`;

const inJwks = (key: JwksKey): RegisteredKey => ({ name: describeKey(key), key: key.publicKey });

/** A certificate that is not registered: another one of a registered key, or nothing known. */
function notRegistered(
  certificate: Certificate,
  registered: Iterable<RegisteredKey | undefined>,
  evidence: Readonly<Record<string, unknown>>,
) {
  const renewed = renewedBy(certificate, registered);
  return renewed.length > 0
    ? invalidClient('certificate_renewed', { ...evidence, renewal_of: renewed })
    : invalidClient('certificate_not_registered', evidence);
}

/** Registered certificates that cannot have been presented in TLS, and why. */
function unusableIn({ certificates }: KnownClient): Readonly<Record<string, unknown>> {
  const unusable = [...certificates.values()].flatMap((certificate) => {
    const use = certificateKeyUse(certificate);
    return use.peers === 'all' ? [] : [`${certificate.thumbprint} ${keyUseWarning(use)}`];
  });
  return unusable.length === 0 ? {} : { registered: unusable };
}

function checkValidity(certificate: Certificate, client_id: string, now: number): void {
  if (certificate.isValidAt(now)) return;
  const { because, evidence } = outsideValidity(certificate, now);
  throw invalidClient(because, { client_id, ...evidence });
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
    return isNamedBy(result.keys, certificate, client_id);
  };
  const held = jwks.peek(jwks_uri) ?? (await jwks.keysOf(jwks_uri));
  if (matching(held)) return;
  const refreshed = await jwks.refreshFor(jwks_uri, 'unknown-certificate');
  if (matching(refreshed)) return;
  if (refreshed.kind === 'unavailable') {
    throw invalidClient('jwks_unavailable', { client_id, jwks_uri, ...refreshed.failure });
  }
  throw notRegistered(certificate, refreshed.keys.map(inJwks), {
    client_id,
    jwks_uri,
    expected: refreshed.keys.map(describeKey),
    presented: certificate.thumbprint,
    fetched_at: timeText(refreshed.fetchedAt),
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
  uses: CertificateUses,
): ClientAuthenticator {
  const check = async (
    certificate: Certificate,
    { client, certificates, jwksKeys }: KnownClient,
  ): Promise<void> => {
    const { client_id, metadata } = client;
    if (certificates.has(certificate.thumbprint)) return;
    if (isNamedBy(jwksKeys, certificate, client_id)) return;
    if (metadata.jwks_uri !== undefined)
      return matchesJwksUri(certificate, metadata.jwks_uri, jwks, client_id, claims);
    const registered = [...Array.from(certificates.values(), registeredKey), ...jwksKeys.map(inJwks)];
    throw notRegistered(certificate, registered, {
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
          ...unusableIn(known),
        });
      }
      await check(presented.certificate, known);
      checkValidity(presented.certificate, client_id, clock());
      claims.proven(client_id, presented.certificate);
      uses.came(client_id, presented.certificate, undefined);
    },
  };
}
