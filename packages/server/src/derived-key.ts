import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

const LENGTH = 32;

/**
 * A key of 32 octets for one purpose, of a secret that has several (HKDF with SHA-256, RFC 5869). It is the object that
 * `node:crypto` need not look at anew each time: with octets a MAC takes seven times as long (docs/performance.md).
 */
export const derivedKey = (secret: Uint8Array, purpose: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', purpose, LENGTH)));
