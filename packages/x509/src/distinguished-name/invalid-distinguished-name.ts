const ADVICE = 'write it as RFC 4514 does: CN=client,O=Example,C=GB';

/** Thrown when text is not a distinguished name, or may be another than the one it seems to be. */
export class InvalidDistinguishedName extends Error {
  override readonly name = 'InvalidDistinguishedName';
  /** Where in the text, counted in UTF-16 units from 0. */
  readonly position: number;
  /** RFC 4514 texts of the names that may be meant, the likeliest first; each reads as itself. */
  readonly suggestions: readonly string[];
  readonly #problem: string;

  constructor(problem: string, position: number, suggestions: readonly string[] = []) {
    const advice = suggestions.length > 0 ? `write ${suggestions.join('  or  ')}` : ADVICE;
    super(`not a distinguished name: ${problem} at character ${position + 1}; ${advice}`);
    this.position = position;
    this.suggestions = suggestions;
    this.#problem = problem;
  }

  /** The same refusal, of a text with `length` more characters before it. */
  shiftedBy(length: number): InvalidDistinguishedName {
    return new InvalidDistinguishedName(this.#problem, this.position + length, this.suggestions);
  }

  /** The same refusal with what may be written instead. */
  suggesting(suggestions: readonly string[]): InvalidDistinguishedName {
    return new InvalidDistinguishedName(this.#problem, this.position, suggestions);
  }
}
