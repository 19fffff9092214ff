import { TAG } from '../der.ts';

/**
 * Thrown when bytes are not the BER they should be; `truncated` when the outermost value runs past their end.
 */
export class MalformedBer extends Error {
  override readonly name = 'MalformedBer';
  readonly truncated: boolean;

  constructor(message: string, truncated = false) {
    super(message);
    this.truncated = truncated;
  }
}

const CONSTRUCTED = 0x20;

/** Deeper nesting than any key store has; it bounds recursion on hostile input. */
const MAX_DEPTH = 32;

type Header = {
  readonly tag: number;
  readonly start: number;
  /** Where the content ends, or undefined for the indefinite form, which end-of-contents octets close. */
  readonly end: number | undefined;
};

function readHeader(bytes: Uint8Array, offset: number, outermost: boolean): Header {
  const octet = (at: number): number => {
    const value = bytes[at];
    if (value === undefined) throw new MalformedBer('a value ends inside its tag or length', outermost);
    return value;
  };
  const tag = octet(offset);
  if ((tag & 0x1f) === 0x1f) throw new MalformedBer('a tag number above 30 has no place here');
  const first = octet(offset + 1);
  if (first === 0x80) {
    if ((tag & CONSTRUCTED) === 0) throw new MalformedBer('a primitive value of indefinite length');
    return { tag, start: offset + 2, end: undefined };
  }
  let length = first;
  let start = offset + 2;
  if (first > 0x80) {
    const count = first & 0x7f;
    if (count > 4) throw new MalformedBer(`a length of ${count} octets`);
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + octet(start + i);
    start += count;
  }
  const end = start + length;
  if (end > bytes.length) {
    throw new MalformedBer(`${end - bytes.length} of ${length} bytes of a value are missing`, outermost);
  }
  return { tag, start, end };
}

/** The offset of the end-of-contents octets that close the indefinite value whose content starts at `offset`. */
function endOfContents(bytes: Uint8Array, offset: number, depth: number, outermost: boolean): number {
  if (depth > MAX_DEPTH) throw new MalformedBer(`values nest deeper than ${MAX_DEPTH}`);
  let at = offset;
  while (!(bytes[at] === 0 && bytes[at + 1] === 0)) {
    const header = readHeader(bytes, at, outermost);
    at = header.end ?? endOfContents(bytes, header.start, depth + 1, outermost) + 2;
  }
  return at;
}

/**
 * One BER value (X.690 §8). Certificates are read strictly, as DER; PKCS#12 allows all of BER, and some
 * writers use indefinite lengths and strings in pieces. Nothing inside a value is looked at before it is
 * asked for, so the cost of a hostile one is bounded by what its reader asks.
 */
export class BerValue {
  readonly tag: number;
  readonly content: Uint8Array;
  /** The value with its tag and length, exactly as it stands in the input. */
  readonly encoded: Uint8Array;
  readonly #depth: number;

  constructor(tag: number, content: Uint8Array, encoded: Uint8Array, depth: number) {
    this.tag = tag;
    this.content = content;
    this.encoded = encoded;
    this.#depth = depth;
  }

  /** The members of this SEQUENCE, SET or explicitly tagged value, in order. @throws MalformedBer */
  members(tag: number = TAG.sequence): BerMembers {
    this.#expect(tag);
    return new BerMembers(this.content, this.#depth + 1);
  }

  /**
   * The octets of an OCTET STRING in either form (X.690 §8.7): whole, or in pieces to be joined.
   * @param tag another identifier octet, when the string is implicitly tagged
   * @throws MalformedBer
   */
  octets(tag: number = TAG.octetString): Uint8Array {
    if (this.tag === tag) return this.content;
    this.#expect(tag | CONSTRUCTED);
    const pieces = new BerMembers(this.content, this.#depth + 1);
    return Buffer.concat(Array.from(pieces, (piece) => piece.octets()));
  }

  /** An INTEGER that counts something. @throws MalformedBer when negative or above 2^48 */
  count(): number {
    this.#expect(TAG.integer);
    const [first] = this.content;
    if (first === undefined || first > 0x7f) throw new MalformedBer('a count is empty or negative');
    let value = 0;
    for (const octet of this.content) {
      value = value * 256 + octet;
      if (value > 2 ** 48) throw new MalformedBer('a count above 2^48');
    }
    return value;
  }

  /** The OBJECT IDENTIFIER in dotted form. @throws MalformedBer */
  objectIdentifier(): string {
    this.#expect(TAG.objectIdentifier);
    const arcs: number[] = [];
    let arc = 0;
    for (const octet of this.content) {
      arc = arc * 128 + (octet & 0x7f);
      if (arc > 2 ** 45) throw new MalformedBer('an object identifier with an arc above 2^45');
      if (octet > 0x7f) continue;
      if (arcs.length === 0) {
        const root = Math.min(Math.floor(arc / 40), 2);
        arcs.push(root, arc - root * 40);
      } else arcs.push(arc);
      arc = 0;
    }
    if ((this.content.at(-1) ?? 0x80) > 0x7f) {
      throw new MalformedBer('an object identifier that does not end');
    }
    return arcs.join('.');
  }

  #expect(tag: number): void {
    if (this.tag === tag) return;
    throw new MalformedBer(`expected tag 0x${tag.toString(16)}, found 0x${this.tag.toString(16)}`);
  }
}

/** The values that stand one after the other inside a constructed value; read once, in order. */
export class BerMembers implements Iterable<BerValue> {
  readonly #bytes: Uint8Array;
  readonly #depth: number;
  #offset = 0;

  constructor(bytes: Uint8Array, depth: number) {
    if (depth > MAX_DEPTH) throw new MalformedBer(`values nest deeper than ${MAX_DEPTH}`);
    this.#bytes = bytes;
    this.#depth = depth;
  }

  /** The next value. @throws MalformedBer, also when there is none */
  next(): BerValue {
    const outermost = this.#depth === 0;
    const at = this.#offset;
    if (at >= this.#bytes.length) throw new MalformedBer('a value is absent', outermost);
    const { tag, start, end } = readHeader(this.#bytes, at, outermost);
    const last = end ?? endOfContents(this.#bytes, start, this.#depth, outermost);
    this.#offset = end ?? last + 2;
    const encoded = this.#bytes.subarray(at, this.#offset);
    return new BerValue(tag, this.#bytes.subarray(start, last), encoded, this.#depth);
  }

  /** The next value if it has this tag. @throws MalformedBer */
  optional(tag: number): BerValue | undefined {
    return this.#bytes[this.#offset] === tag ? this.next() : undefined;
  }

  get atEnd(): boolean {
    return this.#offset >= this.#bytes.length;
  }

  *[Symbol.iterator](): Generator<BerValue> {
    while (!this.atEnd) yield this.next();
  }
}

/** The one BER value that `bytes` are. @throws MalformedBer, also when bytes stand after it */
export function readBer(bytes: Uint8Array): BerValue {
  const outermost = new BerMembers(bytes, 0);
  const value = outermost.next();
  if (!outermost.atEnd) {
    throw new MalformedBer(`${bytes.length - value.encoded.length} bytes stand after the value`);
  }
  return value;
}
