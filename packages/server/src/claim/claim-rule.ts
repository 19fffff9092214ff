import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Managed } from '../managed-by.ts';
import { ATTRIBUTE_NAME } from '../user/attribute-definition.ts';

/** Where a claim can go. */
export const CLAIM_DESTINATIONS = ['id_token', 'userinfo', 'access_token', 'introspection'] as const;
export type ClaimDestination = (typeof CLAIM_DESTINATIONS)[number];

/** One value, or several. */
const FixedText = z.string().max(1000);
const FixedValue = z.union([
  FixedText,
  z.number(),
  z.boolean(),
  z.array(z.union([FixedText, z.number()])).max(100),
]);

const AttributeName = z.string().regex(ATTRIBUTE_NAME, 'is no name of an attribute');

/** What a claim is made of. Groups, roles and the attributes of a person are those of whom the token speaks. */
export const ClaimSource = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('groups') }),
  z.strictObject({ from: z.literal('roles') }),
  z.strictObject({ from: z.literal('person_attribute'), attribute: AttributeName }),
  /** Of the client that has the token. */
  z.strictObject({ from: z.literal('client_attribute'), attribute: AttributeName }),
  z.strictObject({ from: z.literal('value'), value: FixedValue }),
  z.strictObject({ from: z.literal('plug_in'), plug_in: z.string().min(1).max(200) }),
]);
export type ClaimSource = z.infer<typeof ClaimSource>;

/** What an operator says of a claim. */
export const ClaimSpecification = z.strictObject({
  claim: z.string(),
  /** The scope that the token must have, and the person have agreed to. */
  scope: z
    .string()
    .regex(/^[\x21\x23-\x5B\x5D-\x7E]{1,200}$/, 'is no scope')
    .optional(),
  /** The one client that gets it. */
  client_id: z.string().min(1).max(200).optional(),
  source: ClaimSource,
  destinations: z.array(z.enum(CLAIM_DESTINATIONS)).min(1).max(CLAIM_DESTINATIONS.length),
  /** One value, or a list however many there are. */
  form: z.enum(['single', 'list']),
  /** Octets of the claim as JSON; where it has more it is left out. */
  max_size: z.int().min(16).max(1_000_000).optional(),
  /** What people read of it on the consent page, in place of words of the server's. */
  description: z.string().min(1).max(200).optional(),
});
export type ClaimSpecification = z.infer<typeof ClaimSpecification>;

/** What a rule may be named that is given no name by the server. */
export const ClaimRuleId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
    'begins with a letter or digit and has 1 to 100 letters, digits and . _ -',
  );

/** A claim that an operator defined: which tokens and answers have it, and what it is made of. */
export type ClaimRule = ClaimSpecification &
  Managed & {
    readonly claim_rule_id: string;
    /** Milliseconds since the epoch, as all times here. */
    readonly created_at: number;
    /** Since when it tells what it tells; absent where that is since it was made. */
    readonly told_since?: number;
    readonly revision: number;
  };

/** Since when people who are asked are told of what a rule gives: those who agreed before have not agreed to it. */
export const toldSince = ({ told_since, created_at }: Pick<ClaimRule, 'told_since' | 'created_at'>): number =>
  told_since ?? created_at;

/** Whether people would be told of something by a rule that the one before it did not tell. */
export const tellsMore = (before: ClaimSpecification, after: ClaimSpecification): boolean => {
  if (!tellsOfPerson(after.source)) return false;
  const told = ({ claim, scope, client_id, source }: ClaimSpecification) => [claim, scope, client_id, source];
  return !isDeepStrictEqual(told(before), told(after));
};

/** Whether a claim of this source tells something of the person a token speaks of. */
export const tellsOfPerson = ({ from }: ClaimSource): boolean =>
  from !== 'value' && from !== 'client_attribute';
