import { text } from '../words/words.tsx';

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

/** As {@link textOfFile}. @throws Error when it is too large to be a certificate */
export async function textOfCertificateFile(file: File): Promise<string> {
  if (file.size > MOST_BYTES) throw new Error(text('component.filelarge', { file: file.name }));
  return textOfFile(file);
}
