import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { TotpParameters } from '../user/credential.ts';

/** What all authenticator apps know (RFC 6238 §4.1, its defaults): what is set up here has them. */
export const USUAL_TOTP: TotpParameters = { algorithm: 'SHA1', digits: 6, period: 30 };
/** How far the clocks of a telephone and this server may be apart, in steps (RFC 6238 §5.2). */
const TOLERANCE = 1;
/** Bytes: the length of an HMAC-SHA-1 (RFC 4226 §4, R6). */
const SECRET_LENGTH = 20;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648 §6 without padding, as authenticator apps take it. */
export function base32(bytes: Uint8Array): string {
  let text = '';
  let value = 0;
  let bits = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += ALPHABET[(value >>> (bits - 5)) & 31];
  }
  return bits === 0 ? text : text + ALPHABET[(value << (5 - bits)) & 31];
}

function fromBase32(text: string): Uint8Array {
  const bytes: number[] = [];
  let value = 0;
  let bits = 0;
  for (const character of text) {
    value = ((value << 5) | ALPHABET.indexOf(character)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((value >>> bits) & 0xff);
  }
  return Uint8Array.from(bytes);
}

/** A new secret of 160 random bits, in base32. */
export const generateTotpSecret = (): string => base32(randomBytes(SECRET_LENGTH));

/** The code of one time step (RFC 4226 §5.3 with the counter of RFC 6238 §4.2). @param step since the epoch */
export function totpCode(
  secret: string,
  step: number,
  { algorithm, digits }: Pick<TotpParameters, 'algorithm' | 'digits'> = USUAL_TOTP,
): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac(algorithm, fromBase32(secret)).update(counter).digest();
  const offset = mac.readUInt8(mac.length - 1) & 0xf;
  const truncated = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(truncated % 10 ** digits).padStart(digits, '0');
}

/** The time step of `now`, milliseconds since the epoch. */
export const totpStep = (now: number, { period }: Pick<TotpParameters, 'period'> = USUAL_TOTP): number =>
  Math.floor(now / 1000 / period);

/** How long a code counts at most, in milliseconds. */
export const totpLifetime = ({ period }: Pick<TotpParameters, 'period'>): number =>
  (2 * TOLERANCE + 1) * period * 1000;

/**
 * Finds the time step whose code was typed, among those around `now`. The caller accepts each step once
 * (RFC 6238 §5.2).
 * @param typed as typed, spaces and all
 * @param now milliseconds since the epoch
 * @returns undefined when the code belongs to none
 */
export function stepOfCode(
  secret: string,
  typed: string,
  now: number,
  parameters: TotpParameters = USUAL_TOTP,
): number | undefined {
  const code = typed.replaceAll(/\s/g, '');
  if (!/^\d+$/.test(code) || code.length !== parameters.digits) return undefined;
  const present = totpStep(now, parameters);
  let found: number | undefined;
  for (let step = present - TOLERANCE; step <= present + TOLERANCE; step++) {
    if (timingSafeEqual(Buffer.from(totpCode(secret, step, parameters)), Buffer.from(code))) found ??= step;
  }
  return found;
}

/** The `otpauth:` URI an authenticator app reads from a QR code. */
export function totpUri(secret: string, issuer: string, username: string): string {
  const label = `${encodeURIComponent(issuer.replaceAll(':', ' '))}:${encodeURIComponent(username)}`;
  const { algorithm, digits, period } = USUAL_TOTP;
  const parameters = { secret, issuer, algorithm, digits: String(digits), period: String(period) };
  const query = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `otpauth://totp/${label}?${query.join('&')}`;
}
