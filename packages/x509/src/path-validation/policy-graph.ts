import type { PolicyMapping } from '../certificate-extensions.ts';
import { ANY_POLICY } from '../object-identifiers.ts';

/**
 * The valid policy graph of RFC 9618 §5, which replaces the policy tree of RFC 5280 §6.1: the same answers,
 * but its size grows with the certificates and not exponentially with their mappings.
 */
type PolicyNode = {
  readonly parents: readonly string[];
  expected: ReadonlySet<string>;
};
type Level = Map<string, PolicyNode>;

export class PolicyGraph {
  /** One level a certificate, the anchor's first; undefined once no policy is left (the NULL graph). */
  #levels: Level[] | undefined = [new Map([[ANY_POLICY, { parents: [], expected: new Set([ANY_POLICY]) }]])];

  get isNull(): boolean {
    return this.#levels === undefined;
  }

  /** RFC 9618 §5.3 (d): adds a level for a certificate's policies. @param anyPolicy whether anyPolicy counts */
  addPolicies(policies: readonly string[], anyPolicy: boolean): void {
    const above = this.#levels?.at(-1);
    if (!this.#levels || !above) return;
    const parentsOf = new Map<string, string[]>();
    for (const [policy, { expected }] of above) {
      for (const wanted of expected) {
        const parents = parentsOf.get(wanted);
        if (parents) parents.push(policy);
        else parentsOf.set(wanted, [policy]);
      }
    }
    const level: Level = new Map();
    for (const policy of policies) {
      if (policy === ANY_POLICY) continue;
      const parents = parentsOf.get(policy) ?? (above.has(ANY_POLICY) ? [ANY_POLICY] : undefined);
      if (parents) level.set(policy, { parents, expected: new Set([policy]) });
    }
    if (anyPolicy && policies.includes(ANY_POLICY)) {
      for (const [policy, parents] of parentsOf) {
        if (!level.has(policy)) level.set(policy, { parents, expected: new Set([policy]) });
      }
    }
    this.#levels.push(level);
    this.#prune();
  }

  /** RFC 9618 §5.3 (e): a certificate without policies. */
  clear(): void {
    this.#levels = undefined;
  }

  /** RFC 9618 §5.4 (b). @param allowed whether mapping is still allowed; if not, mapped policies are dropped */
  map(mappings: readonly PolicyMapping[], allowed: boolean): void {
    const level = this.#levels?.at(-1);
    if (!level) return;
    const subjects = Map.groupBy(mappings, ({ issuerDomainPolicy }) => issuerDomainPolicy);
    for (const [policy, mapped] of subjects) {
      const node = level.get(policy);
      if (!allowed) {
        level.delete(policy);
        continue;
      }
      const expected = new Set(mapped.map(({ subjectDomainPolicy }) => subjectDomainPolicy));
      if (node) node.expected = expected;
      else if (level.has(ANY_POLICY)) level.set(policy, { parents: [ANY_POLICY], expected });
    }
    this.#prune();
  }

  /** Drops nodes without children above the last level, and the graph with its last node. */
  #prune(): void {
    const levels = this.#levels;
    if (!levels) return;
    for (let depth = levels.length - 1; depth >= 0; depth--) {
      const level = levels[depth];
      const below = levels[depth + 1];
      if (!level) continue;
      if (below) {
        const kept = new Set([...below.values()].flatMap(({ parents }) => parents));
        for (const policy of level.keys()) if (!kept.has(policy)) level.delete(policy);
      }
      if (level.size === 0) this.#levels = undefined;
    }
  }

  /**
   * RFC 9618 §5.5 (g): the policies, as the anchor's domain names them, that the whole path is valid for and
   * the user accepts.
   * @param acceptable OIDs; any policy when undefined
   */
  userConstrainedPolicies(acceptable: readonly string[] | undefined): string[] {
    const levels = this.#levels;
    if (!levels) return [];
    const valid = new Set<string>();
    for (const level of levels.slice(1)) {
      for (const [policy, { parents }] of level) {
        if (policy !== ANY_POLICY && parents.includes(ANY_POLICY)) valid.add(policy);
      }
    }
    if (levels.at(-1)?.has(ANY_POLICY)) valid.add(ANY_POLICY);
    if (!acceptable || acceptable.includes(ANY_POLICY)) return [...valid];
    return acceptable.filter((policy) => valid.has(policy) || valid.has(ANY_POLICY));
  }
}
