import { z } from 'zod';
import { RESPONSE_MODES } from '../../client/client-metadata.ts';
import { RESPONSE_TYPES } from '../../client/response-type.ts';
import { invalidRequest } from '../../refusal/error-codes.ts';
import { AuthorizationDetail } from '../../token/authorization-detail.ts';
import { ClaimsRequest, requestedSub } from '../../token/claims-request.ts';
import type { Subjects } from '../../token/pairwise-subject.ts';
import { AUTHORIZATION_REQUEST_RULES as requestRules } from '../request-rules.ts';
import type { Parameters } from './parameters.ts';
import { PROMPTS, type RequestRules } from './request-checks.ts';
import type { TrustedClient } from './trusted-client.ts';

/** An authorization request (RFC 6749 §4.1.1, OIDC Core §3.1.2.1) of a known client, every rule checked. */
export const AuthorizationRequest = z.object({
  client_id: z.string(),
  redirect_uri: z.string(),
  /** Whether the request named it, so that the token request must too (RFC 6749 §4.1.3). */
  redirect_uri_named: z.boolean(),
  /** `code` where it is absent. */
  response_type: z.enum(RESPONSE_TYPES).exactOptional(),
  response_mode: z.enum(RESPONSE_MODES),
  state: z.string().exactOptional(),
  /** Space-separated. */
  scope: z.string(),
  nonce: z.string().exactOptional(),
  code_challenge: z.string().exactOptional(),
  /** Thumbprint of the key whose DPoP proof must redeem the code (RFC 9449 §10). */
  dpop_jkt: z.string().exactOptional(),
  prompt: z.array(z.enum(PROMPTS)),
  /** Seconds. */
  max_age: z.int().exactOptional(),
  login_hint: z.string().exactOptional(),
  ui_locales: z.string().exactOptional(),
  acr_values: z.array(z.string()).exactOptional(),
  claims: ClaimsRequest.exactOptional(),
  /** What the tokens are for (RFC 8707 §2.1). */
  resource: z.array(z.string()).exactOptional(),
  /** RFC 9396 §2. */
  authorization_details: z.array(AuthorizationDetail).exactOptional(),
  /** What the person reads of each type among them. */
  details_described: z.record(z.string(), z.string()).exactOptional(),
  /** The only person who may answer, by `id_token_hint` or a `sub` asked for in `claims`. */
  expected_sub: z.string().exactOptional(),
});
export type AuthorizationRequest = z.infer<typeof AuthorizationRequest>;

/** Who is meant by what a client says of a person. */
export type MeantPeople = {
  /** The person an `id_token_hint` names; undefined when it is not one of this server. */
  readonly subOfHint: (id_token_hint: string) => Promise<string | undefined>;
  /** The person whom the client knows by this `sub`; undefined where that is none of its sector. */
  readonly personOf: Subjects['personOf'];
};

/** What no `sub` can be: whom a client knows by a `sub` of another sector, or the true one, is nobody to it. */
const NOBODY = 'nobody of the sector';

/**
 * Reads and checks the request of a trusted client.
 * @param people whom the client may mean
 * @throws Refusal, to be sent to the redirect URI
 */
export async function readAuthorizationRequest(
  parameters: Parameters,
  trusted: TrustedClient,
  { pushed, require_pkce, resources, detailsTypes }: RequestRules,
  people: MeantPeople,
): Promise<AuthorizationRequest> {
  const { known, redirect_uri, redirect_uri_named } = trusted;
  const { metadata, client_id } = known.client;
  requestRules.supported(parameters);
  const response_type = requestRules.response_type(parameters, known);
  requestRules.hybrid_flow(parameters, response_type);
  requestRules.pushed(known, pushed);
  requestRules.nonce_or_state(parameters, known);
  const response_mode = requestRules.response_mode(parameters, response_type, known);
  const scope = requestRules.scope(parameters, known, resources);
  const state = parameters.get('state');
  const nonce = parameters.get('nonce');
  const code_challenge = requestRules.pkce(parameters, known, { require_pkce, pushed });
  const dpop_jkt = requestRules.dpop_jkt(parameters);
  const max_age = requestRules.max_age(parameters, known);
  const login_hint = parameters.get('login_hint');
  const ui_locales = parameters.get('ui_locales');
  const acr_values = parameters.get('acr_values')?.split(' ').filter(Boolean) ?? metadata.default_acr_values;
  const claims = requestRules.claims(parameters);
  const details = requestRules.authorization_details(parameters, known, detailsTypes);
  const resource = requestRules.resource(parameters.resources(), known, resources);
  const named = claims && requestedSub(claims);
  const meant = named === undefined ? undefined : (people.personOf(known.client, named) ?? NOBODY);
  const expected_sub = (await hintedSub(parameters, people.subOfHint)) ?? meant;
  return {
    client_id,
    redirect_uri,
    redirect_uri_named,
    ...(response_type !== 'code' && { response_type }),
    response_mode,
    scope: `${scope}`,
    prompt: requestRules.prompt(parameters),
    ...(state !== undefined && { state }),
    ...(nonce !== undefined && { nonce }),
    ...(code_challenge !== undefined && { code_challenge }),
    ...(dpop_jkt !== undefined && { dpop_jkt }),
    ...details,
    ...(max_age !== undefined && { max_age }),
    ...(login_hint !== undefined && { login_hint }),
    ...(ui_locales !== undefined && { ui_locales }),
    ...(acr_values !== undefined && { acr_values }),
    ...(claims !== undefined && { claims }),
    ...(resource.length > 0 && { resource: [...resource] }),
    ...(expected_sub !== undefined && { expected_sub }),
  };
}

/** The person an `id_token_hint` names. @throws Refusal when it is not an ID token of this server */
async function hintedSub(
  parameters: Parameters,
  subOfHint: (id_token_hint: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  const hint = parameters.get('id_token_hint');
  if (hint === undefined) return undefined;
  const sub = await subOfHint(hint);
  if (sub !== undefined) return sub;
  throw invalidRequest('id_token_hint is not an ID token of this server.', 'parameter_invalid', {
    parameter: 'id_token_hint',
  });
}
