import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificateToPem } from '@countersign/x509';
import { issueCertificate, type KeyType } from '@countersign/x509/issuance';

/** The files every target and the load generator share, so that all of them do the same cryptography. */
export type KeyMaterial = {
  readonly folder: string;
  /** RFC 8705 §3.1: what `cnf.x5t#S256` of every issued token has to say. */
  readonly clientThumbprint: string;
};

export const SERVER_KEY = 'server-key.pem';
export const SERVER_CERTIFICATE = 'server-certificate.pem';
export const CLIENT_KEY = 'client-key.pem';
export const CLIENT_CERTIFICATE = 'client-certificate.pem';

/**
 * Writes a server's and a client's key with self-signed certificates into `folder`, as PEM.
 * @param serverKey what the server proves itself with; it decides much of the cost of a handshake
 */
export async function makeKeyMaterial(folder: string, serverKey: KeyType): Promise<KeyMaterial> {
  const now = Date.now();
  const server = await issueCertificate({
    subject: 'CN=localhost',
    subjectAltNames: { dns: ['localhost'], ip: ['127.0.0.1'] },
    keyType: serverKey,
    days: 2,
    usage: 'server',
    now,
  });
  const client = await issueCertificate({
    subject: 'CN=bench-client',
    keyType: 'EC-P256',
    days: 2,
    usage: 'client',
    now,
  });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text, { mode: 0o600 });
  write(SERVER_KEY, server.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
  write(SERVER_CERTIFICATE, certificateToPem(server.certificate));
  write(CLIENT_KEY, client.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
  write(CLIENT_CERTIFICATE, certificateToPem(client.certificate));
  return { folder, clientThumbprint: client.certificate.thumbprint };
}
