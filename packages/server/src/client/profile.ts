import type { ClientMetadata } from './client-metadata.ts';
import { BUNDLES } from './profile/bundles.ts';
import type { ProfileRule } from './profile/switches.ts';
import type { Profile } from './profile-name.ts';

/** A client, as far as its profile is concerned. */
export type Profiled = { readonly profile?: Profile | undefined };

/** The clause that makes `rule` hold for a client, undefined when it does not. */
export function clauseOf({ profile }: Profiled, rule: ProfileRule): string | undefined {
  return profile === undefined ? undefined : BUNDLES[profile].rules[rule];
}

/** Most seconds a code may live (FAPI 2.0 §5.3.2.1-11). */
export const PROFILE_CODE_LIFETIME = 60;

/** Those of `algorithms` that the client's profile allows. */
export function allowedAlgorithms<Algorithm extends string>(
  { profile }: Profiled,
  algorithms: readonly Algorithm[],
): readonly Algorithm[] {
  return profile === undefined
    ? algorithms
    : algorithms.filter((algorithm) => BUNDLES[profile].algorithms.of.includes(algorithm));
}

/**
 * Why a client's requests must be signed: its profile, or its own registration (RFC 9101 §10.5); undefined when they need
 * not be.
 */
export const signedRequestClause = (
  metadata: Profiled & Pick<ClientMetadata, 'require_signed_request_object'>,
): string | undefined =>
  clauseOf(metadata, 'request_object') ??
  (metadata.require_signed_request_object ? 'require_signed_request_object (RFC 9101 §10.5)' : undefined);
