import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';

/** Nonces for DPoP proofs (RFC 9449 §9): a proof that carries one was not made long before. */
export type DpopNonces = {
  /** @param now milliseconds since the epoch, as below */
  current(now: number): string;
  /** Whether `nonce` was given out lately. */
  accepts(nonce: string, now: number): boolean;
};

/** How long one nonce is given out; it is accepted as long again. */
const PERIOD_MS = 300_000;

/**
 * Makes nonces that nobody has to remember: the MAC of the period, the same in every process that has the key.
 * @param key 32 random bytes
 * @throws RangeError for a key that is shorter
 */
export function createDpopNonces(key: Uint8Array): DpopNonces {
  if (key.length < 32) throw new RangeError(`the key of nonces must have 32 bytes, not ${key.length}`);
  const secret = createSecretKey(key);
  const nonceOf = (period: number): string =>
    createHmac('sha256', secret)
      .update(`DPoP nonce ${period}`)
      .digest()
      .subarray(0, 18)
      .toString('base64url');
  return {
    current: (now) => nonceOf(Math.floor(now / PERIOD_MS)),
    accepts(nonce, now) {
      const presented = Buffer.from(nonce);
      const period = Math.floor(now / PERIOD_MS);
      return [nonceOf(period), nonceOf(period - 1)].some((known) => {
        const expected = Buffer.from(known);
        return expected.length === presented.length && timingSafeEqual(expected, presented);
      });
    },
  };
}
