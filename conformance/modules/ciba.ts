import { type Module, type ModuleTable, modulesOf } from './table.ts';

const WHOLE = [
  'fapi-ciba: by certificate: signed, approved, bound, refreshed; and asked again while it waits',
  'fapi-ciba: by assertion: signed, approved, bound, refreshed; and asked again while it waits',
  'deferred-authorization: a person approves what a client asked for over the backchannel',
] as const;
const PING = 'fapi-ciba: ping: the client is told once, with the token it gave, and asks then';
const UNSIGNED = 'fapi-ciba: refused: unsigned, by RS256, by another key, of another client, used before';
const BESIDE =
  'fapi-ciba: refused: what stands beside the JWT, several hints, and messages that nobody can compare';
const FOREIGN =
  'fapi-ciba: refused: an unknown auth_req_id, that of another client, and a token without its certificate';
const METHOD = 'client-authentication-methods: only the registered method counts';
const BELIEVED = 'backchannel-signed-request: what cannot be believed asks nobody';
const RS256_ASSERTION =
  'client-assertion: under FAPI 2.0 the audience is the issuer alone, and RS256 is no choice';

const TABLE: ModuleTable = {
  'discovery-end-point-verification': [
    'The metadata has the backchannel endpoint, its modes and algorithms.',
    'backchannel-signed-request: the metadata names the algorithms, all of them asymmetric',
  ],
  'user-rejects-authentication': [
    'A person who denies: the client learns `access_denied`.',
    'fapi-ciba: the person denies',
  ],
  'multiple-call-to-token-endpoint': [
    'Asked while the person decides, and too often: `authorization_pending`, `slow_down`.',
    ...WHOLE,
  ],
  'auth-req-id-expired': [
    'A request that nobody decided in time: `expired_token`.',
    'deferred-authorization: a device that is denied, expired, unknown or another client’s gets nothing',
  ],
  'ensure-authorization-request-with-binding-message-succeeds': [
    'A binding message is shown.',
    'deferred-authorization: a person approves what a client asked for over the backchannel',
  ],
  'ensure-other-scope-order-succeeds': ['Scopes in another order mean the same.', ...WHOLE],
  'ensure-requested-expiry-as-string-succeeds': ['`requested_expiry` may be a string.', ...WHOLE],
  'ensure-authorization-request-with-potentially-bad-binding-message': [
    'A long binding message with strange characters is shown or refused.',
    BESIDE,
  ],
  'ensure-request-object-missing-aud-fails': [
    'A signed request without `aud` is refused.',
    'fapi-ciba: refused: a signed request without aud',
  ],
  'ensure-request-object-bad-aud-fails': [
    'One for somebody else.',
    'fapi-ciba: refused: a signed request with another aud',
  ],
  'ensure-request-object-missing-iss-fails': [
    'One without `iss`.',
    'fapi-ciba: refused: a signed request without iss',
  ],
  'ensure-request-object-bad-iss-fails': [
    'One whose `iss` is another client.',
    'fapi-ciba: refused: a signed request with another iss',
  ],
  'ensure-request-object-missing-exp-fails': [
    'One without `exp`.',
    'fapi-ciba: refused: a signed request without exp',
  ],
  'ensure-request-object-expired-exp-fails': [
    'One that has expired.',
    'fapi-ciba: refused: a signed request with an exp that is over',
  ],
  'ensure-request-object-exp-is-70-minutes-in-future-fails': [
    'One that is valid for 70 minutes.',
    'fapi-ciba: refused: a signed request with an exp 70 minutes ahead',
  ],
  'ensure-request-object-missing-iat-fails': [
    'One without `iat`.',
    'fapi-ciba: refused: a signed request without iat',
  ],
  'ensure-request-object-missing-nbf-fails': [
    'One without `nbf`.',
    'fapi-ciba: refused: a signed request without nbf',
  ],
  'ensure-request-object-nbf-is-10-minutes-in-future-fails': [
    'One that counts in ten minutes.',
    'fapi-ciba: refused: a signed request with an nbf 10 minutes ahead',
  ],
  'ensure-request-object-nbf-is-70-minutes-in-past-fails': [
    'One that counts since 70 minutes.',
    'fapi-ciba: refused: a signed request with an nbf 70 minutes ago',
  ],
  'ensure-request-object-missing-jti-fails': [
    'One without `jti`.',
    'fapi-ciba: refused: a signed request without jti',
  ],
  'ensure-request-object-signature-algorithm-is-none-fails': ['One that is unsigned.', UNSIGNED],
  'ensure-request-object-signature-algorithm-is-bad-fails': ['One whose signature is wrong.', BELIEVED],
  'ensure-request-object-signature-algorithm-is-RS256-fails': ['One signed with RS256.', UNSIGNED],
  'ensure-request-object-signed-by-other-client-fails': ['One signed by another client.', UNSIGNED],
  'ensure-authorization-request-with-multiple-hints-fails': ['Several hints are refused.', BESIDE],
  'ensure-wrong-auth-req-id-in-token-endpoint-request': [
    'The `auth_req_id` of another client is refused.',
    FOREIGN,
  ],
  'ensure-different-client-id-and-issuer-in-backchannel-authorization-request': [
    'A `client_id` beside the request that is not its `iss` is refused.',
    'fapi-ciba: refused: a signed request with another iss',
  ],
  'ensure-wrong-client-id-in-token-endpoint-request': [
    'The `client_id` of another client at the token endpoint is refused.',
    FOREIGN,
  ],
  'ensure-wrong-client-id-in-backchannel-authorization-request': [
    'The same at the backchannel endpoint.',
    'fapi-ciba: refused: a signed request with another client_id',
  ],
  'ensure-without-client-assertion-in-token-endpoint-request': [
    'A client of assertions that sends none is refused.',
    METHOD,
  ],
  'ensure-without-client-assertion-in-backchannel-authorization-request': [
    'The same at the backchannel endpoint.',
    METHOD,
  ],
  'ensure-client-assertion-signature-algorithm-in-backchannel-authorization-request-is-RS256-fails': [
    'An assertion signed with RS256 is refused.',
    RS256_ASSERTION,
  ],
  'ensure-client-assertion-signature-algorithm-in-token-endpoint-request-is-RS256-fails': [
    'The same at the token endpoint.',
    RS256_ASSERTION,
  ],
  'ensure-client-assertion-with-iss-aud-to-token-endpoint-succeeds': [
    'An assertion may name the issuer.',
    'fapi-ciba: CIBA §7.1: assertions for the issuer, the token endpoint and the endpoint they are sent to',
  ],
  'ping-backchannel-notification-endpoint-response-has-body': [
    'A ping answered with a body is delivered.',
    PING,
  ],
  'ping-backchannel-notification-endpoint-response-401': ['A ping answered 401 changes nothing else.', PING],
  'ping-backchannel-notification-endpoint-response-403': ['Nor does 403.', PING],
  'ping-with-mtls-ciba-notification-endpoint-response-401-and-require-server-does-not-retry': [
    'A ping answered 401 is not sent again.',
    PING,
  ],
  'ping-backchannel-notification-endpoint-return-redirect-request': ['A ping follows no redirect.', PING],
  'ensure-unsigned-backchannel-authorization-request-fails': [
    'An unsigned request is refused.',
    'fapi-ciba: §5.2.2: unsigned requests are refused, by whatever method the client authenticates',
  ],
  'refresh-token': ['Refreshing works, and keeps the binding.', ...WHOLE],
  'ensure-mtls-holder-of-key-required': ['A token request without the certificate is refused.', FOREIGN],
};

/** FAPI-CIBA. */
export const CIBA: readonly Module[] = [
  ...modulesOf('', {
    'fapi-ciba-id1': ['Two clients, from the signed request to an API.', ...WHOLE],
  }),
  ...modulesOf('fapi-ciba-id1-', TABLE),
];
