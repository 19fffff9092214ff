import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { Certificate } from '../src/certificate.ts';
import { der, derBitString, derInteger, derObjectIdentifier, derSequence } from '../src/der-encoding.ts';
import { certificateToPem } from '../src/pem.ts';
import { basicConstraints, ecKeys, makeCertificate } from './made-certificate.ts';

/** Keys of certificates above a leaf whose signature each of them has to be tried on. */
export const COSTLY_KEYS = ['rsa-8192-long-exponent', 'rsa-8192', 'p-521'] as const;
export type CostlyKey = (typeof COSTLY_KEYS)[number];

const RSA_OCTETS = 1024;
const SHA256_WITH_RSA = derSequence(derObjectIdentifier('1.2.840.113549.1.1.11'), Uint8Array.of(5, 0));
const ECDSA_WITH_SHA512 = derSequence(derObjectIdentifier('1.2.840.10045.4.3.4'));

/** A number of the size that a key needs; nobody has the private half. */
function publicKeyOf(kind: CostlyKey): KeyObject {
  if (kind === 'p-521') return generateKeyPairSync('ec', { namedCurve: 'P-521' }).publicKey;
  const modulus = randomBytes(RSA_OCTETS);
  modulus[0] = (modulus[0] ?? 0) | 0x80;
  modulus[RSA_OCTETS - 1] = (modulus[RSA_OCTETS - 1] ?? 0) | 1;
  const e = kind === 'rsa-8192' ? 'AQAB' : '__________8';
  return createPublicKey({ key: { kty: 'RSA', n: modulus.toString('base64url'), e }, format: 'jwk' });
}

/** One that verifies by no key, and takes as long as one that does. */
function signatureOf(kind: CostlyKey): Uint8Array {
  if (kind !== 'p-521') {
    const signature = randomBytes(RSA_OCTETS);
    signature[0] = 0x40;
    return signature;
  }
  const half = () => {
    const number = randomBytes(65);
    number[0] = 0x40;
    return derInteger(number);
  };
  return derSequence(half(), half());
}

const signedAnew = (certificate: Certificate, kind: CostlyKey): Certificate => {
  const algorithm = kind === 'p-521' ? ECDSA_WITH_SHA512 : SHA256_WITH_RSA;
  return Certificate.fromDer(
    der(0x30, certificate.signed.content, algorithm, derBitString(signatureOf(kind))),
  );
};

/**
 * A client certificate that names one issuer, and so many certificates of that name: each has to be tried, none has
 * signed anything.
 */
export function costlyChain(kind: CostlyKey, above: number): { readonly cert: string; readonly key: string } {
  const algorithm = kind === 'p-521' ? ECDSA_WITH_SHA512 : SHA256_WITH_RSA;
  const name = `Costly ${randomBytes(6).toString('hex')}`;
  const authority = makeCertificate({ subject: name });
  const keys = ecKeys();
  const leaf = makeCertificate({ subject: 'client', issuer: authority, keys, algorithm });
  const others = Array.from({ length: above }, (_, index) =>
    makeCertificate({
      subject: name,
      issuer: authority,
      serialNumber: index + 2,
      keys: { publicKey: publicKeyOf(kind), privateKey: keys.privateKey },
      algorithm,
      extensions: [basicConstraints(true)],
    }),
  );
  return {
    cert: [leaf, ...others]
      .map(({ certificate }) => certificateToPem(signedAnew(certificate, kind)))
      .join(''),
    key: keys.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}
