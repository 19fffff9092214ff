/** Where browsers are asked for certificates: this listener, or the one of `[transport.mtls]`. */
export type CertificateListener = {
  /** The address of a form whose request must carry a certificate. */
  url(path: string): string;
  /** The other listener's URL; undefined when it is this one. */
  readonly elsewhere: string | undefined;
};

/**
 * @param issuer what the pages are served under
 * @param path see `Pages.path`
 * @param mtlsBase the base URL of the second listener, when there is one
 * @returns undefined when browsers are asked under another host name, where the cookies of the pages do not go
 */
export function certificateListener(
  issuer: string,
  path: (path: string) => string,
  mtlsBase: string | undefined,
): CertificateListener | undefined {
  if (mtlsBase === undefined) return { url: path, elsewhere: undefined };
  if (new URL(mtlsBase).hostname !== new URL(issuer).hostname) return undefined;
  return { url: (rest) => `${mtlsBase}${rest}`, elsewhere: mtlsBase };
}
