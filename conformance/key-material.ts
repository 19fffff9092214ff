import { generateKeyPairSync } from 'node:crypto';
import { certificateToPem } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';

/** A self-signed certificate and its key, PEM, as the suite's configurations have them. */
export type CertificateAndKey = { readonly cert: string; readonly key: string };

/** Days that what is made here is valid. */
const DAYS = 365;

/**
 * Makes an RSA certificate: FAPI 1.0 Advanced §8.5 has cipher suites of TLS 1.2 for RSA alone.
 * @param dnsNames the hosts of a server; none for a client
 */
export async function makeCertificate(
  commonName: string,
  dnsNames: readonly string[] = [],
): Promise<CertificateAndKey> {
  const { certificate, privateKey } = await issueCertificate({
    subject: `CN=${commonName}`,
    keyType: 'RSA-2048',
    days: DAYS,
    usage: dnsNames.length > 0 ? 'server' : 'client',
    now: Date.now(),
    ...(dnsNames.length > 0 && { subjectAltNames: { dns: dnsNames } }),
  });
  return {
    cert: certificateToPem(certificate),
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}

/** A client's key as JWK Sets: what it keeps, and what is registered. */
export type KeySets = {
  readonly own: { readonly keys: readonly object[] };
  readonly published: { readonly keys: readonly object[] };
};

/** Makes a signing key of one algorithm (RFC 7518 §3.1). */
export function makeKey(kid: string, alg: 'PS256' | 'ES256'): KeySets {
  const { privateKey, publicKey } =
    alg === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  const said = { kid, use: 'sig', alg };
  return {
    own: { keys: [{ ...privateKey.export({ format: 'jwk' }), ...said }] },
    published: { keys: [{ ...publicKey.export({ format: 'jwk' }), ...said }] },
  };
}
