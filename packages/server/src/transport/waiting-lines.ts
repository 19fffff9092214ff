/** How long a piece waits for its turn before it is given up, milliseconds. */
const LONGEST_WAIT_MS = { handshake: 10_000, request: 5_000 } as const;

/**
 * Of so many turns one is fair: it goes to the address whose last turn is longest ago, and there to what has waited longest.
 * The others go by cost, by which alone an address that has cost most would have none while there are always others, and
 * its oldest piece none while newer ones come.
 */
const TURNS = 4;

type Kind = keyof typeof LONGEST_WAIT_MS;

type Waiting<Piece> = { readonly piece: Piece; readonly since: number };

/** What waits from one address, in the order it came. */
class Line<Piece> {
  readonly handshake: Waiting<Piece>[] = [];
  readonly request: Waiting<Piece>[] = [];
  /** Which of the two had the last turn. */
  last: Kind = 'request';
  /** When it had its last turn, or came. */
  turnAt: number;

  constructor(now: number) {
    this.turnAt = now;
  }
}

const KINDS: readonly Kind[] = ['handshake', 'request'];

export type WaitingLinesOptions<Piece> = {
  /** What an address has cost lately. */
  readonly costOfAddress: (address: string) => number;
  /** What the connection of a piece has cost lately. */
  readonly costOf: (piece: Piece) => number;
  /** Whether nobody waits for a piece any more. */
  readonly isOver: (piece: Piece) => boolean;
};

/**
 * What waits for its turn, by address. Next is the address that has cost least; there a handshake and a request take turns,
 * the newest handshake first, and the request of the connection that has cost least. Now and then it is what has waited
 * longest, of the address that had no turn for longest. So whoever asks for little passes those who ask for much, also from their own address, and is served
 * while they still wait; and who has asked for much is served at last.
 */
export class WaitingLines<Piece extends { readonly kind: Kind }> {
  readonly #lines = new Map<string, Line<Piece>>();
  readonly #options: WaitingLinesOptions<Piece>;
  #turn = 0;

  constructor(options: WaitingLinesOptions<Piece>) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#lines.size === 0;
  }

  enter(piece: Piece, address: string, now: number): void {
    const line = this.#lines.get(address) ?? new Line<Piece>(now);
    this.#lines.set(address, line);
    line[piece.kind].push({ piece, since: now });
  }

  /** Takes out those that waited too long. */
  late(now: number): readonly Piece[] {
    const late: Piece[] = [];
    for (const [address, line] of this.#lines) {
      for (const kind of KINDS) {
        while (line[kind][0] && now - line[kind][0].since > LONGEST_WAIT_MS[kind]) {
          const waited = line[kind].shift();
          if (waited && !this.#options.isOver(waited.piece)) late.push(waited.piece);
        }
      }
      this.#forget(address, line);
    }
    return late;
  }

  /** Takes out the next one. */
  next(now: number): Piece | undefined {
    while (!this.isEmpty) {
      this.#turn = (this.#turn + 1) % TURNS;
      const isFair = this.#turn === 0;
      const byCost = ([address]: [string, Line<Piece>]) => this.#options.costOfAddress(address);
      const [address, line] = this.#least(isFair ? ([, { turnAt }]) => turnAt : byCost);
      line.turnAt = now;
      const piece = isFair ? this.#oldestOf(line) : this.#nextOf(line);
      this.#forget(address, line);
      if (piece && !this.#options.isOver(piece)) return piece;
    }
    return undefined;
  }

  /** The line that has least of something. */
  #least(of: (line: [string, Line<Piece>]) => number): [string, Line<Piece>] {
    let found: [string, Line<Piece>] = ['', new Line(0)];
    let least = Number.POSITIVE_INFINITY;
    for (const line of this.#lines) {
      const value = of(line);
      if (value < least) [found, least] = [line, value];
    }
    return found;
  }

  #oldestOf({ handshake, request }: Line<Piece>): Piece | undefined {
    const since = (pieces: readonly Waiting<Piece>[]) => pieces[0]?.since ?? Number.POSITIVE_INFINITY;
    return (since(handshake) < since(request) ? handshake : request).shift()?.piece;
  }

  #nextOf(line: Line<Piece>): Piece | undefined {
    const other: Kind = line.last === 'handshake' ? 'request' : 'handshake';
    line.last = line[other].length > 0 ? other : line.last;
    if (line.last === 'handshake') return line.handshake.pop()?.piece;
    const costs = line.request.map(({ piece }) => this.#options.costOf(piece));
    const index = costs.indexOf(Math.min(...costs));
    return line.request.splice(index, 1)[0]?.piece;
  }

  #forget(address: string, line: Line<Piece>): void {
    if (line.handshake.length + line.request.length === 0) this.#lines.delete(address);
  }
}
