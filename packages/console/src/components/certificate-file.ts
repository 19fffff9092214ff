import { text } from '../words/words.tsx';
import { holdsPrivateKey, privateFile } from './private-key.ts';

const MOST_BYTES = 400_000;

const base64Of = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));

/** Text of a file as it stands, or base64 of one that is no UTF-8 text: DER, PKCS#7, a key store, UTF-16. */
export async function textOfFile(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? base64Of(bytes) : text;
  } catch {
    return base64Of(bytes);
  }
}

/**
 * As {@link textOfFile}, of what must hold no private key.
 * @throws Error, in the words of the console, when it holds a private key or may
 */
export async function textWithoutKey(file: File): Promise<string> {
  const content = await textOfFile(file);
  const kind = holdsPrivateKey(content)
    ? 'private key'
    : privateFile(new Uint8Array(await file.arrayBuffer()));
  if (kind === undefined) return content;
  throw new Error(text(kind === 'key store' ? 'guard.keystore' : 'guard.keyfile', { file: file.name }));
}

/**
 * As {@link textWithoutKey}, of what is to be a certificate.
 * @throws Error, in the words of the console, when it is too large for one, too
 */
export async function textOfCertificateFile(file: File): Promise<string> {
  if (file.size > MOST_BYTES) throw new Error(text('component.filelarge', { file: file.name }));
  return textWithoutKey(file);
}
