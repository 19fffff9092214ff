import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Certificate } from '../certificate.ts';

/** Finds the certificate that belongs to a private key, in one look-up however many there are. */
export class CertificatesByPublicKey {
  readonly #certificates = new Map<string, Certificate>();

  constructor(certificates: Iterable<Certificate>) {
    for (const certificate of certificates) {
      const spki = publicKeyDer(certificate);
      // The first of several, as a chain begins with the leaf.
      if (spki !== undefined && !this.#certificates.has(spki)) this.#certificates.set(spki, certificate);
    }
  }

  get(privateKey: KeyObject): Certificate | undefined {
    return this.#certificates.get(spkiDer(createPublicKey(privateKey)));
  }
}

const spkiDer = (key: KeyObject): string => key.export({ format: 'der', type: 'spki' }).toString('base64');

function publicKeyDer(certificate: Certificate): string | undefined {
  try {
    return spkiDer(certificate.x509.publicKey);
  } catch {
    // A public key of a kind OpenSSL does not know owns no private key that it could load.
    return undefined;
  }
}
