import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { type Certificate, certificatesIn, certificateToPem, MalformedCertificate } from '@countersign/x509';
import { Refused, UsageError } from './run-command.ts';

/** The bytes of a file that a command names, or of standard input for `-`. @throws UsageError */
export async function readNamedFile(file: string): Promise<Buffer> {
  try {
    return file === '-' ? await buffer(process.stdin) : await readFile(file);
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * The certificates in the bytes of a file: PEM, PKCS#7, DER, or DER in base64.
 * @param file its name, for messages
 * @throws Refused
 */
export function certificatesOfFile(file: string, bytes: Buffer): Certificate[] {
  try {
    return certificatesIn(bytes);
  } catch (error) {
    if (error instanceof MalformedCertificate) throw new Refused(`${file}: ${error.message}`);
    throw error;
  }
}

/**
 * Reads the certificates of a file, as {@link certificatesOfFile}.
 * @throws UsageError for a file that cannot be read, Refused for one without a certificate
 */
export const readCertificateFile = async (file: string): Promise<Certificate[]> =>
  certificatesOfFile(file, await readNamedFile(file));

/** The certificates of a file as PEM, for registration. @throws as {@link readCertificateFile} */
export const readCertificatePem = async (file: string): Promise<string> =>
  (await readCertificateFile(file)).map(certificateToPem).join('');
