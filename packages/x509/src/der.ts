/**
 * A strict reader of DER (X.690 §10): definite, minimal lengths, low tag numbers, no bytes left over. The
 * ASN.1 libraries at hand read BER, which lets one certificate be written in many ways; names and extensions
 * that decide who someone is are read with this instead. It never recurses: callers open what they know.
 */

/** Thrown when bytes are not the DER that a field must hold. */
export class MalformedDer extends Error {
  override readonly name = 'MalformedDer';
  /** The field as RFC 5280 spells it, for instance `tbsCertificate.validity`. */
  readonly field: string;
  /** What stands there instead, in words. */
  readonly presented: string;

  constructor(field: string, presented: string) {
    super(`${field}: ${presented}`);
    this.field = field;
    this.presented = presented;
  }
}

/** Identifier octets of the universal types that certificates use. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The identifier octet of context-specific tag `number`. */
export const contextTag = (number: number, constructed: boolean): number =>
  (constructed ? 0xa0 : 0x80) | number;

/** One tag, length and value; `bytes` is all of it, `content` the value. Both are views, not copies. */
export type DerElement = {
  readonly tag: number;
  readonly bytes: Uint8Array;
  readonly content: Uint8Array;
};

const hexOctet = (octet: number): string => `0x${octet.toString(16).padStart(2, '0')}`;

/** Reads elements one after another; every refusal names the field being read. */
export class DerReader {
  readonly #bytes: Uint8Array;
  readonly #field: string;
  #at = 0;

  constructor(bytes: Uint8Array, field: string) {
    this.#bytes = bytes;
    this.#field = field;
  }

  /** The identifier octet that comes next; undefined at the end. */
  get nextTag(): number | undefined {
    return this.#bytes[this.#at];
  }

  #refuse(presented: string): never {
    throw new MalformedDer(this.#field, presented);
  }

  /** @throws MalformedDer at the end of the bytes or when no strict DER element stands here */
  any(): DerElement {
    const start = this.#at;
    const tag = this.#bytes[start];
    if (tag === undefined) return this.#refuse('ends too early');
    if ((tag & 0x1f) === 0x1f) return this.#refuse('a tag in high-number form');
    if (tag === 0) return this.#refuse('an end-of-contents tag');
    const first = this.#bytes[start + 1];
    if (first === undefined) return this.#refuse('ends within a length');
    let length = first;
    let header = 2;
    if (first >= 0x80) {
      const octets = first & 0x7f;
      if (octets === 0) return this.#refuse('an indefinite length');
      if (octets > 4) return this.#refuse(`a length of ${octets} octets`);
      length = 0;
      for (let index = 0; index < octets; index++) {
        const octet = this.#bytes[start + 2 + index];
        if (octet === undefined) return this.#refuse('ends within a length');
        length = length * 256 + octet;
      }
      if (length < 0x80 || length < 256 ** (octets - 1)) return this.#refuse('a length that is not minimal');
      header += octets;
    }
    const end = start + header + length;
    if (end > this.#bytes.length) return this.#refuse('ends within a value');
    this.#at = end;
    return {
      tag,
      bytes: this.#bytes.subarray(start, end),
      content: this.#bytes.subarray(start + header, end),
    };
  }

  /** The next element, which must carry `tag`. @throws MalformedDer */
  element(tag: number): DerElement {
    const element = this.any();
    if (element.tag !== tag) this.#refuse(`tag ${hexOctet(element.tag)} where ${hexOctet(tag)} must stand`);
    return element;
  }

  /** The next element if it carries `tag`, else undefined and nothing is read. @throws MalformedDer */
  optional(tag: number): DerElement | undefined {
    return this.nextTag === tag ? this.any() : undefined;
  }

  /** The elements up to the end. @throws MalformedDer */
  rest(): DerElement[] {
    const elements: DerElement[] = [];
    while (this.nextTag !== undefined) elements.push(this.any());
    return elements;
  }

  /** @throws MalformedDer when bytes are left */
  end(): void {
    if (this.nextTag !== undefined) this.#refuse(`${this.#bytes.length - this.#at} bytes left over`);
  }
}

/** The one element that `bytes` hold, nothing after it. @throws MalformedDer */
export function onlyElement(bytes: Uint8Array, tag: number, field: string): DerElement {
  const reader = new DerReader(bytes, field);
  const element = reader.element(tag);
  reader.end();
  return element;
}

/** The members of a SEQUENCE OF or SET OF with at least one member. @throws MalformedDer */
export function members(element: DerElement, field: string): DerElement[] {
  const found = new DerReader(element.content, field).rest();
  if (found.length === 0) throw new MalformedDer(field, 'an empty list');
  return found;
}

/** @throws MalformedDer unless DER's 0x00 or 0xff */
export function boolean(element: DerElement, field: string): boolean {
  const [octet] = element.content;
  if (element.content.length !== 1 || (octet !== 0 && octet !== 0xff)) {
    throw new MalformedDer(field, 'a BOOLEAN that is neither 00 nor FF');
  }
  return octet === 0xff;
}

/** The two's-complement octets of an INTEGER in their shortest form. @throws MalformedDer */
export function integer(element: DerElement, field: string): Uint8Array {
  const { content } = element;
  const [first, second] = content;
  if (first === undefined) throw new MalformedDer(field, 'an INTEGER without octets');
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) {
    throw new MalformedDer(field, 'an INTEGER that is not minimal');
  }
  return content;
}

/**
 * A count that is not negative. Beyond 2^31 − 1 it reads as that: no path is so long, so nothing is decided
 * differently.
 * @throws MalformedDer
 */
export function count(element: DerElement, field: string): number {
  const octets = integer(element, field);
  if ((octets[0] ?? 0) >= 0x80) throw new MalformedDer(field, 'a negative INTEGER');
  return octets.length > 4 ? 0x7fffffff : octets.reduce((value, octet) => value * 256 + octet, 0);
}

/** Dotted decimal. @throws MalformedDer when an arc is cut off, padded, or the whole is over 128 octets */
export function objectIdentifier(element: DerElement, field: string): string {
  const { content } = element;
  if (content.length === 0 || content.length > 128 || (content.at(-1) ?? 0) >= 0x80) {
    throw new MalformedDer(field, 'an OBJECT IDENTIFIER cut off or too long');
  }
  const arcs: bigint[] = [];
  let arc = 0n;
  let fresh = true;
  for (const octet of content) {
    if (fresh && octet === 0x80) throw new MalformedDer(field, 'an OBJECT IDENTIFIER with a padded arc');
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    fresh = octet < 0x80;
    if (fresh) {
      arcs.push(arc);
      arc = 0n;
    }
  }
  const [first = 0n, ...others] = arcs;
  const root = first < 40n ? 0n : first < 80n ? 1n : 2n;
  return [root, first - root * 40n, ...others].join('.');
}

/** The octets of a BIT STRING that is made of whole octets. @throws MalformedDer */
export function octetAligned(element: DerElement, field: string): Uint8Array {
  if (element.content[0] !== 0) throw new MalformedDer(field, 'a BIT STRING that is not whole octets');
  return element.content.subarray(1);
}

/**
 * The numbers of the set bits of a named bit list, bit 0 first. DER cuts trailing zero bits off (X.690 §11.2.2); many
 * writers keep them, and no bit means anything else for it.
 * @throws MalformedDer
 */
export function namedBits(element: DerElement, field: string): number[] {
  const [unused, ...octets] = element.content;
  const last = octets.at(-1);
  if (unused === undefined || unused > 7 || (last === undefined && unused !== 0)) {
    throw new MalformedDer(field, 'a BIT STRING with a wrong count of unused bits');
  }
  if (last !== undefined && (last & ((1 << unused) - 1)) !== 0) {
    throw new MalformedDer(field, 'a BIT STRING with unused bits set');
  }
  return octets.flatMap((octet, index) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => octet & (0x80 >> bit)).map((bit) => index * 8 + bit),
  );
}

const UTC_TIME = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
const GENERALIZED_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;

/**
 * A Time of RFC 5280 §4.1.2.5: to the second, in UTC, without fractions.
 * @returns milliseconds since the epoch
 * @throws MalformedDer
 */
export function time(element: DerElement, field: string): number {
  const utc = element.tag === TAG.utcTime;
  if (!utc && element.tag !== TAG.generalizedTime) throw new MalformedDer(field, 'not a time');
  const text = Buffer.from(element.content).toString('latin1');
  const parts = (utc ? UTC_TIME : GENERALIZED_TIME).exec(text)?.slice(1).map(Number);
  if (!parts)
    throw new MalformedDer(field, `a time that is not to the second in UTC: ${JSON.stringify(text)}`);
  const [written = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const year = utc ? written + (written < 50 ? 2000 : 1900) : written;
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day);
  at.setUTCHours(hour, minute, second);
  const real =
    at.getUTCMonth() === month - 1 && at.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  if (!real) throw new MalformedDer(field, `a time that no clock shows: ${text}`);
  return at.getTime();
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeWide(content: Uint8Array, width: 2 | 4): string | undefined {
  if (content.length % width !== 0) return undefined;
  let text = '';
  for (let index = 0; index < content.length; index += width) {
    let point = 0;
    for (const octet of content.subarray(index, index + width)) point = point * 256 + octet;
    if (point > 0x10ffff) return undefined;
    text += width === 2 ? String.fromCharCode(point) : String.fromCodePoint(point);
  }
  return text.isWellFormed() ? text : undefined;
}

/**
 * The text of any of ASN.1's string types that DirectoryString and its neighbours use; undefined when the
 * element is no string or its octets are not text of that type, so that such values are compared as bytes.
 */
export function characterString({ tag, content }: DerElement): string | undefined {
  switch (tag) {
    case TAG.utf8String:
      try {
        return utf8.decode(content);
      } catch {
        return undefined;
      }
    case TAG.printableString:
    case TAG.ia5String:
    case TAG.visibleString:
    case TAG.numericString:
      return content.every((octet) => octet < 0x80) ? Buffer.from(content).toString('latin1') : undefined;
    // T.61 as written: every issuer that still writes it means Latin-1.
    case TAG.teletexString:
      return Buffer.from(content).toString('latin1');
    case TAG.bmpString:
      return decodeWide(content, 2);
    case TAG.universalString:
      return decodeWide(content, 4);
    default:
      return undefined;
  }
}
