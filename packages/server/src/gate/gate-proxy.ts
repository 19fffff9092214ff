import type { IncomingMessage } from 'node:http';
import type { CertificateHeaderFormatName } from '@countersign/forwarded-certificate';
import { headerLines } from '@countersign/resource-server';

/** The proxies that a gate decides for. */
export const PROXIES = ['nginx', 'envoy', 'traefik', 'caddy', 'haproxy', 'apache'] as const;
export type ProxyKind = (typeof PROXIES)[number];

/** Where everything is decided. */
export const DECISION_PATH = '/decision';

/** The request that a proxy asks about. */
export type AskedRequest = { readonly method: string; readonly target: string };

/** How one kind of proxy asks, and how it wants to be answered. */
export type ProxyWays = {
  /** How it writes the client certificate, and into which header, where the file says nothing else. */
  readonly certificate: { readonly format: CertificateHeaderFormatName; readonly header?: string };
  /** What is asked about; undefined where the question says it not at all, or twice. */
  readonly asked: (request: IncomingMessage) => AskedRequest | undefined;
  /** The status it is given for one: some know three alone. */
  readonly status: (status: number) => number;
};

/** The one value of a header; none where it stands twice. */
function only(request: IncomingMessage, name: string): string | undefined {
  const lines = headerLines(request, name);
  return lines.length === 1 ? lines[0] : undefined;
}

const named =
  (methodHeader: string, targetHeader: string): ProxyWays['asked'] =>
  (request) => {
    const [method, target] = [only(request, methodHeader), only(request, targetHeader)];
    return method === undefined || target === undefined ? undefined : { method, target };
  };

const as = (status: number) => status;

/** What `auth_request` takes: everything else it answers with 500. */
const NGINX_STATUS: Readonly<Record<number, number>> = { 400: 401 };

export const PROXY_WAYS: Readonly<Record<ProxyKind, ProxyWays>> = {
  nginx: {
    certificate: { format: 'nginx', header: 'x-ssl-client-cert' },
    asked: named('x-original-method', 'x-original-uri'),
    status: (status) => NGINX_STATUS[status] ?? status,
  },
  haproxy: {
    certificate: { format: 'haproxy', header: 'x-ssl-client-der' },
    asked: named('x-original-method', 'x-original-uri'),
    status: as,
  },
  apache: {
    certificate: { format: 'apache', header: 'x-ssl-client-cert' },
    asked: named('x-original-method', 'x-original-uri'),
    status: as,
  },
  traefik: {
    certificate: { format: 'traefik' },
    asked: named('x-forwarded-method', 'x-forwarded-uri'),
    status: as,
  },
  caddy: {
    certificate: { format: 'rfc9440' },
    asked: named('x-forwarded-method', 'x-forwarded-uri'),
    status: as,
  },
  // Envoy sends the request itself, its path behind a prefix.
  envoy: {
    certificate: { format: 'envoy' },
    asked: ({ method = '', url = '' }) =>
      url.startsWith(`${DECISION_PATH}/`) ? { method, target: url.slice(DECISION_PATH.length) } : undefined,
    status: as,
  },
};
