import type { RegistryState } from '../registry-change.ts';
import type { ClaimDestination, ClaimRule } from './claim-rule.ts';

/** The rules of a deployment, so that those of one token are found among any number. */
export type KnownRules = {
  readonly isEmpty: boolean;
  /** What an ID token or UserInfo may have by them, but for what one client alone gets; by name. */
  readonly claims: readonly string[];
  /** Those for a client with these scopes: those for this client before those for all, the oldest first. */
  of(client_id: string, scopes: Iterable<string>): readonly ClaimRule[];
};

/** The rules of now: at once where they are remembered, otherwise by asking the database. */
export type RulesOfNow = () => KnownRules | Promise<KnownRules>;

const NONE: readonly ClaimRule[] = [];

const byRank = (one: ClaimRule, other: ClaimRule): number =>
  Number(one.client_id === undefined) - Number(other.client_id === undefined) ||
  one.created_at - other.created_at ||
  (one.claim_rule_id < other.claim_rule_id ? -1 : 1);

const isForEveryClient = ({ client_id, destinations }: ClaimRule): boolean =>
  client_id === undefined && (destinations.includes('id_token') || destinations.includes('userinfo'));

/** Sorts rules by what asks for them. */
export function knownRules(rules: readonly ClaimRule[]): KnownRules {
  const ofClient = Map.groupBy(
    rules.filter(({ client_id }) => client_id !== undefined),
    ({ client_id = '' }) => client_id,
  );
  const ofScope = Map.groupBy(
    rules.filter(({ client_id }) => client_id === undefined),
    ({ scope = '' }) => scope,
  );
  return {
    isEmpty: rules.length === 0,
    claims: [...new Set(rules.filter(isForEveryClient).map(({ claim }) => claim))].sort(),
    of(client_id, scopes) {
      const own = ofClient.get(client_id) ?? NONE;
      if (own.length === 0 && ofScope.size === 0) return NONE;
      const held = new Set(scopes);
      const found = own.filter(({ scope }) => scope === undefined || held.has(scope));
      for (const scope of held) found.push(...(ofScope.get(scope) ?? NONE));
      return found.sort(byRank);
    },
  };
}

/** Those of them that go to a destination. */
export const rulesTo = (rules: readonly ClaimRule[], destination: ClaimDestination): readonly ClaimRule[] =>
  rules.filter(({ destinations }) => destinations.includes(destination));

/** Remembers the rules until one of them is changed, on whichever node. */
export function createRulesOfNow(
  store: { list(): Promise<readonly ClaimRule[]> },
  registry: RegistryState,
): RulesOfNow {
  let remembered: { readonly rules: KnownRules; readonly asOf: number } | undefined;
  let asked: { readonly rules: Promise<KnownRules>; readonly asOf: number } | undefined;

  const ask = async (asOf: number): Promise<KnownRules> => {
    const rules = knownRules(await store.list());
    remembered = { rules, asOf };
    return rules;
  };

  return () => {
    const asOf = registry.lastChange('claim rule');
    if (remembered?.asOf === asOf && registry.isCurrent()) return remembered.rules;
    // Requests that come together ask once.
    if (asked?.asOf !== asOf) {
      const rules = ask(asOf).finally(() => {
        if (asked?.rules === rules) asked = undefined;
      });
      asked = { rules, asOf };
    }
    return asked.rules;
  };
}
