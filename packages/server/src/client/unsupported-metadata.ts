import { ownMember } from '../own-member.ts';

const FEDERATION = 'OpenID Federation is not supported';
const ETSI = 'tokens of ETSI GS NFV-SEC 022 are not issued';
const PRESENTATIONS = 'OpenID for Verifiable Presentations is not supported';
const FRONT_CHANNEL = 'front-channel logout is not supported; register a backchannel_logout_uri';

/**
 * Client metadata that standards define, by the IANA registry "OAuth Dynamic Client Registration Metadata" and by JARM,
 * and that this server would not do anything for: each with the reason. Whoever registers it counts on what does not
 * happen, and is told so; what no standard defines is ignored (RFC 7591 §2).
 */
export const UNSUPPORTED_METADATA: Readonly<Record<string, string>> = {
  frontchannel_logout_uri: FRONT_CHANNEL,
  frontchannel_logout_session_required: FRONT_CHANNEL,
  claims_redirect_uris: 'User-Managed Access is not supported',
  nfv_token_signed_response_alg: ETSI,
  nfv_token_encrypted_response_alg: ETSI,
  nfv_token_encrypted_response_enc: ETSI,
  client_registration_types: FEDERATION,
  signed_jwks_uri: `${FEDERATION}; register jwks_uri or jwks`,
  organization_name: FEDERATION,
  organization_uri: FEDERATION,
  description: FEDERATION,
  keywords: FEDERATION,
  information_uri: FEDERATION,
  encrypted_response_enc_values_supported: PRESENTATIONS,
  vp_formats_supported: PRESENTATIONS,
};

/** Whether a value asks for nothing, as absence does. */
const asksForNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === false ||
  value === '' ||
  (typeof value === 'object' && Object.keys(value).length === 0);

/** Why a member of the metadata cannot be had here; undefined for members that this server honours or does not know. */
export const unsupportedReason = (field: string): string | undefined =>
  ownMember(UNSUPPORTED_METADATA, field);

/** The first member that asks for what cannot be had here. */
export function unsupportedIn(
  metadata: Readonly<Record<string, unknown>>,
): { readonly field: string; readonly why: string } | undefined {
  for (const [field, why] of Object.entries(UNSUPPORTED_METADATA)) {
    if (Object.hasOwn(metadata, field) && !asksForNothing(metadata[field])) return { field, why };
  }
  return undefined;
}
