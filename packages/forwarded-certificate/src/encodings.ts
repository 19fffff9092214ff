/** Thrown when a header value is not what its format prescribes; the message names the fault. */
export class UnreadableValue extends Error {
  override readonly name = 'UnreadableValue';
}

/**
 * Base64 with padding and without white space (RFC 4648 §4). Only the canonical form is read, so that
 * one certificate has one spelling.
 * @throws UnreadableValue
 */
export function decodeBase64(text: string): Uint8Array {
  const decoded = Buffer.from(text, 'base64');
  if (text === '' || decoded.toString('base64') !== text) {
    throw new UnreadableValue('is not canonical base64 (RFC 4648 §4)');
  }
  return decoded;
}

/**
 * Undoes percent-encoding (RFC 3986 §2.1) of an ASCII text. `+` stays `+`: no proxy read here writes a
 * blank that way, and base64 needs it.
 * @throws UnreadableValue for white space, a broken escape, or a text encoded twice
 */
export function decodePercent(text: string): string {
  if (/[^\x21-\x7e]/.test(text)) {
    throw new UnreadableValue('is only half percent-encoded: white space or control characters stand in it');
  }
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) {
    throw new UnreadableValue('holds a "%" without two hexadecimal digits (RFC 3986 §2.1)');
  }
  const decoded = text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  if (decoded.includes('%')) throw new UnreadableValue('is percent-encoded twice');
  if (decoded.includes('BEGIN+CERTIFICATE')) {
    throw new UnreadableValue('is form-encoded ("+" for a blank); the proxy must percent-encode it');
  }
  return decoded;
}

const PEM_BLOCK =
  /[ \r\n]*-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\r\n ]*)-----END CERTIFICATE-----[ \r\n]*/y;

/**
 * The DER of every certificate in a PEM text (RFC 7468 §5) with nothing between or around them. Line
 * ends may have become blanks, as proxies must do to fit PEM into a header.
 * @throws UnreadableValue
 */
export function decodePem(text: string): Uint8Array[] {
  const certificates: Uint8Array[] = [];
  PEM_BLOCK.lastIndex = 0;
  while (PEM_BLOCK.lastIndex < text.length) {
    const at = PEM_BLOCK.lastIndex;
    const [, body] = PEM_BLOCK.exec(text) ?? [];
    if (body === undefined) {
      throw new UnreadableValue(`is not a PEM certificate from character ${at + 1} on (RFC 7468 §5)`);
    }
    certificates.push(decodeBase64(body.replace(/[ \r\n]/g, '')));
  }
  if (certificates.length === 0) throw new UnreadableValue('holds no PEM certificate (RFC 7468 §5)');
  return certificates;
}

/**
 * PEM as it stands with blanks for line ends, or percent-encoded as a whole; never a mixture.
 * @throws UnreadableValue
 */
export function decodePemOrPercentEncodedPem(value: string): Uint8Array[] {
  if (value.includes('%')) return decodePem(decodePercent(value));
  if (/[^\x20-\x7e]/.test(value)) {
    throw new UnreadableValue('is folded or holds control characters; the proxy must send it as one line');
  }
  return decodePem(value);
}

/**
 * Refuses anything but one certificate.
 * @throws UnreadableValue
 */
export function exactlyOne(certificates: readonly Uint8Array[]): readonly Uint8Array[] {
  if (certificates.length !== 1) {
    throw new UnreadableValue(`holds ${certificates.length} certificates where one is expected`);
  }
  return certificates;
}

/**
 * Splits DER values that stand one after the other, each a SEQUENCE as certificates are (X.690 §8.1.3).
 * @throws UnreadableValue
 */
export function splitDer(bytes: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    const length = derLength(bytes, at);
    parts.push(bytes.subarray(at, at + length));
    at += length;
  }
  return parts;
}

/** Bytes of the whole SEQUENCE at `at`, tag and length included. */
function derLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at + 1];
  if (bytes[at] !== 0x30 || first === undefined) throw new UnreadableValue('is not DER certificates');
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  let length = lengthBytes === 0 ? first : 0;
  // Three length bytes reach 16 MiB, far beyond any header.
  if (first === 0x80 || lengthBytes > 3) throw new UnreadableValue('is not DER certificates');
  for (let i = 0; i < lengthBytes; i++) length = length * 256 + (bytes[at + 2 + i] ?? 0);
  const whole = 2 + lengthBytes + length;
  if (at + whole > bytes.length) throw new UnreadableValue('ends inside a certificate');
  return whole;
}
