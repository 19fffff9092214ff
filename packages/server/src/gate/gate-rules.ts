import type { GateRule } from './gate-configuration.ts';

/**
 * The path of a target, if every server reads it in the same way: one with dot segments, empty ones, backslashes or
 * encoded delimiters could mean another path to the API than to the gate.
 * @returns undefined where it could
 */
export function plainPath(target: string): string | undefined {
  const [path = ''] = target.split(/[?#]/, 1);
  const isPlain =
    /^\/[\x21-\x7E]*$/.test(path) &&
    !path.includes('//') &&
    !path.includes('\\') &&
    !/%(?:2e|2f|5c|00|25)/i.test(path) &&
    !path.split('/').some((segment) => segment === '.' || segment === '..');
  return isPlain ? path : undefined;
}

/** Whether a path is that of the rule, or lies below it. */
const isWithin = (path: string, rule: string): boolean =>
  path === rule || path.startsWith(rule.endsWith('/') ? rule : `${rule}/`);

/**
 * The rule for a request: of those whose path it is within and that have its method the one with the longest path, of
 * equal ones the first.
 * @returns undefined where none is, which is refused
 */
export function ruleFor(rules: readonly GateRule[], method: string, path: string): GateRule | undefined {
  return rules
    .filter((rule) => isWithin(path, rule.path) && (rule.methods?.includes(method) ?? true))
    .reduce<GateRule | undefined>(
      (best, rule) => (best === undefined || rule.path.length > best.path.length ? rule : best),
      undefined,
    );
}
