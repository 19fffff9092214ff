import { isIP } from 'node:net';
import { CERTIFICATE_HEADER_FORMATS, headerNameProblem } from '@countersign/forwarded-certificate';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { key, section } from '../key-notes.ts';
import {
  anyOf,
  isBaseUrl,
  isHost,
  isNetwork,
  limit,
  off,
  PORT,
  port,
  rule,
  text,
  wholeNumber,
} from './values.ts';

/** The trust manager that lets every client certificate through the handshake and leaves the decision to the authenticators. */
export const CLIENT_AUTH_TRUST_MANAGER = 'org.wso2.carbon.identity.core.util.ClientAuthX509TrustManager';

/** 10.0.0.1/8 is more likely a slip than a wish to trust sixteen million addresses. */
function isWholeNetwork(value: string): boolean {
  if (!isNetwork(value)) return false;
  if (!value.includes('/')) return true;
  const [address = ''] = value.split('/');
  const network = isIP(address) === 4 ? ipaddr.IPv4 : ipaddr.IPv6;
  return (
    network.networkAddressFromCIDR(value).toNormalizedString() === ipaddr.parse(address).toNormalizedString()
  );
}

export const https = section('The HTTPS listener: client certificates, TLS versions and limits.', {
  clientAuth: key(z.enum(['want', 'require', 'none']).default('want'), {
    expected: '"want", "require" or "none"',
    description:
      'Whether the handshake asks for a client certificate: `want` asks and accepts a client without one, `require` refuses the handshake without one, `none` does not ask.',
    reload: 'restart',
  }),
  trustManagerClassName: key(z.literal(CLIENT_AUTH_TRUST_MANAGER).optional(), {
    expected: `"${CLIENT_AUTH_TRUST_MANAGER}", the only trust manager there is, or left out`,
    description:
      'Lets every client certificate through the handshake, self-signed ones too (RFC 8705 §2.2), and leaves the decision to the client authenticators.',
    reload: 'restart',
    example: CLIENT_AUTH_TRUST_MANAGER,
    otherwise: 'a certificate that does not chain to the trust store counts as not presented',
  }),
  minimum_tls_version: key(z.enum(['TLSv1.2', 'TLSv1.3']).default('TLSv1.2'), {
    expected: '"TLSv1.2" or "TLSv1.3"',
    description: 'The oldest TLS version accepted.',
    reload: 'restart',
  }),
  tls12_cipher_suites: key(z.enum(['recommended', 'compatible']).default('recommended'), {
    expected: '"recommended" or "compatible"',
    description:
      'The cipher suites of TLS 1.2: `recommended` those of RFC 9325 §4.2, ECDHE with AES-GCM, as FAPI asks; `compatible` those of Node.js, for old clients.',
    reload: 'restart',
  }),
  strict_transport_security_max_age: key(wholeNumber(0, 630_720_000).default(0), {
    expected: 'a whole number from 0 to 630720000',
    description:
      'How long browsers are told to reach the host over https alone, in seconds (RFC 6797); 0 tells them nothing. It holds for every port of the host, so it is not for one that serves plain http beside, such as localhost.',
    reload: 'restart',
    example: 31_536_000,
  }),
  handshake_timeout: limit(10, 1, 600, ' of seconds', 'The longest a TLS handshake may take, in seconds.'),
  max_connections: limit(10_000, 1, 1_000_000, '', 'Open connections accepted by one process.'),
  max_connections_per_address: limit(
    1000,
    1,
    1_000_000,
    '',
    'Open connections accepted from one address; a trusted proxy is not counted.',
  ),
  max_header_size: limit(
    32_768,
    1024,
    1_048_576,
    ' of bytes',
    'The largest request head in bytes. Certificates in headers need room.',
  ),
  max_body_size: limit(1_048_576, 1024, 104_857_600, ' of bytes', 'The largest request body in bytes.'),
  request_timeout: limit(
    30,
    1,
    3600,
    ' of seconds',
    'The longest a whole request may take to arrive, in seconds.',
  ),
  response_timeout: limit(
    30,
    1,
    3600,
    ' of seconds',
    'How long a client may leave an answer unread, in seconds; a large one has a second more for each 8 kB. Then its connection is ended.',
  ),
  max_certificate_chain_size: limit(
    32_768,
    1024,
    102_400,
    ' of bytes',
    'The largest client certificate with everything the client sends beside it, in bytes.',
  ),
  keep_alive_timeout: limit(
    75,
    1,
    3600,
    ' of seconds',
    'How long an idle connection stays open, in seconds; longer than that of a proxy before the server.',
  ),
});

export const mtls = section(
  'A second listener that asks for client certificates while the main one then does not, so that browsers are never asked. Advertised as `mtls_endpoint_aliases` (RFC 8705 §5).',
  {
    enable: off('Whether there is a second listener.', 'restart'),
    port: key(port.default(9444), {
      expected: PORT,
      description: 'The TCP port of the second listener.',
      reload: 'restart',
    }),
    hostname: key(z.string().refine(isHost).optional(), {
      expected: 'a host name or an IP address, without scheme and port',
      description: 'The host name in the advertised endpoint aliases.',
      reload: 'restart',
      example: 'mtls.example.com',
      otherwise: 'that of [server]',
    }),
    base_url: key(z.string().max(2000).refine(isBaseUrl).optional(), {
      expected: 'an https URL without query, fragment and closing slash',
      description:
        'The URL clients reach the second listener by when a proxy changes host, port or path; the aliases begin with it.',
      reload: 'restart',
      example: 'https://mtls.example.com',
      otherwise: '`https://<hostname>:<port>` of this section',
    }),
  },
);

export const proxy = section(
  'A proxy or load balancer before the server. Nothing it says is believed unless it is named here.',
  {
    trusted_addresses: key(z.array(z.string().refine(isWholeNetwork)).max(1000).default([]), {
      expected: 'a list of IP addresses and CIDR networks without bits beyond their prefix',
      description: 'The addresses of trusted proxies.',
      reload: 'live',
      example: ['10.0.0.0/8', '2001:db8::/32'],
    }),
    pinned_certificate: key(text.optional(), {
      expected: 'a file name',
      description:
        'A PEM file, relative to repository/resources/security, with the certificates trusted proxies present to this server in the TLS handshake; several for a rollover. With `trusted_addresses` a proxy needs both.',
      reload: 'live',
      example: 'proxy.pem',
      otherwise: 'proxies are known by their address alone',
    }),
    certificate_header: key(z.enum(CERTIFICATE_HEADER_FORMATS).optional(), {
      expected: anyOf(CERTIFICATE_HEADER_FORMATS),
      description: 'The form in which a trusted proxy passes on the client certificate.',
      reload: 'live',
      example: 'rfc9440',
      otherwise: 'certificates in headers are never believed',
    }),
    header_name: key(
      z
        .string()
        .max(200)
        .refine((name) => headerNameProblem(name) === undefined)
        .optional(),
      {
        expected: 'the name of an HTTP header without a meaning of its own',
        description: 'The header that carries the certificate.',
        reload: 'live',
        example: 'X-SSL-Client-Cert',
        otherwise: 'the one usual for `certificate_header`',
      },
    ),
    client_address_header: key(z.enum(['x-forwarded-for', 'forwarded']).default('x-forwarded-for'), {
      expected: '"x-forwarded-for" or "forwarded"',
      description:
        'The header to which a trusted proxy appends the address of its client (`forwarded`: RFC 7239). Only this one is read.',
      reload: 'live',
    }),
    proxy_protocol: off(
      'Whether every connection begins with a PROXY protocol header (version 1 or 2). Connections without, or from other than trusted addresses, are then closed.',
      'restart',
    ),
  },
).check((context) => {
  const { trusted_addresses, pinned_certificate, certificate_header, header_name, proxy_protocol } =
    context.value;
  const needs = (path: keyof typeof context.value, message: string) =>
    context.issues.push({ ...rule, input: context.value[path], path: [path], message });
  if (certificate_header && trusted_addresses.length === 0 && !pinned_certificate) {
    needs(
      'certificate_header',
      'needs transport.proxy.trusted_addresses or transport.proxy.pinned_certificate to say whom to believe',
    );
  }
  if (header_name && !certificate_header) {
    needs('header_name', 'needs transport.proxy.certificate_header, the form of its value');
  }
  if (proxy_protocol && trusted_addresses.length === 0) {
    needs('proxy_protocol', 'needs transport.proxy.trusted_addresses to say whom to believe');
  }
  if (proxy_protocol && certificate_header && !pinned_certificate) {
    needs(
      'certificate_header',
      'needs transport.proxy.pinned_certificate beside proxy_protocol: clients passed through come from the address of the proxy too, and could send the header themselves',
    );
  }
});
