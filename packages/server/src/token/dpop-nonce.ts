import { createHmac, timingSafeEqual } from 'node:crypto';
import { derivedKey } from '../derived-key.ts';

/** Nonces for DPoP proofs (RFC 9449 §8): a proof that carries one was not made long before. */
export type DpopNonces = {
  /** @param now milliseconds since the epoch, as below */
  current(now: number): string;
  /** Whether `nonce` was given out lately. */
  accepts(nonce: string, now: number): boolean;
};

/** How long one nonce is given out; it is accepted as long again. */
const PERIOD_MS = 300_000;

/**
 * Makes nonces that nobody has to remember: the MAC of the period, the same in every process.
 * @param key 32 bytes, the deployment's `[encryption] key`
 */
export function createDpopNonces(key: Uint8Array): DpopNonces {
  const macKey = derivedKey(key, 'DPoP nonce');
  const ofPeriod = (period: number) =>
    createHmac('sha256', macKey).update(String(period)).digest().subarray(0, 18).toString('base64url');
  let latest: { readonly period: number; readonly nonce: string } | undefined;
  const nonceOf = (period: number): string => {
    if (latest?.period !== period) latest = { period, nonce: ofPeriod(period) };
    return latest.nonce;
  };
  return {
    current: (now) => nonceOf(Math.floor(now / PERIOD_MS)),
    accepts(nonce, now) {
      const presented = Buffer.from(nonce);
      const period = Math.floor(now / PERIOD_MS);
      return [nonceOf(period), ofPeriod(period - 1)].some((known) => {
        const expected = Buffer.from(known);
        return expected.length === presented.length && timingSafeEqual(expected, presented);
      });
    },
  };
}
