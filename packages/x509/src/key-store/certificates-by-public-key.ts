import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Certificate } from '../certificate.ts';

/** Finds the certificate that belongs to a private key, in one look-up however many there are. */
export class CertificatesByPublicKey {
  readonly #certificates = new Map<string, Certificate>();

  constructor(certificates: Iterable<Certificate>) {
    for (const certificate of certificates) {
      const key = certificate.keyObject;
      // A public key of a kind OpenSSL does not know owns no private key that it could load.
      if (key === undefined) continue;
      const spki = spkiDer(key);
      // The first of several, as a chain begins with the leaf.
      if (!this.#certificates.has(spki)) this.#certificates.set(spki, certificate);
    }
  }

  get(privateKey: KeyObject): Certificate | undefined {
    return this.#certificates.get(spkiDer(createPublicKey(privateKey)));
  }
}

const spkiDer = (key: KeyObject): string => key.export({ format: 'der', type: 'spki' }).toString('base64');
