import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import type { ServerOptions } from 'node:https';
import { join } from 'node:path';
import { es256Signer } from '../jws.ts';
import { SERVER_CERTIFICATE, SERVER_KEY } from '../key-material.ts';

export const LIFETIME = 3600;

/** How the bare servers listen. */
export const serverOptions = (folder: string): ServerOptions => ({
  key: readFileSync(join(folder, SERVER_KEY)),
  cert: readFileSync(join(folder, SERVER_CERTIFICATE)),
  requestCert: true,
  rejectUnauthorized: false,
});

export function answer(response: ServerResponse, body: string, status = 200): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  });
  response.end(body);
}

/**
 * Signs what an access token says (RFC 9068 §2.2); the claims are the same for everybody.
 * @returns makes the body of a token response
 */
export function tokenResponses(port: string, thumbprint: string): () => string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const sign = es256Signer({ typ: 'at+jwt', kid: 'bench' }, privateKey);
  const issuer = `https://localhost:${port}`;
  let issued = 0;
  return () => {
    const iat = Math.floor(Date.now() / 1000);
    const access_token = sign({
      iss: issuer,
      sub: 'bench',
      aud: issuer,
      client_id: 'bench',
      jti: `bench-${++issued}`,
      iat,
      exp: iat + LIFETIME,
      cnf: { 'x5t#S256': thumbprint },
    });
    return JSON.stringify({ access_token, token_type: 'Bearer', expires_in: LIFETIME });
  };
}
