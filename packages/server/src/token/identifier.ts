import { randomFillSync } from 'node:crypto';

const POOL_OCTETS = 4096;

/**
 * A source of unguessable values (`jti`, codes, opaque tokens) in base64url. Random bytes are drawn in blocks because one
 * call a value would cost a tenth of a signature; a value's own do not stay in memory.
 * @param octets of each value: 16 are 22 characters, 32 are 43
 */
export function identifierSource(octets: 16 | 32): () => string {
  const pool = Buffer.alloc(POOL_OCTETS);
  let offset = POOL_OCTETS;
  return () => {
    if (offset >= POOL_OCTETS) {
      randomFillSync(pool);
      offset = 0;
    }
    const drawn = pool.subarray(offset, offset + octets);
    offset += octets;
    const value = drawn.toString('base64url');
    drawn.fill(0);
    return value;
  };
}
