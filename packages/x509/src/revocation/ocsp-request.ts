import { createHash, randomBytes } from 'node:crypto';
import type { Certificate } from '../certificate.ts';
import { contextTag, TAG } from '../der.ts';
import { der, derNull, derObjectIdentifier, derOctetString, derSequence } from '../der-encoding.ts';
import { EXTENSION, HASH } from '../object-identifiers.ts';

/**
 * The hash a CertID is made with: it names the certificate and protects nothing. SHA-1 is what every
 * responder knows (RFC 6960 §4.3, RFC 5019 §2.1.1).
 */
export type CertIdHash = 'sha1' | 'sha256';

/** The certificate asked about, as OCSP names it (RFC 6960 §4.1.1). */
export type CertId = {
  readonly hash: CertIdHash;
  readonly issuerNameHash: Buffer;
  readonly issuerKeyHash: Buffer;
  readonly serial: Uint8Array;
};

/**
 * How OCSP names a certificate (RFC 6960 §4.1.1).
 * @param issuer the certificate that issued it
 * @throws MalformedCertificate when a certificate cannot be read as far as needed
 */
export function certIdOf(certificate: Certificate, issuer: Certificate, hash: CertIdHash): CertId {
  const { issuerDer, serialNumber } = certificate.fields;
  return {
    hash,
    issuerNameHash: createHash(hash).update(issuerDer).digest(),
    issuerKeyHash: createHash(hash).update(issuer.publicKey.octets).digest(),
    serial: serialNumber,
  };
}

/** A nonce of 32 octets, the length that RFC 9654 §2.1 asks for. */
export const newOcspNonce = (): Uint8Array => randomBytes(32);

/** What a responder is asked: about one certificate, with a nonce or without. */
export type OcspRequest = {
  readonly certId: CertId;
  readonly nonce?: Uint8Array;
};

/** The DER of an unsigned OCSPRequest for one certificate (RFC 6960 §4.1). */
export function encodeOcspRequest({ certId, nonce }: OcspRequest): Uint8Array {
  const request = derSequence(
    derSequence(
      derSequence(derObjectIdentifier(HASH[certId.hash]), derNull()),
      derOctetString(certId.issuerNameHash),
      derOctetString(certId.issuerKeyHash),
      // As it stands in the certificate, a negative one too.
      der(TAG.integer, certId.serial),
    ),
  );
  const extensions = nonce
    ? [
        der(
          contextTag(2, true),
          derSequence(
            derSequence(derObjectIdentifier(EXTENSION.ocspNonce), derOctetString(derOctetString(nonce))),
          ),
        ),
      ]
    : [];
  return derSequence(derSequence(derSequence(request), ...extensions));
}
