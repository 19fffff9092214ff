import { z } from 'zod';
import { CLIENT_LIFETIMES, type ClientLifetime, LONGEST_LIFETIMES } from '../../client/longest-lifetimes.ts';
import { key, section, sections } from '../key-notes.ts';
import { DAY, lifetime, rule, seconds, text, texts, wholeNumber } from './values.ts';

/** The longest that something lives for a client that has a lifetime of its own. */
const maximum = (name: ClientLifetime) =>
  lifetime(
    LONGEST_LIFETIMES[name],
    LONGEST_LIFETIMES[name],
    `The longest \`${name}\` a client may have of its own; a longer one that it has already counts as this.`,
  );

export const oauth = section('Lifetimes in seconds and the rules of the grants.', {
  access_token_lifetime: lifetime(
    3600,
    LONGEST_LIFETIMES.access_token_lifetime,
    'How long an access token is valid. A client may have its own `access_token_lifetime`.',
  ),
  max_access_token_lifetime: maximum('access_token_lifetime'),
  refresh_token_lifetime: lifetime(
    30 * DAY,
    LONGEST_LIFETIMES.refresh_token_lifetime,
    'The longest a sign-in can be prolonged by refresh tokens. A client may have its own `refresh_token_lifetime`.',
  ),
  max_refresh_token_lifetime: maximum('refresh_token_lifetime'),
  refresh_token_idle_lifetime: lifetime(
    14 * DAY,
    LONGEST_LIFETIMES.refresh_token_idle_lifetime,
    'How long a refresh token that is not used stays valid. A client may have its own `refresh_token_idle_lifetime`.',
  ),
  max_refresh_token_idle_lifetime: maximum('refresh_token_idle_lifetime'),
  refresh_token_rotation: key(z.enum(['unbound', 'always']).default('unbound'), {
    expected: '"unbound" or "always"',
    description:
      'Which refresh tokens are replaced by their use (RFC 9700 §4.14.2): those that are not bound to their client by its authentication, a certificate or a DPoP key, or all. Those of clients under FAPI 2.0 never are.',
    reload: 'live',
  }),
  refresh_token_reuse_window: key(wholeNumber(0, 600).default(30), {
    expected: 'a whole number of seconds from 0 to 600',
    description:
      'How long a refresh token that was replaced yields the same successor once more, for a client that did not receive it. After that its use revokes all tokens of the sign-in. A client may have its own `refresh_token_reuse_window`.',
    reload: 'live',
  }),
  authorization_code_lifetime: lifetime(
    60,
    600,
    'How long an authorization code is valid (RFC 6749 §4.1.2).',
  ),
  id_token_lifetime: lifetime(
    3600,
    LONGEST_LIFETIMES.id_token_lifetime,
    'How long an ID token is valid. A client may have its own `id_token_lifetime`.',
  ),
  max_id_token_lifetime: maximum('id_token_lifetime'),
  device_code_lifetime: lifetime(
    600,
    LONGEST_LIFETIMES.device_code_lifetime,
    'How long a person has to enter the code of a device (RFC 8628 §3.2). A client may have its own `device_code_lifetime`.',
  ),
  max_device_code_lifetime: maximum('device_code_lifetime'),
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
      'How many authorization requests, and requests of devices and public clients, may come from one address (or IPv6 /64) within ten minutes: each is stored until a person decides. A large one counts once more for each 2 kB. A client that authenticates has ten times as many of its own.',
    reload: 'live',
  }),
  waiting_requests: key(wholeNumber(1, 1_000_000_000).default(300_000), {
    expected: 'a whole number from 1 to 1000000000',
    description:
      'The same for all addresses and clients together, in each process. The last quarter is kept for those that had few.',
    reload: 'live',
  }),
  require_pkce: key(z.enum(['public', 'all']).default('public'), {
    expected: '"public" or "all"',
    description:
      'Which clients must use PKCE (RFC 7636): the public ones, which always must, or all. A client may have its own `require_pkce`, which asks for it too.',
    reload: 'live',
  }),
  dpop_nonce: key(z.enum(['required', 'profile', 'optional']).default('profile'), {
    expected: '"required", "profile" or "optional"',
    description:
      'Which clients’ DPoP proofs must carry a nonce of this server (RFC 9449 §8), so that none can be made in advance: those of all, those of clients under a FAPI 2.0 profile, or nobody’s. A client learns the nonce from the first answer; there are clients that do not know how.',
    reload: 'live',
  }),
  signing_algorithm: key(z.enum(['ES256', 'PS256', 'RS256', 'EdDSA']).optional(), {
    expected: '"ES256", "PS256", "RS256" or "EdDSA"',
    description:
      'The signature algorithm of access tokens, and of what is signed for a client that is registered from then on and names no algorithm: ID tokens, authorization responses, introspection answers (RFC 7518 §3.1, RFC 8037). A client’s profile may forbid it.',
    reload: 'restart',
    example: 'ES256',
    otherwise:
      'ES256 for access tokens; for the others RS256, as OIDC Registration §2 has it, and ES256 under a profile',
  }),
});

/** No maximum is below what clients have that say nothing. */
export function maximaHold({
  value,
  issues,
}: {
  value: Readonly<Record<ClientLifetime | `max_${ClientLifetime}`, number>>;
  issues: z.core.$ZodRawIssue[];
}): void {
  for (const name of CLIENT_LIFETIMES) {
    const most = value[`max_${name}`];
    if (value[name] <= most) continue;
    issues.push({
      ...rule,
      input: most,
      path: [`max_${name}`],
      message: `must be at least ${name}, which is ${value[name]}`,
    });
  }
}

export const resource = sections(
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
      description:
        'How long an access token for it is valid, in seconds; shorter for a client with a shorter `access_token_lifetime` of its own.',
      reload: 'live',
      example: 300,
      otherwise: 'that of the client or [oauth]',
    }),
  },
);

export const authorizationDetailsType = sections(
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
