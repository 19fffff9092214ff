import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { CERTIFICATE_HEADERS } from '@countersign/forwarded-certificate';
import type { PresentedCertificate } from '@countersign/x509';
import type { FastifyInstance } from 'fastify';
import type { Origin } from '../client-authentication/origin.ts';
import { describeCertificate } from '../event/describe-certificate.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import type { Metrics } from '../event/metrics.ts';
import type { Evidence } from '../refusal/refusal.ts';
import type { ConfiguredProxy } from './configured-proxy.ts';
import { normalAddress } from './trusted-addresses.ts';
import type { ClientCertificateSource, ProxiedRequest, TrustedProxy } from './trusted-proxy.ts';

/** What the origin of a request is decided from. */
export type OriginSources = {
  /** The certificate of a request's connection, the same object for the same connection. */
  presentedOn(request: IncomingMessage): PresentedCertificate | undefined;
  /** The client's address that the PROXY protocol announced for a connection. */
  announcedOn(socket: Socket): string | undefined;
  /** The URL of the listener that asks for certificates, where a request came to the one that does not. */
  askedElsewhere(request: IncomingMessage): string | undefined;
  /** URLs by which a client of another server knows the endpoint a request came to. */
  knownAs(request: IncomingMessage): readonly string[] | undefined;
  readonly configuredProxy: Pick<ConfiguredProxy, 'proxy' | 'format'>;
  /** Whether a certificate may be seen at all; one that may not counts as not presented. */
  admits(presented: PresentedCertificate): boolean;
  /** What the trust store has to say of one that may not. */
  whyNotAdmitted(presented: PresentedCertificate): Evidence;
  readonly events: Pick<EventRecorder, 'recordSampled'>;
  readonly metrics: Pick<Metrics, 'certificateHeadersDropped'>;
};

/**
 * Has every request to `app`, also one to no route, carry its origin: decided once, and what is noticed on the way
 * recorded once. To be called before any other hook or route is added, for these may ask for it.
 */
export function decideOrigins(app: FastifyInstance, sources: OriginSources): void {
  app.decorateRequest('origin');
  app.decorateRequest('client_id', undefined);
  app.addHook('onRequest', (request, _reply, done) => {
    request.setDecorator<Origin>('origin', originOf(request.raw, sources));
    done();
  });
}

function originOf(request: IncomingMessage, sources: OriginSources): Origin {
  const { proxy } = sources.configuredProxy;
  const origin =
    proxy === undefined ? directOrigin(request, sources) : proxiedOrigin(request, proxy, sources);
  const known_as = sources.knownAs(request);
  return known_as === undefined ? origin : { ...origin, known_as };
}

/** Nobody stands between: the connection says everything, and no header is believed. */
function directOrigin(request: IncomingMessage, sources: OriginSources): Origin {
  const remote_address = addressText(request.socket.remoteAddress);
  recordDropped(certificateHeadersIn(request.headers), remote_address, sources);
  return admitted(sources.presentedOn(request), remote_address, sources, sources.askedElsewhere(request));
}

/** A request as its connection saw it. @param inTls the certificate of its connection */
const proxiedRequest = (
  { socket, rawHeaders }: IncomingMessage,
  inTls: PresentedCertificate | undefined,
  { announcedOn }: Pick<OriginSources, 'announcedOn'>,
): ProxiedRequest => ({
  remoteAddress: socket.remoteAddress,
  announcedAddress: announcedOn(socket),
  tlsCertificate: inTls?.certificate,
  headers: rawHeaders,
});

/** Whether a request came from a trusted proxy, by the rule that holds for its other headers. */
export function isFromProxy(
  request: IncomingMessage,
  sources: Pick<OriginSources, 'presentedOn' | 'announcedOn' | 'configuredProxy'>,
): boolean {
  const { proxy } = sources.configuredProxy;
  return proxy?.isProxy(proxiedRequest(request, sources.presentedOn(request), sources)) ?? false;
}

function proxiedOrigin(request: IncomingMessage, proxy: TrustedProxy, sources: OriginSources): Origin {
  const { socket } = request;
  const inTls = sources.presentedOn(request);
  const proxied = proxiedRequest(request, inTls, sources);
  const source = proxy.certificateFor(proxied);
  const remote_address = proxy.clientAddressFor(proxied) ?? UNKNOWN;
  recordDropped(source.dropped, remote_address, sources);
  if (source.kind !== 'refused') {
    const asked_at = isTold(socket, proxy, sources) ? undefined : sources.askedElsewhere(request);
    return admitted(presentedIn(source, inTls), remote_address, sources, asked_at);
  }
  const { header, reason, excerpt } = source;
  return {
    kind: 'refused-header',
    header,
    reason,
    excerpt,
    proxy: addressText(socket.remoteAddress),
    remote_address,
  };
}

/** Whether a peer tells of certificates in a header: whichever port it comes to, it is the proxy that asks for them. */
const isTold = (
  { remoteAddress }: Socket,
  { addresses }: TrustedProxy,
  { configuredProxy: { format } }: OriginSources,
): boolean => format !== undefined && (addresses.isEmpty || addresses.includes(remoteAddress));

function presentedIn(
  source: Exclude<ClientCertificateSource, { kind: 'refused' }>,
  inTls: PresentedCertificate | undefined,
): PresentedCertificate | undefined {
  switch (source.kind) {
    case 'tls':
      return inTls;
    case 'header':
      return source.presented;
    case 'none':
      return undefined;
  }
}

function admitted(
  candidate: PresentedCertificate | undefined,
  remote_address: string,
  { admits, whyNotAdmitted, events }: OriginSources,
  asked_at: string | undefined,
): Origin {
  if (candidate === undefined) {
    return { kind: 'no-certificate', remote_address, ...(asked_at !== undefined && { asked_at }) };
  }
  if (admits(candidate)) return { kind: 'certificate', certificate: candidate, remote_address };
  events.recordSampled(
    'certificate.not_admitted',
    'refused',
    () => ({
      certificate: describeCertificate(candidate),
      evidence: whyNotAdmitted(candidate),
      remote_address,
    }),
    { because: 'certificate_not_admitted' },
  );
  return { kind: 'no-certificate', remote_address };
}

function recordDropped(
  dropped: readonly string[],
  remote_address: string,
  { events, metrics, configuredProxy: { format } }: OriginSources,
): void {
  if (dropped.length === 0) return;
  for (const header of dropped) metrics.certificateHeadersDropped.inc({ header });
  events.recordSampled(
    'certificate_header.dropped',
    'refused',
    () => ({
      remote_address,
      evidence: {
        presented: dropped,
        expected: format === undefined ? 'none' : `${format}, from the trusted proxy only`,
      },
    }),
    { because: 'certificate_header_refused' },
  );
}

const NONE: readonly string[] = [];

/** Names of certificate headers with a value, on the way of every request: there are hardly ever any. */
function certificateHeadersIn(headers: Readonly<Record<string, unknown>>): readonly string[] {
  let found: string[] | undefined;
  for (const name in headers) {
    if (CERTIFICATE_HEADERS.has(name) && headers[name] !== '') {
      found ??= [];
      found.push(name);
    }
  }
  return found ?? NONE;
}

const UNKNOWN = 'unknown';

/** IPv4 that came in on an IPv6 socket as IPv4. */
function addressText(address: string | undefined): string {
  if (address === undefined) return UNKNOWN;
  return address.startsWith('::ffff:') ? (normalAddress(address) ?? address) : address;
}
