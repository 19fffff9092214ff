import { createHash, X509Certificate } from 'node:crypto';
import { type CertificateExtensions, readCertificateExtensions } from './certificate-extensions.ts';
import { type CertificateFields, readCertificateFields } from './certificate-fields.ts';
import { MalformedDer } from './der.ts';
import type { DistinguishedName } from './distinguished-name.ts';
import type { GeneralName } from './general-name.ts';
import {
  type RevocationInformation,
  readRevocationInformation,
} from './revocation/revocation-information.ts';
import { PublicKey } from './signed-data/public-key.ts';
import type { SignedData } from './signed-data.ts';

/** Thrown when bytes or text are not one well-formed X.509 certificate. */
export class MalformedCertificate extends Error {
  override readonly name = 'MalformedCertificate';
}

/** Turns a strict reader's refusal into the certificate's. */
function strictly<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof MalformedDer) throw new MalformedCertificate(cause.message, { cause });
    throw cause;
  }
}

/**
 * An X.509 certificate as a value: the exact DER a client presented or an operator registered,
 * and the facts that decisions are made from. Equal certificates have equal thumbprints.
 */
export class Certificate {
  /** The certificate's DER, exactly as received. */
  readonly der: Uint8Array;
  /** RFC 8705 §3.1: base64url of the SHA-256 of the DER, without padding. */
  readonly thumbprint: string;
  /** The same certificate as node reads it: for `node:tls` and `node:crypto`. */
  readonly x509: X509Certificate;
  /** Validity bounds, milliseconds since the epoch; both inclusive (RFC 5280 §4.1.2.5). */
  readonly notBefore: number;
  readonly notAfter: number;
  #fields: CertificateFields | undefined;
  #extensions: CertificateExtensions | undefined;
  #publicKey: PublicKey | undefined;
  #revocationInformation: RevocationInformation | undefined;

  private constructor(x509: X509Certificate, der: Uint8Array) {
    this.x509 = x509;
    this.der = der;
    this.thumbprint = createHash('sha256').update(der).digest('base64url');
    this.notBefore = x509.validFromDate.getTime();
    this.notAfter = x509.validToDate.getTime();
  }

  /**
   * @param der one DER certificate and nothing after it
   * @throws MalformedCertificate
   */
  static fromDer(der: Uint8Array): Certificate {
    let x509: X509Certificate;
    try {
      x509 = new X509Certificate(der);
    } catch (cause) {
      throw new MalformedCertificate('not an X.509 certificate in DER form', { cause });
    }
    if (!x509.raw.equals(der)) throw new MalformedCertificate('bytes stand around the DER certificate');
    return new Certificate(x509, der);
  }

  /** Takes a certificate that TLS has parsed already, without parsing it again. */
  static fromX509(x509: X509Certificate): Certificate {
    return new Certificate(x509, x509.raw);
  }

  /**
   * True when `at` (milliseconds since the epoch) lies within the validity period. Both bounds are whole
   * seconds and inclusive, so the whole of the last second counts.
   */
  isValidAt(at: number): boolean {
    const second = Math.floor(at / 1000) * 1000;
    return second >= this.notBefore && second <= this.notAfter;
  }

  /** The fields of RFC 5280 §4.1, read when first asked for. @throws MalformedCertificate */
  get fields(): CertificateFields {
    this.#fields ??= strictly(() => readCertificateFields(this.der));
    return this.#fields;
  }

  /** The extensions of RFC 5280 §4.2, read when first asked for. @throws MalformedCertificate */
  get extensions(): CertificateExtensions {
    this.#extensions ??= strictly(() => readCertificateExtensions(this.fields.extensions));
    return this.#extensions;
  }

  /** The subject's public key, read when first asked for. @throws MalformedCertificate */
  get publicKey(): PublicKey {
    this.#publicKey ??= strictly(() => PublicKey.fromDer(this.fields.subjectPublicKeyInfo));
    return this.#publicKey;
  }

  /** What the certificate says of its own revocation, read when first asked for. @throws MalformedCertificate */
  get revocationInformation(): RevocationInformation {
    this.#revocationInformation ??= strictly(() => readRevocationInformation(this.fields, this.extensions));
    return this.#revocationInformation;
  }

  /** What its issuer signed, and the signature. @throws MalformedCertificate */
  get signed(): SignedData {
    const { tbsCertificate, signatureAlgorithm, signature, signatureValue } = this.fields;
    return {
      content: tbsCertificate,
      algorithm: signatureAlgorithm,
      algorithmWithin: signature,
      signature: signatureValue,
    };
  }

  /** @throws MalformedCertificate */
  get subject(): DistinguishedName {
    return this.fields.subject;
  }

  /** @throws MalformedCertificate */
  get issuer(): DistinguishedName {
    return this.fields.issuer;
  }

  /**
   * The names of the subjectAltName extension, none when it is absent. Names with NULs or control characters
   * and malformed lists are refused whole.
   * @throws MalformedCertificate
   */
  get subjectAlternativeNames(): readonly GeneralName[] {
    return this.extensions.subjectAltName ?? [];
  }
}
