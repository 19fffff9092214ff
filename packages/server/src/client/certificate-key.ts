import type { KeyObject } from 'node:crypto';
import {
  type Certificate,
  clientKeyUse,
  type KeyUse,
  keyName,
  MalformedCertificate,
} from '@countersign/x509';
import { publicKeyProblem } from '@countersign/x509/path-validation';

/** A registered key as TLS sees it, beside what names it. */
export type RegisteredKey = { readonly name: string; readonly key: KeyObject };

/** Which clients can use the key of a certificate in a handshake with this server. */
export function certificateKeyUse(certificate: Certificate): KeyUse {
  const key = certificate.keyObject;
  return key === undefined
    ? { peers: 'none', key: 'of an unknown kind', why: 'the TLS library has no such keys' }
    : clientKeyUse(key);
}

/**
 * What an operator should know of an authority's key on whose signatures path validation does not rely: nothing under
 * it is accepted. Undefined when there is nothing to know, or the key cannot be read and the certificate tells so itself.
 */
export function authorityKeyWarning(certificate: Certificate): string | undefined {
  try {
    const { basicConstraints } = certificate.extensions;
    const problem = basicConstraints?.cA ? publicKeyProblem(certificate) : undefined;
    if (!problem) return undefined;
    const key = certificate.keyObject;
    return `is an authority under which no certificate is accepted: its key is ${key ? keyName(key) : problem.presented}; expected ${problem.expected}`;
  } catch (error) {
    if (!(error instanceof MalformedCertificate)) throw error;
    return undefined;
  }
}

/** What an operator should know of a client's key, or undefined when every client can use one of its kind. */
export function keyUseWarning(use: KeyUse): string | undefined {
  switch (use.peers) {
    case 'all':
      return undefined;
    case 'some':
      return `has a key that not every client can use, ${use.key}: ${use.but}`;
    case 'none':
      return `has a key that no client can use in a handshake with this server, ${use.key}: ${use.why}; it can only come in the header of a proxy that takes such keys`;
  }
}

/** The registered keys of which `certificate` is another certificate: those it renews. */
export function renewedBy(
  certificate: Certificate,
  registered: Iterable<RegisteredKey | undefined>,
): readonly string[] {
  const key = certificate.keyObject;
  if (key === undefined) return [];
  return [...registered].flatMap((before) => (before?.key.equals(key) ? [before.name] : []));
}

/** A registered certificate by its thumbprint; undefined where its key cannot be read. */
export function registeredKey(certificate: Certificate): RegisteredKey | undefined {
  const key = certificate.keyObject;
  return key && { name: certificate.thumbprint, key };
}
