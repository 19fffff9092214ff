import type { GateRule } from './gate-configuration.ts';

/** Percent-encoded: `.`, `/`, `\`, `;`, `%` and control characters, which servers decode at different moments. */
const ENCODED_DELIMITERS = /%(?:2e|2f|5c|3b|25|[01][0-9a-f]|7f)/i;

/**
 * The path of a target, decoded, if every server reads it in the same way: one with dot segments, empty ones,
 * backslashes, parameters of segments (`;`) or encoded delimiters could mean another path to the API than to the gate.
 * @returns undefined where it could
 */
export function plainPath(target: string): string | undefined {
  const [path = ''] = target.split(/[?#]/, 1);
  const isPlain =
    /^\/[\x21-\x7E]*$/.test(path) &&
    !path.includes('//') &&
    !/[\\;]/.test(path) &&
    !ENCODED_DELIMITERS.test(path) &&
    !path.split('/').some((segment) => segment === '.' || segment === '..');
  return isPlain ? decoded(path) : undefined;
}

/** @returns undefined for what is not UTF-8 */
function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

const isAtOrBelow = (path: string, rule: string): boolean =>
  path === rule || path.startsWith(rule.endsWith('/') ? rule : `${rule}/`);

/**
 * Whether a path is that of the rule, or lies below it. Many servers take `/Orders` for `/orders`, so a rule that asks for
 * something holds for both; one that asks for nothing holds as it is written.
 */
const covers = ({ path: rule, allow }: GateRule, path: string): boolean =>
  allow === 'anyone' ? isAtOrBelow(path, rule) : isAtOrBelow(path.toLowerCase(), rule.toLowerCase());

/**
 * The rule for a request: of those whose path it is within the longest decide, and of these the first that has its method.
 * @param path decoded
 * @returns undefined where none is, which is refused
 */
export function ruleFor(rules: readonly GateRule[], method: string, path: string): GateRule | undefined {
  const fitting = rules.filter((rule) => covers(rule, path));
  const longest = Math.max(...fitting.map((rule) => rule.path.length));
  return fitting.find((rule) => rule.path.length === longest && (rule.methods?.includes(method) ?? true));
}
