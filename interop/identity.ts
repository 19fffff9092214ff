import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { certificateToPem } from '@countersign/x509';
import { privateKeyEntry, readKeyStore, writePkcs12 } from '@countersign/x509/key-store';
import type { Identity, IssuedIdentity } from './place.ts';
import { run } from './program.ts';

const PASSWORD = 'client-password';
/** Of the stores that `init` makes, and of the page's. */
const SERVER_PASSWORD = 'wso2carbon';

/** Where identities are made, and until when. */
type Workshop = { readonly folder: string; readonly signal?: AbortSignal };

const openssl = ({ folder, signal }: Workshop, ...args: readonly string[]) =>
  run('openssl', args, { cwd: folder, ...(signal && { signal }) });

/** Makes a self-signed RSA certificate as docs/mutual-tls.md does. `name` is its CN and names its files. */
export async function selfSigned(workshop: Workshop, name: string): Promise<Identity> {
  await openssl(
    workshop,
    ...['req', '-newkey', 'rsa:2048', '-x509', '-nodes', '-days', '30', '-subj', `/CN=${name}`],
    ...['-keyout', `${name}.key`, '-out', `${name}.pem`],
  );
  return withKeyStore(workshop, name);
}

/** Makes a certificate that a small authority issued, whose certificate and key lie beside it. */
export async function issued(workshop: Workshop, name: string): Promise<IssuedIdentity> {
  const authority = `${name}-authority`;
  await openssl(
    workshop,
    ...['req', '-newkey', 'rsa:2048', '-x509', '-nodes', '-days', '30', '-subj', `/CN=${authority}`],
    ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
    ...['-keyout', `${authority}.key`, '-out', `${authority}.pem`],
  );
  await openssl(
    workshop,
    ...['req', '-newkey', 'rsa:2048', '-x509', '-nodes', '-days', '30', '-subj', `/O=Example/CN=${name}`],
    ...['-CA', `${authority}.pem`, '-CAkey', `${authority}.key`],
    ...['-addext', 'basicConstraints=critical,CA:FALSE', '-addext', 'extendedKeyUsage=clientAuth'],
    ...['-keyout', `${name}.key`, '-out', `${name}.pem`],
  );
  return {
    ...(await withKeyStore(workshop, name)),
    authority: await readFile(join(workshop.folder, `${authority}.pem`), 'utf8'),
    subject: `CN=${name},O=Example`,
  };
}

async function withKeyStore(workshop: Workshop, name: string): Promise<Identity> {
  const file = (extension: string) => join(workshop.folder, `${name}.${extension}`);
  await openssl(
    workshop,
    ...['pkcs12', '-export', '-inkey', file('key'), '-in', file('pem'), '-name', name],
    ...['-out', file('p12'), '-passout', `pass:${PASSWORD}`],
  );
  return {
    certificateFile: file('pem'),
    keyFile: file('key'),
    certificate: await readFile(file('pem'), 'utf8'),
    pkcs12File: file('p12'),
    pkcs12Password: PASSWORD,
  };
}

/** Takes the certificate out of the server's own key store, as PEM and as a trust store for Java. */
export async function serverTrust(
  folder: string,
  keyStoreFile: string,
): Promise<{ readonly serverCertificateFile: string; readonly trustStoreFile: string }> {
  const serverCertificateFile = join(folder, 'server.pem');
  const trustStoreFile = join(folder, 'truststore.p12');
  const entries = await readKeyStore(await readFile(keyStoreFile), SERVER_PASSWORD);
  const [certificate] = privateKeyEntry(entries, 'wso2carbon').chain;
  if (!certificate) throw new Error(`${keyStoreFile} holds no certificate`);
  await writeFile(serverCertificateFile, certificateToPem(certificate));
  const trusted = { kind: 'trusted-certificate', alias: 'countersign', certificate } as const;
  await writeFile(trustStoreFile, await writePkcs12([trusted], SERVER_PASSWORD));
  return { serverCertificateFile, trustStoreFile };
}
