import { LRUCache } from 'lru-cache';

/** Characters at either end of a text: of a certificate its serial number and signature, of a token its signature. */
const END = 100;

/** Values by long texts of which each stands in one request after another. */
export type LongTexts<Value> = {
  get(text: string): Value | undefined;
  set(text: string, value: Value): void;
};

/**
 * Keeps values by certificates and tokens as they come in headers, the latest used. They are looked up by both ends, and
 * compared as a whole: hashing all of a text takes longer than everything else that is done with one that is known. Of two
 * texts with the same ends the later one is kept.
 * @param characters that all texts together may have
 */
export function longTexts<Value>(characters: number): LongTexts<Value> {
  const kept = new LRUCache<string, { readonly text: string; readonly value: Value }>({
    maxSize: characters,
    sizeCalculation: ({ text }) => text.length + 1,
  });
  const ends = (text: string) => (text.length <= 2 * END ? text : text.slice(0, END) + text.slice(-END));
  return {
    get(text) {
      const found = kept.get(ends(text));
      return found?.text === text ? found.value : undefined;
    },
    set(text, value) {
      kept.set(ends(text), { text, value });
    },
  };
}
