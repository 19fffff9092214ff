import { createHash, randomBytes } from 'node:crypto';
import type { Certificate } from '../certificate.ts';
import { contextTag, DerReader, onlyElement, TAG } from '../der.ts';
import { der, derNull, derObjectIdentifier, derOctetString, derSequence } from '../der-encoding.ts';
import { EXTENSION } from './extensions.ts';
import { fieldsOf } from './revocation-fields.ts';

/**
 * The hash a CertID is made with: it names the certificate and protects nothing. SHA-1 is what every
 * responder knows (RFC 6960 §4.3, RFC 5019 §2.1.1).
 */
export type CertIdHash = 'sha1' | 'sha256';

/** The identifiers of the CertID hashes. */
export const CERT_ID_HASHES = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
} as const satisfies Record<CertIdHash, string>;

/** The certificate asked about, as OCSP names it (RFC 6960 §4.1.1). */
export type CertId = {
  readonly hash: CertIdHash;
  readonly issuerNameHash: Buffer;
  readonly issuerKeyHash: Buffer;
  readonly serial: Uint8Array;
};

/** The issuer's name as the certificate writes it: the hash is over these very octets. @throws MalformedDer */
function issuerNameOf({ fields }: Certificate): Uint8Array {
  const field = 'tbsCertificate';
  const reader = new DerReader(onlyElement(fields.tbsCertificate, TAG.sequence, field).content, field);
  reader.optional(contextTag(0, true));
  reader.element(TAG.integer);
  reader.element(TAG.sequence);
  return reader.element(TAG.sequence).bytes;
}

/** @throws MalformedDer when a certificate cannot be read as far as needed */
export function certIdOf(certificate: Certificate, issuer: Certificate, hash: CertIdHash): CertId {
  const { serial } = fieldsOf(certificate);
  return {
    hash,
    issuerNameHash: createHash(hash).update(issuerNameOf(certificate)).digest(),
    issuerKeyHash: createHash(hash).update(fieldsOf(issuer).keyOctets).digest(),
    serial,
  };
}

/** A nonce of 32 octets, the length that RFC 9654 §2.1 asks for. */
export const newNonce = (): Uint8Array => randomBytes(32);

export type OcspRequest = {
  readonly certId: CertId;
  readonly nonce?: Uint8Array;
};

/** The DER of an unsigned OCSPRequest for one certificate (RFC 6960 §4.1). */
export function encodeOcspRequest({ certId, nonce }: OcspRequest): Uint8Array {
  const request = derSequence(
    derSequence(
      derSequence(derObjectIdentifier(CERT_ID_HASHES[certId.hash]), derNull()),
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
