/** The characters of scope tokens, and the blanks between them (RFC 6749 §3.3). */
const CHARACTERS = /^[\x20\x21\x23-\x5B\x5D-\x7E]*$/;

/**
 * A scope (RFC 6749 §3.3): scope tokens without repetitions, in the order they were first named. On the wire and in
 * records it is text; what is decided about it is decided on this value.
 */
export class Scope implements Iterable<string> {
  static readonly none = new Scope([]);

  readonly #tokens: ReadonlySet<string>;

  private constructor(tokens: Iterable<string>) {
    this.#tokens = new Set(tokens);
  }

  /** Reads tokens that blanks separate, however many; nothing and an empty text are the empty scope. */
  static of(text: string | undefined): Scope {
    return text === undefined || text === '' ? Scope.none : new Scope(text.split(' ').filter(Boolean));
  }

  static from(tokens: Iterable<string>): Scope {
    return new Scope(tokens);
  }

  /**
   * Reads a scope as programs send and people write it: blanks around it and several between two tokens mean nothing.
   * @returns undefined for a text with a character that no scope has (RFC 6749 §3.3), tabs and line ends among them
   */
  static parse(text: string): Scope | undefined {
    return CHARACTERS.test(text) ? Scope.of(text) : undefined;
  }

  get isEmpty(): boolean {
    return this.#tokens.size === 0;
  }

  has(token: string): boolean {
    return this.#tokens.has(token);
  }

  /** Whether every token stands in `other` too. */
  isWithin(other: Scope): boolean {
    return this.every((token) => other.has(token));
  }

  every(holds: (token: string) => boolean): boolean {
    for (const token of this.#tokens) if (!holds(token)) return false;
    return true;
  }

  /** The tokens for which `keep` says so, in their order. */
  filter(keep: (token: string) => boolean): Scope {
    return new Scope([...this.#tokens].filter(keep));
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#tokens.values();
  }

  /** Space-separated, as the wire and records have it; empty for the empty scope. */
  toString(): string {
    return [...this.#tokens].join(' ');
  }
}

/** Whether a scope is one of the admin API, also of a later version. */
export const isAdminScope = (scope: string): boolean => scope.startsWith('admin:');
