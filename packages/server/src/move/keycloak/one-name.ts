const SPECIAL = /[.[\]{}()*+?^$|\\]/;

/**
 * The one text that a regular expression of Java matches as a whole, where it matches one alone.
 * @returns undefined where it may match several, or has something that is not read here
 */
export function oneTextOf(pattern: string): string | undefined {
  let text = '';
  let rest = pattern.replace(/^\^/, '').replace(/(?<!\\)\$$/, '');
  while (rest !== '') {
    const quoted = /^\\Q(.*?)(?:\\E|$)/s.exec(rest);
    const escaped = /^\\([^A-Za-z0-9])/s.exec(rest);
    const classed = /^\[([^\\[\]^&])\]/s.exec(rest);
    const found = quoted ?? escaped ?? classed;
    const literal = found ? (found[1] ?? '') : (rest[0] ?? '');
    if (!found && SPECIAL.test(literal)) return undefined;
    rest = rest.slice(found ? found[0].length : 1);
    // What follows may make many of the one.
    if (/^[*+?{]/.test(rest)) return undefined;
    text += literal;
  }
  return text === '' ? undefined : text;
}
