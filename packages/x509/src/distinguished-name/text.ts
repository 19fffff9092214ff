import { attributeTypeOf } from './attribute-type.ts';
import { type AttributeValue, textValue, valueFromDer } from './attribute-value.ts';
import { InvalidDistinguishedName } from './invalid-distinguished-name.ts';
import { doubtOf, ValueText } from './value-text.ts';

/** One attribute of a relative name (RFC 5280 §4.1.2.4): its type as a dotted OID, and its value. */
export type AttributeTypeAndValue = { readonly type: string; readonly value: AttributeValue };
/** A set: the order of its members means nothing. */
export type RelativeDistinguishedName = readonly AttributeTypeAndValue[];

/** Whether a value that may be another than the one meant is refused, or taken as it stands. */
export type Doubts = 'refused' | 'taken';

/** Longer texts are refused unread; the longest subject a client may register is 2,000 characters. */
const LONGEST_TEXT = 16_384;

/** @throws InvalidDistinguishedName */
export function refuseTooLong(text: string): void {
  if (text.length <= LONGEST_TEXT) return;
  throw new InvalidDistinguishedName(`more than ${LONGEST_TEXT} characters`, LONGEST_TEXT);
}

const SPECIAL = new Set([...'"+,;<>\\ #=']);
/** Escaped by openssl in forms where they separate. */
const SPECIAL_BESIDE = new Set([...SPECIAL, '/']);
const LINE_END = /[\n\r\v\f\u0085\u2028\u2029]/;
const SPACE = /[ \t\n\r\v\f\u0085\u00a0\u2028\u2029]/;

const hexAt = (text: string, at: number, digits: number): number | undefined => {
  const found = text.slice(at, at + digits);
  return found.length === digits && /^[0-9a-f]+$/i.test(found) ? Number.parseInt(found, 16) : undefined;
};

/**
 * `emailAddress              = `, the columns of openssl's `multiline`, where specials are not escaped and quotation
 * marks are what they are.
 */
const COLUMNS = /^[ \t]*[A-Za-z]+ {2,}= /m;

/**
 * Whether escaped bytes are code points: openssl escapes those above 255 as `\U4E2D` and `\W0001F600`, and only where
 * it does not write UTF-8.
 */
const writesCodePoints = (text: string): boolean => /\\U[0-9A-F]{4}|\\W[0-9A-F]{8}/.test(text);

/** The length of `keyword=` at `at`, undefined when none that is known stands there. */
function typeAt(text: string, at: number): { readonly type: string; readonly length: number } | undefined {
  const found = /^([A-Za-z0-9.-]{1,128})[ \t]*=/.exec(text.slice(at, at + 160));
  const type = attributeTypeOf(found?.[1] ?? '');
  return found === null || type === undefined ? undefined : { type, length: found[0].length };
}

/** What separates the attributes of a text, and what ends and escapes values therefore. */
type Form = 'separated' | 'lines' | 'slashes';

class TextReader {
  readonly text: string;
  readonly #form: Form;
  readonly #doubts: Doubts;
  readonly #codePoints: boolean;
  readonly #columns: boolean;
  at = 0;

  constructor(text: string, form: Form, doubts: Doubts) {
    refuseTooLong(text);
    this.text = text;
    this.#form = form;
    this.#doubts = doubts;
    this.#columns = form === 'lines' && COLUMNS.test(text);
    this.#codePoints = writesCodePoints(text);
  }

  get next(): string | undefined {
    return this.text[this.at];
  }

  skipSpaces(): void {
    while (this.next !== undefined && SPACE.test(this.next)) this.at++;
  }

  skipSpacesOfLine(): void {
    while (this.next !== undefined && SPACE.test(this.next) && !LINE_END.test(this.next)) this.at++;
  }

  attribute(): AttributeTypeAndValue {
    this.skipSpaces();
    const start = this.at;
    while (this.next !== undefined && /[A-Za-z0-9.-]/.test(this.next)) this.at++;
    const written = this.text.slice(start, this.at);
    if (written === '') throw new InvalidDistinguishedName('no attribute type', start);
    const type = attributeTypeOf(written);
    if (type === undefined) {
      throw new InvalidDistinguishedName(
        `unknown attribute type ${written} (write its object identifier instead)`,
        start,
      );
    }
    this.skipSpaces();
    if (this.next !== '=') throw new InvalidDistinguishedName(`no = after ${written}`, this.at);
    this.at++;
    if (this.#form === 'lines') this.skipSpacesOfLine();
    else this.skipSpaces();
    return { type, value: this.value() };
  }

  value(): AttributeValue {
    if (this.#form !== 'slashes') {
      if (
        this.next === '#' &&
        (this.#form === 'separated' || hexAt(this.text, this.at + 1, 4) !== undefined)
      ) {
        return this.hexValue();
      }
      if (this.next === '"' && !this.#columns) return this.quotedValue();
    }
    const start = this.at;
    const value = new ValueText(this.#codePoints);
    while (this.next !== undefined && !this.endsValue()) {
      if (this.#form === 'separated' && '"<>'.includes(this.next)) {
        throw new InvalidDistinguishedName(`${this.next} without \\ before it`, this.at);
      }
      this.character(value);
    }
    const { text, plain } = this.ended(value, start);
    this.refuseDoubtful(plain, start);
    return textValue(text);
  }

  endsValue(): boolean {
    const sign = this.next ?? '';
    switch (this.#form) {
      case 'separated':
        return ',;+'.includes(sign);
      case 'lines': {
        if (sign !== '+') return LINE_END.test(sign);
        const after = /^\+[ \t]*/.exec(this.text.slice(this.at))?.[0].length ?? 1;
        return typeAt(this.text, this.at + after) !== undefined;
      }
      case 'slashes':
        return (sign === '/' || sign === '+') && typeAt(this.text, this.at + 1) !== undefined;
    }
  }

  refuseDoubtful(plain: string, start: number): void {
    if (this.#doubts === 'taken') return;
    const unknownType = this.#form === 'slashes' ? /\/([A-Za-z][A-Za-z0-9.-]*)=/.exec(plain)?.[1] : undefined;
    const endsOpen = this.#form === 'lines' && /[,;]$/.test(plain);
    const doubt =
      doubtOf(plain) ??
      (unknownType !== undefined
        ? `a value with /${unknownType}= in it, which looks like an attribute of an unknown type,`
        : endsOpen
          ? 'a value with a separator at its end'
          : undefined);
    if (doubt !== undefined) throw new InvalidDistinguishedName(doubt, start);
  }

  quotedValue(): AttributeValue {
    const start = this.at;
    const value = new ValueText(this.#codePoints);
    this.at++;
    for (;;) {
      if (this.next === undefined) throw new InvalidDistinguishedName('a quotation without end', start);
      if (this.next !== '"') {
        this.character(value);
      } else if (this.text[this.at + 1] === '"') {
        // Windows doubles a quotation mark within a quotation.
        value.addEscaped('"');
        this.at += 2;
      } else {
        break;
      }
    }
    this.at++;
    if (this.#form === 'lines') this.skipSpacesOfLine();
    else this.skipSpaces();
    const { text } = this.ended(value, start);
    if (this.#doubts === 'refused' && text.includes('\ufffd')) {
      throw new InvalidDistinguishedName('a value with a character that was lost in copying (U+FFFD)', start);
    }
    return textValue(text);
  }

  hexValue(): AttributeValue {
    const start = this.at++;
    const bytes: number[] = [];
    for (let pair = hexAt(this.text, this.at, 2); pair !== undefined; pair = hexAt(this.text, this.at, 2)) {
      bytes.push(pair);
      this.at += 2;
    }
    if (this.#form === 'lines') this.skipSpacesOfLine();
    else this.skipSpaces();
    const value = valueFromDer(Uint8Array.from(bytes));
    if (!value || (this.next !== undefined && !this.endsValue())) {
      throw new InvalidDistinguishedName('# without the hexadecimal DER of one value after it', start);
    }
    return value;
  }

  /** One character or one escape. */
  character(value: ValueText): void {
    if (this.next === '\\') {
      this.escape(value);
      return;
    }
    const point = this.text.codePointAt(this.at) ?? 0;
    if (point === 0 || (point >= 0xd800 && point <= 0xdfff)) {
      throw new InvalidDistinguishedName('a character that must be escaped', this.at);
    }
    const character = String.fromCodePoint(point);
    value.addPlain(character);
    this.at += character.length;
  }

  escape(value: ValueText): void {
    const escaped = this.text[this.at + 1];
    if (this.#form === 'slashes') {
      this.escapeBetweenSlashes(value, escaped);
      return;
    }
    if (escaped !== undefined && (this.#form === 'lines' ? SPECIAL_BESIDE : SPECIAL).has(escaped)) {
      value.addEscaped(escaped);
      this.at += 2;
      return;
    }
    const digits = escaped === 'U' ? 4 : escaped === 'W' ? 8 : undefined;
    const point = digits === undefined ? undefined : hexAt(this.text, this.at + 2, digits);
    if (digits !== undefined && point !== undefined && point <= 0x10ffff && (point & 0xfff800) !== 0xd800) {
      value.addEscaped(String.fromCodePoint(point));
      this.at += 2 + digits;
      return;
    }
    const pair = hexAt(this.text, this.at + 1, 2);
    if (pair === undefined) {
      throw new InvalidDistinguishedName('\\ before neither a special character nor two hex digits', this.at);
    }
    value.addByte(pair);
    this.at += 3;
  }

  /** openssl escapes bytes as `\xC3` there, and since version 3 `/` and `+`, but not `\` itself. */
  escapeBetweenSlashes(value: ValueText, escaped: string | undefined): void {
    const pair = escaped === 'x' ? hexAt(this.text, this.at + 2, 2) : undefined;
    if (pair !== undefined) {
      value.addByte(pair);
      this.at += 4;
    } else if (escaped === '/' || escaped === '+') {
      value.addEscaped(escaped);
      this.at += 2;
    } else if (this.#doubts === 'refused' && hexAt(this.text, this.at + 1, 2) !== undefined) {
      throw new InvalidDistinguishedName(
        '\\ before two hex digits without x, which may stand for a byte,',
        this.at,
      );
    } else {
      value.addPlain('\\');
      this.at++;
    }
  }

  ended(value: ValueText, start: number): ValueText {
    if (value.end().isUtf8) return value;
    throw new InvalidDistinguishedName('escaped bytes that are not UTF-8', start);
  }
}

/**
 * Reads comma- or semicolon-separated text: RFC 4514, RFC 2253 and RFC 1779, and openssl's with spaces around the
 * signs.
 * @returns the RDNs in the order written
 * @throws InvalidDistinguishedName
 */
export function readText(text: string, doubts: Doubts = 'taken'): RelativeDistinguishedName[] {
  const reader = new TextReader(text, 'separated', doubts);
  const rdns: RelativeDistinguishedName[] = [];
  reader.skipSpaces();
  if (reader.next === undefined) return rdns;
  let separator: string | undefined;
  for (;;) {
    const rdn = [reader.attribute()];
    while (reader.next === '+') {
      reader.at++;
      rdn.push(reader.attribute());
    }
    rdns.push(rdn);
    if (reader.next === undefined) return rdns;
    if (reader.next !== ',' && reader.next !== ';') {
      throw new InvalidDistinguishedName(`${reader.next} where a name goes on or ends`, reader.at);
    }
    if (doubts === 'refused' && separator !== undefined && separator !== reader.next) {
      throw new InvalidDistinguishedName('both , and ; between attributes', reader.at);
    }
    separator = reader.next;
    reader.at++;
  }
}

/** True for a text whose every line begins with an attribute type, and none but the last ends with a separator. */
export function standsOnLines(text: string): boolean {
  const lines = text.split(LINE_END).filter((line) => line.trim() !== '');
  return (
    lines.length > 1 &&
    lines.every((line) => /^\s*[A-Za-z0-9.-]+\s*=/.test(line)) &&
    lines.every((line, index) => index === lines.length - 1 || !/(?<!\\)[,;+]\s*$/.test(line))
  );
}

/** True for the columns of openssl's `multiline`, which are root first. */
export const standsInColumns = (text: string): boolean => COLUMNS.test(text);

/**
 * Reads a relative name a line, as openssl's `multiline` and `sep_multiline`, Node.js and the dialog of Windows write
 * them; ` + ` before a known attribute type joins a second attribute.
 * @returns the RDNs in the order written
 * @throws InvalidDistinguishedName
 */
export function readLines(text: string, doubts: Doubts = 'taken'): RelativeDistinguishedName[] {
  const reader = new TextReader(text, 'lines', doubts);
  const rdns: AttributeTypeAndValue[][] = [];
  let joined = false;
  for (reader.skipSpaces(); reader.next !== undefined; reader.skipSpaces()) {
    const attribute = reader.attribute();
    const last = rdns.at(-1);
    if (joined && last) last.push(attribute);
    else rdns.push([attribute]);
    joined = reader.next === '+';
    if (joined) reader.at++;
    else if (reader.next !== undefined && !LINE_END.test(reader.next)) {
      throw new InvalidDistinguishedName(`${reader.next} where a line ends`, reader.at);
    }
  }
  return rdns;
}

/**
 * Reads openssl's `/C=US/O=Example/CN=client`. A slash or plus sign within a value stays one unless a known
 * attribute type and `=` follow it, or when it is escaped; `\xHH` is a byte.
 * @returns the RDNs in the order written, which is root first
 * @throws InvalidDistinguishedName
 */
export function readSlashText(text: string, doubts: Doubts = 'taken'): RelativeDistinguishedName[] {
  const reader = new TextReader(text, 'slashes', doubts);
  const rdns: AttributeTypeAndValue[][] = [];
  while (reader.next !== undefined) {
    const sign = reader.next;
    const found = typeAt(text, reader.at + 1);
    if (!found) throw new InvalidDistinguishedName(`no known attribute type after ${sign}`, reader.at + 1);
    reader.at += 1 + found.length;
    const attribute = { type: found.type, value: reader.value() };
    const last = rdns.at(-1);
    if (sign === '+' && last) last.push(attribute);
    else rdns.push([attribute]);
  }
  return rdns;
}
