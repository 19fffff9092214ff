import { type Module, type ModuleTable, modulesOf } from './table.ts';

const DIFFERS =
  'signed-messages: what the object says counts, what stands beside it does not (RFC 9101 §6.3)';
const USED_ONCE =
  'authorization: a pushed request is used once, by its own client, and nothing beside it counts';
const OF_ONE_CLIENT =
  'authorization: a code of one client is worth nothing to another one, and is spent by the attempt';
const VERIFIER =
  'authorization-code: a code presented with a wrong verifier ends with its grant, and the event of the refusal tells of both';
const OTHER_KEY = 'signed-messages: unsigned objects, and those signed by another key, are refused';

/** What FAPI 1.0 Advanced and FAPI 2.0 are both tested for. */
const COMMON: ModuleTable = {
  'discovery-end-point-verification': [
    'The metadata has the endpoints, methods and algorithms that the profile asks for.',
    'signed-messages: the metadata says what is there',
  ],
  'user-rejects-authentication': [
    'A person who cancels: the client learns `access_denied`.',
    'sign-in: the person can deny, and can cancel before signing in; the application learns access_denied',
  ],
  'ensure-authorization-request-without-state-success': [
    'A request needs no `state`.',
    'authorization: every answer names the issuer, against mix-up, and returns the state',
  ],
  'ensure-other-scope-order-succeeds': [
    'Scopes in another order mean the same.',
    'requested-scope: pushed and in request objects likewise',
  ],
  'access-token-type-header-case-sensitivity': [
    'The scheme of the Authorization header may be written in any case.',
    'conformance-steps: the scheme before a token is written in any case',
    'conformance-steps: and so is DPoP',
  ],
  'ensure-different-nonce-inside-and-outside-request-object': [
    'The `nonce` of the object counts, or the request is refused.',
    DIFFERS,
  ],
  'state-only-outside-request-object-not-used': ['A `state` beside the object is not returned.', DIFFERS],
  'ensure-registered-redirect-uri': [
    'A redirect URI that is not registered is refused.',
    'authorization: a redirect URI that is not exactly the registered one is never redirected to',
  ],
  'ensure-redirect-uri-in-authorization-request': [
    'A request without `redirect_uri` is refused; nobody is redirected.',
    'fapi2: redirect_uri in the request',
    'hybrid-flow: Baseline §5.2.2-9: without a redirect URI the person is told, and nobody redirected',
  ],
  'ensure-request-object-without-redirect-uri-fails': [
    'A `redirect_uri` beside the object does not complete it.',
    'signed-messages: nothing beside the object completes it',
  ],
  'ensure-client-id-in-token-endpoint': [
    'The `client_id` of another client at the token endpoint is refused.',
    OF_ONE_CLIENT,
  ],
  'ensure-authorization-code-is-bound-to-client': ['A code is of no use to another client.', OF_ONE_CLIENT],
  'refresh-token': [
    'Refreshing works, keeps the binding, and is for its own client alone.',
    'authorization-tokens: another client’s refresh token is worth nothing and is not spent',
    'authorization-tokens: a confidential client’s access token is bound to the certificate of its request (§7.1)',
  ],
  'ensure-request-object-with-multiple-aud-succeeds': [
    'The `aud` of a request object may be a list that has the issuer.',
    'signed-messages: of iss, aud and exp an ordinary client needs none (OIDC Core §6.1)',
  ],
  'ensure-request-object-without-exp-fails': [
    'A request object without `exp` is refused.',
    'signed-messages: under a profile iss, aud and exp must be there',
  ],
  'ensure-request-object-without-nbf-fails': ['A request object without `nbf` is refused.', 'fapi2: an nbf'],
  'ensure-expired-request-object-fails': [
    'A request object that has expired is refused.',
    'signed-messages: an exp that is over',
  ],
  'ensure-request-object-with-bad-aud-fails': [
    'A request object for somebody else is refused.',
    'signed-messages: another audience',
  ],
  'ensure-request-object-with-exp-over-60-fails': [
    'One that is valid for more than an hour is refused.',
    'fapi2: an exp of at most an hour after nbf',
  ],
  'ensure-request-object-with-nbf-over-60-fails': [
    'One whose `nbf` is more than an hour ago is refused.',
    'fapi2: an nbf of at most an hour ago',
  ],
  'ensure-signed-request-object-with-RS256-fails': ['One signed with RS256 is refused.', 'fapi2: no RS256'],
  'ensure-request-object-signature-algorithm-is-not-none': ['An unsigned one is refused.', OTHER_KEY],
  'ensure-request-object-with-invalid-signature-fails': [
    'One whose signature is wrong is refused.',
    OTHER_KEY,
  ],
  'ensure-matching-key-in-authorization-request': ['One signed by another client is refused.', OTHER_KEY],
  'ensure-signed-client-assertion-with-RS256-fails': [
    'An assertion signed with RS256 is refused.',
    'fapi2: no RS256',
  ],
  'ensure-client-assertion-in-token-endpoint': [
    'A client of assertions that sends none is refused.',
    'client-authentication-methods: only the registered method counts',
  ],
  'ensure-client-assertion-with-exp-is-5-minutes-in-past-fails': [
    'An assertion that has expired is refused.',
    'client-assertion: expired',
  ],
  'ensure-client-assertion-with-wrong-aud-fails': [
    'An assertion for somebody else is refused.',
    'client-assertion: another audience',
  ],
  'ensure-client-assertion-with-no-sub-fails': [
    'An assertion without `sub` is refused.',
    'client-assertion: no sub',
  ],
  'par-ensure-reused-request-uri-prior-to-auth-completion-succeeds': [
    'A `request_uri` may be opened again until the person has decided.',
    'ways-on: is loaded by any browser, prefetched and reloaded, until somebody decides',
  ],
  'par-attempt-reuse-request_uri': ['A `request_uri` that was decided is refused.', USED_ONCE],
  'par-attempt-to-use-expired-request_uri': [
    'One that has expired is refused.',
    'fapi2: §5.3.2.2-12: a request_uri lives for less than 600 seconds',
  ],
  'par-attempt-to-use-request_uri-for-different-client': ['That of another client is refused.', USED_ONCE],
  'par-authorization-request-containing-request_uri-form-param': [
    'A pushed request with a `request_uri` of its own is refused.',
    'authorization: the client must authenticate, and is told at once what is wrong',
  ],
  'par-authorization-request-containing-request_uri': [
    'So is a request object with one within.',
    'signed-messages: a request_uri within',
  ],
  'par-attempt-invalid-http-method': [
    'The endpoint takes no other method than POST.',
    'hostile-requests: other methods are refused with Allow',
  ],
  'par-ensure-pkce-required': [
    'A pushed request without PKCE is refused.',
    'fapi2: PKCE',
    'fapi2: PKCE in a pushed request',
  ],
  'ensure-pkce-code-verifier-required': [
    'A code with a challenge needs its verifier.',
    'authorization: a public client must use PKCE, and the verifier must fit',
  ],
  'incorrect-pkce-code-verifier-rejected': ['A wrong verifier is refused.', VERIFIER],
  'par-plain-pkce-rejected': ['PKCE with `plain` is refused.', 'fapi2: PKCE with S256'],
  'par-without-duplicate-parameters': [
    '`client_id` and `request_uri` are all that a pushed request needs in the browser.',
    'authorization: a pushed request is used once, by its own client, and nothing beside it counts',
  ],
};

const HOLDER_OF_KEY = 'fapi2: a token needs the certificate it is bound to';
const CODE_REUSE = 'fapi2: a code serves once';

const FAPI2_ONLY: ModuleTable = {
  'happy-flow': [
    'Two clients, from the pushed request to UserInfo.',
    'fapi2: FAPI 2.0 Security Profile with mutual TLS',
    'fapi2: FAPI 2.0 Security Profile with private_key_jwt and DPoP',
    'fapi2: FAPI 2.0 Message Signing: request object, PAR, DPoP, signed response',
  ],
  'ensure-authorization-request-without-nonce-success': [
    'The code flow needs no `nonce`.',
    'fapi2: FAPI 2.0 Security Profile with mutual TLS',
  ],
  'ensure-authorization-request-with-64-char-nonce-success': [
    'A `nonce` of 64 characters comes back.',
    'fapi2: §5.3.2.2-14: a nonce of 64 characters comes back',
  ],
  'test-claims-parameter-identity-claims': [
    'Claims asked for by name are answered, and none beside.',
    'authorization: claims asked for by name come in the ID token, with the consent their scope needs',
  ],
  'ensure-different-state-inside-and-outside-request-object': [
    'The `state` of the pushed request counts, or the request is refused.',
    DIFFERS,
  ],
  'ensure-authorization-request-with-long-nonce': [
    'A `nonce` of 384 characters comes back, or is refused.',
    'conformance-steps: a nonce of 384 characters comes back, and a state of 1000',
  ],
  'ensure-authorization-request-with-long-state': [
    'A long `state` comes back, or is refused.',
    'conformance-steps: a nonce of 384 characters comes back, and a state of 1000',
  ],
  'plain-fapi-tolerate-unregistered-redirect-uri': [
    'A pushed redirect URI that is not registered is refused, or allowed by RFC 9126 §2.4.',
    'authorization: a redirect URI that is not exactly the registered one is never redirected to',
  ],
  'ensure-unsigned-authorization-request-without-using-par-fails': [
    'A request that was not pushed is refused.',
    'fapi2: no request that was not pushed',
  ],
  'ensure-response-type-code-idtoken-fails': [
    '`code id_token` is refused.',
    'fapi2: response_type code',
    'hybrid-flow: FAPI 2.0 has the code flow alone',
  ],
  'ensure-response-type-token-fails': ['`token` is refused.', 'fapi2: response_type code'],
  'ensure-holder-of-key-required': [
    'A token request without certificate or proof is refused.',
    HOLDER_OF_KEY,
    'fapi2: no token without certificate or DPoP proof',
  ],
  'attempt-reuse-authorization-code-after-one-second': [
    'A code that was used is refused, and its token ends.',
    CODE_REUSE,
  ],
  'ensure-token-endpoint-fails-with-expired-auth-code': [
    'A code of more than 60 seconds is refused.',
    'fapi2: §5.3.2.1-11: codes live for 60 seconds at most, whatever [oauth] says',
    'code-and-refresh: a code is good until its end and no longer',
  ],
  'check-dpop-proof-nbf-exp': [
    'A proof with `nbf` and `exp` is understood.',
    'dpop-proof: a proof is accepted with the thumbprint of its key',
  ],
  'ensure-dpopproof-with-iat-10seconds-before-succeeds': [
    'A proof of ten seconds ago is accepted.',
    'dpop-proof: a proof is accepted with the thumbprint of its key',
  ],
  'ensure-dpopproof-with-iat-10seconds-after-succeeds': [
    'So is one of a clock ten seconds ahead.',
    'dpop-proof: a clock ten seconds ahead is accepted (FAPI 2.0 §5.3.2.1-13)',
  ],
  'ensure-mismatched-dpop-jkt-fails': [
    '`dpop_jkt` and a proof of another key, pushed together, are refused.',
    'dpop: a proof at the PAR endpoint binds the code too (RFC 9449 §10.1)',
  ],
  'ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt': [
    'A code bound by the pushed proof is of no use with another key.',
    'dpop: a proof at the PAR endpoint binds the code too (RFC 9449 §10.1)',
  ],
  'ensure-token-endpoint-fails-with-mismatched-dpop-jkt': [
    'A code bound by `dpop_jkt` is of no use with another key.',
    'dpop: dpop_jkt binds the code to the key (RFC 9449 §10)',
    'fapi2: a code bound to a DPoP key needs its proof',
  ],
  'ensure-dpopproof-at-par-endpoint-binding-success': [
    'A code bound by the pushed proof is good with its key.',
    'dpop: a proof at the PAR endpoint binds the code too (RFC 9449 §10.1)',
  ],
  'ensure-dpop-auth-code-binding-success': [
    'A code bound by `dpop_jkt` is good with its key.',
    'dpop: dpop_jkt binds the code to the key (RFC 9449 §10)',
  ],
  'dpop-negative-tests': [
    'Proofs for another method, address, token or time, unsigned, or used before, are refused.',
    'dpop: UserInfo accepts it with a proof of this key and this token, and in no other way',
    'dpop: proofs for another method or endpoint, and two proofs, are refused',
    'replays: a DPoP proof with an access token',
  ],
  'par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted': [
    'An assertion of a clock eight seconds ahead is accepted.',
    'fapi2: §5.3.2.1-13: clocks ten seconds ahead are accepted',
  ],
  'par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails': [
    'One of a clock more than a minute ahead is refused.',
    'fapi2: no nbf more than 60 seconds ahead',
    'fapi2: no iat more than 60 seconds ahead',
  ],
  'par-test-array-as-audience-fails': [
    'A list as `aud` of an assertion is refused.',
    'fapi2: the issuer as aud, not within an array',
  ],
  'par-test-par-endpoint-url-as-audience-fails': [
    'The PAR endpoint as `aud` is refused.',
    'fapi2: the issuer as aud, not the endpoint',
  ],
  'par-test-token-endpoint-url-as-audience-fails': [
    'The token endpoint as `aud` is refused.',
    'client-assertion: under FAPI 2.0 the audience is the issuer alone, and RS256 is no choice',
  ],
  'ensure-request-object-with-nbf-8-seconds-in-the-future-is-accepted': [
    'A request object of a clock eight seconds ahead is accepted.',
    'fapi2: §5.3.2.1-13: clocks ten seconds ahead are accepted',
  ],
  'ensure-unsigned-request-at-par-endpoint-fails': [
    'A client that signs and pushed plain parameters is refused.',
    'fapi2: a signed request object',
    'signed-messages: a client that must use them cannot do without',
  ],
};

/** The names that `table` has of `names` alone. */
const without = (table: ModuleTable, ...names: readonly string[]): ModuleTable =>
  Object.fromEntries(Object.entries(table).filter(([name]) => !names.includes(name)));

/** FAPI 2.0 Security Profile and Message Signing. */
export const FAPI2: readonly Module[] = modulesOf('fapi2-security-profile-final-', {
  ...without(COMMON, 'ensure-registered-redirect-uri'),
  ...FAPI2_ONLY,
});

const AUDIENCES =
  'client-assertion: under FAPI 1.0 Advanced the audience is as without a profile (RFC 9126 §2, CIBA §7.1)';
const JARM_OR_HYBRID =
  'hybrid-flow: §5.2.2-2: code id_token, or code in a signed response; the error is plain where none was asked for';
const LONG = 'conformance-steps: a nonce of 384 characters comes back, and a state of 1000';

const FAPI1_ONLY: ModuleTable = {
  'ensure-valid-pkce-succeeds': [
    'PKCE with S256.',
    'fapi2: FAPI 1.0 Advanced: a signed request by value, a signed response, a bound token',
  ],
  'ensure-response-mode-query': ['A plain answer in the query is refused.', JARM_OR_HYBRID],
  'ensure-response-type-code-fails': ['`code` without a signed answer is refused.', JARM_OR_HYBRID],
  'ensure-request-object-with-long-nonce': ['A `nonce` of 384 characters comes back, or is refused.', LONG],
  'ensure-request-object-with-64-char-nonce-success': [
    'A `nonce` of 64 characters comes back.',
    'fapi2: §5.3.2.2-14: a nonce of 64 characters comes back',
  ],
  'ensure-request-object-with-long-state': ['A long `state` comes back, or is refused.', LONG],
  'ensure-request-object-without-scope-fails': [
    'A request object without `scope` is refused.',
    'hybrid-flow: §5.2.3-8: a request object names its scope',
  ],
  'ensure-request-object-without-nonce-fails': [
    'A `nonce` beside the object does not complete it.',
    'fapi2: a nonce with openid',
  ],
  'ensure-authorization-request-without-request-object-fails': [
    'A request without a signed object is refused.',
    'fapi2: a signed request object',
  ],
  'ensure-mtls-holder-of-key-required': [
    'A token request without the certificate is refused.',
    'fapi2: FAPI 1.0 Advanced §5.2.2-5: a DPoP proof alone binds nothing',
  ],
  'attempt-reuse-authorisation-code-after-one-second': [
    'A code that was used is refused, and its token ends.',
    CODE_REUSE,
  ],
  'ensure-client-assertion-with-wrong-iss-fails': [
    'An assertion whose `iss` is another is refused.',
    'client-assertion: another client_id as iss',
  ],
  'ensure-client-assertion-with-wrong-sub-fails': [
    'An assertion whose `sub` is another is refused.',
    'client-assertion: another client_id as sub',
  ],
  'ensure-client-assertion-with-iss-aud-succeeds': ['An assertion may name the issuer.', AUDIENCES],
  'par-test-pushed-authorization-url-as-audience-for-client-JWT-assertion': [
    'A pushed assertion may name the PAR endpoint.',
    AUDIENCES,
  ],
  'par-token-endpoint-url-as-audience-for-client-JWT-assertion': [
    'Or the token endpoint.',
    'fapi2: FAPI 1.0 Advanced: an assertion for the token endpoint, or for the endpoint it is sent to',
  ],
  'test-array-as-audience-for-client-JWT-assertion': [
    'A list of the issuer and the token endpoint is accepted.',
    'client-assertion: an assertion by the registered key authenticates, for the issuer or for the endpoint',
    AUDIENCES,
  ],
  'par-ensure-client-assertion-with-wrong-aud-fails': [
    'A pushed assertion for somebody else is refused.',
    'client-assertion: another audience',
  ],
  'par-ensure-client-assertion-with-wrong-iss-fails': [
    'One whose `iss` is another is refused.',
    'client-assertion: another client_id as iss',
  ],
  'par-ensure-client-assertion-with-wrong-sub-fails': [
    'One whose `sub` is another is refused.',
    'client-assertion: another client_id as sub',
  ],
  'par-pushed-authorization-url-as-audience-in-request-object': [
    'The `aud` of a request object is the issuer, not the PAR endpoint.',
    'signed-messages: the authorization endpoint as audience',
  ],
  'par-attempt-invalid-redirect_uri': [
    'A pushed redirect URI that is not registered is refused.',
    'authorization: a redirect URI that is not exactly the registered one is never redirected to',
  ],
};

/** FAPI 1.0 Advanced. */
export const FAPI1: readonly Module[] = [
  ...modulesOf('', {
    'fapi1-advanced-final': [
      'Two clients, from the signed request to an API.',
      'fapi2: FAPI 1.0 Advanced: a signed request by value, a signed response, a bound token',
      'hybrid-flow: FAPI 1.0 Advanced: the ID token as signature of the answer',
    ],
  }),
  ...modulesOf('fapi1-advanced-final-', { ...COMMON, ...FAPI1_ONLY }),
];
