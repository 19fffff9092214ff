import { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { TLSSocket } from 'node:tls';
import { certificateHeaderFormat } from '@countersign/forwarded-certificate';
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

const CLIENT_CERT = 'client-cert';
const FORMAT = certificateHeaderFormat('rfc9440', CLIENT_CERT);

/** RFC 9440 §2.1: one Structured Field byte sequence of the certificate's DER. */
function certificateOfHeader(lines: readonly string[]): X509Certificate {
  const refuse = (presented: string) =>
    new TokenRefused(
      'invalid_request',
      'The client certificate cannot be read.',
      'certificate_header_malformed',
      { expected: 'one Client-Cert: :base64: (RFC 9440 §2.1)', presented },
    );
  const read = FORMAT.parse(new Map([[CLIENT_CERT, lines]]));
  if (read.kind === 'absent') throw refuse('an empty header');
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
      const lines = headerLines(request, CLIENT_CERT);
      return lines.length === 0 ? undefined : certificateOfHeader(lines);
    }
    return socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  };
}
