import type { AttributeDefinition } from '../user/attribute-definition.ts';
import type { ClaimSource } from './claim-rule.ts';
import { tellsOfPerson } from './claim-rule.ts';
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

/** What a client would be given of a person who agrees to these scopes. */
export type TellClaims = (client_id: string, scopes: readonly string[]) => Promise<readonly ToldClaim[]>;

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
