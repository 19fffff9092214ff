import { createHmac } from 'node:crypto';
import { derivedKey } from '../derived-key.ts';

/** The token that comes of a secret of use once: of the token before it, or of a device code. */
export type SuccessorOf = (predecessor: string) => string;

/** How often a token that was replaced yields its successor once more. */
export const MOST_REPEATS = 10;
/** Milliseconds: repeats within so many are one, of a client that sent its request several times at once. */
export const SAME_MOMENT = 1_000;

/**
 * Makes successors an HMAC of their predecessor, so that every process gives the same one to whoever presents the
 * predecessor again, and the database holds hashes alone.
 * @param encryptionKey 32 bytes, the deployment's `[encryption] key`
 */
export function successionOf(
  what: 'refresh token' | 'registration access token',
  encryptionKey: Uint8Array,
): SuccessorOf {
  const key = derivedKey(encryptionKey, `successor of a ${what}`);
  return (predecessor) => createHmac('sha256', key).update(predecessor).digest('base64url');
}
