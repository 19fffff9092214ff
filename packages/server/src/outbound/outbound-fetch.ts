import type { LookupAddress } from 'node:dns';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { getCACertificates } from 'node:tls';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { ownMember } from '../own-member.ts';
import { type AddressPolicy, createAddressPolicy } from './address-policy.ts';
import { createNameResolver, type ResolveName } from './name-resolver.ts';
import {
  createOutboundBudget,
  type OutboundBudget,
  OutboundBudgetSpent,
  type OutboundErrand,
} from './outbound-budget.ts';

export type OutboundRequest = OutboundErrand & {
  readonly url: string;
  /** Default GET. A POST never follows a redirect. */
  readonly method?: 'GET' | 'POST';
  /** Sent to the origin of `url` alone, never to another origin that it redirects to. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** The media types that may be answered, without parameters; any when absent. */
  readonly accept?: readonly string[];
  /** Most bytes of the body, as sent and also after decompression. */
  readonly maxBytes: number;
  /** Milliseconds from the call to the last byte of the body: waiting, name resolution and redirects included. */
  readonly timeoutMs: number;
  /** Refuses a redirect: for what counts because of the place it is at. */
  readonly refusesRedirects?: boolean;
  /** Lets `http:` URLs through, for documents that are signed themselves (CRL, OCSP). */
  readonly allowPlainHttp?: boolean;
};

export type OutboundResponse = {
  /** 200 to 299. */
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Decompressed. */
  readonly body: Uint8Array;
};

/** Fetches one document from elsewhere. @throws OutboundRefused and nothing else */
export type OutboundFetch = (request: OutboundRequest) => Promise<OutboundResponse>;

export const OUTBOUND_REFUSAL_CAUSES = [
  /** This server has no room for it now: nothing is known of the place. */
  'over-budget',
  'scheme',
  'address-not-allowed',
  'timeout',
  'too-large',
  'redirect',
  'status',
  'media-type',
  'tls',
  'network',
] as const;
export type OutboundRefusalCause = (typeof OUTBOUND_REFUSAL_CAUSES)[number];

/** Why a document could not be had from elsewhere; `evidence` holds JSON values for the operator. */
export class OutboundRefused extends Error {
  override readonly name = 'OutboundRefused';
  readonly because: OutboundRefusalCause;
  readonly evidence: Readonly<Record<string, unknown>>;

  constructor(
    because: OutboundRefusalCause,
    message: string,
    evidence: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.because = because;
    this.evidence = evidence;
  }
}

export type OutboundFetchOptions = {
  /** Addresses, CIDR blocks and host names that may be fetched from although they are not public. */
  readonly allowedAddresses?: readonly string[];
  /** PEM certificates of authorities trusted beside those of the runtime. */
  readonly trustedCertificates?: readonly string[];
  /** Resolves a host name to all its addresses; a resolver with the name servers of the system when absent. */
  readonly resolve?: ResolveName;
  /** Shared by all that fetch in one process; one of its own when absent. */
  readonly budget?: OutboundBudget;
};

/** An outbound fetch that owns sockets: `close` ends them, and refuses what is still under way. */
export type ClosableOutboundFetch = OutboundFetch & { close(): void };

const MAX_REDIRECTS = 3;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
const MAX_HEADER_BYTES = 16_384;
const SOCKETS = { keepAlive: false, maxSockets: 8, maxTotalSockets: 64 };
/**
 * Above this share of a fetch's time, this server was too busy for its failure to tell anything of the place. Shorter
 * times say nothing: any start of work fills them.
 */
const BUSY = { share: 0.95, leastMs: 2000 };

const DECODERS: Readonly<Record<string, () => Duplex>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** How far one fetch has come: what a refusal tells the operator. */
type Progress = {
  url: string;
  phase: 'waiting' | 'resolving' | 'connecting' | 'tls-handshake' | 'awaiting-headers' | 'reading-body';
  received: number;
  readonly redirects: string[];
};

type Refuse = (
  because: OutboundRefusalCause,
  message: string,
  evidence?: Readonly<Record<string, unknown>>,
  cause?: unknown,
) => OutboundRefused;

const describe = (error: unknown): { message: string; code?: string } =>
  error instanceof Error
    ? {
        // Node.js adds advice about its own options, which nobody here can follow.
        message: (error.message || error.name).split('; if the root CA', 1)[0] ?? error.name,
        ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
      }
    : { message: String(error) };

/** The URL as it may be shown and logged. */
function withoutCredentials(text: string): string {
  const url = URL.parse(text);
  if (url === null) return text;
  url.username = '';
  url.password = '';
  return url.href;
}

/** Parses a URL and refuses what no hop may use: other schemes, and credentials that would be sent along. */
function parseTarget(text: string, base: URL | undefined, allowPlainHttp: boolean, refuse: Refuse): URL {
  const url = URL.parse(text, base?.href);
  if (url === null) throw refuse('scheme', 'not an absolute URL', { presented: text });
  if (url.username !== '' || url.password !== '') {
    throw refuse('scheme', 'a URL with credentials is never fetched', { presented: url.host });
  }
  if (url.protocol === 'https:') return url;
  if (base?.protocol === 'https:') {
    throw refuse('redirect', 'a redirect leads from https to another scheme', { presented: url.href });
  }
  if (url.protocol === 'http:' && allowPlainHttp) return url;
  throw refuse('scheme', `the scheme must be https${allowPlainHttp ? ' or http' : ''}`, {
    expected: allowPlainHttp ? ['https', 'http'] : ['https'],
    presented: url.protocol.slice(0, -1),
  });
}

/** Resolves the host of `url` once; every address must be allowed, since any of them may be connected to. */
async function allowedAddressesOf(
  url: URL,
  policy: AddressPolicy,
  resolve: ResolveName,
  signal: AbortSignal,
  refuse: Refuse,
): Promise<readonly LookupAddress[]> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  let addresses: readonly LookupAddress[];
  try {
    addresses = family === 0 ? await resolve(host, signal) : [{ address: host, family }];
  } catch (error) {
    throw refuse('network', `the host name ${host} does not resolve`, describe(error), error);
  }
  if (addresses.length === 0) throw refuse('network', `the host name ${host} has no address`);
  for (const { address } of addresses) {
    const verdict = policy(host, address);
    if (!verdict.allowed) {
      throw refuse('address-not-allowed', `${host} is at ${address}, which is not a public address`, {
        host,
        presented: address,
        range: verdict.range,
        expected:
          'a public address, or one that [outbound] allowed_addresses has by address, network or host name',
      });
    }
  }
  return addresses;
}

/** The lookup of a socket that connects to the addresses checked before, whatever the name resolves to now. */
const pinned =
  (addresses: readonly LookupAddress[]): LookupFunction =>
  (_hostname, { all }, callback) => {
    const [first] = addresses;
    if (all) callback(null, [...addresses]);
    else if (first) callback(null, first.address, first.family);
  };

function send(
  url: URL,
  request: OutboundRequest,
  agents: { readonly secure: https.Agent; readonly plain: http.Agent },
  headers: Readonly<Record<string, string>>,
  addresses: readonly LookupAddress[],
  signal: AbortSignal,
  progress: Progress,
): Promise<IncomingMessage> {
  const secure = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const options = {
      method: request.method ?? 'GET',
      headers,
      signal,
      lookup: pinned(addresses),
      maxHeaderSize: MAX_HEADER_BYTES,
    };
    progress.phase = 'connecting';
    const sent = secure
      ? https.request(url, { ...options, agent: agents.secure })
      : http.request(url, { ...options, agent: agents.plain });
    sent.on('socket', (socket) => {
      socket.once('connect', () => {
        progress.phase = secure ? 'tls-handshake' : 'awaiting-headers';
      });
      socket.once('secureConnect', () => {
        progress.phase = 'awaiting-headers';
      });
    });
    sent.on('response', resolve);
    sent.on('error', reject);
    sent.end(request.body);
  });
}

async function readBody(
  message: IncomingMessage,
  maxBytes: number,
  progress: Progress,
  refuse: Refuse,
): Promise<Uint8Array> {
  const tooLarge = (presented: number) =>
    refuse('too-large', `the body is larger than ${maxBytes} bytes`, { expected: maxBytes, presented });
  const encoding = message.headers['content-encoding']?.trim().toLowerCase() || 'identity';
  const decoder = ownMember(DECODERS, encoding);
  if (decoder === undefined && encoding !== 'identity') {
    throw refuse('media-type', `the content encoding ${encoding} is not read`, {
      expected: Object.keys(DECODERS),
      presented: encoding,
    });
  }
  const declared = Number(message.headers['content-length'] ?? 0);
  if (declared > maxBytes) throw tooLarge(declared);

  async function* bounded(source: AsyncIterable<Uint8Array>) {
    for await (const chunk of source) {
      progress.received += chunk.byteLength;
      if (progress.received > maxBytes) throw tooLarge(progress.received);
      yield chunk;
    }
  }
  async function collect(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of source) {
      size += chunk.byteLength;
      if (size > maxBytes) throw tooLarge(size);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks, size);
  }
  return decoder && message.statusCode !== 204
    ? pipeline(message, bounded, decoder(), collect)
    : pipeline(message, bounded, collect);
}

/** What OpenSSL says of a chain that leads to none of the trusted certificates. */
const UNTRUSTED: readonly unknown[] = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];

const tlsEvidence = (evidence: ReturnType<typeof describe>) =>
  UNTRUSTED.includes(evidence.code)
    ? {
        ...evidence,
        expected: 'a certificate of a public authority, or of one in [outbound] trusted_certificates_file',
      }
    : evidence;

/** A failure of sockets, parsers or decoders as the refusal it is; a refusal stays itself. */
function asRefusal(error: unknown, progress: Progress, refuse: Refuse): OutboundRefused {
  if (error instanceof OutboundRefused) return error;
  if (error instanceof OutboundBudgetSpent) {
    return refuse('over-budget', error.message, error.evidence, error);
  }
  const evidence = describe(error);
  if (evidence.code === 'HPE_HEADER_OVERFLOW') {
    return refuse('too-large', 'the header is too large', { expected: MAX_HEADER_BYTES }, error);
  }
  if (evidence.code?.startsWith('Z_') || evidence.code?.startsWith('ERR_BROTLI')) {
    return refuse('media-type', 'the body is not in the content encoding it announces', evidence, error);
  }
  if (progress.phase === 'tls-handshake') {
    return refuse('tls', `the TLS handshake failed: ${evidence.message}`, tlsEvidence(evidence), error);
  }
  return refuse('network', `the connection failed: ${evidence.message}`, evidence, error);
}

const mediaTypeOf = (message: IncomingMessage): string | undefined =>
  message.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();

function checkAnswer(message: IncomingMessage, accept: readonly string[] | undefined, refuse: Refuse): void {
  const status = message.statusCode ?? 0;
  if (status < 200 || status > 299) {
    const retryAfter = message.headers['retry-after'];
    throw refuse('status', `the server answered ${status}`, {
      expected: '200 to 299',
      presented: status,
      ...(retryAfter === undefined ? {} : { retry_after: retryAfter }),
    });
  }
  if (accept === undefined) return;
  const mediaType = mediaTypeOf(message);
  if (mediaType === undefined || !accept.includes(mediaType)) {
    throw refuse('media-type', `the server answered with ${mediaType ?? 'no media type'}`, {
      expected: accept,
      presented: mediaType ?? null,
    });
  }
}

function requestHeaders(request: OutboundRequest, sameOrigin: boolean): Record<string, string> {
  const own = sameOrigin ? Object.entries(request.headers ?? {}) : [];
  return {
    accept: request.accept?.join(', ') ?? '*/*',
    'accept-encoding': 'gzip, br',
    'user-agent': 'countersign',
    ...Object.fromEntries(own.map(([name, value]) => [name.toLowerCase(), value])),
    ...(request.body === undefined ? {} : { 'content-length': String(request.body.byteLength) }),
    connection: 'close',
  };
}

/**
 * Makes the one way this server fetches documents that others name: https (plain http where a call
 * allows it), public or configured addresses only, bounded in time, size and redirects. The addresses
 * checked are the addresses connected to, so a name that resolves differently a moment later changes
 * nothing. How much is under way at once is bounded by purpose and client. No cookies, no proxies, no kept
 * connections, no resumed TLS sessions.
 * @throws MalformedAddressRule when `allowedAddresses` holds what is neither address, block nor host name
 */
export function createOutboundFetch(options: OutboundFetchOptions = {}): ClosableOutboundFetch {
  const policy = createAddressPolicy(options.allowedAddresses ?? []);
  const resolve = options.resolve ?? createNameResolver();
  const budget = options.budget ?? createOutboundBudget();
  const trusted = options.trustedCertificates ?? [];
  const pair = () => ({
    plain: new http.Agent(SOCKETS),
    secure: new https.Agent({
      ...SOCKETS,
      maxCachedSessions: 0,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      ...(trusted.length === 0 ? {} : { ca: [...getCACertificates('default'), ...trusted] }),
    }),
  });
  // Of their own, so that nobody who names the host of an authority's CRL, or does not answer, takes those of others.
  const agents = { ofRevocation: pair(), ofWebhooks: pair(), ofOthers: pair() };
  const agentsFor = (purpose: OutboundRequest['purpose']) =>
    purpose === 'revocation'
      ? agents.ofRevocation
      : purpose === 'webhook'
        ? agents.ofWebhooks
        : agents.ofOthers;
  const underWay = new Set<AbortController>();

  async function inTurn(request: OutboundRequest, signal: AbortSignal, progress: Progress, refuse: Refuse) {
    const { purpose, client_id } = request;
    const end = await budget.turn({ purpose, ...(client_id !== undefined && { client_id }) }, signal);
    try {
      return await perform(request, signal, progress, refuse);
    } finally {
      end();
    }
  }

  async function perform(request: OutboundRequest, signal: AbortSignal, progress: Progress, refuse: Refuse) {
    const plain = request.allowPlainHttp ?? false;
    const own = agentsFor(request.purpose);
    const origin = parseTarget(request.url, undefined, plain, refuse);
    let url = origin;
    for (;;) {
      progress.url = url.href;
      progress.phase = 'resolving';
      const addresses = await allowedAddressesOf(url, policy, resolve, signal, refuse);
      signal.throwIfAborted();
      const headers = requestHeaders(request, url.origin === origin.origin);
      const message = await send(url, request, own, headers, addresses, signal, progress);
      try {
        const status = message.statusCode ?? 0;
        if (!REDIRECTS.includes(status)) {
          progress.phase = 'reading-body';
          checkAnswer(message, request.accept, refuse);
          const body = await readBody(message, request.maxBytes, progress, refuse);
          const single = Object.entries(message.headers).flatMap(([name, value]) =>
            typeof value === 'string' ? [[name, value] as const] : [],
          );
          return { status, headers: Object.fromEntries(single), body };
        }
        const { location } = message.headers;
        if (location === undefined) throw refuse('redirect', `a ${status} without a Location`);
        if (request.method === 'POST') {
          throw refuse('redirect', 'a POST is never redirected', { presented: location });
        }
        if (request.refusesRedirects) {
          throw refuse('redirect', 'what is asked for must be at this place itself', { presented: location });
        }
        if (progress.redirects.length === MAX_REDIRECTS) {
          throw refuse('redirect', `more than ${MAX_REDIRECTS} redirects`, { presented: location });
        }
        const next = parseTarget(location, url, plain, refuse);
        progress.redirects.push(next.href);
        url = next;
      } finally {
        message.destroy();
      }
    }
  }

  const outboundFetch: OutboundFetch = async (request) => {
    const progress: Progress = {
      url: withoutCredentials(request.url),
      phase: 'waiting',
      received: 0,
      redirects: [],
    };
    const refuse: Refuse = (because, message, evidence, cause) => {
      const way = progress.redirects.length === 0 ? {} : { redirects: [...progress.redirects] };
      return new OutboundRefused(because, message, { url: progress.url, ...way, ...evidence }, cause);
    };
    const controller = new AbortController();
    const { signal } = controller;
    const stopped = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    const before = performance.eventLoopUtilization();
    const deadline = setTimeout(() => {
      const { phase, received } = progress;
      const { utilization } = performance.eventLoopUtilization(before);
      const evidence = { expected: request.timeoutMs, phase, received };
      controller.abort(
        request.timeoutMs >= BUSY.leastMs && utilization > BUSY.share
          ? refuse('over-budget', 'this server was too busy to wait for the answer', evidence)
          : refuse('timeout', `not done within ${request.timeoutMs} ms`, evidence),
      );
    }, request.timeoutMs);
    underWay.add(controller);
    try {
      // The race, because a resolver of somebody else may not heed the signal.
      return await Promise.race([inTurn(request, signal, progress, refuse), stopped]);
    } catch (error) {
      throw asRefusal(signal.aborted ? signal.reason : error, progress, refuse);
    } finally {
      clearTimeout(deadline);
      underWay.delete(controller);
    }
  };

  return Object.assign(outboundFetch, {
    close() {
      for (const controller of underWay) {
        controller.abort(new OutboundRefused('network', 'the server is stopping'));
      }
      for (const { plain, secure } of Object.values(agents)) {
        plain.destroy();
        secure.destroy();
      }
    },
  });
}
