import { CONTENT_ENCRYPTION_ALGORITHMS, KEY_MANAGEMENT_ALGORITHMS } from '../../client/client-encryption.ts';
import { CLIENT_SIGNING_ALGORITHMS } from '../../client/client-signing-algorithms.ts';
import { URI_RULES, uriProblem } from '../../client/client-uri.ts';
import { type ClientLifetime, LONGEST_LIFETIMES } from '../../client/longest-lifetimes.ts';
import { responseTypeOf } from '../../client/response-type.ts';
import { usesClientSecret } from '../../client/token-endpoint-auth-method.ts';
import { ownMember } from '../../own-member.ts';
import { quoted } from '../finding.ts';
import { secretIn } from './authentication.ts';
import {
  type Reading,
  said,
  type Verdict,
  type Written,
  type Wso2Field,
  whenAsked,
  whenTrue,
} from './field.ts';
import { asUri } from './provider-fields.ts';

/** A lifetime in seconds; one that is longer than any can be, or has no end, is the longest. */
const lifetime =
  (member: ClientLifetime, ours: string = member) =>
  ({ text = '' }: Written): Verdict | undefined => {
    if (text === '0') return undefined;
    const longest = LONGEST_LIFETIMES[member];
    if (/^[1-9]\d{0,9}$/.test(text) && Number(text) <= longest) return { metadata: { [ours]: Number(text) } };
    return {
      outcome: 'changed',
      why: `${text} there; ${longest} is the longest.`,
      metadata: { [ours]: longest },
    };
  };

const SIGNATURES: Readonly<Record<string, string>> = {
  SHA256withRSA: 'RS256',
  SHA256withPS: 'PS256',
  SHA256withEC: 'ES256',
  SHA256withECDSA: 'ES256',
};
const SIGNED_BY_US: readonly string[] = ['RS256', 'PS256', 'ES256', 'EdDSA'];

const noSuch = (text: string, known: readonly string[]): Verdict => ({
  outcome: 'lost',
  why: `${JSON.stringify(text)} is none of ${known.join(', ')}.`,
});

/** One of the algorithms that this server knows for a member. */
const oneOf =
  (ours: string, known: readonly string[]) =>
  ({ text = '' }: Written): Verdict => {
    const name = ownMember(SIGNATURES, text) ?? text;
    return known.includes(name) ? { metadata: { [ours]: name } } : noSuch(text, known);
  };

const isKeyManagement = (alg: string | undefined): boolean =>
  KEY_MANAGEMENT_ALGORITHMS.some((known) => known === alg);

/** The algorithms of encrypted ID tokens, where encryption is switched on; `enc` says nothing without its `alg`. */
const ofEncryption =
  (ours: string, known: readonly string[]) =>
  (written: Written, { oauth }: Reading): Verdict | undefined => {
    if (oauth('idTokenEncryptionEnabled') !== 'true') return undefined;
    const verdict = oneOf(ours, known)(written);
    return isKeyManagement(oauth('idTokenEncryptionAlgorithm'))
      ? verdict
      : { ...verdict, metadata: {}, outcome: 'lost' };
  };

function secret({ text }: Written, { authentication, answer }: Reading): Verdict | undefined {
  const isHeld = secretIn(text) !== undefined;
  if (authentication.kind === 'unknown') return undefined;
  const { method } = authentication;
  if (usesClientSecret(method)) {
    if (answer?.client_secret !== undefined) return { outcome: 'changed', why: 'That of the answers.' };
    return isHeld ? {} : { outcome: 'asked', why: 'Masked: answer with client_secret.' };
  }
  if (!isHeld) return undefined;
  return {
    outcome: 'lost',
    why: `Not taken: the client proves itself by ${method} alone. Answered with client_secret_basic it is kept.`,
  };
}

function grants(_: Written, { grants: { kept, lost }, redirects }: Reading): Verdict {
  const metadata = {
    grant_types: kept,
    ...(kept.includes('urn:openid:params:grant-type:ciba') && { backchannel_token_delivery_mode: 'poll' }),
  };
  if (lost.length === 0) return { metadata };
  const because = lost.map((each) => `${each.grant_type} (${each.because})`).join(', ');
  const waits =
    redirects.outcome === 'asked' && lost.some(({ grant_type }) => grant_type === 'authorization_code');
  return { outcome: waits ? 'asked' : 'lost', why: `Without ${because}.`, metadata };
}

/** The callbacks, for a client of which a grant needs one; WSO2 sends people there after signing out too. */
function callbacks({ all }: Written, { redirects, oauth }: Reading): Verdict | undefined {
  if (all.length === 0 && redirects.uris.length === 0) return undefined;
  const written = oauth('grantTypes') ?? '';
  if (!/\b(authorization_code|implicit)\b/.test(written)) {
    return { outcome: 'lost', why: 'No grant of the client uses it.' };
  }
  const { uris, plain_http, outcome, why } = redirects;
  return {
    outcome,
    why,
    metadata:
      uris.length === 0
        ? {}
        : {
            redirect_uris: uris,
            post_logout_redirect_uris: uris,
            ...(plain_http.length > 0 && { plain_http_redirect_uris: plain_http }),
          },
  };
}

/** Response types of the hybrid flow; none of them answers with an access token here. */
function hybrid({ text = '' }: Written, { oauth, grants: { kept } }: Reading): Verdict | undefined {
  if (oauth('hybridFlowEnabled') !== 'true' || !kept.includes('authorization_code')) return undefined;
  const names = text.split(',').map((name) => name.trim());
  const known = names.flatMap((name) => responseTypeOf(name) ?? []);
  const others = names.filter((name) => responseTypeOf(name) === undefined);
  return {
    metadata: { response_types: [...new Set(['code', ...known])] },
    ...(others.length > 0 && {
      outcome: 'lost',
      why: `Not ${quoted(others)}: no access token travels in an address.`,
    }),
  };
}

/** How long a refresh token lives: each is replaced by a new one with a new end, or one token has one end. */
function refresh(written: Written, { oauth }: Reading): Verdict | undefined {
  if (oauth('renewRefreshTokenEnabled') === 'false') {
    return lifetime('refresh_token_lifetime')(written);
  }
  const verdict = lifetime('refresh_token_idle_lifetime')(written);
  return (
    verdict && {
      outcome: 'changed',
      ours: 'refresh_token_idle_lifetime',
      why: 'How long a refresh token lives that is not used. A sign-in ends with [oauth] refresh_token_lifetime, however often it is used.',
      ...verdict,
    }
  );
}

function ownTokens(written: Written, { oauth, grants: { kept } }: Reading): Verdict | undefined {
  if (!kept.includes('client_credentials') || written.text === oauth('userAccessTokenExpiryTime'))
    return undefined;
  return lifetime('access_token_lifetime', 'client_credentials_token_lifetime')(written);
}

function binding({ text = '' }: Written): Verdict | undefined {
  if (text === 'None') return undefined;
  if (text === 'certificate') return { metadata: { tls_client_certificate_bound_access_tokens: true } };
  if (text === 'DPoP')
    return { ours: 'dpop_bound_access_tokens', metadata: { dpop_bound_access_tokens: true } };
  return { outcome: 'lost', why: `Tokens are not bound by ${quoted([text])}.` };
}

function subjectDn(_: Written, { authentication }: Reading): Verdict {
  if (authentication.kind === 'known' && authentication.method === 'tls_client_auth') {
    return {
      outcome: 'changed',
      why: 'Any certificate of this name from the authority is taken, as it was answered.',
    };
  }
  return {
    outcome: 'lost',
    ours: 'certificates',
    why: 'WSO2 asks for the certificate and its name; the certificate itself, which has that name, decides here.',
  };
}

/** The scopes of OpenID Connect, and of refresh tokens, that a client of people may ask for. */
const SIGN_IN_SCOPE = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access'];

function scopes(_: Written, { settings, grants: { kept } }: Reading): Verdict {
  const ofPeople = kept.some((grant) => grant !== 'client_credentials' && grant !== 'refresh_token');
  const own = (settings.scope ?? '').split(/[\s,]+/).filter((scope) => scope !== '');
  const scope = [...new Set([...(ofPeople ? SIGN_IN_SCOPE : []), ...own])].join(' ');
  return {
    ...(own.length > 0 && { why: `As --set scope says: ${own.join(' ')}.` }),
    metadata: scope === '' ? {} : { scope },
  };
}

/** The fields of an OAuth application. */
export const OAUTH_FIELDS: readonly Wso2Field[] = [
  {
    of: 'oauth',
    field: 'oauthConsumerKey',
    rest: 'clientId',
    ours: 'client_id',
    outcome: 'same',
    why: 'Kept as it is.',
    judge: said,
  },
  {
    of: 'oauth',
    field: 'tokenEndpointAuthMethod',
    rest: 'clientAuthentication.tokenEndpointAuthMethod',
    ours: 'token_endpoint_auth_method',
    outcome: 'changed',
    why: 'One method a client. A certificate or JWKS URI makes it self_signed_tls_client_auth, which WSO2 calls tls_client_auth; before 7 the method is not stored.',
    always: true,
    judge: (_, { authentication }) => {
      const { why } = authentication;
      if (authentication.kind === 'unknown') return { outcome: 'asked', ours: authentication.ours, why };
      return { outcome: authentication.outcome, why, metadata: authentication.metadata };
    },
  },
  {
    of: 'oauth',
    field: 'oauthConsumerSecret',
    rest: 'clientSecret',
    ours: 'client_secret',
    outcome: 'same',
    why: 'Kept where the method uses it. Absent, null and masked ones are asked for only there.',
    judge: secret,
  },
  {
    of: 'oauth',
    field: 'tlsClientAuthSubjectDN',
    rest: 'clientAuthentication.tlsClientAuthSubjectDn',
    ours: 'tls_client_auth_subject_dn',
    outcome: 'lost',
    why: 'WSO2 asks for certificate and name; the certificate decides here. By the name alone every certificate of that name would get in: that is answered for with token_endpoint_auth_method tls_client_auth and an authority.',
    judge: subjectDn,
  },
  {
    of: 'oauth',
    field: 'bypassClientCredentials',
    rest: 'publicClient',
    ours: 'token_endpoint_auth_method',
    outcome: 'same',
    why: 'A public client: none.',
    judge: whenTrue(),
  },
  {
    of: 'oauth',
    field: 'grantTypes',
    rest: 'grantTypes',
    list: true,
    ours: 'grant_types',
    outcome: 'same',
    why: 'Those that this server has.',
    judge: grants,
  },
  {
    of: 'oauth',
    field: 'callbackUrl',
    rest: 'callbackURLs',
    list: true,
    always: true,
    ours: 'redirect_uris',
    outcome: 'same',
    why: 'Compared exactly, and also where people are sent after signing out. regexp= of fixed addresses becomes these; of many it is refused unless redirect_uris are answered. Plain http to another machine is taken where accept_redirect_uris has it.',
    judge: callbacks,
  },
  {
    of: 'oauth',
    field: 'hybridFlowResponseType',
    rest: 'hybridFlow.responseType',
    ours: 'response_types',
    outcome: 'same',
    why: 'code id_token, where the hybrid flow is on.',
    judge: hybrid,
  },
  {
    of: 'oauth',
    field: 'scope',
    always: true,
    ours: 'scope',
    outcome: 'changed',
    why: 'WSO2 gives any scope that is asked for, and its files name none. Here a client has those of OpenID Connect where people sign in, and those of --set scope.',
    judge: scopes,
  },
  {
    of: 'oauth',
    field: 'scopeValidators',
    xml: 'scopeValidators.scopeValidator',
    rest: 'scopeValidators',
    list: true,
    outcome: 'lost',
    why: 'Scopes are judged by registration, consent and claim rules alone.',
    judge: ({ all }) => ({ why: `${quoted(all)}: scopes are not judged by roles or policies here.` }),
  },
  {
    of: 'oauth',
    field: 'pkceMandatory',
    rest: 'pkce.mandatory',
    ours: 'require_pkce',
    outcome: 'same',
    why: 'Authorization requests need a code challenge.',
    judge: whenTrue({ require_pkce: true }),
  },
  {
    of: 'oauth',
    field: 'pkceSupportPlain',
    rest: 'pkce.supportPlainTransformAlgorithm',
    outcome: 'lost',
    why: 'plain is not offered: the client must send S256 where it sends a code challenge (RFC 7636 §4.2).',
    judge: whenTrue(),
  },
  {
    of: 'oauth',
    field: 'state',
    rest: 'state',
    ours: 'enabled',
    outcome: 'same',
    why: 'One that is revoked comes over disabled.',
    judge: ({ text }) =>
      text === 'ACTIVE' ? undefined : { why: `${quoted([text ?? ''])}: it comes over disabled.` },
  },
  {
    of: 'oauth',
    field: 'userAccessTokenExpiryTime',
    rest: 'accessToken.userAccessTokenExpiryInSeconds',
    ours: 'access_token_lifetime',
    outcome: 'same',
    why: 'Seconds.',
    judge: lifetime('access_token_lifetime'),
  },
  {
    of: 'oauth',
    field: 'applicationAccessTokenExpiryTime',
    rest: 'accessToken.applicationAccessTokenExpiryInSeconds',
    ours: 'client_credentials_token_lifetime',
    outcome: 'same',
    why: 'Seconds, where they are others than those of people.',
    judge: ownTokens,
  },
  {
    of: 'oauth',
    field: 'refreshTokenExpiryTime',
    rest: 'refreshToken.expiryInSeconds',
    ours: 'refresh_token_lifetime',
    outcome: 'same',
    why: 'Seconds. Where each use gives a new one, how long one lives that is not used: refresh_token_idle_lifetime.',
    judge: refresh,
  },
  {
    of: 'oauth',
    field: 'renewRefreshTokenEnabled',
    rest: 'refreshToken.renewRefreshToken',
    outcome: 'changed',
    why: 'Refresh tokens bound to their client are not replaced by their use, unbound ones are ([oauth] refresh_token_rotation).',
    judge: ({ text }, { authentication }) => {
      const isBound = authentication.kind === 'known' && authentication.method !== 'none';
      return text === 'false' && isBound ? { outcome: 'same', why: 'Not replaced by its use.' } : {};
    },
  },
  {
    of: 'oauth',
    field: 'idTokenExpiryTime',
    rest: 'idToken.expiryInSeconds',
    ours: 'id_token_lifetime',
    outcome: 'same',
    why: 'Seconds.',
    judge: lifetime('id_token_lifetime'),
  },
  {
    of: 'oauth',
    field: 'audiences',
    xml: 'audiences.audience',
    rest: 'idToken.audience',
    list: true,
    outcome: 'lost',
    why: 'An ID token is for its client alone (OIDC Core §2). For audiences of access tokens register scope_audiences (client-tokens.md).',
    judge: ({ all }) => ({
      why: `${quoted(all)}: an ID token is for its client alone (OIDC Core §2). For audiences of access tokens register scope_audiences.`,
    }),
  },
  {
    of: 'oauth',
    field: 'idTokenSignatureAlgorithm',
    rest: 'idToken.idTokenSignedResponseAlg',
    ours: 'id_token_signed_response_alg',
    outcome: 'same',
    why: 'RS256 where nothing is said.',
    judge: oneOf('id_token_signed_response_alg', SIGNED_BY_US),
  },
  {
    of: 'oauth',
    field: 'idTokenEncryptionAlgorithm',
    rest: 'idToken.encryption.algorithm',
    ours: 'id_token_encrypted_response_alg',
    outcome: 'same',
    why: 'Where encryption is on; null as text is nothing.',
    judge: ofEncryption('id_token_encrypted_response_alg', KEY_MANAGEMENT_ALGORITHMS),
  },
  {
    of: 'oauth',
    field: 'idTokenEncryptionMethod',
    rest: 'idToken.encryption.method',
    ours: 'id_token_encrypted_response_enc',
    outcome: 'same',
    why: 'Where encryption is on; null as text is nothing.',
    judge: ofEncryption('id_token_encrypted_response_enc', CONTENT_ENCRYPTION_ALGORITHMS),
  },
  {
    of: 'oauth',
    field: 'requestObjectSignatureValidationEnabled',
    rest: 'validateRequestObjectSignature',
    outcome: 'same',
    why: 'Request objects are always verified, by the keys of the client.',
    judge: whenTrue(),
  },
  {
    of: 'oauth',
    field: 'requestObjectSignatureAlgorithm',
    rest: 'requestObject.requestObjectSigningAlg',
    ours: 'request_object_signing_alg',
    outcome: 'same',
    why: 'The one algorithm of its request objects.',
    judge: oneOf('request_object_signing_alg', CLIENT_SIGNING_ALGORITHMS),
  },
  {
    of: 'oauth',
    field: 'requestObjectEncryptionAlgorithm',
    rest: 'requestObject.encryption.algorithm',
    ours: 'request_object_encryption_alg',
    outcome: 'same',
    why: 'What its request objects may be encrypted with.',
    judge: oneOf('request_object_encryption_alg', KEY_MANAGEMENT_ALGORITHMS),
  },
  {
    of: 'oauth',
    field: 'requestObjectEncryptionMethod',
    rest: 'requestObject.encryption.method',
    ours: 'request_object_encryption_enc',
    outcome: 'same',
    why: 'What its request objects may be encrypted with.',
    judge: (written, { oauth }) =>
      isKeyManagement(oauth('requestObjectEncryptionAlgorithm'))
        ? oneOf('request_object_encryption_enc', CONTENT_ENCRYPTION_ALGORITHMS)(written)
        : { outcome: 'lost' },
  },
  {
    of: 'oauth',
    field: 'tokenEndpointAuthSignatureAlgorithm',
    rest: 'clientAuthentication.tokenEndpointAuthSigningAlg',
    ours: 'token_endpoint_auth_signing_alg',
    outcome: 'same',
    why: 'The one algorithm of its assertions.',
    judge: (written, { authentication }) =>
      authentication.kind === 'known' && authentication.method === 'private_key_jwt'
        ? oneOf('token_endpoint_auth_signing_alg', CLIENT_SIGNING_ALGORITHMS)(written)
        : undefined,
  },
  {
    of: 'oauth',
    field: 'tokenEndpointAllowReusePvtKeyJwt',
    rest: 'clientAuthentication.tokenEndpointAllowReusePvtKeyJwt',
    outcome: 'lost',
    why: 'An assertion counts once (RFC 7523 §3).',
    judge: whenTrue(),
  },
  {
    of: 'oauth',
    field: 'backChannelLogoutUrl',
    rest: 'logout.backChannelLogoutUrl',
    ours: 'backchannel_logout_uri',
    outcome: 'same',
    why: 'Told when a session ends.',
    judge: asUri('backchannel_logout_uri'),
  },
  {
    of: 'oauth',
    field: 'frontchannelLogoutUrl',
    rest: 'logout.frontChannelLogoutUrl',
    outcome: 'lost',
    why: 'Front-channel logout is not there; use backchannel_logout_uri.',
    judge: said,
  },
  {
    of: 'oauth',
    field: 'tokenType',
    rest: 'accessToken.type',
    ours: 'access_token_type',
    outcome: 'same',
    why: 'JWT is jwt (RFC 9068); Default and Opaque are reference, which resource servers introspect.',
    judge: ({ text = '' }) => {
      if (text === 'JWT') return { metadata: { access_token_type: 'jwt' } };
      const known = ['Default', 'Opaque'].includes(text);
      return {
        ...(known
          ? {}
          : { outcome: 'changed' as const, why: `${quoted([text])} becomes reference, an opaque token.` }),
        metadata: { access_token_type: 'reference' },
      };
    },
  },
  {
    of: 'oauth',
    field: 'tokenBindingType',
    rest: 'accessToken.bindingType',
    ours: 'tls_client_certificate_bound_access_tokens',
    outcome: 'same',
    why: 'certificate is this, DPoP is dpop_bound_access_tokens; bindings to browsers and sessions are lost.',
    judge: binding,
  },
  {
    of: 'oauth',
    field: 'tlsClientCertificateBoundAccessTokens',
    ours: 'tls_client_certificate_bound_access_tokens',
    outcome: 'same',
    why: 'Otherwise tokens are bound to the certificate that comes.',
    judge: whenTrue({ tls_client_certificate_bound_access_tokens: true }),
  },
  {
    of: 'oauth',
    field: 'tokenBindingValidationEnabled',
    rest: 'accessToken.validateTokenBinding',
    outcome: 'same',
    why: 'A bound token is always held to its binding.',
    judge: whenTrue(),
  },
  {
    of: 'oauth',
    field: 'tokenRevocationWithIDPSessionTerminationEnabled',
    rest: 'accessToken.revokeTokensWhenIDPSessionTerminated',
    outcome: 'lost',
    why: 'Access tokens end with their time or their grant, not with the session of a browser.',
    judge: whenTrue(),
  },
  {
    of: 'oauth',
    field: 'requirePushedAuthorizationRequests',
    rest: 'pushAuthorizationRequest.requirePushAuthorizationRequest',
    ours: 'require_pushed_authorization_requests',
    outcome: 'same',
    why: 'RFC 9126 §6.',
    judge: whenTrue({ require_pushed_authorization_requests: true }),
  },
  {
    of: 'oauth',
    field: 'subjectType',
    rest: 'subject.subjectType',
    ours: 'subject_type',
    outcome: 'changed',
    why: 'public is the same; with pairwise everybody’s sub is another one than there.',
    judge: ({ text }) => (text === 'pairwise' ? { metadata: { subject_type: 'pairwise' } } : undefined),
  },
  {
    of: 'oauth',
    field: 'sectorIdentifierURI',
    rest: 'subject.sectorIdentifierUri',
    ours: 'sector_identifier_uri',
    outcome: 'same',
    why: 'Whose redirect URIs share pairwise subjects.',
    judge: asUri('sector_identifier_uri'),
  },
  {
    of: 'oauth',
    field: 'fapiConformanceEnabled',
    rest: 'isFAPIApplication',
    outcome: 'lost',
    why: 'Register a profile, such as fapi1-advanced (profiles.md), once the client holds to it.',
    judge: whenTrue(),
  },
  {
    of: 'oauth',
    field: 'subjectTokenEnabled',
    rest: 'subjectToken.enable',
    outcome: 'lost',
    why: 'Nobody gives out tokens to act as others; see token exchange (grants.md).',
    judge: whenTrue(),
  },
  {
    of: 'oauth',
    field: 'accessTokenClaims',
    rest: 'accessToken.accessTokenAttributes',
    whole: true,
    outcome: 'lost',
    why: 'Make claim rules with the destination access_token (claims.md).',
    judge: ({ all }) => ({
      why: `${quoted(all)}: make claim rules with the destination access_token (claims.md).`,
    }),
  },
  {
    of: 'oauth',
    field: 'allowedOrigins',
    rest: 'allowedOrigins',
    list: true,
    ours: 'allowed_cors_origins',
    outcome: 'same',
    why: 'Whose scripts may speak for the client; in no file but those of the REST API.',
    judge: ({ all }) => {
      const taken = all.filter((origin) => uriProblem(origin, URI_RULES.allowed_cors_origins) === undefined);
      const others = all.filter((origin) => !taken.includes(origin));
      return {
        ...(others.length > 0 && {
          outcome: 'lost' as const,
          why: `Not ${quoted(others)}: no origin, or plain http.`,
        }),
        metadata: taken.length > 0 ? { allowed_cors_origins: taken } : {},
      };
    },
  },
  {
    of: 'oauth',
    field: 'oauthVersion',
    outcome: 'lost',
    why: 'OAuth 1.0a is not there.',
    judge: ({ text }) => (text === 'OAuth-2.0' ? undefined : {}),
  },
  {
    of: 'oauth',
    field: 'appOwner',
    whole: true,
    outcome: 'lost',
    why: 'Clients belong to the operator.',
    judge: whenAsked,
  },
];

/** What says nothing of its own, or only with another field. */
export const SILENT_OF_OAUTH: readonly string[] = [
  'applicationName',
  'hybridFlowEnabled',
  'hybridFlow',
  'idTokenEncryptionEnabled',
  'idToken.encryption',
  'subjectTokenExpiryTime',
  'subjectToken.applicationSubjectTokenExpiryInSeconds',
];
