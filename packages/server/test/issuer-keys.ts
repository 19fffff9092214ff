import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { openSigningKey, SIGNING_ALGORITHMS, type SigningKey } from '../src/token/server-key.ts';

const Row = z.object({
  kid: z.string(),
  alg: z.enum(SIGNING_ALGORITHMS),
  state: z.literal('active'),
  sealed_private_jwk: z.string(),
  created_at: z.int(),
});

/**
 * The keys that the server of a home signs with: for tokens that differ in one thing from those it issues.
 * @param home its home folder, with the embedded database
 */
export function issuerKeys(home: string): readonly SigningKey[] {
  const hex = readFileSync(join(home, 'repository/resources/security/encryption.key'), 'utf8');
  const database = new DatabaseSync(join(home, 'repository/database/countersign.db'), { readOnly: true });
  try {
    const rows = database
      .prepare(
        "select kid, alg, state, sealed_private_jwk, created_at from signing_key where state = 'active'",
      )
      .all();
    return z
      .array(z.unknown())
      .parse(rows)
      .map((row) => Row.safeParse(row))
      .flatMap(({ data }) => (data ? [openSigningKey(data, Buffer.from(hex.trim(), 'hex'))] : []));
  } finally {
    database.close();
  }
}
