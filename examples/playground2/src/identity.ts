import { createHash, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** A certificate and its private key. */
export type Identity = {
  /** PEM. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
  readonly certificateFile: string;
  readonly subject: string;
  /** What a token bound to it says in `cnf` (RFC 8705 §3.1). */
  readonly thumbprint: string;
};

/** Reads `<path>.pem` and `<path>.key`; `undefined` when there is no certificate. */
export async function readIdentity(path: string): Promise<Identity | undefined> {
  const certificateFile = `${path}.pem`;
  try {
    const [cert, key] = await Promise.all([
      readFile(certificateFile, 'utf8'),
      readFile(`${path}.key`, 'utf8'),
    ]);
    const certificate = new X509Certificate(cert);
    return {
      cert,
      key,
      certificateFile,
      subject: certificate.subject,
      thumbprint: createHash('sha256').update(certificate.raw).digest('base64url'),
    };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
