import { derUtf8String } from '../der-encoding.ts';
import { attributeTypeOf, keywordOf } from './attribute-type.ts';
import { type AttributeValue, textValue, valueFromDer } from './attribute-value.ts';

/** One attribute of a relative name (RFC 5280 §4.1.2.4): its type as a dotted OID, and its value. */
export type AttributeTypeAndValue = { readonly type: string; readonly value: AttributeValue };
/** A set: the order of its members means nothing. */
export type RelativeDistinguishedName = readonly AttributeTypeAndValue[];

/** Longer texts are refused unread; the longest subject a client may register is 2,000 characters. */
const LONGEST_TEXT = 16_384;

/** Thrown when text is not a distinguished name. */
export class InvalidDistinguishedName extends Error {
  override readonly name = 'InvalidDistinguishedName';
  /** Where in the text, counted in UTF-16 units from 0. */
  readonly position: number;
  readonly #problem: string;

  constructor(problem: string, position: number) {
    super(`not a distinguished name: ${problem} at character ${position + 1}`);
    this.position = position;
    this.#problem = problem;
  }

  /** The same refusal, of a text with `length` more characters before it. */
  shiftedBy(length: number): InvalidDistinguishedName {
    return new InvalidDistinguishedName(this.#problem, this.position + length);
  }
}

const SPECIAL = new Set([...'"+,;<>\\ #=']);
const hexPairAt = (text: string, at: number): number | undefined => {
  const pair = text.slice(at, at + 2);
  return /^[0-9a-f]{2}$/i.test(pair) ? Number.parseInt(pair, 16) : undefined;
};
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads RFC 4514, RFC 2253 and RFC 1779 text, and openssl's with spaces around the signs. */
class TextReader {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    if (text.length > LONGEST_TEXT) {
      throw new InvalidDistinguishedName(`more than ${LONGEST_TEXT} characters`, LONGEST_TEXT);
    }
    this.text = text;
  }

  get next(): string | undefined {
    return this.text[this.at];
  }

  skipSpaces(): void {
    while (this.next === ' ' || this.next === '\n' || this.next === '\r' || this.next === '\t') this.at++;
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
    this.skipSpaces();
    return { type, value: this.value() };
  }

  value(): AttributeValue {
    if (this.next === '#') return this.hexValue();
    if (this.next === '"') return this.quotedValue();
    const start = this.at;
    const bytes: number[] = [];
    let kept = 0;
    while (this.next !== undefined && !',;+'.includes(this.next)) {
      const escaped = this.next === '\\';
      if (this.next === '"' || this.next === '<' || this.next === '>') {
        throw new InvalidDistinguishedName(`${this.next} without \\ before it`, this.at);
      }
      const space = this.next === ' ';
      this.character(bytes);
      if (escaped || !space) kept = bytes.length;
    }
    return textValue(this.decode(bytes.slice(0, kept), start));
  }

  quotedValue(): AttributeValue {
    const start = this.at;
    const bytes: number[] = [];
    this.at++;
    while (this.next !== '"') {
      if (this.next === undefined) throw new InvalidDistinguishedName('a quotation without end', start);
      this.character(bytes);
    }
    this.at++;
    this.skipSpaces();
    return textValue(this.decode(bytes, start));
  }

  hexValue(): AttributeValue {
    const start = this.at++;
    const bytes: number[] = [];
    for (let pair = hexPairAt(this.text, this.at); pair !== undefined; pair = hexPairAt(this.text, this.at)) {
      bytes.push(pair);
      this.at += 2;
    }
    this.skipSpaces();
    const value = valueFromDer(Uint8Array.from(bytes));
    if (!value || (this.next !== undefined && !',;+'.includes(this.next))) {
      throw new InvalidDistinguishedName('# without the hexadecimal DER of one value after it', start);
    }
    return value;
  }

  /** One character or one escape, as UTF-8. */
  character(bytes: number[]): void {
    if (this.next === '\\') {
      const escaped = this.text[this.at + 1];
      if (escaped !== undefined && SPECIAL.has(escaped)) {
        bytes.push(escaped.charCodeAt(0));
        this.at += 2;
        return;
      }
      const pair = hexPairAt(this.text, this.at + 1);
      if (pair === undefined) {
        throw new InvalidDistinguishedName(
          '\\ before neither a special character nor two hex digits',
          this.at,
        );
      }
      bytes.push(pair);
      this.at += 3;
      return;
    }
    const point = this.text.codePointAt(this.at) ?? 0;
    if (point === 0 || (point >= 0xd800 && point <= 0xdfff)) {
      throw new InvalidDistinguishedName('a character that must be escaped', this.at);
    }
    const character = String.fromCodePoint(point);
    bytes.push(...Buffer.from(character, 'utf8'));
    this.at += character.length;
  }

  decode(bytes: readonly number[], start: number): string {
    try {
      return utf8.decode(Uint8Array.from(bytes));
    } catch {
      throw new InvalidDistinguishedName('escaped bytes that are not UTF-8', start);
    }
  }
}

/**
 * Reads comma- or semicolon-separated text.
 * @returns the RDNs in the order written
 * @throws InvalidDistinguishedName
 */
export function readText(text: string): RelativeDistinguishedName[] {
  const reader = new TextReader(text);
  const rdns: RelativeDistinguishedName[] = [];
  reader.skipSpaces();
  if (reader.next === undefined) return rdns;
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
    reader.at++;
  }
}

/** The length of `keyword=` at `at`, 0 when none that is known stands there. */
function typeAt(text: string, at: number): { type: string; length: number } | undefined {
  const written = /^[A-Za-z0-9.-]{1,128}(?==)/.exec(text.slice(at, at + 129))?.[0];
  const type = written === undefined ? undefined : attributeTypeOf(written);
  return written === undefined || type === undefined ? undefined : { type, length: written.length + 1 };
}

/**
 * Reads openssl's `/C=US/O=Example/CN=client`. A slash or plus sign within a value stays one unless a known
 * attribute type and `=` follow it; `\xHH` is a byte.
 * @returns the RDNs in the order written, which is root first
 * @throws InvalidDistinguishedName
 */
export function readSlashText(text: string): RelativeDistinguishedName[] {
  const reader = new TextReader(text);
  const rdns: AttributeTypeAndValue[][] = [];
  while (reader.next !== undefined) {
    const sign = reader.next;
    const found = typeAt(text, reader.at + 1);
    if (!found) throw new InvalidDistinguishedName(`no known attribute type after ${sign}`, reader.at + 1);
    reader.at += 1 + found.length;
    const start = reader.at;
    const bytes: number[] = [];
    while (reader.next !== undefined) {
      if ((reader.next === '/' || reader.next === '+') && typeAt(text, reader.at + 1)) break;
      const pair = text.startsWith('\\x', reader.at) ? hexPairAt(text, reader.at + 2) : undefined;
      if (pair !== undefined) {
        bytes.push(pair);
        reader.at += 4;
      } else if (reader.next === '\\') {
        bytes.push(0x5c);
        reader.at++;
      } else {
        reader.character(bytes);
      }
    }
    const attribute = { type: found.type, value: textValue(reader.decode(bytes, start)) };
    const last = rdns.at(-1);
    if (sign === '+' && last) last.push(attribute);
    else rdns.push([attribute]);
  }
  return rdns;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function printValue(text: string): string {
  return text
    .replace(/["+,;<>\\]/g, '\\$&')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
      hex(Buffer.from(character, 'utf8')).replace(/../g, '\\$&'),
    )
    .replace(/^[ #]| $/g, '\\$&');
}

/** `CN=client`, escaped by RFC 4514 §2.4; types without a keyword with the value's DER in hexadecimal. */
export function printAttribute({ type, value }: AttributeTypeAndValue): string {
  if (value.kind === 'der') return `${keywordOf(type) ?? type}=#${hex(value.der)}`;
  const keyword = keywordOf(type);
  return keyword === undefined
    ? `${type}=#${hex(derUtf8String(value.text))}`
    : `${keyword}=${printValue(value.text)}`;
}
