import { type Module, modulesOf } from './table.ts';

const FLOW =
  'authorization-libraries: openid-client: code, PKCE, PAR, refresh, introspection, UserInfo, revocation';
const SCOPES =
  'authorization-tokens: tells what the scopes give, by GET, by POST and with the token in a form';
const ONLY_REGISTERED =
  'authorization: a redirect URI that is not exactly the registered one is never redirected to';
const SECTOR = 'pairwise-subjects: a client that registers itself is of the sector whose document lists it';
const REFUSED_BY_NAME =
  'registration-defaults: members that standards define and that are not honoured are refused by name';
const INTRODUCED =
  'ways-on: the sign-in page shows the logo, policy and terms of the client, and nothing that runs';

/** The plans config, basic, form post and dynamic, and third-party login. */
export const OPENID: readonly Module[] = modulesOf('oidcc-', {
  'discovery-endpoint-verification': [
    'The metadata has every endpoint, response type, algorithm and claim that the plan needs.',
    'authorization: discovery says what is there',
  ],
  server: ['A code, its tokens, a valid ID token and UserInfo.', FLOW],
  'response-type-missing': [
    'A request without `response_type` is refused by redirect or on a page.',
    'authorization: no response type',
  ],
  'idtoken-signature': [
    'A client that names no algorithm gets ID tokens signed with RS256.',
    'authorization-tokens: comes with an ID token signed with RS256 where the client named no algorithm',
  ],
  'idtoken-unsigned': [
    'A client that wants unsigned ID tokens gets them, or is refused at registration.',
    REFUSED_BY_NAME,
  ],
  'idtoken-rs256': [
    'A client that names RS256 gets ID tokens signed so, by a published key.',
    'response-algorithm: what a client names it gets',
  ],
  'userinfo-get': ['UserInfo by GET.', SCOPES],
  'userinfo-post-header': ['UserInfo by POST, the token in the header.', SCOPES],
  'userinfo-post-body': ['UserInfo by POST, the token in the form.', SCOPES],
  'userinfo-rs256': [
    'UserInfo signed with RS256 for a client that registered so.',
    'authorization-tokens: is signed for clients registered so, with a key of the algorithm they chose',
  ],
  'ensure-request-without-nonce-succeeds-for-code-flow': ['The code flow needs no `nonce`.', FLOW],
  'scope-profile': ['`profile` gives the claims of a profile at UserInfo.', SCOPES],
  'scope-email': ['`email` gives its claims.', SCOPES],
  'scope-address': ['`address` gives its claim.', SCOPES],
  'scope-phone': ['`phone` gives its claims.', SCOPES],
  'scope-all': ['All four scopes together.', SCOPES],
  'alternate-happy-flow': [
    'Scopes and parameters in another order mean the same.',
    'requested-scope: blanks in it mean nothing at the authorization endpoint, and the answer tells what was granted',
  ],
  'display-page': [
    '`display=page` does no harm.',
    'conformance-steps: a request with display is answered as one without',
  ],
  'display-popup': [
    '`display=popup` does no harm.',
    'conformance-steps: a request with display is answered as one without',
  ],
  'prompt-login': [
    '`prompt=login` asks a person who is signed in again.',
    'authorization: prompt=login, prompt=select_account and max_age ask for a new sign-in, once',
  ],
  'prompt-none-not-logged-in': [
    '`prompt=none` with nobody signed in is answered `login_required`.',
    'authorization: nobody signed in: to the sign-in page, or login_required when asking is forbidden',
  ],
  'prompt-none-logged-in': [
    '`prompt=none` asks nothing of a person who is signed in.',
    'conformance-steps: prompt=none for a person who is signed in answers at once, of the same sign-in',
  ],
  'max-age-1': [
    '`max_age` over: the person signs in again, and `auth_time` is new.',
    'authorization: prompt=login, prompt=select_account and max_age ask for a new sign-in, once',
  ],
  'max-age-10000': [
    '`max_age` not over: nothing is asked, and `auth_time` is that of the sign-in.',
    'authorization: max_age is counted from the sign-in; the client’s default_max_age counts too',
  ],
  'ensure-request-with-unknown-parameter-succeeds': [
    'An unknown parameter is passed over.',
    'conformance-steps: a request with extra is answered as one without',
  ],
  'id-token-hint': [
    '`id_token_hint` of the person who is signed in, with `prompt=none`.',
    'authorization: an id_token_hint asks for this person and no other',
  ],
  'login-hint': [
    '`login_hint` does no harm.',
    'conformance-steps: a request with login_hint is answered as one without',
  ],
  'ui-locales': [
    '`ui_locales` does no harm.',
    'conformance-steps: a request with ui_locales is answered as one without',
  ],
  'claims-locales': [
    '`claims_locales` does no harm.',
    'conformance-steps: a request with claims_locales is answered as one without',
  ],
  'ensure-request-with-acr-values-succeeds': [
    '`acr_values` does no harm; an ID token without `acr` is a warning.',
    'conformance-steps: a request with acr_values is answered as one without',
  ],
  codereuse: [
    'A code that was used is refused at once.',
    'authorization-code: a code used twice revokes what its first use issued',
  ],
  'codereuse-30seconds': [
    'A code that was used is refused later, and ends the tokens of its first use.',
    'authorization-code: a code used twice revokes what its first use issued',
  ],
  'ensure-registered-redirect-uri': [
    'A redirect URI that is not registered gets a page, no redirect.',
    ONLY_REGISTERED,
  ],
  'ensure-post-request-succeeds': [
    'The request may come by POST.',
    'authorization: a request posted from the client’s site, without cookies, goes on in the same browser',
  ],
  'server-client-secret-post': [
    'The secret in the form.',
    'client-authentication-methods: the right secret gets a token, a wrong one does not',
  ],
  'request-uri-unsigned-supported-correctly-or-rejected-as-unsupported': [
    'A `request_uri` of an unsigned object is followed or refused.',
    'signed-messages: unsigned objects, and those signed by another key, are refused',
  ],
  'unsigned-request-object-supported-correctly-or-rejected-as-unsupported': [
    'An unsigned request object is followed or refused.',
    'signed-messages: unsigned objects, and those signed by another key, are refused',
  ],
  'claims-essential': [
    'A claim asked for by name as essential is in UserInfo.',
    'authorization-tokens: tells no more than the scopes give, and claims asked for by name',
  ],
  'ensure-request-object-with-redirect-uri': [
    'The redirect URI of the object counts, not the one beside it.',
    'signed-messages: what the object says counts, what stands beside it does not (RFC 9101 §6.3)',
  ],
  'refresh-token': [
    'Refreshing works, and for its own client alone.',
    'authorization-tokens: another client’s refresh token is worth nothing and is not spent',
  ],
  'refresh-token-rp-key-rotation': [
    'Refreshing works after the client changed its keys.',
    'jwks-client: a client registered by jwks_uri',
  ],
  'ensure-request-with-valid-pkce-succeeds': ['PKCE with S256.', FLOW],
  'ensure-redirect-uri-in-authorization-request': [
    'Without `redirect_uri` a client of two gets a page.',
    'authorization: without redirect_uri the only registered one serves, except for OpenID Connect',
  ],
  'redirect-uri-query-OK': [
    'A registered redirect URI may have a query, which is kept.',
    'authorization: response_mode fragment and form_post; a registered query is kept',
  ],
  'redirect-uri-query-mismatch': ['Another query than the registered one gets a page.', ONLY_REGISTERED],
  'redirect-uri-query-added': ['A query that is not registered gets a page.', ONLY_REGISTERED],
  'redirect-uri-regfrag': [
    'A redirect URI with a fragment is refused at registration.',
    'redirect-uri: what cannot be registered says why',
  ],
  'registration-logo-uri': ['The sign-in page shows the client’s logo.', INTRODUCED],
  'registration-policy-uri': ['The sign-in page leads to the client’s policy.', INTRODUCED],
  'registration-tos-uri': ['The sign-in page leads to the client’s terms.', INTRODUCED],
  'registration-jwks-uri': [
    'A client may register its keys by address.',
    'jwks-client: a client registered by jwks_uri',
  ],
  'registration-sector-uri': [
    '`sector_identifier_uri` is honoured; skipped where there was no `pairwise` yet.',
    SECTOR,
  ],
  'registration-sector-bad': [
    '`sector_identifier_uri` without the redirect URI is refused; skipped where there was no `pairwise` yet.',
    SECTOR,
  ],
  'server-rotate-keys': [
    'After a rotation the new key is published, and the one before is still.',
    'command-line: keys rotate: the server signs with the next key and still verifies the last',
  ],
  'request-uri-unsigned': [
    'A `request_uri` of an unsigned object is followed; skipped where `none` is not offered.',
    'signed-messages: unsigned objects, and those signed by another key, are refused',
  ],
  'request-uri-signed-rs256': [
    'A `request_uri` of an object signed with RS256 is followed.',
    'signed-messages: by reference, from a registered URI alone',
  ],
  'ensure-client-assertion-with-iss-aud-succeeds': [
    'An assertion may name the issuer.',
    'client-assertion: an assertion by the registered key authenticates, for the issuer or for the endpoint',
  ],
  '3rd_party-init-login': [
    '`initiate_login_uri` is registered, shown, and shown again when it is read.',
    'registration-defaults: initiate_login_uri is kept and shown',
  ],
  '3rd_party-init-login-nohttps': ['`initiate_login_uri` over http is refused.', REFUSED_BY_NAME],
});

const LED_BACK = 'logout: only what is registered for the client is gone to, character by character';
const ASKED = 'logout: without an ID token the person is asked, and may stay';
const UNVERIFIED = 'ways-on: a logout whose hint cannot be verified is refused, and can be asked for';

/** The plans of the two logouts. */
export const LOGOUT: readonly Module[] = modulesOf('oidcc-', {
  'rp-initiated-logout-discovery-endpoint-verification': [
    'The metadata has `end_session_endpoint`.',
    'authorization: discovery says what is there',
  ],
  'rp-initiated-logout': [
    'Signing out ends the session, and the browser goes back with the state.',
    'logout: with an ID token of the person it is done at once, and the browser goes back with the state',
  ],
  'rp-initiated-logout-bad-post-logout-redirect-uri': [
    'An address that is not registered is not gone to.',
    LED_BACK,
  ],
  'rp-initiated-logout-query-added-to-post-logout-redirect-uri': [
    'Nor is a registered one with another query.',
    LED_BACK,
  ],
  'rp-initiated-logout-modified-id-token-hint': ['A hint made unsigned leads nowhere.', UNVERIFIED],
  'rp-initiated-logout-bad-id-token-hint': ['A hint signed by somebody else leads nowhere.', UNVERIFIED],
  'rp-initiated-logout-no-id-token-hint': ['Without a hint nobody is led to another site unasked.', ASKED],
  'rp-initiated-logout-no-params': ['Without parameters the person is signed out, after a question.', ASKED],
  'rp-initiated-logout-no-post-logout-redirect-uri': [
    'Without an address to go to the person is signed out and told so.',
    'logout: an ID token that has expired will do',
  ],
  'rp-initiated-logout-no-state': [
    'Without a state the browser goes back without one.',
    'logout: who is signed out already goes back all the same',
  ],
  'rp-initiated-logout-only-state': ['With a state alone the person is signed out, after a question.', ASKED],
  'backchannel-logout-discovery-endpoint-verification': [
    'The metadata says that back-channel logout is there.',
    'authorization: discovery says what is there',
  ],
  'backchannel-rp-initiated-logout': [
    'Signing out tells the client by a logout token.',
    'logout: every client of the session is told by a logout token',
  ],
});
