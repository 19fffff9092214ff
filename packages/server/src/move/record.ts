import { z } from 'zod';
import { ClaimSpecification } from '../claim/claim-rule.ts';
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
});

const AttributeRecord = z.strictObject({
  kind: z.literal('attribute'),
  name: z.string().min(1).max(100),
  ...AttributeSpecification.shape,
});

const RoleRecord = z.strictObject({
  kind: z.literal('role'),
  name: z.string().min(1).max(200),
  description: Text.default(''),
});

const GroupRecord = z.strictObject({
  kind: z.literal('group'),
  name: z.string().min(1).max(200),
  description: Text.default(''),
  /** The name of the group that contains it; that one comes before. */
  parent: z.string().optional(),
  roles: Names.default([]),
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
});

const ClaimRuleRecord = z.strictObject({ kind: z.literal('claim_rule'), ...ClaimSpecification.shape });

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
});

const TrustRecord = z.strictObject({
  kind: z.literal('trusted_certificate'),
  alias: z.string().min(1).max(300),
  /** PEM. */
  certificate: z.string().max(20_000),
  /** `authority` only where somebody named it as one. */
  role: z.enum(['authority', 'none']),
});

/** Every kind of record, in the order in which they are written: what a record names comes before it. */
export const MovedRecord = z.discriminatedUnion('kind', [
  AttributeRecord,
  RoleRecord,
  GroupRecord,
  TrustRecord,
  ClientRecord,
  ClaimRuleRecord,
  PersonRecord,
]);
export type MovedRecord = z.infer<typeof MovedRecord>;
export type MovedClient = z.infer<typeof ClientRecord>;
export type MovedPerson = z.infer<typeof PersonRecord>;
export type RecordKind = MovedRecord['kind'];
