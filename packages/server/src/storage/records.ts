import { z } from 'zod';
import { CLAIM_DESTINATIONS, type ClaimRule, ClaimSource } from '../claim/claim-rule.ts';
import type { AuthorizationCode } from '../token/authorization-code.ts';
import type { DeferredAuthorization } from '../token/deferred-authorization.ts';
import type { ReferenceToken } from '../token/reference-token.ts';
import type { RefreshToken } from '../token/refresh-token.ts';
import { FIRST_ROLES } from '../user/administrator-roles.ts';
import type { AttributeDefinition } from '../user/attribute-definition.ts';
import type { Credential } from '../user/credential.ts';
import { REQUIRED_ACTIONS } from '../user/required-action.ts';
import type { Session } from '../user/session.ts';
import { VALUE_TYPES } from '../user/value-type.ts';

// What the JSON columns of tokens and sessions hold. Unknown fields are kept: a record may have been written by
// a newer process of a rolling upgrade, and what it was given must come back whole.

const text = z.string().exactOptional();
const time = z.int();
const Strings = z.array(z.string());
export const JsonObject = z.record(z.string(), z.unknown());
const cnf = z.looseObject({ 'x5t#S256': text, jkt: text }).exactOptional();

/** The administrator roles that every version knows; others stand in {@link FurtherOfUserRecord}. */
export const RolesRecord = z.array(z.enum(FIRST_ROLES));

/** What of an account has no column: an earlier version passes it over, and gives nothing by it. */
export const FurtherOfUserRecord = z.object({
  administrator_roles: z.array(z.unknown()).exactOptional(),
  /** But for `update_password`, which has a column. Marked in `crit`: whoever does not know them lets nobody in. */
  required_actions: z.array(z.enum(REQUIRED_ACTIONS)).exactOptional(),
  crit: Strings.exactOptional(),
});

const FromAuthorization = {
  grant_id: z.string(),
  client_id: z.string(),
  sub: z.string(),
  scope: z.string(),
  nonce: text,
  acr: text,
  amr: Strings.exactOptional(),
  claims: JsonObject.exactOptional(),
  resource: Strings.exactOptional(),
  authorization_details: z.array(JsonObject).exactOptional(),
  expires_at: time,
};

export const AuthorizationCodeRecord = z.looseObject({
  ...FromAuthorization,
  code_sha256: z.string(),
  redirect_uri: text,
  code_challenge: text,
  auth_time: z.number(),
  session_id: z.string(),
  dpop_jkt: text,
}) satisfies z.ZodType<AuthorizationCode>;

export const RefreshTokenRecord = z.looseObject({
  ...FromAuthorization,
  token_sha256: z.string(),
  auth_time: z.number().exactOptional(),
  session_id: text,
  cnf,
  issued_at: time,
}) satisfies z.ZodType<RefreshToken>;

export const ReferenceTokenRecord = z.looseObject({
  token_sha256: z.string(),
  jti: z.string(),
  grant_id: text,
  client_id: z.string(),
  sub: z.string(),
  scope: z.string(),
  audience: Strings,
  cnf,
  claims: JsonObject.exactOptional(),
  issued_at: time,
  expires_at: time,
}) satisfies z.ZodType<ReferenceToken>;

export const DeferredAuthorizationRecord = z.looseObject({
  authorization_sha256: z.string(),
  kind: z.enum(['device', 'backchannel']),
  client_id: z.string(),
  scope: z.string(),
  resource: Strings.exactOptional(),
  user_code: text,
  sub: text,
  state: z.enum(['pending', 'approved', 'denied']),
  approval: z
    .looseObject({
      grant_id: z.string(),
      scope: z.string(),
      auth_time: z.number(),
      acr: text,
      amr: Strings.exactOptional(),
    })
    .exactOptional(),
  redeemed: z.looseObject({ at: time, cnf }).exactOptional(),
  binding_message: text,
  acr_values: Strings.exactOptional(),
  sealed_notification: text,
  interval: z.number(),
  created_at: time,
  expires_at: time,
}) satisfies z.ZodType<DeferredAuthorization>;

export const SessionRecord = z.looseObject({
  session_id: z.string(),
  secret_sha256: z.string(),
  sub: z.string(),
  auth_time: z.number(),
  acr: text,
  amr: Strings,
  client_ids: Strings,
  created_at: time,
  last_seen_at: time,
  expires_at: time,
  remote_address: text,
  user_agent: text,
}) satisfies z.ZodType<Session>;

const OfAPerson = {
  credential_id: z.string(),
  sub: z.string(),
  created_at: time,
  last_used_at: time.exactOptional(),
};

export const CredentialRecord = z.discriminatedUnion('kind', [
  z.looseObject({
    ...OfAPerson,
    kind: z.literal('totp'),
    sealed_secret: z.string(),
    algorithm: z.enum(['SHA1', 'SHA256', 'SHA512']).exactOptional(),
    digits: z.union([z.literal(6), z.literal(8)]).exactOptional(),
    period: z.int().min(1).exactOptional(),
  }),
  z.looseObject({ ...OfAPerson, kind: z.literal('recovery_code') }),
  z.looseObject({
    ...OfAPerson,
    kind: z.literal('passkey'),
    public_key: z.string(),
    counter: z.int(),
    transports: Strings,
    label: z.string(),
  }),
  z.looseObject({ ...OfAPerson, kind: z.literal('certificate'), subject: z.string(), not_after: time }),
]) satisfies z.ZodType<Credential>;

export const TokenEndsRecord = z.object({
  generation: z.int(),
  before: z.int(),
  certificates: z.record(z.string(), z.int()),
});

export const ClaimRuleRecord = z.looseObject({
  claim_rule_id: z.string(),
  claim: z.string(),
  scope: text,
  client_id: text,
  source: ClaimSource,
  destinations: z.array(z.enum(CLAIM_DESTINATIONS)),
  form: z.enum(['single', 'list']),
  max_size: z.int().exactOptional(),
  description: text,
  created_at: time,
  told_since: time.exactOptional(),
  revision: z.int(),
}) satisfies z.ZodType<ClaimRule>;

export const AttributeDefinitionRecord = z.looseObject({
  name: z.string(),
  type: z.enum(VALUE_TYPES),
  list: z.boolean(),
  pattern: text,
  max_length: z.int().exactOptional(),
  minimum: z.int().exactOptional(),
  maximum: z.int().exactOptional(),
  title: text,
  created_at: time,
  revision: z.int(),
}) satisfies z.ZodType<AttributeDefinition>;
