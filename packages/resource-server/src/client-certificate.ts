import { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { TLSSocket } from 'node:tls';
import { headerLines } from './header-lines.ts';
import { TokenRefused } from './token-refused.ts';

/** Finds the client certificate of a request. @throws TokenRefused when a trusted proxy's header is unreadable */
export type ClientCertificateOf = (request: IncomingMessage) => X509Certificate | undefined;

const family = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

function proxyAddresses(ranges: readonly string[]): (address: string | undefined) => boolean {
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
  return (address) => {
    const plain = address?.replace(/%.*$/, '') ?? '';
    return isIP(plain) !== 0 && list.check(plain, family(plain));
  };
}

/** RFC 9440 §2.1: one Structured Field byte sequence of the certificate's DER. */
function certificateOfHeader(lines: readonly string[]): X509Certificate {
  const refuse = (presented: string) =>
    new TokenRefused(
      'invalid_request',
      'The client certificate cannot be read.',
      'certificate_header_malformed',
      { expected: 'one Client-Cert: :base64: (RFC 9440 §2.1)', presented },
    );
  const [line = ''] = lines;
  if (lines.length > 1) throw refuse(`${lines.length} headers`);
  const [, base64] = /^:([A-Za-z0-9+/]+={0,2}):$/.exec(line.trim()) ?? [];
  if (base64 === undefined) throw refuse(line.slice(0, 60));
  const der = Buffer.from(base64, 'base64');
  try {
    const certificate = new X509Certificate(der);
    if (certificate.raw.equals(der)) return certificate;
  } catch {
    throw refuse('bytes that are no certificate');
  }
  throw refuse('bytes around the certificate');
}

/**
 * Where client certificates come from. A connection from one of `trustedProxies` brings it in the header `Client-Cert`
 * (RFC 9440), and its own TLS certificate, being the proxy's, is never the client's; every other connection proves
 * it in the TLS handshake, and a header it sends is not looked at. The listener must be made with
 * `requestCert: true, rejectUnauthorized: false`, or without client certificate authorities none will be sent.
 * @param trustedProxies addresses or CIDR ranges of proxies that remove `Client-Cert` from what clients send
 * @throws TypeError for an address that is none
 */
export function clientCertificateSource(trustedProxies: readonly string[] = []): ClientCertificateOf {
  const isProxy = proxyAddresses(trustedProxies);
  return (request) => {
    const { socket } = request;
    if (isProxy(socket.remoteAddress)) {
      const lines = headerLines(request, 'client-cert');
      return lines.length === 0 ? undefined : certificateOfHeader(lines);
    }
    return socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  };
}
