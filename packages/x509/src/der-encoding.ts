import { TAG } from './der.ts';

/** DER of one value: its tag, the shortest length, and the contents joined (X.690 §10.1). */
export function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const length = contents.reduce((sum, content) => sum + content.length, 0);
  const octets = bigEndian(length);
  const prefix = length < 0x80 ? [tag, length] : [tag, 0x80 | octets.length, ...octets];
  return Buffer.concat([Uint8Array.from(prefix), ...contents]);
}

function bigEndian(value: number): number[] {
  const octets = [value % 256];
  for (let high = Math.floor(value / 256); high > 0; high = Math.floor(high / 256))
    octets.unshift(high % 256);
  return octets;
}

export const derSequence = (...members: readonly Uint8Array[]): Uint8Array => der(TAG.sequence, ...members);

/** A SET OF, its members in the ascending order DER asks for (X.690 §11.6). */
export const derSet = (...members: readonly Uint8Array[]): Uint8Array =>
  der(TAG.set, ...members.toSorted(Buffer.compare));

export const derOctetString = (octets: Uint8Array): Uint8Array => der(TAG.octetString, octets);

export const derBoolean = (value: boolean): Uint8Array => der(TAG.boolean, Uint8Array.of(value ? 0xff : 0));

export const derNull = (): Uint8Array => der(TAG.null);

/** A non-negative INTEGER, given as a number or as big-endian octets. */
export function derInteger(value: number | Uint8Array): Uint8Array {
  const octets = typeof value === 'number' ? bigEndian(value) : [...value];
  while (octets.length > 1 && octets[0] === 0) octets.shift();
  if ((octets[0] ?? 0) > 0x7f) octets.unshift(0);
  return der(TAG.integer, Uint8Array.from(octets));
}

/** A BIT STRING of whole octets. */
export const derBitString = (octets: Uint8Array): Uint8Array => der(TAG.bitString, Uint8Array.of(0), octets);

/** A BIT STRING of named bits, at most eight, without trailing zeros (X.690 §11.2.2). @param bits by number */
export function derNamedBits(bits: readonly number[]): Uint8Array {
  const octet = bits.reduce((set, bit) => set | (0x80 >> bit), 0);
  return der(TAG.bitString, Uint8Array.of(7 - Math.max(...bits), octet));
}

/** @param dotted an object identifier such as `2.5.4.3` */
export function derObjectIdentifier(dotted: string): Uint8Array {
  const [root = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt);
  const octets = [root * 40n + second, ...rest].flatMap((arc) => {
    const base128 = [Number(arc % 128n)];
    for (let high = arc / 128n; high > 0n; high /= 128n) base128.unshift(0x80 | Number(high % 128n));
    return base128;
  });
  return der(TAG.objectIdentifier, Uint8Array.from(octets));
}

export const derUtf8String = (text: string): Uint8Array => der(TAG.utf8String, Buffer.from(text));

export const derPrintableString = (text: string): Uint8Array => der(TAG.printableString, Buffer.from(text));

export const derIa5String = (text: string): Uint8Array => der(TAG.ia5String, Buffer.from(text));

/** A BMPString: UTF-16, big-endian. */
export const derBmpString = (text: string): Uint8Array =>
  der(TAG.bmpString, Buffer.from(text, 'utf16le').swap16());

/** A `Time` of RFC 5280 §4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050. @param at milliseconds */
export function derTime(at: number): Uint8Array {
  const date = new Date(at);
  const digits = `${date.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`;
  return date.getUTCFullYear() < 2050
    ? der(TAG.utcTime, Buffer.from(digits.slice(2)))
    : der(TAG.generalizedTime, Buffer.from(digits));
}
