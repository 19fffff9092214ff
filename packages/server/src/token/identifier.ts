import { randomFillSync } from 'node:crypto';

const POOL_SIZE = 4096;
const BYTES = 16;

/**
 * A source of unguessable identifiers (`jti`, event ids): 128 random bits as 22 base64url characters.
 * Random bytes are drawn in blocks because one call a token would cost a tenth of a signature.
 */
export function identifierSource(): () => string {
  const pool = Buffer.alloc(POOL_SIZE);
  let offset = POOL_SIZE;
  return () => {
    if (offset >= POOL_SIZE) {
      randomFillSync(pool);
      offset = 0;
    }
    offset += BYTES;
    return pool.toString('base64url', offset - BYTES, offset);
  };
}
