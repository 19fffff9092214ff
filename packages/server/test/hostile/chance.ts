import { createHash } from 'node:crypto';

/** What is drawn by chance, and is the same for the same seed (xorshift32). */
export class Chance {
  #state: number;

  /** @param seed any text; texts that differ give draws that have nothing to do with one another */
  constructor(seed: string) {
    this.#state = createHash('sha256').update(seed).digest().readUInt32BE() || 1;
  }

  /** A whole number from 0 up to `bound`. */
  below(bound: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % bound;
  }

  /** @param percent how often it is so */
  happens(percent: number): boolean {
    return this.below(100) < percent;
  }

  /** @throws TypeError for an empty list */
  pick<T>(list: readonly T[]): T {
    const drawn = list[this.below(list.length)];
    if (drawn === undefined) throw new TypeError('nothing to pick from');
    return drawn;
  }

  /** Up to `most` of what `make` gives. */
  several<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.below(most + 1) }, make);
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}
