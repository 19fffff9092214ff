import type { KeyObject } from 'node:crypto';
import { type Certificate, certificateToPem } from '@countersign/x509';
import { type CertificateRequest, issueCertificate } from '@countersign/x509/issuance';

/** A certificate and its key in the forms that tests present and register. */
export type Identity = {
  /** PEM, with the issuer's certificate when there is one. */
  readonly cert: string;
  /** PEM (PKCS#8). */
  readonly key: string;
  /** PEM of the certificate alone. */
  readonly pem: string;
  /** RFC 8705 §3.1. */
  readonly thumbprint: string;
  readonly certificate: Certificate;
  readonly privateKey: KeyObject;
};

/** Issues a client certificate, self-signed P-256 and valid for a month unless said otherwise. */
export async function createIdentity(
  subject: string,
  request: Partial<CertificateRequest> = {},
): Promise<Identity> {
  const { certificate, privateKey } = await issueCertificate({
    subject,
    keyType: 'EC-P256',
    days: 30,
    usage: 'client',
    now: Date.now(),
    ...request,
  });
  const pem = certificateToPem(certificate);
  return {
    cert: pem + (request.issuer ? certificateToPem(request.issuer.certificate) : ''),
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    pem,
    thumbprint: certificate.thumbprint,
    certificate,
    privateKey,
  };
}
