import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { certificatesIn, MalformedCertificate } from '@countersign/x509';
import { attributeOf, type ClientDraft, isOn } from './draft.ts';

/** What Keycloak calls a key that nobody named: the hash of its SubjectPublicKeyInfo. */
const keyIdOf = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('base64url');

/** A key set of one key, as assertions may name it at Keycloak. */
const setOf = (key: KeyObject, kid: string | undefined, more: Readonly<Record<string, unknown>> = {}) => ({
  keys: [{ ...key.export({ format: 'jwk' }), kid: kid ?? keyIdOf(key), use: 'sig', ...more }],
});

function publicKeyIn(written: string): KeyObject | undefined {
  const base64 = written.replaceAll(/-----[^-]*-----|\s/g, '');
  try {
    return createPublicKey({ key: Buffer.from(base64, 'base64'), type: 'spki', format: 'der' });
  } catch {
    return undefined;
  }
}

function jwksIn(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return undefined;
  }
}

/** The certificate or public key that Keycloak keeps of the client. */
function storedKey(draft: ClientDraft): object | undefined {
  const { attributes } = draft;
  const kid = attributeOf(draft, 'jwt.credential.kid');
  const certificate = attributeOf(draft, 'jwt.credential.certificate');
  if (certificate !== undefined) {
    try {
      const [first] = certificatesIn(certificate);
      if (!first) return undefined;
      attributes.note('jwt.credential.certificate');
      return setOf(first.x509.publicKey, kid, { x5c: [Buffer.from(first.der).toString('base64')] });
    } catch (error) {
      if (!(error instanceof MalformedCertificate)) throw error;
      attributes.note('jwt.credential.certificate', {
        outcome: 'lost',
        why: `cannot be read: ${error.message}`,
      });
      return undefined;
    }
  }
  const written = attributeOf(draft, 'jwt.credential.public.key');
  if (written === undefined) return undefined;
  const key = publicKeyIn(written);
  attributes.note(
    'jwt.credential.public.key',
    key ? {} : { outcome: 'lost', why: 'is no public key that can be read' },
  );
  return key && setOf(key, kid);
}

/**
 * Where the client's public keys are, in the order in which Keycloak looks: the address, the key set, then what was
 * uploaded.
 * @returns whether there are any
 */
export function readKeys(draft: ClientDraft): boolean {
  const { metadata, attributes } = draft;
  const address = attributeOf(draft, 'jwks.url');
  if (isOn(draft, 'use.jwks.url') && address !== undefined) {
    metadata.set('jwks_uri', address);
    attributes.note('jwks.url');
    return true;
  }
  const written = attributeOf(draft, 'jwks.string');
  if (isOn(draft, 'use.jwks.string') && written !== undefined) {
    const jwks = jwksIn(written);
    attributes.note('jwks.string', jwks === undefined ? { outcome: 'lost', why: 'is not JSON' } : {});
    if (jwks !== undefined) metadata.set('jwks', jwks);
    return jwks !== undefined;
  }
  const stored = storedKey(draft);
  if (stored !== undefined) metadata.set('jwks', stored);
  return stored !== undefined;
}
