import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';

/** Thrown when a sealed value cannot be opened: another `[encryption] key`, or a changed value. */
export class CannotUnseal extends Error {
  override readonly name = 'CannotUnseal';
}

/** Octets. Without saying so, shorter tags would be taken too, of which one in four thousand million fits anything. */
const TAG_LENGTH = 16;

const keyObjects = new WeakMap<Uint8Array, KeyObject>();

/** A key that `node:crypto` need not look at anew each time, which takes longer than the cipher (docs/performance.md). */
function keyObjectOf(key: Uint8Array): KeyObject {
  const known = keyObjects.get(key);
  if (known) return known;
  const made = createSecretKey(key);
  keyObjects.set(key, made);
  return made;
}

/**
 * Encrypts `text` for storage with AES-256-GCM.
 * @param key 32 bytes, the deployment's `[encryption] key`
 * @param purpose bound to the result, so that a sealed value cannot stand in for another
 * @returns `v1.` and base64url of nonce, tag and ciphertext
 */
export function seal(text: string, key: Uint8Array, purpose: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyObjectOf(key), nonce).setAAD(Buffer.from(purpose));
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return `v1.${Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]).toString('base64url')}`;
}

/** Opens what {@link seal} made. @throws CannotUnseal */
export function unseal(sealed: string, key: Uint8Array, purpose: string): string {
  const bytes = Buffer.from(sealed.replace(/^v1\./, ''), 'base64url');
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyObjectOf(key), bytes.subarray(0, 12), {
      authTagLength: TAG_LENGTH,
    })
      .setAAD(Buffer.from(purpose))
      .setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new CannotUnseal(`the ${purpose} was sealed with another [encryption] key`, { cause });
  }
}
