import { generateKeyPairSync, randomUUID, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { type CryptoKey, exportJWK, importJWK, type JWK, SignJWT } from 'jose';
import { CLIENT_CERTIFICATE, type KeyMaterial, SERVER_CERTIFICATE, SERVER_KEY } from '../key-material.ts';

export const AUDIENCE = 'https://api.example.com';

/** An authorization server that has keys and metadata and nothing else, and tokens of it that are bound to a certificate. */
export type Issuer = AsyncDisposable & {
  readonly issuer: string;
  readonly jwks: { readonly keys: JWK[] };
  /** PEM of its certificate. */
  readonly trusted: string;
  readonly certificate: X509Certificate;
  readonly certificatePem: string;
  token(): Promise<string>;
};

export async function startIssuer({ folder }: KeyMaterial): Promise<Issuer> {
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'bench', alg: 'ES256', use: 'sig' };
  const key: CryptoKey | Uint8Array = await importJWK({ ...(await exportJWK(privateKey)), alg: 'ES256' });
  const certificatePem = read(CLIENT_CERTIFICATE);
  const certificate = new X509Certificate(certificatePem);
  const thumbprint = Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
  const server = createServer(
    { cert: read(SERVER_CERTIFICATE), key: read(SERVER_KEY) },
    (request, response) => {
      const document = request.url === '/jwks' ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}/jwks` };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(document));
    },
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const issuer = `https://localhost:${address.port}`;
  return {
    issuer,
    jwks: { keys: [jwk] },
    trusted: read(SERVER_CERTIFICATE),
    certificate,
    certificatePem,
    token: () =>
      new SignJWT({
        client_id: 'bench',
        scope: 'orders.read',
        jti: randomUUID(),
        cnf: { 'x5t#S256': thumbprint },
      })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'bench' })
        .setIssuer(issuer)
        .setSubject('bench')
        .setAudience(AUDIENCE)
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(key),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
