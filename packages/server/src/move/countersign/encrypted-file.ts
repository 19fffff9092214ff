import { ReadableStream } from 'node:stream/web';
import { Decrypter, Encrypter } from 'age-encryption';

/** Thrown where an encrypted file cannot be opened; the message says why. */
export class CannotDecrypt extends Error {
  override readonly name = 'CannotDecrypt';
}

/** As age has it: a quarter of a gibibyte of memory a guess, and a second or two. */
const WORK_FACTOR = 18;

function streamOf(octets: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  return ReadableStream.from(octets);
}

/**
 * Encrypts a stream with a password, in the format of age, which its program opens as well: scrypt, then ChaCha20-Poly1305
 * in pieces of 64 KiB, so that no more than one is held.
 * @param workFactor how much a guess at the password costs: the binary logarithm of scrypt's N
 */
export async function* encrypted(
  octets: AsyncIterable<Uint8Array>,
  password: string,
  workFactor = WORK_FACTOR,
): AsyncGenerator<Uint8Array, void> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(password);
  encrypter.setScryptWorkFactor(workFactor);
  yield* await encrypter.encrypt(streamOf(octets));
}

/**
 * Decrypts what {@link encrypted} made. Each piece is authentic before it is handed out, and a stream that is cut off fails.
 * @throws CannotDecrypt
 */
export async function* decrypted(
  octets: AsyncIterable<Uint8Array>,
  password: string,
): AsyncGenerator<Uint8Array, void> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(password);
  try {
    yield* await decrypter.decrypt(streamOf(octets));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CannotDecrypt(
      why.startsWith('no identity matched')
        ? 'the password is not the one that it was encrypted with'
        : `it is damaged or cut off: ${why}`,
      { cause },
    );
  }
}
