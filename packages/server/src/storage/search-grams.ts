/** Of one line; longer texts are searched by their beginning. */
const LONGEST_LINE = 1_000;
/** A search is narrowed by no more: the text itself is compared in the end. */
const MOST_OF_QUERY = 12;
/** What nearly every name or identifier has: alone it narrows nothing. */
const USUAL = /[a-z0-9 -]/;

/** The number of a sequence of characters: 16 bits, shared by few others. */
function numberOf(characters: readonly string[], from: number, length: number): number {
  let hash = length;
  for (let index = from; index < from + length; index++) {
    hash = Math.imul(hash ^ (characters[index]?.codePointAt(0) ?? 0), 0x9e37_79b1);
    hash ^= hash >>> 15;
  }
  return hash & 0xffff;
}

const linesOf = (text: string): readonly (readonly string[])[] =>
  text.split('\n').map((line) => [...line.slice(0, LONGEST_LINE)]);

/**
 * What an index has of a text: the numbers of its sequences of three and of two characters, and of single characters
 * that are not usual. Sequences of two are for writing systems in which they are words.
 * @param text case-folded, one value a line
 * @returns numbers of 16 bits, each once
 */
export function gramsOf(text: string): ReadonlySet<number> {
  const grams = new Set<number>();
  for (const line of linesOf(text)) {
    for (const [at, character] of line.entries()) {
      if (!USUAL.test(character)) grams.add(numberOf(line, at, 1));
      for (const length of [2, 3]) if (at + length <= line.length) grams.add(numberOf(line, at, length));
    }
  }
  return grams;
}

function ofLine(line: readonly string[]): readonly number[] {
  const [first] = line;
  if (first === undefined) return [];
  if (line.length === 1) return USUAL.test(first) ? [] : [numberOf(line, 0, 1)];
  if (line.length === 2) return [numberOf(line, 0, 2)];
  const last = line.length - 3;
  const apart = Array.from({ length: Math.ceil(last / 3) }, (_, index) => index * 3);
  return [...apart, last].map((at) => numberOf(line, at, 3));
}

/**
 * Grams that every text has which contains the search; other texts may have them too.
 * @param search case-folded
 * @returns none for a search that no index helps with
 */
export function gramsOfSearch(search: string): readonly number[] {
  return [...new Set(linesOf(search).flatMap(ofLine))].slice(0, MOST_OF_QUERY);
}
