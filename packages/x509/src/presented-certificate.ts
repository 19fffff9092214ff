import type { Certificate } from './certificate.ts';

/** Where a client certificate was taken from; shown to the operator with every decision. */
export type CertificateSource =
  | { readonly kind: 'tls' }
  | { readonly kind: 'header'; readonly header: string; readonly proxy: string };

/**
 * The client certificate of one connection or request. One object lives as long as its connection,
 * so that decisions about it can be remembered beside it.
 */
export type PresentedCertificate = {
  readonly certificate: Certificate;
  /** What the peer sent beside its own certificate, in the order sent; unverified. */
  readonly chain: readonly Certificate[];
  readonly source: CertificateSource;
};
