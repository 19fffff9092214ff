import { apache } from './apache.ts';
import { awsAlb } from './aws-alb.ts';
import { azure } from './azure.ts';
import { cloudflare } from './cloudflare.ts';
import { envoy } from './envoy.ts';
import type { CertificateHeaderFormat } from './format.ts';
import { haproxy } from './haproxy.ts';
import { nginx } from './nginx.ts';
import { rfc9440 } from './rfc9440.ts';
import { traefik } from './traefik.ts';
import { wso2 } from './wso2.ts';

/** The names of the formats, as `certificate_header` in `[transport.proxy]` has them. */
export const CERTIFICATE_HEADER_FORMATS = [
  'rfc9440',
  'nginx',
  'haproxy',
  'apache',
  'envoy',
  'traefik',
  'aws-alb',
  'azure',
  'cloudflare',
  'wso2',
] as const;
export type CertificateHeaderFormatName = (typeof CERTIFICATE_HEADER_FORMATS)[number];

const FORMATS: Readonly<
  Record<CertificateHeaderFormatName, (certificateHeader?: string) => CertificateHeaderFormat>
> = {
  rfc9440,
  nginx,
  haproxy,
  apache,
  envoy,
  traefik,
  'aws-alb': awsAlb,
  azure,
  cloudflare,
  wso2,
};

/** Thrown for a `header_name` that cannot carry a client certificate. */
export class UnusableHeaderName extends Error {
  override readonly name = 'UnusableHeaderName';
}

/** Headers with a meaning of their own, which a proxy cannot spare for a certificate. */
const TAKEN = new Set([
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'cookie',
  'forwarded',
  'host',
  'transfer-encoding',
  'x-forwarded-for',
]);

/**
 * Why a header cannot carry a client certificate: it is no header name, or one with a meaning of its own.
 * @returns undefined when it can
 */
export function headerNameProblem(headerName: string): string | undefined {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(headerName)) {
    return `"${headerName}" is not a header name (RFC 9110 §5.1)`;
  }
  return TAKEN.has(headerName.toLowerCase())
    ? `"${headerName}" has a meaning of its own and cannot carry a certificate`
    : undefined;
}

/**
 * The format a proxy writes.
 * @param headerName the certificate's header when it is not the format's own, in any case; headers for the
 *   chain are named after it
 * @throws UnusableHeaderName
 */
export function certificateHeaderFormat(
  name: CertificateHeaderFormatName,
  headerName?: string,
): CertificateHeaderFormat {
  if (headerName === undefined) return FORMATS[name]();
  const problem = headerNameProblem(headerName);
  if (problem !== undefined) throw new UnusableHeaderName(problem);
  return FORMATS[name](headerName.toLowerCase());
}

/** Other names in use for a client certificate. No format reads them unless `header_name` says so. */
const ALIASES = [
  'client-certificate',
  'ssl-client-cert',
  'ssl_client_cert',
  'x-amzn-mtls-clientcert-leaf',
  'x-client-cert',
  'x-client-certificate',
  'x-ssl-client-certificate',
];

/** Lower-case names of every header known to carry a client certificate, in any format. */
export const CERTIFICATE_HEADERS: ReadonlySet<string> = new Set([
  ...CERTIFICATE_HEADER_FORMATS.flatMap((name) => FORMATS[name]().headers),
  ...ALIASES,
]);
