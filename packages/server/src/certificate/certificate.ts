import { createHash, X509Certificate } from 'node:crypto';

/** Thrown when bytes or text are not one well-formed X.509 certificate. */
export class MalformedCertificate extends Error {
  override readonly name = 'MalformedCertificate';
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
  readonly x509: X509Certificate;
  /** Validity bounds, milliseconds since the epoch; both inclusive (RFC 5280 §4.1.2.5). */
  readonly notBefore: number;
  readonly notAfter: number;

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

  /** True when `at` (milliseconds since the epoch) lies within the validity period. */
  isValidAt(at: number): boolean {
    return at >= this.notBefore && at <= this.notAfter;
  }
}
