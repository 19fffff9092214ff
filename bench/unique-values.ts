import { createHash, createPrivateKey, createPublicKey, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { es256Signer } from './jws.ts';
import { ASSERTION_KEY, DPOP_KEY } from './key-material.ts';
import type { Variables } from './step.ts';

/** Values that every request needs of its own. */
export const Maker = z.discriminatedUnion('kind', [
  /** `{assertion}`: a client's JWT about itself (RFC 7523 §2.2). */
  z.object({ kind: z.literal('assertion'), client_id: z.string(), audience: z.string() }),
  /** `{dpop}`: a proof for one request (RFC 9449 §4.2). */
  z.object({ kind: z.literal('dpop'), method: z.string(), url: z.string() }),
  /** `{code_verifier}` and `{code_challenge}` (RFC 7636 §4). */
  z.object({ kind: z.literal('pkce') }),
]);
export type Maker = z.infer<typeof Maker>;

const LIFETIME = 300;

/** What no other process and no other run has; a number after it makes a `jti`. */
const own = randomBytes(12).toString('base64url');
let made = 0;
const uniqueId = (): string => `${own}-${++made}`;

const seconds = (): number => Math.floor(Date.now() / 1000);

function privateKeyIn(folder: string, file: string) {
  return createPrivateKey(readFileSync(join(folder, file)));
}

/** Readies a maker with the keys in `folder`; each call gives values that were never given before. */
export function valuesOf(maker: Maker, folder: string): () => Variables {
  switch (maker.kind) {
    case 'assertion': {
      const sign = es256Signer({ typ: 'JWT' }, privateKeyIn(folder, ASSERTION_KEY));
      const { client_id, audience } = maker;
      return () => {
        const iat = seconds();
        const claims = { iss: client_id, sub: client_id, aud: audience, iat, exp: iat + LIFETIME };
        return { assertion: sign({ ...claims, jti: uniqueId() }) };
      };
    }
    case 'dpop': {
      const key = privateKeyIn(folder, DPOP_KEY);
      const { kty, crv, x, y } = createPublicKey(key).export({ format: 'jwk' });
      const sign = es256Signer({ typ: 'dpop+jwt', jwk: { kty, crv, x, y } }, key);
      const { method: htm, url: htu } = maker;
      return () => ({ dpop: sign({ htm, htu, iat: seconds(), jti: uniqueId() }) });
    }
    case 'pkce':
      return () => {
        const code_verifier = randomBytes(32).toString('base64url');
        const code_challenge = createHash('sha256').update(code_verifier).digest('base64url');
        return { code_verifier, code_challenge };
      };
  }
}

/** All values of one request. */
export function freshValues(makers: readonly Maker[], folder: string): () => Variables {
  const each = makers.map((maker) => valuesOf(maker, folder));
  return () => {
    const values: Record<string, string> = {};
    for (const make of each) Object.assign(values, make());
    return values;
  };
}
