import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Certificate, certificateToPem } from '@countersign/x509';
import type { Configuration } from './configuration.ts';
import { homePaths } from './home.ts';
import { isForbidden, writeWhole } from './whole-file.ts';

/** Text that has certificates in PEM and nothing else. */
const CERTIFICATES_ALONE =
  /^(?:\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]*-----END CERTIFICATE-----)*\s*$/;

/** Whether a setting, or one within it, names the file. */
function names(setting: unknown, file: string): boolean {
  if (typeof setting === 'string') return resolve(setting) === file;
  return (
    typeof setting === 'object' &&
    setting !== null &&
    Object.values(setting).some((each) => names(each, file))
  );
}

/**
 * Has `server.pem` of a home hold the certificates by which its server is known: those beside the key of
 * `[keystore.primary]`. A file of that name that the configuration names, or that holds anything but certificates, is the
 * operator's: it stays as it is.
 * @returns whether the file holds them now: not where the home may not be written
 * @throws Error where it cannot be written for another reason
 */
export async function writeServerCertificate(
  home: string,
  { atStart, now }: Pick<Configuration, 'atStart' | 'now'>,
  chain: readonly Certificate[],
): Promise<boolean> {
  const file = homePaths(home).serverCertificate;
  if (names(atStart, file) || names(now(), file)) return false;
  const pem = chain.map(certificateToPem).join('');
  const present = await readFile(file, 'utf8').catch(() => '');
  if (present === pem) return true;
  if (!CERTIFICATES_ALONE.test(present)) return false;
  try {
    await writeWhole(file, Buffer.from(pem));
    return true;
  } catch (error) {
    if (isForbidden(error)) return false;
    throw error;
  }
}
