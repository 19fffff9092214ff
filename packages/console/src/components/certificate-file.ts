const MOST_BYTES = 400_000;

/** PEM text of a file that may hold DER. @throws Error when it is too large to be a certificate */
export async function pemOfFile(file: File): Promise<string> {
  if (file.size > MOST_BYTES) throw new Error(`${file.name} is too large to be a certificate.`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const text = new TextDecoder().decode(bytes);
  if (text.includes('-----BEGIN') || bytes[0] !== 0x30) return text;
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  const lines = base64.match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
