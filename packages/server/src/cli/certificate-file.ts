import { readFile } from 'node:fs/promises';
import { Certificate, certificateToPem, MalformedCertificate, parsePemCertificates } from '@countersign/x509';
import { Refused, UsageError } from './run-command.ts';

/** The bytes of a file that a command names. @throws UsageError */
export async function readNamedFile(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${error instanceof Error ? error.message : error}`);
  }
}

/** One certificate in DER, as `keytool -export` writes it; `undefined` for anything else. */
function derCertificate(bytes: Buffer): Certificate | undefined {
  try {
    return Certificate.fromDer(bytes);
  } catch (error) {
    if (error instanceof MalformedCertificate) return undefined;
    throw error;
  }
}

/** Whether these are certificates themselves, PEM or DER, and not a key store that holds some. */
export const isCertificateFile = (bytes: Buffer): boolean =>
  bytes.includes('-----BEGIN') || derCertificate(bytes) !== undefined;

/**
 * The certificates in the bytes of a file: PEM, or one in DER.
 * @param file its name, for messages
 * @throws Refused
 */
export function certificatesOfFile(file: string, bytes: Buffer): Certificate[] {
  const der = derCertificate(bytes);
  if (der) return [der];
  try {
    return parsePemCertificates(bytes.toString('utf8'));
  } catch (error) {
    if (error instanceof MalformedCertificate) throw new Refused(`${file}: ${error.message}`);
    throw error;
  }
}

/**
 * Reads the certificates of a file: PEM, or one in DER.
 * @throws UsageError for a file that cannot be read, Refused for one without a certificate
 */
export const readCertificateFile = async (file: string): Promise<Certificate[]> =>
  certificatesOfFile(file, await readNamedFile(file));

/** The certificates of a file as PEM, for registration. @throws as {@link readCertificateFile} */
export const readCertificatePem = async (file: string): Promise<string> =>
  (await readCertificateFile(file)).map(certificateToPem).join('');
