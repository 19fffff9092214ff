import { X509Certificate } from 'node:crypto';
import type { ClientMetadata } from '../client-metadata.ts';
import { responseTypeOf } from '../response-type.ts';
import { BUNDLES } from './bundles.ts';
import type { Bundle } from './switches.ts';

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

/** A rule of registration: what of the metadata its bundle forbids. */
type Check = (metadata: ClientMetadata, bundle: Bundle) => ProfileProblem | undefined;

/** Fewest bits of keys (FAPI 2.0 §5.4.1-2 and -3; RFC 7518 §3.3). */
const FEWEST_BITS = { rsa: 2048, ec: 224 };
const KEY_CLAUSES = { rsa: 'FAPI 2.0 Security Profile §5.4.1-2', ec: 'FAPI 2.0 Security Profile §5.4.1-3' };

function weakCertificate(pem: string): string | undefined {
  const { publicKey } = new X509Certificate(pem);
  const { modulusLength, namedCurve } = publicKey.asymmetricKeyDetails ?? {};
  if (modulusLength !== undefined && modulusLength < FEWEST_BITS.rsa) {
    return `has an RSA key of ${modulusLength} bits; ${FEWEST_BITS.rsa} are the fewest (${KEY_CLAUSES.rsa})`;
  }
  const bits = Number(/\d{3}/.exec(namedCurve ?? '')?.[0] ?? FEWEST_BITS.ec);
  if (bits >= FEWEST_BITS.ec) return undefined;
  return `has a key on ${namedCurve}; ${FEWEST_BITS.ec} bits are the fewest (${KEY_CLAUSES.ec})`;
}

const password: Check = ({ grant_types }, { rules }) =>
  rules.no_password !== undefined && grant_types.includes('password')
    ? { field: 'grant_types', message: `password is not allowed (${rules.no_password})` }
    : undefined;

const authentication: Check = (metadata, bundle) => {
  const { token_endpoint_auth_method: method } = metadata;
  const { of, clause } = bundle.authentication;
  const field = 'token_endpoint_auth_method';
  if (method === 'none' && bundle.rules.confidential !== undefined) {
    return { field, message: `none makes a public client (${bundle.rules.confidential})` };
  }
  if (!of.includes(method)) return { field, message: `${method} is not one of ${of.join(', ')} (${clause})` };
  const weak = metadata.certificates.map(weakCertificate).find((problem) => problem !== undefined);
  return weak === undefined ? undefined : { field: 'certificates', message: weak };
};

const binding: Check = (metadata, { rules }) => {
  const { tls_client_certificate_bound_access_tokens: certificate, dpop_bound_access_tokens: key } = metadata;
  if (certificate !== false) return undefined;
  const field = 'tls_client_certificate_bound_access_tokens';
  if (rules.certificate_constraint !== undefined) {
    return {
      field,
      message: `false leaves tokens unbound to the certificate (${rules.certificate_constraint})`,
    };
  }
  return rules.sender_constraint === undefined || key
    ? undefined
    : {
        field,
        message: `false needs dpop_bound_access_tokens true: every token is sender-constrained (${rules.sender_constraint})`,
      };
};

const algorithms: Check = (metadata, bundle) => {
  const { of, clause } = bundle.algorithms;
  for (const field of ALGORITHM_FIELDS) {
    const algorithm = metadata[field];
    if (algorithm !== undefined && !of.includes(algorithm)) {
      return { field, message: `${algorithm} is not one of ${of.join(', ')} (${clause})` };
    }
  }
  return undefined;
};

const redirects: Check = (
  { redirect_uris, application_type },
  { loopback_redirect: { allowed, clause } },
) => {
  // Registration lets no http in but loopback; a native application alone may have that here.
  const plain = redirect_uris.find(
    (uri) => /^http:/i.test(uri) && !(allowed && application_type === 'native'),
  );
  return plain === undefined
    ? undefined
    : { field: 'redirect_uris', message: `${JSON.stringify(plain)} is not https (${clause})` };
};

const responseTypes: Check = ({ grant_types, response_types }, bundle) => {
  if (!grant_types.includes('authorization_code')) return undefined;
  const { of, clause } = bundle.response_types;
  const asked = response_types.length > 0 ? response_types : ['code'];
  const other = asked.find((each) => {
    const response_type = responseTypeOf(each);
    return response_type === undefined || !of.includes(response_type);
  });
  return other === undefined
    ? undefined
    : { field: 'response_types', message: `${other} is not ${of.join(' or ')} (${clause})` };
};

const keys: Check = ({ jwks, jwks_uri }, { rules: { request_object } }) =>
  request_object !== undefined && jwks === undefined && jwks_uri === undefined
    ? { field: 'jwks', message: `or jwks_uri is needed for the keys of request objects (${request_object})` }
    : undefined;

const responseModes: Check = ({ response_modes, response_types }, { rules: { jwt_response } }) => {
  // The answers of the hybrid flow are signed by their ID token.
  const isSigned = response_types.some((each) => responseTypeOf(each) === 'code id_token');
  const unsigned =
    jwt_response === undefined || isSigned
      ? undefined
      : response_modes?.find((mode) => !mode.endsWith('jwt'));
  return unsigned === undefined
    ? undefined
    : { field: 'response_modes', message: `${unsigned} is not signed (${jwt_response})` };
};

const encryption: Check = (
  { grant_types, id_token_encrypted_response_alg },
  { rules: { encrypted_id_tokens } },
) =>
  encrypted_id_tokens !== undefined &&
  grant_types.includes('authorization_code') &&
  id_token_encrypted_response_alg === undefined
    ? { field: 'id_token_encrypted_response_alg', message: `is needed (${encrypted_id_tokens})` }
    : undefined;

const lifetime: Check = (metadata, { access_token_lifetime: bounds }) => {
  for (const field of ['access_token_lifetime', 'client_credentials_token_lifetime'] as const) {
    const own = metadata[field];
    if (own === undefined || bounds === undefined || (own >= bounds.least && own <= bounds.most)) continue;
    return { field, message: `${own} is not ${bounds.least} to ${bounds.most} seconds (${bounds.clause})` };
  }
  return undefined;
};

const CHECKS: readonly Check[] = [
  password,
  authentication,
  binding,
  algorithms,
  redirects,
  responseTypes,
  keys,
  responseModes,
  encryption,
  lifetime,
];

/**
 * What of a client's metadata its profile forbids, as far as registration shows it.
 * @returns the first problem, with the clause; undefined when there is none or no profile
 */
export function profileProblem(metadata: ClientMetadata): ProfileProblem | undefined {
  if (metadata.profile === undefined) return undefined;
  const bundle = BUNDLES[metadata.profile];
  for (const check of CHECKS) {
    const problem = check(metadata, bundle);
    if (problem) return problem;
  }
  return undefined;
}
