/** A certificate's thumbprint as it was meant, or what is wrong with it. */
export type MeantThumbprint =
  | { readonly readable: true; readonly thumbprint: string }
  | { readonly readable: false; readonly problem: string };

const SHA256_BYTES = 32;
const SHA1_BYTES = 20;

function bytesOf(written: string): Buffer | undefined {
  const packed = written.replace(/\s+/g, '');
  const hex = packed.replaceAll(':', '').replace(/^0x/i, '');
  // 64 hexadecimal digits are 48 bytes as base64url, so that nothing is both.
  if (/^[0-9a-f]{64}$/i.test(hex) || /^[0-9a-f]{40}$/i.test(hex)) return Buffer.from(hex, 'hex');
  const base64url = packed.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_');
  if (!/^[A-Za-z0-9_-]+$/.test(base64url)) return undefined;
  const bytes = Buffer.from(base64url, 'base64url');
  // A last character with bits that stand for nothing would be another writing of the same bytes.
  return bytes.toString('base64url') === base64url ? bytes : undefined;
}

/**
 * Reads `x5t#S256` (RFC 7517 §4.9), base64url of 32 bytes, and the other writings that are met with: padded, standard
 * base64, hexadecimal, and base64url of the hexadecimal text. Each has another length, so that none is ambiguous.
 * @returns the thumbprint as RFC 8705 §3.1 writes it
 */
export function thumbprintMeant(written: unknown): MeantThumbprint {
  if (typeof written !== 'string' || written.length > 500) {
    return { readable: false, problem: 'is no text of a thumbprint' };
  }
  const outer = bytesOf(written);
  const inner =
    outer !== undefined && outer.length > SHA256_BYTES ? bytesOf(outer.toString('latin1')) : undefined;
  const bytes = inner?.length === SHA256_BYTES ? inner : outer;
  if (bytes === undefined) {
    return { readable: false, problem: 'is not base64url of the SHA-256 of a certificate (RFC 7517 §4.9)' };
  }
  if (bytes.length !== SHA256_BYTES) {
    const sha1 = bytes.length === SHA1_BYTES ? '; 20 are a SHA-1, which belongs into x5t' : '';
    return { readable: false, problem: `has ${bytes.length} bytes where SHA-256 has 32${sha1}` };
  }
  return { readable: true, thumbprint: bytes.toString('base64url') };
}
