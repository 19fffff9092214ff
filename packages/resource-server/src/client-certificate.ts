import { X509Certificate } from 'node:crypto';
import { BlockList, isIP } from 'node:net';
import {
  type CertificateHeaderFormat,
  type CertificateHeaderFormatName,
  certificateHeaderFormat,
} from '@countersign/forwarded-certificate';
import { LRUCache } from 'lru-cache';
import { longTexts } from './long-texts.ts';
import { TokenRefused } from './token-refused.ts';

/** A proxy whose word on the client certificate is believed. */
export type TrustedProxy = {
  /** Addresses or CIDR ranges it connects from. */
  readonly addresses: string | readonly string[];
  /** How it writes the certificate; `rfc9440` when absent. */
  readonly format?: CertificateHeaderFormatName;
  /** The header it writes it into, where that is not the format's own. The proxy must remove it from what clients send. */
  readonly header?: string;
};

/** A proxy as {@link TrustedProxy}, or an address or range of one that writes `Client-Cert` (RFC 9440). */
export type TrustedProxies = readonly (string | TrustedProxy)[];

/** What of a connection and its request is looked at for the client certificate. */
export type CertificateCarrier = {
  readonly remoteAddress: string | undefined;
  /** Every value of a header, by its lower-case name. */
  readonly header: (name: string) => readonly string[];
  /** The certificate whose key was proved in the TLS handshake of this connection. */
  readonly handshake: () => X509Certificate | undefined;
};

/** Finds the client certificate of a request. @throws TokenRefused when a trusted proxy's header is unreadable */
export type ClientCertificateOf = (carrier: CertificateCarrier) => X509Certificate | undefined;

const family = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** @throws TypeError for an address or range that is none */
function addressList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', prefix, ...rest] = range.split('/');
    const bits = isIP(address) === 6 ? 128 : 32;
    if (isIP(address) === 0 || rest.length > 0 || (prefix !== undefined && !/^\d{1,3}$/.test(prefix))) {
      throw new TypeError(`${JSON.stringify(range)} is neither an IP address nor a range such as 10.0.0.0/8`);
    }
    const length = prefix === undefined ? bits : Number(prefix);
    if (length > bits) throw new TypeError(`${JSON.stringify(range)} has a prefix longer than ${bits} bits`);
    list.addSubnet(address, length, family(address));
  }
  return list;
}

/** Characters of all certificates of a proxy's headers that are not read anew at each request of the same client. */
const REMEMBERED_CHARACTERS = 4 * 1024 * 1024;
/** Addresses of which it is known whether they are a proxy's. */
const REMEMBERED_ADDRESSES = 1_000;

/** What a format's headers say, in one text; undefined where one of them stands twice, which no format takes. */
function writtenIn(
  { headers }: CertificateHeaderFormat,
  header: CertificateCarrier['header'],
): string | undefined {
  const values = headers.map(header);
  return values.some(({ length }) => length > 1) ? undefined : values.map(([line = '']) => line).join('\0');
}

/** Reads the certificate of a proxy's headers, once while it is the same. @throws TokenRefused */
function certificateReader(
  format: CertificateHeaderFormat,
): (header: CertificateCarrier['header']) => X509Certificate | undefined {
  const read = longTexts<X509Certificate>(REMEMBERED_CHARACTERS);
  return (header) => {
    const written = writtenIn(format, header);
    const before = written === undefined ? undefined : read.get(written);
    if (before !== undefined) return before;
    const certificate = certificateOfHeader(format, header);
    if (certificate !== undefined && written !== undefined) read.set(written, certificate);
    return certificate;
  };
}

/** The certificate that a trusted proxy's headers hold. @throws TokenRefused */
function certificateOfHeader(
  format: CertificateHeaderFormat,
  header: CertificateCarrier['header'],
): X509Certificate | undefined {
  const [name = ''] = format.headers;
  const refuse = (presented: string) =>
    new TokenRefused(
      'invalid_request',
      'The client certificate cannot be read.',
      'certificate_header_malformed',
      { expected: `one certificate in ${name} (${format.name})`, presented },
    );
  const read = format.parse(new Map(format.headers.map((each) => [each, header(each)])));
  if (read.kind === 'absent') return undefined;
  if (read.kind === 'refused') throw refuse(`a header that ${read.reason}: ${read.excerpt}`);
  try {
    const certificate = new X509Certificate(read.certificateDer);
    if (certificate.raw.equals(read.certificateDer)) return certificate;
  } catch {
    throw refuse('bytes that are no certificate');
  }
  throw refuse('a certificate that is not DER');
}

/**
 * Where client certificates come from. A connection from one of `trustedProxies` brings it in the proxy's header, and its
 * own TLS certificate, being the proxy's, is never the client's; every other connection proves it in the TLS handshake,
 * and a header it sends is not looked at. The listener must be made with `requestCert: true, rejectUnauthorized: false`,
 * or without client certificate authorities none will be sent.
 * @throws TypeError for an address that is none; UnusableHeaderName for a header that cannot carry a certificate
 */
export function clientCertificateSource(trustedProxies: TrustedProxies = []): ClientCertificateOf {
  const proxies = trustedProxies.map((proxy) => {
    const {
      addresses,
      format = 'rfc9440',
      header,
    } = typeof proxy === 'string' ? { addresses: proxy } : proxy;
    const read = certificateReader(certificateHeaderFormat(format, header));
    return { list: addressList([addresses].flat()), read };
  });
  type Proxy = (typeof proxies)[number];
  const proxyAt = (address: string): Proxy | undefined => {
    const plain = address.replace(/%.*$/, '');
    return isIP(plain) === 0 ? undefined : proxies.find(({ list }) => list.check(plain, family(plain)));
  };
  const known = new LRUCache<string, { readonly proxy: Proxy | undefined }>({
    max: REMEMBERED_ADDRESSES,
  });
  return ({ remoteAddress = '', header, handshake }) => {
    let at = known.get(remoteAddress);
    if (at === undefined) {
      at = { proxy: proxyAt(remoteAddress) };
      known.set(remoteAddress, at);
    }
    return at.proxy ? at.proxy.read(header) : handshake();
  };
}
