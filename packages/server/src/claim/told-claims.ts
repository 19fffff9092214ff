import { hash } from 'node:crypto';
import type { AttributeDefinition } from '../user/attribute-definition.ts';
import type { ClaimSource } from './claim-rule.ts';
import { tellsOfPerson, toldSince } from './claim-rule.ts';
import type { RulesOfNow } from './known-rules.ts';

/** What a person is told before they agree: a claim that would be given of them. */
export type ToldClaim = {
  readonly claim: string;
  /** The scope it belongs to; undefined for what the client gets whatever it asks for. */
  readonly scope?: string;
  readonly from: ClaimSource['from'];
  /** How people call the attribute. */
  readonly title?: string;
  /** The operator's own words, in place of all others. */
  readonly description?: string;
};

/** The claims that clients may have by rules of operators, for who asks what there is (OIDC Discovery §3, `claims_supported`). */
export type OfferedClaims = () => Promise<readonly string[]>;

/** Says what was offered last while the database is away. */
export function createOfferedClaims(rulesOfNow: RulesOfNow): OfferedClaims {
  let offered: readonly string[] = [];
  return async () => {
    try {
      offered = (await rulesOfNow()).claims;
    } catch {
      // Metadata is told all the same: who needs the rules themselves is refused.
    }
    return offered;
  };
}

/** What a client would be given of a person who agrees to these scopes. */
export type TellClaims = (client_id: string, scopes: readonly string[]) => Promise<readonly ToldClaim[]>;

/** A name for what was told, which is another one once something else is. */
export const toldDigest = (told: readonly ToldClaim[]): string =>
  hash('sha256', JSON.stringify(told), 'base64url');

/** Whether a page told something else than what is given now, by the digest in its form; a form without one is no page's. */
export const isOutdated = (digest: string | undefined, told: readonly ToldClaim[]): boolean =>
  digest !== undefined && digest !== toldDigest(told);

/**
 * When the newest of what a client is given of a person by these scopes came to be told of, in milliseconds since the
 * epoch; -∞ where nothing is given. Who agreed before that must be asked again.
 */
export type ToldSince = (client_id: string, scopes: readonly string[]) => Promise<number>;

export const createToldSince =
  (rulesOfNow: RulesOfNow): ToldSince =>
  async (client_id, scopes) => {
    const rules = (await rulesOfNow()).of(client_id, scopes).filter(({ source }) => tellsOfPerson(source));
    return Math.max(...rules.map(toldSince));
  };

export function createTellClaims(
  rulesOfNow: RulesOfNow,
  definitions: { list(): Promise<readonly AttributeDefinition[]> },
): TellClaims {
  return async (client_id, scopes) => {
    const rules = (await rulesOfNow()).of(client_id, scopes).filter(({ source }) => tellsOfPerson(source));
    if (rules.length === 0) return [];
    const titles = new Map((await definitions.list()).map(({ name, title }) => [name, title]));
    return rules.map(({ claim, scope, source, description }): ToldClaim => {
      const title =
        source.from === 'person_attribute' ? (titles.get(source.attribute) ?? source.attribute) : undefined;
      return {
        claim,
        ...(scope !== undefined && { scope }),
        from: source.from,
        ...(title !== undefined && { title }),
        ...(description !== undefined && { description }),
      };
    });
  };
}
