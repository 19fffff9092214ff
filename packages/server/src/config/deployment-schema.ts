import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { type KnownKey, type KnownSection, key, knownSections, section, sections } from './key-notes.ts';

/** The trust manager that lets every client certificate through the handshake and leaves the decision to the authenticators. */
export const CLIENT_AUTH_TRUST_MANAGER = 'org.wso2.carbon.identity.core.util.ClientAuthX509TrustManager';

/** The event listener that stands for the built-in mutual-TLS client authenticator. */
export const MUTUAL_TLS_CLIENT_AUTHENTICATOR =
  'org.wso2.carbon.identity.oauth2.token.handler.clientauth.mutualtls.MutualTLSClientAuthenticator';

const HANDLER_TYPES = [
  'org.wso2.carbon.identity.core.handler.AbstractIdentityHandler',
  'org.wso2.carbon.identity.core.handler.AbstractIdentityMessageHandler',
] as const;

/** The store password of a new home; it protects a file beside it and lets nobody in. */
export const DEFAULT_STORE_PASSWORD = 'wso2carbon';

/** Marks an issue whose own message says what is wrong, where several keys do not go together. */
const rule = { code: 'custom', params: { rule: true } } as const;

const text = z.string().min(1).max(2000);
const wholeNumber = (least: number, most: number) => z.int().min(least).max(most);
const port = wholeNumber(1, 65_535);
const PORT = 'a whole number from 1 to 65535';
const DAY = 86_400;
const seconds = (most: number) => ({
  schema: wholeNumber(1, most),
  expected: `a whole number of seconds from 1 to ${most}`,
});

const isHostname = (value: string) =>
  value.length <= 253 && /^(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*$/.test(value);
const isHost = (value: string) => isIP(value) !== 0 || isHostname(value);

function isNetwork(value: string): boolean {
  const [address = '', prefix, ...rest] = value.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}

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

/** Headers with a meaning of their own, which a proxy cannot spare for a certificate. */
const TAKEN_HEADERS = new Set([
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
const isCertificateHeaderName = (value: string) =>
  /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(value) && !TAKEN_HEADERS.has(value.toLowerCase());

function isBaseUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, search, hash, username, password } = new URL(value);
  return protocol === 'https:' && `${search}${hash}${username}${password}` === '' && !/[/?#]$/.test(value);
}

/** 32 bytes written as 64 hexadecimal digits or as base64; `undefined` for anything else. */
export const decodedEncryptionKey = (value: string): Uint8Array | undefined => {
  const bytes = /^[0-9a-fA-F]{64}$/.test(value)
    ? Buffer.from(value, 'hex')
    : /^[A-Za-z0-9+/_-]{43}=?$/.test(value)
      ? Buffer.from(value, 'base64')
      : undefined;
  return bytes && new Uint8Array(bytes);
};

/** SHA-256 in base64url (RFC 8705 §3.1), or in hex with or without colons as `openssl x509 -fingerprint -sha256` prints it. */
const normalisedThumbprint = (value: string): string | undefined => {
  if (/^[A-Za-z0-9_-]{43}$/.test(value)) return value;
  const hex = value.replaceAll(':', '');
  return /^[0-9a-fA-F]{64}$/.test(hex) ? Buffer.from(hex, 'hex').toString('base64url') : undefined;
};

/** What an encryption key must be, put after "must be" in an error. */
export const ENCRYPTION_KEY = '32 bytes as 64 hexadecimal digits or as base64';

const encryptionKey = z.string().transform((value, context) => {
  const bytes = decodedEncryptionKey(value);
  if (bytes) return bytes;
  context.issues.push({ code: 'custom', input: value, message: 'not 32 bytes' });
  return z.NEVER;
});

const thumbprint = z.string().transform((value, context) => {
  const normalised = normalisedThumbprint(value);
  if (normalised) return normalised;
  context.issues.push({ code: 'custom', input: value, message: 'not a SHA-256 thumbprint' });
  return z.NEVER;
});

const storeType = z.enum(['JKS', 'PKCS12', 'PEM']);
const STORE_TYPE = '"JKS", "PKCS12" or "PEM"';
const STORE_TYPE_DESCRIPTION =
  'The kind of store. JKS and PKCS12 are told apart by their content, as Java does, whatever the file is called.';

const off = (description: string, reload: 'live' | 'restart') =>
  key(z.boolean().default(false), { expected: 'true or false', description, reload });
const on = (description: string, reload: 'live' | 'restart') =>
  key(z.boolean().default(true), { expected: 'true or false', description, reload });

const lifetime = (fallback: number, most: number, description: string) =>
  key(seconds(most).schema.default(fallback), {
    expected: seconds(most).expected,
    description,
    reload: 'live',
  });
const limit = (fallback: number, least: number, most: number, unit: string, description: string) =>
  key(wholeNumber(least, most).default(fallback), {
    expected: `a whole number${unit} from ${least} to ${most}`,
    description,
    reload: 'restart',
  });

const colour = z.string().regex(/^#[0-9a-fA-F]{6}$/);
const COLOUR = 'a colour written as # and six hexadecimal digits';

const server = section(
  'Where the server is reached. Hostname and port make the issuer, `https://<hostname>:<port>`.',
  {
    hostname: key(z.string().refine(isHost).default('localhost'), {
      expected: 'a host name or an IP address, without scheme and port',
      description: 'The name clients know the server by; part of the issuer and of the server certificate.',
      reload: 'restart',
    }),
    port: key(port.default(9443), {
      expected: PORT,
      description: 'The TCP port of the HTTPS listener; part of the issuer.',
      reload: 'restart',
    }),
    bind: key(z.string().refine(isHost).optional(), {
      expected: 'an IP address or a host name of this machine',
      description:
        'The address listened on: while the host name is "localhost" nobody else can use the server, so it listens on the loopback address; otherwise on all interfaces, IPv6 and IPv4. Write "0.0.0.0" in a container, or where IPv6 is switched off.',
      reload: 'restart',
      example: '0.0.0.0',
      otherwise: '"127.0.0.1" when hostname is "localhost", otherwise "::"',
    }),
    base_url: key(z.string().max(2000).refine(isBaseUrl).optional(), {
      expected: 'an https URL without query, fragment and closing slash',
      description:
        'The issuer: the URL clients reach the server by when a proxy changes host, port or path. No closing slash, because issuers are compared as text; a path is taken off by the proxy, and the server answers as if it stood at the root.',
      reload: 'restart',
      example: 'https://login.example.com',
      otherwise: '`https://<hostname>:<port>`',
    }),
  },
);

const superAdmin = section('The first administrator.', {
  username: key(text.default('admin'), {
    expected: 'a name of 1 to 2000 characters',
    description: 'The administrator made at first start.',
    reload: 'restart',
  }),
  password: key(text.optional(), {
    expected: 'a password of 1 to 2000 characters',
    description: "The administrator's password; `$env{NAME}` keeps it out of this file.",
    reload: 'restart',
    secret: true,
    example: '$env{COUNTERSIGN_ADMIN_PASSWORD}',
    otherwise: 'made at first start, printed once and kept only as its argon2id hash',
  }),
  create_admin_account: on('Whether the administrator is made when there is none of that name.', 'restart'),
});

const identityDb = section('The database. One process can use SQLite; several share PostgreSQL.', {
  type: key(z.enum(['sqlite', 'postgres']).default('sqlite'), {
    expected: '"sqlite" or "postgres"',
    description: 'The kind of database.',
    reload: 'restart',
  }),
  url: key(text.optional(), {
    expected: 'a file name (sqlite) or a postgres:// URL (postgres)',
    description: 'For sqlite a file, relative to the home folder; for postgres a connection URL.',
    reload: 'restart',
    secret: true,
    example: 'postgres://countersign:$env{DATABASE_PASSWORD}@db.example.com/countersign',
    otherwise: 'repository/database/countersign.db',
  }),
}).check((context) => {
  const { type, url } = context.value;
  if (type === 'postgres' && !/^postgres(ql)?:\/\//.test(url ?? '')) {
    context.issues.push({
      ...rule,
      input: url,
      path: ['url'],
      message: 'must be a URL beginning with postgres:// when database.identity_db.type is "postgres"',
    });
  }
  if (type === 'sqlite' && /^[a-z]+:\/\//.test(url ?? '')) {
    context.issues.push({
      ...rule,
      input: url,
      path: ['url'],
      message:
        'must be a file name when database.identity_db.type is "sqlite"; a server\'s URL needs type = "postgres"',
    });
  }
});

const primaryKeystore = section(
  "The server's key and certificate. A changed file is taken up by new connections at once.",
  {
    file_name: key(text.default('wso2carbon.jks'), {
      expected: 'a file name',
      description: 'The key store, relative to repository/resources/security.',
      reload: 'live',
    }),
    password: key(text.default(DEFAULT_STORE_PASSWORD), {
      expected: 'a password of 1 to 2000 characters',
      description: 'The password of the store.',
      reload: 'live',
      secret: true,
    }),
    alias: key(text.default('wso2carbon'), {
      expected: 'a name of 1 to 2000 characters',
      description: 'The entry that holds the private key and its certificate chain.',
      reload: 'live',
    }),
    key_password: key(text.optional(), {
      expected: 'a password of 1 to 2000 characters',
      description: 'The password of the private key, where it differs from that of the store.',
      reload: 'live',
      secret: true,
      example: '$env{KEY_PASSWORD}',
      otherwise: 'the password of the store',
    }),
    type: key(storeType.default('JKS'), {
      expected: STORE_TYPE,
      description: STORE_TYPE_DESCRIPTION,
      reload: 'live',
    }),
  },
);

const truststore = section(
  'Certificates that client certificates may chain to. A changed file is taken up at once.',
  {
    file_name: key(text.default('client-truststore.jks'), {
      expected: 'a file name',
      description: 'The trust store, relative to repository/resources/security.',
      reload: 'live',
    }),
    password: key(text.default(DEFAULT_STORE_PASSWORD), {
      expected: 'a password of 1 to 2000 characters',
      description: 'The password of the store; a PEM file needs none.',
      reload: 'live',
      secret: true,
    }),
    type: key(storeType.default('JKS'), {
      expected: STORE_TYPE,
      description: STORE_TYPE_DESCRIPTION,
      reload: 'live',
    }),
  },
);

const https = section('The HTTPS listener: client certificates, TLS versions and limits.', {
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
  keep_alive_timeout: limit(
    75,
    1,
    3600,
    ' of seconds',
    'How long an idle connection stays open, in seconds; longer than that of a proxy before the server.',
  ),
});

const mtls = section(
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

const proxy = section(
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
    certificate_header: key(
      z
        .enum([
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
        ])
        .optional(),
      {
        expected:
          '"rfc9440", "nginx", "haproxy", "apache", "envoy", "traefik", "aws-alb", "azure", "cloudflare" or "wso2"',
        description: 'The form in which a trusted proxy passes on the client certificate.',
        reload: 'live',
        example: 'rfc9440',
        otherwise: 'certificates in headers are never believed',
      },
    ),
    header_name: key(z.string().max(200).refine(isCertificateHeaderName).optional(), {
      expected: 'the name of an HTTP header without a meaning of its own',
      description: 'The header that carries the certificate.',
      reload: 'live',
      example: 'X-SSL-Client-Cert',
      otherwise: 'the one usual for `certificate_header`',
    }),
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

const encryption = section('What secrets in the database are encrypted with.', {
  key: key(encryptionKey.optional(), {
    expected: ENCRYPTION_KEY,
    description:
      'Encrypts private signing keys at rest. Whoever loses it loses the signing keys. Processes that share one database need the same key: give it here, or copy the file. A new one: `openssl rand -hex 32`.',
    reload: 'restart',
    secret: true,
    example: '$env{COUNTERSIGN_ENCRYPTION_KEY}',
    otherwise: 'the key in repository/resources/security/encryption.key, which the first start makes',
  }),
});

const oauth = section('Lifetimes in seconds and the rules of the grants.', {
  access_token_lifetime: lifetime(3600, 30 * DAY, 'How long an access token is valid.'),
  refresh_token_lifetime: lifetime(
    30 * DAY,
    3650 * DAY,
    'The longest a sign-in can be prolonged by refresh tokens.',
  ),
  refresh_token_idle_lifetime: lifetime(
    14 * DAY,
    3650 * DAY,
    'How long a refresh token that is not used stays valid.',
  ),
  authorization_code_lifetime: lifetime(
    60,
    600,
    'How long an authorization code is valid (RFC 6749 §4.1.2).',
  ),
  id_token_lifetime: lifetime(3600, 30 * DAY, 'How long an ID token is valid.'),
  device_code_lifetime: lifetime(
    600,
    3600,
    'How long a person has to enter the code of a device (RFC 8628 §3.2).',
  ),
  backchannel_authentication_lifetime: lifetime(
    300,
    3600,
    'The longest a person is given to approve a request that came to them (CIBA §7.1).',
  ),
  polling_interval: key(wholeNumber(1, 300).default(5), {
    expected: 'a whole number of seconds from 1 to 300',
    description: 'How long a client waits between two questions whether the person has decided, in seconds.',
    reload: 'live',
  }),
  waiting_requests_per_address: key(wholeNumber(1, 100_000_000).default(10_000), {
    expected: 'a whole number from 1 to 100000000',
    description:
      'How many authorization requests, and requests of devices and public clients, may come from one address (or IPv6 /64) within ten minutes: each is stored until a person decides.',
    reload: 'live',
  }),
  require_pkce: key(z.enum(['public', 'all']).default('public'), {
    expected: '"public" or "all"',
    description: 'Which clients must use PKCE (RFC 7636): the public ones, which always must, or all.',
    reload: 'live',
  }),
  dpop_nonce: key(z.enum(['required', 'optional']).default('required'), {
    expected: '"required" or "optional"',
    description:
      'Whether a DPoP proof must carry a nonce of this server (RFC 9449 §8), so that none can be made in advance; a client learns the nonce from the first answer.',
    reload: 'live',
  }),
  signing_algorithm: key(z.enum(['ES256', 'PS256', 'RS256', 'EdDSA']).default('ES256'), {
    expected: '"ES256", "PS256", "RS256" or "EdDSA"',
    description: 'The signature algorithm of tokens (RFC 7518 §3.1, RFC 8037).',
    reload: 'restart',
  }),
});

const accountLock = section('Against password guessing, counted over all processes.', {
  max_failed_attempts: key(wholeNumber(1, 1000).default(10), {
    expected: 'a whole number from 1 to 1000',
    description: 'Failed sign-ins within the window that lock the account.',
    reload: 'live',
  }),
  window: lifetime(900, DAY, 'The window in which failures are counted, in seconds.'),
  lock_time: lifetime(300, 30 * DAY, 'How long an account stays locked, in seconds.'),
});

const outbound = section('What the server fetches: JWKS documents, CRLs, OCSP answers.', {
  allowed_addresses: key(
    z
      .array(z.string().refine((value) => isNetwork(value) || isHostname(value)))
      .max(1000)
      .default([]),
    {
      expected: 'a list of IP addresses, CIDR networks and host names',
      description:
        'Private, loopback and link-local destinations that may be fetched from all the same; public ones need no entry.',
      reload: 'live',
      example: ['10.1.0.0/16', 'jwks.internal.example'],
    },
  ),
  trusted_certificates_file: key(text.optional(), {
    expected: 'a file name',
    description:
      'A PEM file, relative to repository/resources/security: authorities of https destinations that are trusted beside the public ones.',
    reload: 'live',
    example: 'internal-ca.pem',
    otherwise: 'the public authorities alone',
  }),
});

const consoleSection = section('The management console at `/console`.', {
  enable: on('Whether the console is served.', 'restart'),
  session_lifetime: lifetime(8 * 3600, 30 * DAY, 'How long a console session lasts, in seconds.'),
});

const metrics = section('Prometheus metrics at `/metrics`, on a listener of their own without TLS.', {
  enable: on('Whether metrics are served.', 'restart'),
  bind: key(z.string().refine(isHost).default('127.0.0.1'), {
    expected: 'an IP address or a host name of this machine',
    description: 'The address listened on; there is no authentication, so keep it private.',
    reload: 'restart',
  }),
  port: key(port.default(9763), {
    expected: PORT,
    description: 'The TCP port of the metrics listener.',
    reload: 'restart',
  }),
});

const logging = section('The log on standard output and the audit log.', {
  level: key(z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'), {
    expected: '"trace", "debug", "info", "warn", "error", "fatal" or "silent"',
    description: 'The least important messages that are still written.',
    reload: 'live',
  }),
  format: key(z.enum(['json', 'pretty']).default('json'), {
    expected: '"json" or "pretty"',
    description: 'One JSON object a line, or lines for reading.',
    reload: 'restart',
  }),
  audit_file: key(text.default('repository/logs/audit.log'), {
    expected: 'a file name',
    description: 'The audit log, relative to the home folder.',
    reload: 'restart',
  }),
});

const administrators = sections(
  'One line a certificate: who presents it to the admin API enters as this administrator, with that administrator’s roles. A certificate of an OAuth client never enters.',
  'live',
  {
    certificate_thumbprint: key(thumbprint, {
      expected: 'a SHA-256 thumbprint, in base64url or as hexadecimal digits with or without colons',
      description:
        'The SHA-256 thumbprint of the certificate, as `openssl x509 -noout -fingerprint -sha256` prints it or in base64url.',
      reload: 'live',
      example: 'uFq2c3rYQ0N3kAkm1fN1qd5p3c6Q4iHgWmXz0T9vJbE',
      otherwise: 'required',
    }),
    username: key(text, {
      expected: 'the name of an administrator',
      description: 'The administrator the certificate stands for.',
      reload: 'live',
      example: 'admin',
      otherwise: 'required',
    }),
  },
);

const mutualSslAuthenticator = section('Signing in to the admin API with a client certificate.', {
  enable: off('Whether mapped certificates enter. Off, no certificate does.', 'live'),
  administrator: administrators,
});

const eventListener = sections(
  'The ordered chain of client authenticators: built-in ones and plug-ins from repository/components/dropins.',
  'restart',
  {
    id: key(text, {
      expected: 'a name of 1 to 2000 characters',
      description: 'A name for this entry, different from those of the others.',
      reload: 'restart',
      example: 'mutual_tls_authenticator',
      otherwise: 'required',
    }),
    type: key(z.enum(HANDLER_TYPES).default(HANDLER_TYPES[0]), {
      expected: HANDLER_TYPES.map((type) => `"${type}"`).join(' or '),
      description: 'The kind of listener; client authenticators are the only kind.',
      reload: 'restart',
    }),
    name: key(text, {
      expected: 'the class name of a built-in authenticator or the name of a plug-in',
      description: `The authenticator: \`${MUTUAL_TLS_CLIENT_AUTHENTICATOR}\` is the built-in mutual-TLS one, another name is a plug-in's.`,
      reload: 'restart',
      example: MUTUAL_TLS_CLIENT_AUTHENTICATOR,
      otherwise: 'required',
    }),
    order: key(
      z
        .union([
          z.int(),
          z
            .string()
            .regex(/^\d{1,9}$/)
            .transform(Number),
        ])
        .pipe(wholeNumber(0, 999_999_999)),
      {
        expected: 'a whole number, which may stand in quotes',
        description: 'Lower numbers are asked first.',
        reload: 'restart',
        example: 158,
        otherwise: 'required',
      },
    ),
    enable: on('Whether the authenticator takes part.', 'restart'),
    properties: key(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}), {
      expected: 'a table of strings, numbers and booleans',
      description: 'Settings handed to the plug-in as they stand.',
      reload: 'restart',
      example: { header: 'x-device' },
    }),
  },
);

const trustGroup = sections(
  'A named set of trust anchors that clients can be tied to, with its own rule of revocation.',
  'live',
  {
    name: key(text, {
      expected: 'a name of 1 to 2000 characters',
      description: 'The name clients refer to, different from those of the other groups.',
      reload: 'live',
      example: 'partners',
      otherwise: 'required',
    }),
    file_name: key(text, {
      expected: 'a file name',
      description: 'The trust store of the group, relative to repository/resources/security.',
      reload: 'live',
      example: 'partners.pem',
      otherwise: 'required',
    }),
    password: key(text.default(DEFAULT_STORE_PASSWORD), {
      expected: 'a password of 1 to 2000 characters',
      description: 'The password of the store; a PEM file needs none.',
      reload: 'live',
      secret: true,
    }),
    type: key(storeType.default('JKS'), {
      expected: STORE_TYPE,
      description: STORE_TYPE_DESCRIPTION,
      reload: 'live',
      example: 'PEM',
    }),
    revocation: key(z.enum(['off', 'prefer', 'require']).default('off'), {
      expected: '"off", "prefer" or "require"',
      description:
        'Whether certificates are checked for revocation (CRL, OCSP): `prefer` accepts when no answer can be had, `require` refuses.',
      reload: 'live',
    }),
    crl_file: key(text.optional(), {
      expected: 'a file name',
      description: 'A CRL in PEM or DER, relative to repository/resources/security.',
      reload: 'live',
      example: 'partners.crl',
      otherwise: 'CRLs come from their distribution points',
    }),
  },
);

const signIn = section('How people sign in, and how long they stay signed in.', {
  session_lifetime: lifetime(12 * 3600, 90 * DAY, 'How long a sign-in lasts, whatever happens, in seconds.'),
  session_idle_lifetime: lifetime(
    2 * 3600,
    90 * DAY,
    'How long a sign-in lasts without being used, in seconds.',
  ),
  client_certificate: off(
    'Whether people may sign in with a personal client certificate, which they register on their account page. The TLS handshake must ask for certificates: `clientAuth` is "want".',
    'live',
  ),
});

const branding = section('The look of the pages people see.', {
  name: key(text.default('Countersign'), {
    expected: 'a name of 1 to 2000 characters',
    description: 'The name shown on the pages.',
    reload: 'live',
  }),
  logo_file: key(text.optional(), {
    expected: 'a file name',
    description: 'An SVG or PNG image, relative to the home folder.',
    reload: 'live',
    example: 'repository/resources/logo.svg',
    otherwise: 'the built-in logo',
  }),
  primary_color: key(colour.default('#1d5f8a'), {
    expected: COLOUR,
    description: 'The colour of buttons and links in light mode.',
    reload: 'live',
  }),
  primary_color_dark: key(colour.default('#7fc1ea'), {
    expected: COLOUR,
    description: 'The colour of buttons and links in dark mode.',
    reload: 'live',
  }),
});

/** A key that must differ between the tables of one list. */
const distinct =
  <Name extends string>(name: Name) =>
  (context: { value: readonly Record<Name, string>[]; issues: z.core.$ZodRawIssue[] }): void => {
    const seen = new Set<string>();
    context.value.forEach((entry, index) => {
      if (seen.has(entry[name])) {
        context.issues.push({
          ...rule,
          input: entry[name],
          path: [index, name],
          message: `is used twice: ${JSON.stringify(entry[name])}`,
        });
      }
      seen.add(entry[name]);
    });
  };

const AUTH_METHODS = [
  'self_signed_tls_client_auth',
  'tls_client_auth',
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'client_secret_jwt',
  'none',
] as const;

const texts = (most: number) => z.array(text).max(most);

const softwareStatementAuthority = sections(
  'An authority whose software statements (RFC 7591 §2.3) this server believes.',
  'live',
  {
    issuer: key(text, {
      expected: 'the name of an authority',
      description: 'What its statements carry as `iss`, different from that of the others.',
      reload: 'live',
      example: 'https://directory.example',
      otherwise: 'required',
    }),
    jwks: key(text, {
      expected: 'an https URL or a file name',
      description:
        'The keys of the authority as a JWK set: where they are published, or a file relative to repository/resources/security.',
      reload: 'live',
      example: 'https://directory.example/jwks.json',
      otherwise: 'required',
    }),
    max_age: key(seconds(3650 * DAY).schema.optional(), {
      expected: seconds(3650 * DAY).expected,
      description: 'How old a statement may be by its `iat`, which is then required, in seconds.',
      reload: 'live',
      example: 300,
      otherwise: 'a statement is believed until its `exp`, if it has one',
    }),
  },
);

const registration = section(
  'Dynamic client registration (RFC 7591, RFC 7592): who may register a client without an administrator, and what such a client may be.',
  {
    mode: key(z.enum(['closed', 'token', 'open']).default('token'), {
      expected: '"closed", "token" or "open"',
      description:
        'Who may register: `closed` nobody, `token` whoever has an initial access token of `countersign registration-token add`, `open` everybody.',
      reload: 'restart',
    }),
    client_certificate: key(z.enum(['optional', 'required', 'trusted']).default('optional'), {
      expected: '"optional", "required" or "trusted"',
      description:
        'Whether registration and management need a client certificate in the handshake: `required` takes any, `trusted` one that chains to one of `trust_groups`, or to the trust store when there are none.',
      reload: 'live',
    }),
    require_software_statement: off('Whether every registration needs a software statement.', 'live'),
    token_endpoint_auth_methods: key(z.array(z.enum(AUTH_METHODS)).default([...AUTH_METHODS]), {
      expected: `a list of ${AUTH_METHODS.map((method) => `"${method}"`).join(', ')}`,
      description: 'The authentication methods a client may register.',
      reload: 'live',
    }),
    grant_types: key(texts(50).default(['authorization_code', 'refresh_token', 'client_credentials']), {
      expected: 'a list of grant types',
      description: 'The grant types a client may register.',
      reload: 'live',
    }),
    redirect_uri_patterns: key(texts(1000).default([]), {
      expected: 'a list of URIs in which * stands for part of a host name or of one path segment',
      description:
        'The redirect URIs a client may register; for every one of its URIs a pattern must match the whole of it. Empty: every URI that is valid at all.',
      reload: 'live',
      example: ['https://*.partners.example/callback'],
    }),
    scopes: key(texts(1000).default(['openid', 'profile', 'email', 'address', 'phone', 'offline_access']), {
      expected: 'a list of scopes',
      description: 'The scopes a client may register. Those of the admin API never count.',
      reload: 'live',
    }),
    trust_groups: key(texts(1000).default([]), {
      expected: 'a list of names of [[trust_group]]',
      description:
        'The trust groups a `tls_client_auth` client may name; one that names none belongs to the first. Empty: none may be named, the trust store holds.',
      reload: 'live',
      example: ['partners'],
    }),
    initial_access_token_lifetime: lifetime(
      DAY,
      3650 * DAY,
      'How long a new initial access token is good for unless its maker says otherwise, in seconds.',
    ),
    clients_per_initial_access_token: key(wholeNumber(1, 1_000_000).default(1), {
      expected: 'a whole number from 1 to 1000000',
      description:
        'How many clients a new initial access token may register unless its maker says otherwise.',
      reload: 'live',
    }),
    registration_access_token_rotation: key(z.enum(['always', 'update', 'never']).default('always'), {
      expected: '"always", "update" or "never"',
      description:
        'When the registration access token of a client is replaced: `always` when it is read or updated, `update` when it is updated. The earlier token ends at once.',
      reload: 'live',
    }),
    max_requests_per_address: key(wholeNumber(1, 1_000_000).default(60), {
      expected: 'a whole number from 1 to 1000000',
      description: 'Registrations tried from one address within an hour, whatever came of them.',
      reload: 'live',
    }),
    software_statement_authority: softwareStatementAuthority.check(distinct('issuer')),
  },
);

const resource = sections(
  'A resource server that tokens can be asked for by name (RFC 8707). Every client may ask, unless its `allowed_resources` say which.',
  'live',
  {
    identifier: key(
      text.refine((value) => URL.canParse(value) && !value.includes('#')),
      {
        expected: 'an absolute URI without a fragment',
        description: 'What clients send as `resource`, and the audience of their tokens.',
        reload: 'live',
        example: 'https://api.example.com/accounts',
        otherwise: 'required',
      },
    ),
    scopes: key(texts(1000).default([]), {
      expected: 'a list of scopes',
      description: 'The scopes that mean something there: a token for it has no others. Empty: all.',
      reload: 'live',
      example: ['accounts', 'balances'],
    }),
    access_token_lifetime: key(seconds(30 * DAY).schema.optional(), {
      expected: seconds(30 * DAY).expected,
      description: 'How long an access token for it is valid, in seconds.',
      reload: 'live',
      example: 300,
      otherwise: 'that of [oauth]',
    }),
  },
);

const authorizationDetailsType = sections(
  'A type of authorization details that clients can ask for (RFC 9396). Every client may, unless its `authorization_details_types` say which. A person is asked each time.',
  'restart',
  {
    type: key(text, {
      expected: 'a name of 1 to 2000 characters',
      description: 'What clients send as `type`, different from that of the others.',
      reload: 'restart',
      example: 'payment_initiation',
      otherwise: 'required',
    }),
    description: key(text, {
      expected: 'a text of 1 to 2000 characters',
      description: 'What a person reads when asked for consent.',
      reload: 'restart',
      example: 'Make a payment',
      otherwise: 'required',
    }),
    fields: key(texts(1000).optional(), {
      expected: 'a list of names',
      description: 'The fields it may have beside the common ones (RFC 9396 §2.2).',
      reload: 'restart',
      example: ['instructedAmount', 'creditorAccount'],
      otherwise: 'any',
    }),
    required_fields: key(texts(1000).default([]), {
      expected: 'a list of names',
      description: 'The fields it must have.',
      reload: 'restart',
      example: ['instructedAmount'],
    }),
  },
);

/** The whole of `deployment.toml`: RFC, WSO2 and own key names as they stand in the file, every default filled in. */
export const DeploymentSchema = z
  .strictObject({
    server: server.prefault({}),
    super_admin: superAdmin.prefault({}),
    database: z.strictObject({ identity_db: identityDb.prefault({}) }).prefault({}),
    keystore: z.strictObject({ primary: primaryKeystore.prefault({}) }).prefault({}),
    truststore: truststore.prefault({}),
    transport: z
      .strictObject({ https: https.prefault({}), mtls: mtls.prefault({}), proxy: proxy.prefault({}) })
      .prefault({}),
    encryption: encryption.prefault({}),
    oauth: oauth.prefault({}),
    account_lock: accountLock.prefault({}),
    outbound: outbound.prefault({}),
    event_listener: eventListener.check(distinct('id')),
    admin_console: z
      .strictObject({
        authenticator: z
          .strictObject({ mutual_ssl_authenticator: mutualSslAuthenticator.prefault({}) })
          .prefault({}),
      })
      .prefault({}),
    trust_group: trustGroup.check(distinct('name')),
    registration: registration.prefault({}),
    resource: resource.check(distinct('identifier')),
    authorization_details_type: authorizationDetailsType.check(distinct('type')),
    sign_in: signIn.prefault({}),
    console: consoleSection.prefault({}),
    metrics: metrics.prefault({}),
    logging: logging.prefault({}),
    branding: branding.prefault({}),
  })
  .check(({ value, issues }) => {
    const known = value.trust_group.map(({ name }) => name);
    value.registration.trust_groups.forEach((name, index) => {
      if (known.includes(name)) return;
      issues.push({
        ...rule,
        input: name,
        path: ['registration', 'trust_groups', index],
        message: `names no [[trust_group]]: ${JSON.stringify(name)}`,
      });
    });
  });

/** Every section of the file, each with its own keys, in the order of the template. */
export const SECTIONS: readonly KnownSection[] = knownSections(DeploymentSchema);
/** Every key of the file. */
export const KEYS: readonly KnownKey[] = SECTIONS.flatMap(({ keys }) => keys);

/** What a running server can find changed: each key outside lists, and each list of tables as one. */
export const CHANGES: readonly { readonly path: readonly string[]; readonly reload: 'live' | 'restart' }[] =
  SECTIONS.flatMap((section) =>
    section.repeated
      ? [{ path: section.path, reload: section.notes.reload ?? 'restart' }]
      : section.keys.map(({ path, notes }) => ({ path, reload: notes.reload })),
  );
