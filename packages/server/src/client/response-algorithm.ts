import type { ClientMetadata, SignatureAlgorithm } from './client-metadata.ts';
import { allowedAlgorithms, type Profiled } from './profile.ts';
import type { Profile } from './profile-name.ts';

/** The members that name the algorithm of what this server signs for a client whether or not it asked for one. */
export const RESPONSE_ALGORITHM_FIELDS = [
  'id_token_signed_response_alg',
  'authorization_signed_response_alg',
  'introspection_signed_response_alg',
] as const satisfies readonly (keyof ClientMetadata)[];

/** What of the deployment decides what a client is registered with that does not say. */
export type RegistrationDefaults = {
  /** `[oauth] signing_algorithm`, where the file has it. */
  readonly signing_algorithm?: SignatureAlgorithm | undefined;
};

/**
 * The algorithm of what is signed for a client that names none: RS256 (OIDC Registration §2, JARM §3, RFC 9701 §6),
 * unless the deployment has another; under a security profile never that, but PS256 or ES256 (FAPI 2.0 §5.4.1-1, FAPI
 * 1.0 Advanced §8.6).
 */
export function defaultResponseAlgorithm(
  { profile }: Profiled,
  { signing_algorithm }: RegistrationDefaults,
): SignatureAlgorithm {
  if (profile === undefined) return signing_algorithm ?? 'RS256';
  const [usual = 'PS256'] = allowedAlgorithms({ profile }, ['ES256', 'PS256'] as const);
  return signing_algorithm === 'PS256' ? 'PS256' : usual;
}

/** The metadata with the algorithm of everything that is signed for the client. */
export function withResponseAlgorithms(
  metadata: ClientMetadata,
  defaults: RegistrationDefaults,
): ClientMetadata {
  const alg = defaultResponseAlgorithm(metadata, defaults);
  return {
    ...metadata,
    ...Object.fromEntries(RESPONSE_ALGORITHM_FIELDS.map((field) => [field, metadata[field] ?? alg])),
  };
}

/**
 * The members a client has only because it named no algorithm, of which a profile it comes under forbids the one it got:
 * it gets another.
 */
export const forbiddenDefaults = (
  metadata: ClientMetadata,
  profile: Profile,
  defaults: RegistrationDefaults,
): readonly (typeof RESPONSE_ALGORITHM_FIELDS)[number][] =>
  RESPONSE_ALGORITHM_FIELDS.filter((field) => {
    const held = metadata[field];
    const isDefault = held === defaultResponseAlgorithm(metadata, defaults);
    return held !== undefined && isDefault && allowedAlgorithms({ profile }, [held]).length === 0;
  });
