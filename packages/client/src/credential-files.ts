import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { ClientOptions } from './client-options.ts';

/** Where a client's credentials lie. */
export type CredentialFiles = Pick<
  ClientOptions,
  'certificateFile' | 'keyFile' | 'keyPassphrase' | 'trustedCertificates' | 'trustedCertificatesFile'
> & { readonly assertionKeyFile: string | undefined };

/** A certificate and its key that fit together, and what is read beside them. */
export type Credentials = {
  /** RFC 8705 §3.1. */
  readonly thumbprint: string;
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
  readonly assertionKey: KeyObject | undefined;
  readonly secureContext: SecureContext;
  readonly pem: ConnectionPem;
};

/** What other HTTP clients present and trust; PEM. */
export type ConnectionPem = {
  readonly cert: string;
  readonly key: string;
  /** What servers must chain to; the roots of Node.js when absent. */
  readonly ca?: readonly string[];
};

/** What the files hold, before anybody judged it. */
export type FileContents = {
  readonly digest: string;
  readonly certificate: string;
  readonly key: string;
  readonly trusted: string | undefined;
  readonly assertionKey: string | undefined;
};

const MOST_BYTES = 1024 * 1024;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function textOf(file: string): Promise<string> {
  // What is no plain file may never end.
  const found = await stat(file);
  if (!found.isFile()) throw new Error(`${file} is not a file`);
  if (found.size > MOST_BYTES) throw new Error(`${file} has ${found.size} bytes, more than ${MOST_BYTES}`);
  return readFile(file, 'utf8');
}

/** Reads all of them. @throws Error that names the file */
export async function readCredentialFiles(files: CredentialFiles): Promise<FileContents> {
  const { certificateFile, keyFile, trustedCertificatesFile, assertionKeyFile } = files;
  const optional = async (file: string | undefined) => (file === undefined ? undefined : textOf(file));
  const [certificate, key, trusted, assertionKey] = await Promise.all([
    textOf(certificateFile),
    textOf(keyFile),
    optional(trustedCertificatesFile),
    optional(assertionKeyFile),
  ]);
  const digest = createHash('sha256')
    .update(JSON.stringify([certificate, key, trusted, assertionKey]))
    .digest('base64url');
  return { digest, certificate, key, trusted, assertionKey };
}

function privateKey(file: string, pem: string, passphrase?: string): KeyObject {
  try {
    return createPrivateKey({ key: pem, ...(passphrase !== undefined && { passphrase }) });
  } catch (error) {
    throw new Error(`${file} holds no private key that can be read: ${messageOf(error)}`);
  }
}

/** Certificates of a PEM text, each by itself. @throws Error that names where it is from */
function certificatesOf(where: string, text: string): readonly [string, ...(readonly string[])] {
  const [first, ...others] = text.match(CERTIFICATE) ?? [];
  if (first === undefined) throw new Error(`${where} holds no certificate in PEM`);
  for (const pem of [first, ...others]) {
    try {
      new X509Certificate(pem);
    } catch (error) {
      throw new Error(`${where} holds a certificate that cannot be read: ${messageOf(error)}`);
    }
  }
  return [first, ...others];
}

function requireValid(file: string, certificate: X509Certificate, now: number): void {
  const { validFromDate, validToDate } = certificate;
  if (now < validFromDate.getTime()) {
    throw new Error(`the certificate of ${file} is valid from ${validFromDate.toISOString()} on`);
  }
  if (now > validToDate.getTime()) {
    throw new Error(`the certificate of ${file} ended at ${validToDate.toISOString()}`);
  }
}

function trustedOf(files: CredentialFiles, text: string | undefined): readonly string[] | undefined {
  const { trustedCertificates, trustedCertificatesFile } = files;
  if (text !== undefined && trustedCertificatesFile !== undefined) {
    return certificatesOf(trustedCertificatesFile, text);
  }
  return trustedCertificates?.flatMap((pem) => certificatesOf('trustedCertificates', pem));
}

/**
 * Judges what was read: certificate and key belong together, the certificate is valid now, and OpenSSL takes both.
 * @param now milliseconds since the epoch
 * @throws Error that says what is wrong with which file, and nothing of what stands in it
 */
export function credentialsOf(files: CredentialFiles, contents: FileContents, now: number): Credentials {
  const { certificateFile, keyFile, keyPassphrase, assertionKeyFile } = files;
  const chain = certificatesOf(certificateFile, contents.certificate);
  const certificate = new X509Certificate(chain[0]);
  const key = privateKey(keyFile, contents.key, keyPassphrase);
  if (!certificate.checkPrivateKey(key)) {
    throw new Error(`the key of ${keyFile} is not that of the first certificate of ${certificateFile}`);
  }
  requireValid(certificateFile, certificate, now);
  const ca = trustedOf(files, contents.trusted);
  const pem: ConnectionPem = {
    cert: `${chain.join('\n')}\n`,
    key: key.export({ format: 'pem', type: 'pkcs8' }).toString(),
    ...(ca !== undefined && { ca }),
  };
  let secureContext: SecureContext;
  try {
    secureContext = createSecureContext({ cert: pem.cert, key: pem.key, ...(ca && { ca: [...ca] }) });
  } catch (error) {
    throw new Error(`OpenSSL does not take ${certificateFile} with ${keyFile}: ${messageOf(error)}`);
  }
  return {
    thumbprint: createHash('sha256').update(certificate.raw).digest('base64url'),
    notAfter: certificate.validToDate.getTime(),
    assertionKey:
      assertionKeyFile === undefined || contents.assertionKey === undefined
        ? undefined
        : privateKey(
            assertionKeyFile,
            contents.assertionKey,
            assertionKeyFile === keyFile ? keyPassphrase : undefined,
          ),
    secureContext,
    pem,
  };
}
