import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { certificateToPem } from '@countersign/x509';
import { type IssuedCertificate, issueCertificate } from '@countersign/x509/issuance';
import type { CryptoKey } from 'openid-client';

/** A certificate and its key, as files and as PEM. */
export type Credentials = {
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly certificate: string;
  readonly key: string;
};

/** A licensed third party: what it shows on connections, and what it signs requests with. */
export type Licensed = {
  /** RFC 4514; its organizationIdentifier is what eIDAS certificates hold for PSD2 (ETSI TS 119 495 §5.2.1). */
  readonly subject: string;
  /** As a qualified certificate for website authentication (QWAC). */
  readonly connection: Credentials;
  /** As a qualified certificate for electronic seals (QSealC): the public key alone, as the bank registers it. */
  readonly sealKeys: { readonly keys: readonly object[] };
  readonly sealKey: CryptoKey;
};

/** Who vouches for third parties here, and for the servers of this machine. */
export type Authority = {
  /** PEM. */
  readonly certificate: string;
  readonly certificateFile: string;
  /** @param number such as PSDDE-BAFIN-123456: the country, the authority that licensed it, and its number there */
  license(name: string, number: string): Promise<Licensed>;
  /** For a server on localhost. */
  server(name: string): Promise<Credentials>;
};

const DAYS = 2;
const SEAL_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' };

const pemOf = ({ privateKey }: IssuedCertificate): string =>
  privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();

async function sealOf(): Promise<Pick<Licensed, 'sealKey' | 'sealKeys'>> {
  const { publicKey, privateKey } = await crypto.subtle.generateKey(SEAL_ALGORITHM, true, ['sign', 'verify']);
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey);
  return { sealKey: privateKey, sealKeys: { keys: [{ kty, crv, x, y, use: 'sig', alg: 'ES256' }] } };
}

/** Makes an authority in a folder; what it issues lies beside. */
export async function createAuthority(folder: string): Promise<Authority> {
  const now = Date.now();
  const keyType = 'EC-P256';
  const issuer = await issueCertificate({
    subject: 'CN=Example Trust Services CA,O=Example Trust Services,C=DE',
    keyType,
    days: DAYS,
    usage: 'ca',
    now,
  });
  await mkdir(folder, { recursive: true });
  const write = async (name: string, text: string): Promise<string> => {
    const file = join(folder, name);
    await writeFile(file, text, { mode: 0o600 });
    return file;
  };
  const kept = async (name: string, issued: IssuedCertificate): Promise<Credentials> => {
    const [certificate, key] = [certificateToPem(issued.certificate), pemOf(issued)];
    return {
      certificate,
      key,
      certificateFile: await write(`${name}.pem`, certificate),
      keyFile: await write(`${name}.key`, key),
    };
  };
  const certificate = certificateToPem(issuer.certificate);
  return {
    certificate,
    certificateFile: await write('authority.pem', certificate),
    async license(name, number) {
      const subject = `CN=${name},organizationIdentifier=${number},O=${name},C=DE`;
      const issued = await issueCertificate({ subject, keyType, days: DAYS, usage: 'client', issuer, now });
      return { subject, connection: await kept(number, issued), ...(await sealOf()) };
    },
    async server(name) {
      const subjectAltNames = { dns: ['localhost'], ip: ['127.0.0.1'] };
      return kept(
        name,
        await issueCertificate({
          subject: `CN=${name},O=Example,C=DE`,
          subjectAltNames,
          keyType,
          days: DAYS,
          usage: 'server',
          issuer,
          now,
        }),
      );
    },
  };
}
