import { createContext, Script } from 'node:vm';

/** How long a regular expression may look at one value: some take for ever, and nothing else happens meanwhile. */
const LONGEST_MS = 50;

const MATCHES = new Script('new RegExp("^(?:" + pattern + ")$", "v").test(value)');

/**
 * Whether the whole of `value` matches a regular expression (ECMAScript, flag `v`), as the end of a sentence that begins
 * with the attribute's name; undefined where it does. One that takes too long matches nothing.
 */
export function patternProblem(pattern: string, value: string): string | undefined {
  try {
    const matches: unknown = MATCHES.runInContext(createContext({ pattern, value }), { timeout: LONGEST_MS });
    return matches === true ? undefined : `does not match ${pattern}`;
  } catch (error) {
    // An error of the other context is no Error of this one.
    const isLate = Object(error).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
    return isLate
      ? `cannot be matched with ${pattern} within ${LONGEST_MS} ms; write the pattern without repetitions inside repetitions`
      : `cannot be matched with ${pattern}`;
  }
}
