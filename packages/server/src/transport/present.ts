/** A place among those present, which holds nobody once it is left. */
type Place<Member> = {
  member: Member | undefined;
  before: Place<Member> | undefined;
  behind: Place<Member> | undefined;
};

/**
 * Those that are there now, where many come and go. A `Set` would do, but for the collector of garbage: it makes itself a new
 * table again and again, each table knows the one that came after it, and whatever stood in one stays in memory until the old
 * generation is collected, which takes a tenth of the processor under load (docs/performance.md).
 */
export class Present<Member extends object> {
  #last: Place<Member> | undefined;

  /** @returns what has it leave; to be called once */
  enter(member: Member): () => void {
    const place: Place<Member> = { member, before: this.#last, behind: undefined };
    if (this.#last) this.#last.behind = place;
    this.#last = place;
    return () => this.#leave(place);
  }

  /** All of them, in the order they came; who leaves meanwhile is in it still. */
  now(): readonly Member[] {
    const members: Member[] = [];
    for (let place = this.#last; place; place = place.before) if (place.member) members.push(place.member);
    return members.reverse();
  }

  #leave(place: Place<Member>): void {
    const { before, behind } = place;
    if (before) before.behind = behind;
    if (behind) behind.before = before;
    else if (this.#last === place) this.#last = before;
    place.member = undefined;
    place.before = undefined;
    place.behind = undefined;
  }
}
