import { z } from 'zod';
import { TOKEN_ENDPOINT_AUTH_METHODS } from '../../client/token-endpoint-auth-method.ts';
import { STATEMENT_FORMATS } from '../../registration/statement-format.ts';
import { key, section, sections } from '../key-notes.ts';
import { DAY, distinct, lifetime, off, seconds, text, texts, wholeNumber } from './values.ts';

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
    format: key(z.enum(STATEMENT_FORMATS).default('rfc7591'), {
      expected: STATEMENT_FORMATS.map((format) => `"${format}"`).join(', '),
      description:
        'How its statements are written: with the metadata of RFC 7591, or with the claims of a directory, which then bind redirect URIs, keys and names (docs/dynamic-registration.md).',
      reload: 'live',
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

export const registration = section(
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
    token_endpoint_auth_methods: key(
      z.array(z.enum(TOKEN_ENDPOINT_AUTH_METHODS)).default([...TOKEN_ENDPOINT_AUTH_METHODS]),
      {
        expected: `a list of ${TOKEN_ENDPOINT_AUTH_METHODS.map((method) => `"${method}"`).join(', ')}`,
        description: 'The authentication methods a client may register.',
        reload: 'live',
      },
    ),
    grant_types: key(texts(50).default(['authorization_code', 'refresh_token', 'client_credentials']), {
      expected: 'a list of grant types',
      description: 'The grant types a client may register.',
      reload: 'live',
    }),
    redirect_uri_patterns: key(texts(1000).default([]), {
      expected: 'a list of URIs in which * stands for part of a host name or of one path segment',
      description:
        'The redirect URIs, and the addresses to go to after signing out, that a client may register; for every one of its URIs a pattern must match the whole of it, for each of `allowed_cors_origins` the origin in one. Empty: every URI that is valid at all.',
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
    registration_access_token_rotation: key(z.enum(['always', 'update', 'never']).default('never'), {
      expected: '"always", "update" or "never"',
      description:
        'When the registration access token of a client is replaced: `always` when it is read or updated, `update` when it is updated.',
      reload: 'live',
    }),
    registration_access_token_reuse_window: key(wholeNumber(0, 600).default(30), {
      expected: 'a whole number of seconds from 0 to 600',
      description:
        'How long a registration access token that was replaced is good once more, and is answered the same successor, for a client that did not receive it.',
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
