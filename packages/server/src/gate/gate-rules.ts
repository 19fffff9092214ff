import type { GateRule } from './gate-configuration.ts';

/** Percent-encoded: `.`, `/`, `\`, `;`, `%` and control characters, which servers decode at different moments. */
const ENCODED_DELIMITERS = /%(?:2e|2f|5c|3b|25|[01][0-9a-f]|7f)/i;

const DOT_SEGMENT = /\/\.\.?(?:\/|$)/;

/**
 * The path of a target, decoded, if every server reads it in the same way: one with dot segments, empty ones,
 * backslashes, parameters of segments (`;`) or encoded delimiters could mean another path to the API than to the gate.
 * @returns undefined where it could
 */
export function plainPath(target: string): string | undefined {
  const end = target.search(/[?#]/);
  const path = end < 0 ? target : target.slice(0, end);
  const isPlain =
    /^\/[\x21-\x3A\x3C-\x5B\x5D-\x7E]*$/.test(path) &&
    !path.includes('//') &&
    !DOT_SEGMENT.test(path) &&
    !ENCODED_DELIMITERS.test(path);
  return isPlain ? decoded(path) : undefined;
}

/** @returns undefined for what is not UTF-8 */
function decoded(path: string): string | undefined {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** A path, and what every path below it begins with. */
type Covered = { readonly path: string; readonly below: string };

const coveredBy = (path: string): Covered => ({ path, below: path.endsWith('/') ? path : `${path}/` });
const isAtOrBelow = (path: string, covered: Covered): boolean =>
  path === covered.path || path.startsWith(covered.below);

/** Finds the rule for a request. @param path decoded. @returns undefined where none is, which is refused */
export type RuleFinder = (method: string, path: string) => GateRule | undefined;

/**
 * Of the rules whose path a request's is, or lies below, the longest decide, and of these the first that has its method.
 * Many servers take `/Orders` for `/orders`, so a rule that asks for something holds for both; one that asks for nothing
 * holds as it is written.
 */
export function ruleFinder(rules: readonly GateRule[]): RuleFinder {
  const longestFirst = rules
    .map((rule) => ({
      rule,
      isForAll: rule.allow === 'anyone',
      covered: coveredBy(rule.allow === 'anyone' ? rule.path : rule.path.toLowerCase()),
    }))
    .toSorted((one, other) => other.rule.path.length - one.rule.path.length);
  return (method, path) => {
    const anyCase = path.toLowerCase();
    let longest: number | undefined;
    for (const { rule, isForAll, covered } of longestFirst) {
      if (longest !== undefined && rule.path.length < longest) return undefined;
      if (!isAtOrBelow(isForAll ? path : anyCase, covered)) continue;
      if (rule.methods?.includes(method) ?? true) return rule;
      longest = rule.path.length;
    }
    return undefined;
  };
}
