/** A search is narrowed by no more: the text itself is compared in the end. */
const MOST_OF_SEARCH = 12;
const LONGEST_GRAM = 3;

/** The number of a sequence of characters: 16 bits, shared by few others. */
function numberOf(characters: readonly string[], from: number, length: number): number {
  let hash = length;
  for (let index = from; index < from + length; index++) {
    hash = Math.imul(hash ^ (characters[index]?.codePointAt(0) ?? 0), 0x9e37_79b1);
    hash ^= hash >>> 15;
  }
  return hash & 0xffff;
}

/** A number of 16 bits for an identifier. */
export function numberOfId(id: string): number {
  const characters = [...id];
  return numberOf(characters, 0, characters.length);
}

const linesOf = (text: string): readonly (readonly string[])[] => text.split('\n').map((line) => [...line]);

/**
 * What an index has of a text: the numbers of its characters, and of its sequences of two and three characters.
 * @param text case-folded, one value a line
 * @returns numbers of 16 bits, each once
 */
export function gramsOf(text: string): ReadonlySet<number> {
  const grams = new Set<number>();
  for (const line of linesOf(text)) {
    for (const at of line.keys()) {
      for (let length = 1; length <= LONGEST_GRAM && at + length <= line.length; length++) {
        grams.add(numberOf(line, at, length));
      }
    }
  }
  return grams;
}

/** As few of the longest sequences as a line consists of. */
function coverOf(line: readonly string[]): readonly number[] {
  if (line.length === 0) return [];
  const length = Math.min(LONGEST_GRAM, line.length);
  const last = line.length - length;
  const apart = Array.from({ length: Math.ceil(last / length) }, (_, index) => index * length);
  return [...apart, last].map((at) => numberOf(line, at, length));
}

/**
 * Grams that every text has which contains the search; other texts may have them too.
 * @param search case-folded
 * @returns none where the search is nothing but ends of lines
 */
export function gramsOfSearch(search: string): readonly number[] {
  return [...new Set(linesOf(search).flatMap(coverOf))].slice(0, MOST_OF_SEARCH);
}
