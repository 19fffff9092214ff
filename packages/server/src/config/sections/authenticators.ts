import { z } from 'zod';
import { key, section, sections } from '../key-notes.ts';
import { limit, off, on, text, thumbprint, wholeNumber } from './values.ts';

/** The event listener that stands for the built-in mutual-TLS client authenticator. */
export const MUTUAL_TLS_CLIENT_AUTHENTICATOR =
  'org.wso2.carbon.identity.oauth2.token.handler.clientauth.mutualtls.MutualTLSClientAuthenticator';

const HANDLER_TYPES = [
  'org.wso2.carbon.identity.core.handler.AbstractIdentityHandler',
  'org.wso2.carbon.identity.core.handler.AbstractIdentityMessageHandler',
] as const;

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

export const mutualSslAuthenticator = section('Signing in to the admin API with a client certificate.', {
  enable: off('Whether mapped certificates enter. Off, no certificate does.', 'live'),
  administrator: administrators,
});

export const plugIns = section(
  'The processes of plug-ins: each file of repository/components/dropins runs in one of its own.',
  {
    memory_limit: limit(
      128,
      32,
      65_536,
      ' of MiB',
      'The heap of a plug-in’s JavaScript; its process may take 256 MiB more. One that takes more is ended and started again.',
    ),
    time_limit: limit(
      5,
      1,
      60,
      ' of seconds',
      'How long a plug-in may take to answer. After that the request is refused, and the process of the plug-in is replaced.',
    ),
    environment: key(
      z
        .array(z.string().regex(/^[^=\0]{1,200}$/))
        .max(100)
        .default([]),
      {
        expected: 'a list of names of environment variables',
        description:
          'Variables of the server’s environment that plug-ins see, beside those every program needs, such as PATH, HOME, TZ and LANG.',
        reload: 'restart',
        example: ['DIRECTORY_URL'],
      },
    ),
  },
);

export const eventListener = sections(
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
