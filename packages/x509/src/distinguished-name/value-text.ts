import { attributeTypeOf } from './attribute-type.ts';

/** Stand for characters that were escaped, in texts that are looked through for signs: one of them a sign itself. */
const ESCAPED_SIGN = '\uffff';
const ESCAPED_LETTER = 'x';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of one value as it is read, beside which of its characters were escaped. */
export class ValueText {
  text = '';
  /** `text` with a placeholder for each escaped character: what is left of a sign was written as one. */
  plain = '';
  /** False once escaped bytes are no characters. */
  isUtf8 = true;
  /** Escaped bytes whose character is not complete. */
  #bytes: number[] = [];
  readonly #codePoints: boolean;

  /** @param codePoints whether escaped bytes are code points up to 255, as openssl writes them outside UTF-8 */
  constructor(codePoints: boolean) {
    this.#codePoints = codePoints;
  }

  addPlain(characters: string): void {
    this.#flush();
    this.text += characters;
    this.plain += characters;
  }

  addEscaped(characters: string): void {
    this.#flush();
    this.text += characters;
    this.plain += /^[\p{L}\p{N}]/u.test(characters)
      ? ESCAPED_LETTER.repeat(characters.length)
      : ESCAPED_SIGN.repeat(characters.length);
  }

  addByte(byte: number): void {
    this.#bytes.push(byte);
  }

  #flush(): void {
    if (this.#bytes.length === 0) return;
    const bytes = Uint8Array.from(this.#bytes);
    this.#bytes = [];
    try {
      this.addEscaped(this.#codePoints ? Buffer.from(bytes).toString('latin1') : utf8.decode(bytes));
    } catch {
      this.isUtf8 = false;
    }
  }

  /** Ends the value; spaces at its end that were not escaped are left out. */
  end(): this {
    this.#flush();
    const length = this.plain.replace(/ +$/, '').length;
    this.text = this.text.slice(0, length);
    this.plain = this.plain.slice(0, length);
    return this;
  }
}

/** True when what comes next would go on with a word. */
export const endsInWord = (text: string): boolean => /[\p{L}\p{N}_@]$/u.test(text.slice(-2));

/** An attribute type and `=` within a value, where nothing that separates them from it was escaped. */
export type Lookalike = { readonly type: string; readonly equals: number };

/** What in a value looks like another attribute. @param plain as {@link ValueText.plain} has it */
export function lookalikesIn(plain: string): Lookalike[] {
  return Array.from(plain.matchAll(/([A-Za-z0-9.-]{1,128})\s*=/g)).flatMap((found) => {
    const [whole, written = ''] = found;
    const start = found.index;
    const before = plain.slice(0, start);
    // Letters of other alphabets do not end a word, and an escaped sign before it is part of the value.
    if (endsInWord(before) || before.trimEnd().endsWith(ESCAPED_SIGN)) return [];
    return attributeTypeOf(written) === undefined
      ? []
      : [{ type: written, equals: start + whole.length - 1 }];
  });
}

/** `UTF8STRING:`, which openssl's `show_type` writes before a value. */
export const STRING_TYPE = /^(?:UTF8|PRINTABLE|IA5|T61|TELETEX|BMP|UNIVERSAL|NUMERIC|VISIBLE)STRING(?=:)/;

/** Why a value may not be the one meant; undefined when nothing speaks for another. */
export function doubtOf(plain: string): string | undefined {
  const [lookalike] = lookalikesIn(plain);
  if (lookalike) return `a value with ${lookalike.type}= in it, which looks like another attribute,`;
  const stringType = STRING_TYPE.exec(plain)?.[0];
  if (stringType !== undefined) return `a value with its string type ${stringType}: before it`;
  if (/[\n\r\v\f\u0085\u2028\u2029]/.test(plain)) return 'a value with a line end in it';
  return plain.includes('\ufffd') ? 'a value with a character that was lost in copying (U+FFFD)' : undefined;
}
