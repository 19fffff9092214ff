import { createHash, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SecureContextOptions } from 'node:tls';
import { certificateToPem } from '@countersign/x509';
import { issueCertificate, type KeyType } from '@countersign/x509/issuance';
import { z } from 'zod';

/**
 * What a client shows in the handshake: the self-signed certificate, the one an authority's intermediate issued with
 * that intermediate's, or nothing.
 */
export const IDENTITIES = ['self-signed', 'issued', 'none'] as const;
export const Identity = z.enum(IDENTITIES);
export type Identity = z.infer<typeof Identity>;

/** The files every target and the load generator share, so that all of them do the same cryptography. */
export type KeyMaterial = {
  readonly folder: string;
  /** RFC 8705 §3.1: what `cnf.x5t#S256` of a token bound to the certificate has to say. */
  readonly thumbprints: Readonly<Record<'self-signed' | 'issued', string>>;
  /** The public key of the client that signs assertions. */
  readonly assertionJwk: JsonWebKey;
  /** What `cnf.jkt` of a token bound to the key of the DPoP proofs has to say (RFC 7638). */
  readonly dpopThumbprint: string;
};

export const SERVER_KEY = 'server-key.pem';
export const SERVER_CERTIFICATE = 'server-certificate.pem';
export const CLIENT_KEY = 'client-key.pem';
export const CLIENT_CERTIFICATE = 'client-certificate.pem';
export const ISSUED_CLIENT_KEY = 'issued-client-key.pem';
/** The client's certificate and after it the intermediate's. */
export const ISSUED_CLIENT_CHAIN = 'issued-client-chain.pem';
export const AUTHORITY_CERTIFICATE = 'authority-certificate.pem';
export const ASSERTION_KEY = 'assertion-key.pem';
export const ASSERTION_PUBLIC_KEY = 'assertion-public-key.pem';
export const DPOP_KEY = 'dpop-key.pem';

/** The subject of the client that an authority vouches for (RFC 8705 §2.1.2). */
export const ISSUED_CLIENT_SUBJECT = 'CN=bench-issued-client,O=Countersign bench';

const DAYS = 2;

/**
 * Writes the keys and certificates of a server and of clients into `folder`, as PEM.
 * @param serverKey what the server proves itself with; it decides much of the cost of a handshake
 */
export async function makeKeyMaterial(folder: string, serverKey: KeyType): Promise<KeyMaterial> {
  const common = { days: DAYS, now: Date.now() };
  const server = await issueCertificate({
    subject: 'CN=localhost',
    subjectAltNames: { dns: ['localhost'], ip: ['127.0.0.1'] },
    keyType: serverKey,
    usage: 'server',
    ...common,
  });
  const client = await issueCertificate({
    subject: 'CN=bench-client',
    keyType: 'EC-P256',
    usage: 'client',
    ...common,
  });
  const authority = await issueCertificate({
    subject: 'CN=Bench authority,O=Countersign bench',
    keyType: 'EC-P256',
    usage: 'ca',
    ...common,
  });
  const intermediate = await issueCertificate({
    subject: 'CN=Bench issuing authority,O=Countersign bench',
    keyType: 'EC-P256',
    usage: 'ca',
    issuer: authority,
    ...common,
  });
  const issued = await issueCertificate({
    subject: ISSUED_CLIENT_SUBJECT,
    keyType: 'EC-P256',
    usage: 'client',
    issuer: intermediate,
    ...common,
  });
  const [assertion, dpop] = [keyPair(), keyPair()];
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text, { mode: 0o600 });
  write(SERVER_KEY, privatePem(server.privateKey));
  write(SERVER_CERTIFICATE, certificateToPem(server.certificate));
  write(CLIENT_KEY, privatePem(client.privateKey));
  write(CLIENT_CERTIFICATE, certificateToPem(client.certificate));
  write(ISSUED_CLIENT_KEY, privatePem(issued.privateKey));
  write(
    ISSUED_CLIENT_CHAIN,
    certificateToPem(issued.certificate) + certificateToPem(intermediate.certificate),
  );
  write(AUTHORITY_CERTIFICATE, certificateToPem(authority.certificate));
  write(ASSERTION_KEY, privatePem(assertion.privateKey));
  write(ASSERTION_PUBLIC_KEY, assertion.publicKey.export({ format: 'pem', type: 'spki' }).toString());
  write(DPOP_KEY, privatePem(dpop.privateKey));
  return {
    folder,
    thumbprints: { 'self-signed': client.certificate.thumbprint, issued: issued.certificate.thumbprint },
    assertionJwk: assertion.publicKey.export({ format: 'jwk' }),
    dpopThumbprint: jwkThumbprint(dpop.publicKey),
  };
}

/** Of an EC key: its required members in the order of their names (RFC 7638 §3). */
function jwkThumbprint(key: KeyObject): string {
  const { crv, kty, x, y } = key.export({ format: 'jwk' });
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}

const keyPair = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const privatePem = (key: KeyObject): string => key.export({ format: 'pem', type: 'pkcs8' }).toString();

/** What TLS is given to trust the server and to show an identity, from the files in `folder`. */
export function tlsOf(identity: Identity, folder: string): SecureContextOptions {
  const read = (name: string) => readFileSync(join(folder, name));
  const ca = read(SERVER_CERTIFICATE);
  switch (identity) {
    case 'self-signed':
      return { ca, cert: read(CLIENT_CERTIFICATE), key: read(CLIENT_KEY) };
    case 'issued':
      return { ca, cert: read(ISSUED_CLIENT_CHAIN), key: read(ISSUED_CLIENT_KEY) };
    case 'none':
      return { ca };
  }
}
