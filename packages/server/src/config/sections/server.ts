import { z } from 'zod';
import { key, section } from '../key-notes.ts';
import { isBaseUrl, isHost, limit, on, PORT, port, text } from './values.ts';

export const server = section(
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
        'The issuer: the URL clients reach the server by when a proxy changes host, port or path. No closing slash, because issuers are compared as text. A path may be taken off by the proxy or passed on: the server answers both ways.',
      reload: 'restart',
      example: 'https://login.example.com',
      otherwise: '`https://<hostname>:<port>`',
    }),
    drain_grace: limit(
      5,
      0,
      3600,
      ' of seconds',
      'How long a server that is told to end by SIGTERM goes on answering, in seconds: readiness says so at once and every answer ends its connection, so that whoever distributes requests sends none any more before the door closes. Longer than a load balancer takes to notice.',
    ),
  },
);

export const superAdmin = section('The first administrator.', {
  username: key(text.default('admin'), {
    expected: 'a name of 1 to 2000 characters',
    description: 'The administrator made at first start.',
    reload: 'restart',
  }),
  password: key(text.optional(), {
    expected: 'a password of 1 to 2000 characters',
    description:
      "The administrator's password; `$env{NAME}` keeps it out of this file. It is set at the start that first finds it, and again when another one stands here: what the administrator chooses in between stays.",
    reload: 'restart',
    secret: true,
    example: '$env{COUNTERSIGN_ADMIN_PASSWORD}',
    otherwise: 'made at first start, printed once and kept only as its argon2id hash',
  }),
  create_admin_account: on('Whether the administrator is made when there is none of that name.', 'restart'),
});

/** 32 bytes written as 64 hexadecimal digits or as base64; `undefined` for anything else. */
export const decodedEncryptionKey = (value: string): Uint8Array | undefined => {
  const bytes = /^[0-9a-fA-F]{64}$/.test(value)
    ? Buffer.from(value, 'hex')
    : /^[A-Za-z0-9+/_-]{43}=?$/.test(value)
      ? Buffer.from(value, 'base64')
      : undefined;
  return bytes && new Uint8Array(bytes);
};

/** What an encryption key must be, put after "must be" in an error. */
export const ENCRYPTION_KEY = '32 bytes as 64 hexadecimal digits or as base64';

const encryptionKey = z.string().transform((value, context) => {
  const bytes = decodedEncryptionKey(value);
  if (bytes) return bytes;
  context.issues.push({ code: 'custom', input: value, message: 'not 32 bytes' });
  return z.NEVER;
});

export const encryption = section('What secrets in the database are encrypted with.', {
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
