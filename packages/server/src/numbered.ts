/** Far more than are ever there at once; with it a number stays exact for longer than a process runs. */
const PLACES = 2 ** 20;

/**
 * What waits for something that is said of it by number. A `Map` would keep what it once held until the old generation is
 * collected, requests and all: it makes itself a new table for every few numbers, and each table knows the next.
 */
export class Numbered<Member> {
  readonly #places: ({ readonly number: number; readonly member: Member } | undefined)[] = [];
  #round = 0;

  /** @returns its number: a positive integer that no other ever has, or had */
  enter(member: Member): number {
    const free = this.#places.indexOf(undefined);
    const number = ++this.#round * PLACES + (free < 0 ? this.#places.length : free);
    this.put(number, member);
    return number;
  }

  /** Under a number that another process gave it. */
  put(number: number, member: Member): void {
    this.#places[number % PLACES] = { number, member };
  }

  get(number: number): Member | undefined {
    const place = this.#places[number % PLACES];
    return place?.number === number ? place.member : undefined;
  }

  /** Gives it, and forgets it. */
  take(number: number): Member | undefined {
    const member = this.get(number);
    if (member !== undefined) this.#places[number % PLACES] = undefined;
    return member;
  }

  /** Gives all, and forgets them. */
  takeAll(): readonly Member[] {
    const all = this.all();
    this.#places.length = 0;
    return all;
  }

  all(): readonly Member[] {
    return this.#places.flatMap((place) => (place === undefined ? [] : [place.member]));
  }

  get isEmpty(): boolean {
    return this.#places.every((place) => place === undefined);
  }
}
