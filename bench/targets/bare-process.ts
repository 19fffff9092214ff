import { generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { SERVER_CERTIFICATE, SERVER_KEY } from '../key-material.ts';

const BODY_BYTES = 600;
const LIFETIME = 3600;

const [folder = '', port = '', thumbprint = '', flag] = process.argv.slice(2);

function answer(response: ServerResponse, body: string): void {
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  });
  response.end(body);
}

function fixedBody(): (request: IncomingMessage, response: ServerResponse) => void {
  const empty = JSON.stringify({ access_token: '', token_type: 'Bearer', expires_in: LIFETIME });
  const body = empty.replace('""', `"${'x'.repeat(BODY_BYTES - empty.length)}"`);
  return (request, response) => {
    request.resume();
    request.once('end', () => answer(response, body));
  };
}

/**
 * An ECDSA signature as JWS has it (RFC 7518 §3.4), from the DER that `sign` returns when it is given the key and
 * nothing else: any option beside the key, `dsaEncoding` too, more than doubles what a signature costs.
 */
function joseSignature(der: Buffer): Buffer {
  const signature = Buffer.alloc(64);
  const rBytes = der[3] ?? 0;
  const r = der.subarray(4, 4 + rBytes).subarray(-32);
  const s = der.subarray(6 + rBytes).subarray(-32);
  signature.set(r, 32 - r.length);
  signature.set(s, 64 - s.length);
  return signature;
}

/** Signs what an access token says (RFC 9068 §2.2) and looks at nothing else: neither form nor certificate. */
function signedToken(): (request: IncomingMessage, response: ServerResponse) => void {
  const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const header = Buffer.from(JSON.stringify({ typ: 'at+jwt', alg: 'ES256', kid: 'bench' })).toString(
    'base64url',
  );
  const issuer = `https://localhost:${port}`;
  let issued = 0;
  const token = () => {
    const iat = Math.floor(Date.now() / 1000);
    const claims = {
      iss: issuer,
      sub: 'bench',
      aud: issuer,
      client_id: 'bench',
      jti: `bench-${++issued}`,
      iat,
      exp: iat + LIFETIME,
      cnf: { 'x5t#S256': thumbprint },
    };
    const input = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
    return `${input}.${joseSignature(sign('sha256', Buffer.from(input), key)).toString('base64url')}`;
  };
  return (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      Buffer.concat(chunks).toString();
      answer(response, JSON.stringify({ access_token: token(), token_type: 'Bearer', expires_in: LIFETIME }));
    });
  };
}

createServer(
  {
    key: readFileSync(join(folder, SERVER_KEY)),
    cert: readFileSync(join(folder, SERVER_CERTIFICATE)),
    requestCert: true,
    rejectUnauthorized: false,
  },
  flag === '--sign' ? signedToken() : fixedBody(),
).listen(Number(port), '127.0.0.1');

process.once('SIGINT', () => process.exit());
