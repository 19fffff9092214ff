import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import { type CertificateExtensions, readCertificateExtensions } from './certificate-extensions.ts';
import { CertificateFields } from './certificate-fields.ts';
import type { DistinguishedName } from './distinguished-name.ts';
import type { GeneralName } from './general-name.ts';
import { MalformedBer, readBer } from './key-store/ber.ts';
import { MalformedCertificate, type Reading, readingOf, strictly } from './malformed-certificate.ts';
import {
  type RevocationInformation,
  readRevocationInformation,
} from './revocation/revocation-information.ts';
import { PublicKey } from './signed-data/public-key.ts';
import type { SignedData } from './signed-data.ts';

export { MalformedCertificate, type Reading } from './malformed-certificate.ts';

/** @throws MalformedCertificate unless the bytes are one BER value and nothing after it */
function requireOneValue(bytes: Uint8Array): void {
  try {
    readBer(bytes);
  } catch (cause) {
    if (!(cause instanceof MalformedBer)) throw cause;
    throw new MalformedCertificate('bytes stand around the DER certificate', { cause });
  }
}

/** What a moment is to a certificate; `unreadable` when there is no telling, and so never valid. */
export type CertificateValidity =
  | { readonly kind: 'valid' | 'not-yet-valid' | 'expired' }
  | Extract<Reading<unknown>, { readonly kind: 'unreadable' }>;

/**
 * An X.509 certificate as a value: the exact DER a client presented or an operator registered,
 * and the facts that decisions are made from. Equal certificates have equal thumbprints.
 */
export class Certificate {
  /**
   * The certificate's DER, exactly as received; where its outermost values came in another BER writing, the DER of
   * the same values. TLS gives nothing else: OpenSSL writes them anew.
   */
  readonly der: Uint8Array;
  /** RFC 8705 §3.1: base64url of the SHA-256 of the DER, without padding. */
  readonly thumbprint: string;
  /** The same certificate as node reads it: for `node:tls` and `node:crypto`. */
  readonly x509: X509Certificate;
  #bounds: readonly [notBefore: number, notAfter: number] | undefined;
  #fields: CertificateFields | undefined;
  #extensions: CertificateExtensions | undefined;
  #publicKey: PublicKey | undefined;
  #revocationInformation: RevocationInformation | undefined;

  private constructor(x509: X509Certificate, der: Uint8Array) {
    this.x509 = x509;
    this.der = der;
    this.thumbprint = createHash('sha256').update(der).digest('base64url');
  }

  /**
   * Takes what OpenSSL takes from a TLS peer, and makes the same of it, so that a certificate is decided on alike
   * whichever way it came.
   * @param der one certificate and nothing after it
   * @throws MalformedCertificate
   */
  static fromDer(der: Uint8Array): Certificate {
    let x509: X509Certificate;
    try {
      x509 = new X509Certificate(der);
    } catch (cause) {
      throw new MalformedCertificate('not an X.509 certificate in DER form', { cause });
    }
    if (x509.raw.equals(der)) return new Certificate(x509, der);
    requireOneValue(der);
    return new Certificate(x509, x509.raw);
  }

  /** Takes a certificate that TLS has parsed already, without parsing it again. */
  static fromX509(x509: X509Certificate): Certificate {
    return new Certificate(x509, x509.raw);
  }

  /**
   * Validity bounds, milliseconds since the epoch; both inclusive (RFC 5280 §4.1.2.5). NaN where no time can be read,
   * which no moment is before or after: who decides by them asks `validityAt`.
   */
  get notBefore(): number {
    return this.#validity[0];
  }
  get notAfter(): number {
    return this.#validity[1];
  }

  get #validity(): readonly [notBefore: number, notAfter: number] {
    if (this.#bounds === undefined) {
      const [from, to] = [this.readField('notBefore'), this.readField('notAfter')];
      const at = (reading: typeof from) => (reading.kind === 'value' ? reading.value.at : Number.NaN);
      this.#bounds = [at(from), at(to)];
    }
    return this.#bounds;
  }

  /**
   * Where `at` (milliseconds since the epoch) lies. Both bounds are whole seconds and inclusive, so the whole of the
   * last second counts. A certificate with a bound that cannot be read is never valid.
   */
  validityAt(at: number): CertificateValidity {
    const [notBefore, notAfter] = this.#validity;
    const second = Math.floor(at / 1000) * 1000;
    if (second >= notBefore && second <= notAfter) return { kind: 'valid' };
    const unreadable = [this.readField('notBefore'), this.readField('notAfter')].find(
      (reading) => reading.kind === 'unreadable',
    );
    return unreadable ?? { kind: second < notBefore ? 'not-yet-valid' : 'expired' };
  }

  /** Whether `at` (milliseconds since the epoch) lies within the validity period; see `validityAt`. */
  isValidAt(at: number): boolean {
    return this.validityAt(at).kind === 'valid';
  }

  /** One field of RFC 5280 §4.1 without an exception, whatever stands there. */
  readField<Name extends keyof CertificateFields>(name: Name): Reading<NonNullable<CertificateFields[Name]>> {
    return readingOf(() => this.fields[name]);
  }

  /** One extension of RFC 5280 §4.2 without an exception, whatever stands there. */
  readExtension<Name extends keyof CertificateExtensions>(
    name: Name,
  ): Reading<NonNullable<CertificateExtensions[Name]>> {
    return readingOf(() => this.extensions[name]);
  }

  /**
   * The fields of RFC 5280 §4.1, each read when it is asked for: a getter throws MalformedCertificate.
   * @throws MalformedCertificate when their frame is not a certificate's
   */
  get fields(): CertificateFields {
    this.#fields ??= new CertificateFields(this.der);
    return this.#fields;
  }

  /**
   * The extensions of RFC 5280 §4.2, each read when it is asked for: a getter throws MalformedCertificate.
   * @throws MalformedCertificate when they are no list of extensions, each once
   */
  get extensions(): CertificateExtensions {
    this.#extensions ??= readCertificateExtensions(this.fields.extensions);
    return this.#extensions;
  }

  /** The subject's public key, read when first asked for. @throws MalformedCertificate */
  get publicKey(): PublicKey {
    this.#publicKey ??= strictly(() => PublicKey.fromDer(this.fields.subjectPublicKeyInfo));
    return this.#publicKey;
  }

  /** The subject's key as node works with it; undefined where OpenSSL has no such keys. */
  get keyObject(): KeyObject | undefined {
    try {
      return this.x509.publicKey;
    } catch {
      return undefined;
    }
  }

  /**
   * What the certificate says of its own revocation, each part read when it is asked for: a getter throws
   * MalformedCertificate.
   * @throws MalformedCertificate
   */
  get revocationInformation(): RevocationInformation {
    this.#revocationInformation ??= readRevocationInformation(this.fields, this.extensions);
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
   * The names of the subjectAltName extension, none when it is absent. A name that cannot be read, such as one with a
   * NUL or control character, stands among the others as unreadable.
   * @throws MalformedCertificate when there is no list of names
   */
  get subjectAlternativeNames(): readonly GeneralName[] {
    return this.extensions.subjectAltName ?? [];
  }
}
