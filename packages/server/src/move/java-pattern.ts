/** Texts that are told apart: as many as a client may register redirect URIs. */
const MOST_TEXTS = 100;

/** Characters that stand for more than themselves; the dot is judged on its own. */
const META = '\\^$|?*+()[]{}';

/** What stands for one text by itself: `\Q…\E`, an escaped character that is no letter or digit, a class of one character. */
const LITERAL = /\\Q(.*?)(?:\\E|$)|\\([^A-Za-z0-9])|\[([^\\[\]^&])\]/sy;

/**
 * The texts that a regular expression of Java matches as a whole, where it is made of fixed texts, groups and alternatives
 * alone: `https://a\.example/(one|two)`.
 * @param dot what a dot that is not escaped is taken for; for any character a pattern with one stands for more
 * @returns undefined where it stands for more, or for too many to be named, or has something that is not read here
 */
export function fixedTexts(pattern: string, dot: 'a dot' | 'any character'): readonly string[] | undefined {
  let at = 0;
  /** Alternatives up to the end or a closing bracket. @throws RangeError where it is no fixed text */
  const alternatives = (depth: number): string[] => {
    if (depth > 20) throw new RangeError('nests too deep');
    const found: string[] = [];
    let prefixes = [''];
    while (at < pattern.length && pattern[at] !== ')') {
      if (pattern[at] === '|') {
        at++;
        found.push(...prefixes);
        prefixes = [''];
      } else prefixes = joined(prefixes, piece(depth));
    }
    return [...found, ...prefixes];
  };
  const piece = (depth: number): string[] => {
    const texts = pattern[at] === '(' ? group(depth) : [single()];
    // What follows may make many of the one.
    if (/[?*+{]/.test(pattern[at] ?? '')) throw new RangeError('repeats');
    return texts;
  };
  const group = (depth: number): string[] => {
    at += pattern.startsWith('(?:', at) ? 3 : 1;
    const texts = alternatives(depth + 1);
    if (pattern[at] !== ')') throw new RangeError('a group without an end');
    at++;
    return texts;
  };
  const single = (): string => {
    LITERAL.lastIndex = at;
    const [whole, ...inner] = LITERAL.exec(pattern) ?? [];
    if (whole !== undefined) {
      at += whole.length;
      return inner.find((text) => text !== undefined) ?? '';
    }
    const character = pattern[at] ?? '';
    const isAnchor = (character === '^' && at === 0) || (character === '$' && at === pattern.length - 1);
    at++;
    if (isAnchor) return '';
    if (META.includes(character) || (character === '.' && dot === 'any character')) {
      throw new RangeError('stands for more than itself');
    }
    return character;
  };
  try {
    const texts = alternatives(0);
    return at < pattern.length || texts.length > MOST_TEXTS ? undefined : [...new Set(texts)];
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function joined(prefixes: readonly string[], pieces: readonly string[]): string[] {
  if (prefixes.length * pieces.length > MOST_TEXTS) throw new RangeError('too many');
  return prefixes.flatMap((prefix) => pieces.map((each) => `${prefix}${each}`));
}

/** The one text that a regular expression of Java matches as a whole, where it matches one alone. */
export function oneTextOf(pattern: string): string | undefined {
  const [text = '', another] = fixedTexts(pattern, 'any character') ?? [];
  return text === '' || another !== undefined ? undefined : text;
}
