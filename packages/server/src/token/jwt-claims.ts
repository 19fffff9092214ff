import type { z } from 'zod';
import { JwsRefused } from './jws.ts';

/** Seconds by which the clock of whoever made a JWT may differ from ours. */
export const CLOCK_TOLERANCE = 30;

/** The longest a JWT that counts once may be valid, in seconds: replay protection has to remember it that long. */
export const LONGEST_LIFETIME = 3600;

/**
 * The claims of a verified JWT (RFC 7519 §7.2).
 * @param claims what they have to be
 * @throws JwsRefused when the payload is not one JSON object, or has other claims
 */
export function claimsOfPayload<Claims>(payload: Uint8Array, claims: z.ZodType<Claims>): Claims {
  let object: unknown;
  try {
    object = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    throw new JwsRefused({ field: 'payload', expected: 'a JSON object', presented: 'not JSON' });
  }
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    throw new JwsRefused({ field: 'payload', expected: 'a JSON object', presented: typeof object });
  }
  const parsed = claims.safeParse(object);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new JwsRefused({
    field: issue?.path.join('.') ?? 'claims',
    presented: issue?.message ?? 'unreadable',
  });
}

/** The claims that say when a JWT counts, in seconds since the epoch (RFC 7519 §4.1). */
type Lifetime = {
  readonly exp: number;
  readonly iat?: number | undefined;
  readonly nbf?: number | undefined;
};

/**
 * Checks that a JWT which says when it ends counts now, and not for longer than replay protection remembers.
 * @param now seconds since the epoch
 * @throws JwsRefused
 */
export function checkLifetime({ exp, iat, nbf }: Lifetime, now: number): void {
  if (exp <= now - CLOCK_TOLERANCE) {
    throw new JwsRefused({ field: 'exp', expected: `after ${now}`, presented: exp });
  }
  if (exp > now + LONGEST_LIFETIME + CLOCK_TOLERANCE) {
    throw new JwsRefused({
      field: 'exp',
      expected: `at most ${LONGEST_LIFETIME} seconds ahead`,
      presented: exp,
    });
  }
  for (const [field, time] of [
    ['iat', iat],
    ['nbf', nbf],
  ] as const) {
    if (time !== undefined && time > now + CLOCK_TOLERANCE) {
      throw new JwsRefused({ field, expected: `not after ${now}`, presented: time });
    }
  }
}

/**
 * Until when it has to be known that a JWT was used. Times may have fractions (RFC 7519 §2), and storage takes none.
 * @param exp seconds since the epoch
 * @returns milliseconds since the epoch, a whole number
 */
export const rememberedUntil = (exp: number): number => Math.ceil(exp + CLOCK_TOLERANCE + 1) * 1000;
