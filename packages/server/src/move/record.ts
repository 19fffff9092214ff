import { z } from 'zod';
import { ClaimRuleId, ClaimSpecification } from '../claim/claim-rule.ts';
import { ManagedBy } from '../managed-by.ts';
import { ADMINISTRATOR_ROLES, isAdministratorRole, LIMITABLE_ROLES } from '../user/administrator-roles.ts';
import { AttributeSpecification } from '../user/attribute-definition.ts';
import { REQUIRED_ACTIONS } from '../user/required-action.ts';

export { REQUIRED_ACTIONS, type RequiredAction } from '../user/required-action.ts';

/**
 * What servers hand to one another, one record each: whatever the other server is, its files are read into these, and one
 * importer writes them; the export writes them as they are, one JSON object a line. Names stand for what has a name:
 * groups and roles by theirs, clients by `client_id`, people by `username`.
 */

const Text = z.string().max(4000);
const Names = z.array(z.string().min(1).max(200)).max(10_000);
const Milliseconds = z.int().min(0);
/** base64url SHA-256. */
const Sha256 = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const Name = z.string().min(1).max(400);

/** A client secret as the other server has it. */
export const MovedSecret = z.discriminatedUnion('form', [
  /** The secret itself, which may be short or chosen by a person. */
  z.strictObject({ form: z.literal('text'), value: z.string().min(1).max(4000) }),
  /** base64url SHA-256 of a secret that this server's kind generated. */
  z.strictObject({ form: z.literal('sha256'), value: z.string().regex(/^[A-Za-z0-9_-]{43}$/) }),
  /** A PHC string of argon2id, of a secret that somebody else chose. */
  z.strictObject({ form: z.literal('argon2id'), value: z.string().startsWith('$argon2id$').max(1000) }),
]);
export type MovedSecret = z.infer<typeof MovedSecret>;

/**
 * A password as the other server has it: itself, or its hash as a PHC string whose identifier `password-hash.ts` knows.
 */
export const MovedPassword = z.discriminatedUnion('form', [
  z.strictObject({ form: z.literal('text'), value: z.string().min(1).max(1024) }),
  z.strictObject({ form: z.literal('hash'), value: z.string().startsWith('$').max(2000) }),
]);
export type MovedPassword = z.infer<typeof MovedPassword>;

const Totp = z.strictObject({
  /** base32 without padding (RFC 4648 §6). */
  secret: z.string().regex(/^[A-Z2-7]{16,400}$/),
  algorithm: z.enum(['SHA1', 'SHA256', 'SHA512']).default('SHA1'),
  digits: z.union([z.literal(6), z.literal(8)]).default(6),
  /** Seconds. */
  period: z.int().min(1).max(600).default(30),
  created_at: Milliseconds.optional(),
  last_used_at: Milliseconds.optional(),
});

/** A passkey or security key (WebAuthn Level 3 §4). */
const Passkey = z.strictObject({
  /** base64url, as the authenticator chose it. */
  credential_id: z.string().min(1).max(2000),
  /** COSE key, base64url. */
  public_key: z.string().min(1).max(4000),
  counter: z.int().min(0),
  transports: z.array(z.string().max(100)).max(20),
  label: z.string().max(400),
  created_at: Milliseconds,
  last_used_at: Milliseconds.optional(),
});

/** A recovery code: the SHA-256 of it and of the `sub`, so that it works for the same `sub` alone. */
const RecoveryCode = z.strictObject({ sha256: Sha256, created_at: Milliseconds });

/** A certificate that signs somebody in, of which a server of this kind keeps no more than this. */
const KnownCertificate = z.strictObject({
  'x5t#S256': Sha256,
  subject: z.string().max(4000),
  not_after: z.int(),
  created_at: Milliseconds,
  last_used_at: Milliseconds.optional(),
});

/** An administrator role that counts for the clients of a group alone. */
const LimitedRole = z.strictObject({ role: z.enum(LIMITABLE_ROLES), group: z.string().min(1).max(200) });

/** What of a client's access tokens has ended before its time. */
const TokenEnds = z.strictObject({
  generation: z.int().min(0),
  before: z.int().min(0),
  certificates: z.record(z.string(), z.int().min(0)),
});

/** How a client registered itself (RFC 7591), beside its metadata. */
const SelfRegistration = z.strictObject({
  registration_access_token_sha256: Sha256,
  /** The initial access token that it registered with; its record comes before, unless it was removed. */
  initial_access_token_id: z.string().max(200).exactOptional(),
  software_statement: z.string().max(100_000).exactOptional(),
  /** False for one that asked for no scope by name. */
  scope_asked: z.boolean().exactOptional(),
  registered_at: Milliseconds,
});

/**
 * What pairwise subjects are made with (OIDC Core §8.1): with another secret every person would be another one to every
 * client that is told of people so.
 */
const SubjectSecretRecord = z.strictObject({ kind: z.literal('subject_secret'), secret: Sha256 });

/** The label of the files that keep it. */
const managed_by = ManagedBy.optional();

const AttributeRecord = z.strictObject({
  kind: z.literal('attribute'),
  name: z.string().min(1).max(100),
  ...AttributeSpecification.shape,
  managed_by,
  created_at: Milliseconds.optional(),
});

const RoleRecord = z.strictObject({
  kind: z.literal('role'),
  name: z.string().min(1).max(200),
  description: Text.default(''),
  managed_by,
  created_at: Milliseconds.optional(),
});

const GroupRecord = z.strictObject({
  kind: z.literal('group'),
  name: z.string().min(1).max(200),
  description: Text.default(''),
  /** The name of the group that contains it; that one comes before. */
  parent: z.string().optional(),
  roles: Names.default([]),
  managed_by,
  created_at: Milliseconds.optional(),
});

const ClientRecord = z.strictObject({
  kind: z.literal('client'),
  client_id: z.string().min(1).max(400),
  /** Seconds since the epoch. */
  client_id_issued_at: z.int().min(0).optional(),
  enabled: z.boolean().default(true),
  /** RFC 7591 metadata and this server's own members, as `POST /clients` takes them. */
  metadata: z.record(z.string(), z.unknown()),
  /** Absent where the client needs none, or where it must be made anew. */
  secret: MovedSecret.optional(),
  groups: Names.default([]),
  roles: Names.default([]),
  /** Disabled by a restore until somebody confirms it. */
  awaits_confirmation: z.literal(true).optional(),
  token_ends: TokenEnds.optional(),
  registration: SelfRegistration.optional(),
});

const ClaimRuleRecord = z.strictObject({
  kind: z.literal('claim_rule'),
  /** A new one when absent. */
  claim_rule_id: ClaimRuleId.optional(),
  ...ClaimSpecification.shape,
  /** Since when it tells what it tells; since it was made when absent. */
  told_since: Milliseconds.optional(),
  managed_by,
  created_at: Milliseconds.optional(),
});

const PersonRecord = z.strictObject({
  kind: z.literal('person'),
  username: z.string().min(1).max(400),
  /** A new one when absent. */
  sub: z.string().min(1).max(255).optional(),
  enabled: z.boolean().default(true),
  created_at: Milliseconds.optional(),
  /** Claims of OIDC Core §5.1 and attributes, by name. */
  claims: z.record(z.string(), z.unknown()).default({}),
  /** Absent for somebody who has none. */
  password: MovedPassword.optional(),
  required_actions: z.array(z.enum(REQUIRED_ACTIONS)).default([]),
  totp: z.array(Totp).default([]),
  /** PEM certificates that sign the person in. */
  certificates: z.array(z.string().max(20_000)).max(50).default([]),
  groups: Names.default([]),
  roles: Names.default([]),
  /** Disabled by a restore until somebody confirms it. */
  awaits_confirmation: z.literal(true).optional(),
  passkeys: z.array(Passkey).max(1000).optional(),
  recovery_codes: z.array(RecoveryCode).max(1000).optional(),
  known_certificates: z.array(KnownCertificate).max(1000).optional(),
  /** Those of a server of this kind. */
  administrator_roles: z
    .array(z.string().refine(isAdministratorRole, `is none of ${ADMINISTRATOR_ROLES.join(', ')}`))
    .max(100)
    .optional(),
  limited_roles: z.array(LimitedRole).max(1000).optional(),
});

const TrustRecord = z.strictObject({
  kind: z.literal('trusted_certificate'),
  alias: z.string().min(1).max(300),
  /** PEM. */
  certificate: z.string().max(20_000),
  /**
   * `authority` only where somebody named it as one. `handshake` and `none` merely come through; what nobody gave a role
   * on a server of this kind is left `by_rule`.
   */
  role: z.enum(['authority', 'handshake', 'none', 'by_rule']),
  /** The `[[trust_group]]` in whose store it stands; the trust store itself when absent. */
  trust_group: z.string().min(1).max(200).optional(),
});

/** Leave to register clients (RFC 7591 §3). */
const InitialAccessTokenRecord = z.strictObject({
  kind: z.literal('initial_access_token'),
  token_id: z.string().min(1).max(200),
  token_sha256: Sha256,
  label: z.string().max(4000),
  clients_allowed: z.int().min(1),
  clients_registered: z.int().min(0),
  created_at: Milliseconds,
  expires_at: Milliseconds,
  /** The name of the group that its clients are put into; that one comes before. */
  group: z.string().exactOptional(),
});

const ConsentRecord = z.strictObject({
  kind: z.literal('consent'),
  username: Name,
  sub: z.string().min(1).max(255),
  client_id: Name,
  scopes: z.array(z.string().max(4000)).max(1000),
  granted_at: Milliseconds,
});

/** A refresh token, whose grant says whose it is and at which client. */
const RefreshToken = z.strictObject({
  token_sha256: Sha256,
  scope: z.string().max(4000),
  /** Seconds since the epoch. */
  auth_time: z.number().min(0).exactOptional(),
  session_id: z.string().max(400).exactOptional(),
  nonce: z.string().max(4000).exactOptional(),
  acr: z.string().max(400).exactOptional(),
  amr: z.array(z.string().max(100)).max(100).exactOptional(),
  claims: z.record(z.string(), z.unknown()).exactOptional(),
  resource: z.array(z.string().max(2000)).max(100).exactOptional(),
  authorization_details: z.array(z.record(z.string(), z.unknown())).max(1000).exactOptional(),
  cnf: z.strictObject({ 'x5t#S256': Sha256.exactOptional(), jkt: Sha256.exactOptional() }).exactOptional(),
  issued_at: Milliseconds,
  expires_at: Milliseconds,
  /** When it was redeemed; one that was stays known, so that its second use ends the grant (RFC 9700 §4.14.2). */
  used_at: Milliseconds.exactOptional(),
});

const GrantRecord = z.strictObject({
  kind: z.literal('grant'),
  grant_id: z.string().min(1).max(200),
  username: Name,
  sub: z.string().min(1).max(255),
  client_id: Name,
  /** Space-separated. */
  scope: z.string().max(4000),
  created_at: Milliseconds,
  expires_at: Milliseconds,
  refresh_tokens: z.array(RefreshToken).max(10_000).default([]),
});

/** How a server of this kind is configured: for whoever sets up the next one, and written by nobody. */
const SettingsRecord = z.strictObject({
  kind: z.literal('settings'),
  /** By key of deployment.toml, those that it sets; without secrets. */
  values: z.record(z.string().max(400), z.unknown()),
});

/** Every kind of record, in the order in which they are written: what a record names comes before it. */
export const MovedRecord = z.discriminatedUnion('kind', [
  SubjectSecretRecord,
  AttributeRecord,
  RoleRecord,
  GroupRecord,
  TrustRecord,
  InitialAccessTokenRecord,
  ClientRecord,
  ClaimRuleRecord,
  PersonRecord,
  ConsentRecord,
  GrantRecord,
  SettingsRecord,
]);
export type MovedRecord = z.infer<typeof MovedRecord>;
export type MovedClient = z.infer<typeof ClientRecord>;
export type MovedPerson = z.infer<typeof PersonRecord>;
export type MovedGrant = z.infer<typeof GrantRecord>;
export type RecordKind = MovedRecord['kind'];
