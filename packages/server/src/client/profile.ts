import { X509Certificate } from 'node:crypto';
import type { ClientMetadata } from './client-metadata.ts';
import { isFrontChannel } from './response-type.ts';

export type Profile = NonNullable<ClientMetadata['profile']>;

/** A client, as far as its profile is concerned. */
export type Profiled = { readonly profile?: Profile | undefined };

/** What a profile asks of this server at run time. */
export type ProfileRule =
  | 'pushed_request'
  | 'redirect_uri_named'
  | 'pkce'
  | 'pkce_when_pushed'
  | 'nonce_or_state'
  | 'scope_named'
  | 'request_object'
  | 'jwt_response'
  | 'sender_constraint'
  | 'certificate_constraint'
  | 'dpop_nonce'
  | 'client_authentication'
  | 'assertion_audience'
  | 'code_lifetime'
  | 'no_refresh_token_rotation';

const FAPI2 = 'FAPI 2.0 Security Profile';
const MESSAGE_SIGNING = 'FAPI 2.0 Message Signing';
const FAPI1 = 'FAPI 1.0 Advanced';
const BASELINE = 'FAPI 1.0 Baseline';

const SECURITY_CLAUSES = {
  pushed_request: `${FAPI2} §5.3.2.2-3`,
  redirect_uri_named: `${FAPI2} §5.3.2.2-6`,
  pkce: `${FAPI2} §5.3.2.2-5`,
  client_authentication: `${FAPI2} §5.3.2.1-6`,
  assertion_audience: `${FAPI2} §5.3.2.1-8`,
  sender_constraint: `${FAPI2} §5.3.2.1-4`,
  dpop_nonce: `${FAPI2} §5.3.2.1-10`,
  code_lifetime: `${FAPI2} §5.3.2.1-11`,
  no_refresh_token_rotation: `${FAPI2} §5.3.2.1-9`,
} as const;

/** The rules of each profile, each with the clause it comes from. */
const CLAUSES: Readonly<Record<Profile, Readonly<Partial<Record<ProfileRule, string>>>>> = {
  'fapi2-security': SECURITY_CLAUSES,
  'fapi2-message-signing': {
    ...SECURITY_CLAUSES,
    request_object: `${MESSAGE_SIGNING} §5.3.1-1`,
    jwt_response: `${MESSAGE_SIGNING} §5.4.1-1`,
  },
  'fapi1-advanced': {
    request_object: `${FAPI1} §5.2.2-1`,
    jwt_response: `${FAPI1} §5.2.2-2`,
    client_authentication: `${FAPI1} §5.2.2-14`,
    certificate_constraint: `${FAPI1} §5.2.2-5`,
    pkce_when_pushed: `${FAPI1} §5.2.2-18`,
    redirect_uri_named: `${BASELINE} §5.2.2-9`,
    nonce_or_state: `${BASELINE} §5.2.2.2 and §5.2.2.3`,
    scope_named: `${FAPI1} §5.2.3-8`,
  },
};

/** The clause that makes `rule` hold for a client, undefined when it does not. */
export function clauseOf({ profile }: Profiled, rule: ProfileRule): string | undefined {
  return profile === undefined ? undefined : CLAUSES[profile][rule];
}

/** Most seconds a code may live (FAPI 2.0 §5.3.2.1-11). */
export const PROFILE_CODE_LIFETIME = 60;

/** The algorithms of a client's own JWTs and of those made for it (RFC 7518 §3.1). */
const ALGORITHMS: Readonly<Record<Profile, { readonly of: readonly string[]; readonly clause: string }>> = {
  'fapi2-security': { of: ['PS256', 'ES256', 'EdDSA', 'Ed25519'], clause: `${FAPI2} §5.4.1-1` },
  'fapi2-message-signing': { of: ['PS256', 'ES256', 'EdDSA', 'Ed25519'], clause: `${FAPI2} §5.4.1-1` },
  'fapi1-advanced': { of: ['PS256', 'ES256'], clause: `${FAPI1} §8.6` },
};

/** Those of `algorithms` that the client's profile allows. */
export function allowedAlgorithms<Algorithm extends string>(
  { profile }: Profiled,
  algorithms: readonly Algorithm[],
): readonly Algorithm[] {
  return profile === undefined
    ? algorithms
    : algorithms.filter((algorithm) => ALGORITHMS[profile].of.includes(algorithm));
}

const CERTIFICATE_METHODS = ['tls_client_auth', 'self_signed_tls_client_auth'];

const ALGORITHM_FIELDS = [
  'token_endpoint_auth_signing_alg',
  'request_object_signing_alg',
  'backchannel_authentication_request_signing_alg',
  'id_token_signed_response_alg',
  'userinfo_signed_response_alg',
  'introspection_signed_response_alg',
  'authorization_signed_response_alg',
] as const;

/** Metadata at odds with a profile. */
export type ProfileProblem = { readonly field: keyof ClientMetadata; readonly message: string };

/** Fewest bits of keys (FAPI 2.0 §5.4.1-2 and -3; RFC 7518 §3.3). */
const FEWEST_BITS = { rsa: 2048, ec: 224 };

function weakCertificate(pem: string): string | undefined {
  const { publicKey } = new X509Certificate(pem);
  const { modulusLength, namedCurve } = publicKey.asymmetricKeyDetails ?? {};
  if (modulusLength !== undefined && modulusLength < FEWEST_BITS.rsa) {
    return `has an RSA key of ${modulusLength} bits; ${FEWEST_BITS.rsa} are the fewest (${FAPI2} §5.4.1-2)`;
  }
  const bits = Number(/\d{3}/.exec(namedCurve ?? '')?.[0] ?? FEWEST_BITS.ec);
  if (bits >= FEWEST_BITS.ec) return undefined;
  return `has a key on ${namedCurve}; ${FEWEST_BITS.ec} bits are the fewest (${FAPI2} §5.4.1-3)`;
}

/** What every FAPI profile asks of how a client proves itself. */
function authenticationProblem(metadata: ClientMetadata, isFapi1: boolean): ProfileProblem | undefined {
  const { token_endpoint_auth_method: method } = metadata;
  if (method === 'none') {
    const clause = isFapi1 ? `${FAPI1} §5.2.2-16` : `${FAPI2} §5.3.2.1-3`;
    return { field: 'token_endpoint_auth_method', message: `none makes a public client (${clause})` };
  }
  if (![...CERTIFICATE_METHODS, 'private_key_jwt'].includes(method)) {
    const clause = isFapi1 ? `${FAPI1} §5.2.2-14` : `${FAPI2} §5.3.2.1-6`;
    return {
      field: 'token_endpoint_auth_method',
      message: `${method} is not one of ${CERTIFICATE_METHODS.join(', ')}, private_key_jwt (${clause})`,
    };
  }
  const weak = metadata.certificates.map(weakCertificate).find((problem) => problem !== undefined);
  return weak === undefined ? undefined : { field: 'certificates', message: weak };
}

function bindingProblem(metadata: ClientMetadata, isFapi1: boolean): ProfileProblem | undefined {
  const { tls_client_certificate_bound_access_tokens: certificate, dpop_bound_access_tokens: key } = metadata;
  if (certificate !== false || (key && !isFapi1)) return undefined;
  return {
    field: 'tls_client_certificate_bound_access_tokens',
    message: isFapi1
      ? `false leaves tokens unbound to the certificate (${FAPI1} §5.2.2-5)`
      : `false needs dpop_bound_access_tokens true: every token is sender-constrained (${FAPI2} §5.3.2.1-4)`,
  };
}

function algorithmProblem(metadata: ClientMetadata, profile: Profile): ProfileProblem | undefined {
  const { of, clause } = ALGORITHMS[profile];
  for (const field of ALGORITHM_FIELDS) {
    const algorithm = metadata[field];
    if (algorithm !== undefined && !of.includes(algorithm)) {
      return { field, message: `${algorithm} is not one of ${of.join(', ')} (${clause})` };
    }
  }
  return undefined;
}

function redirectProblem(metadata: ClientMetadata, isFapi1: boolean): ProfileProblem | undefined {
  const { redirect_uris, application_type } = metadata;
  // Registration lets no http in but loopback; a native application alone may have that here.
  const plain = redirect_uris.find(
    (uri) => /^http:/i.test(uri) && (isFapi1 || application_type !== 'native'),
  );
  if (plain === undefined) return undefined;
  const clause = isFapi1 ? `${BASELINE} §5.2.2-20` : `${FAPI2} §5.3.2.2-8`;
  return { field: 'redirect_uris', message: `${JSON.stringify(plain)} is not https (${clause})` };
}

function signingProblem(metadata: ClientMetadata): ProfileProblem | undefined {
  const { jwks, jwks_uri, response_modes } = metadata;
  const clause = clauseOf(metadata, 'request_object');
  if (clause !== undefined && jwks === undefined && jwks_uri === undefined) {
    return { field: 'jwks', message: `or jwks_uri is needed for the keys of request objects (${clause})` };
  }
  const jarm = clauseOf(metadata, 'jwt_response');
  // The answers of the hybrid flow are signed by their ID token.
  const isSigned = jarm === undefined || metadata.response_types.some(isFrontChannel);
  const unsigned = isSigned ? undefined : response_modes?.find((mode) => !mode.endsWith('jwt'));
  return unsigned === undefined
    ? undefined
    : { field: 'response_modes', message: `${unsigned} is not signed (${jarm})` };
}

function responseTypeProblem(
  { response_types }: ClientMetadata,
  isFapi1: boolean,
): ProfileProblem | undefined {
  const other = isFapi1 ? undefined : response_types.find(isFrontChannel);
  return other === undefined
    ? undefined
    : { field: 'response_types', message: `${other} is not code (${FAPI2} §5.3.2.2-1)` };
}

/**
 * What of a client's metadata its profile forbids: FAPI 2.0 Security Profile, FAPI 2.0 Message Signing and FAPI 1.0
 * Advanced, as far as registration shows it.
 * @returns the first problem, with the clause; undefined when there is none or no profile
 */
export function profileProblem(metadata: ClientMetadata): ProfileProblem | undefined {
  const { profile, grant_types } = metadata;
  if (profile === undefined) return undefined;
  const isFapi1 = profile === 'fapi1-advanced';
  if (grant_types.includes('password')) {
    return { field: 'grant_types', message: `password is not allowed (${FAPI2} §5.3.2.1-2)` };
  }
  return (
    authenticationProblem(metadata, isFapi1) ??
    bindingProblem(metadata, isFapi1) ??
    algorithmProblem(metadata, profile) ??
    redirectProblem(metadata, isFapi1) ??
    responseTypeProblem(metadata, isFapi1) ??
    signingProblem(metadata)
  );
}
