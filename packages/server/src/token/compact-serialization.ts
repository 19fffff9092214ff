/** The longest JWS or JWE read, in characters. */
export const LONGEST_COMPACT = 65_536;

/**
 * Whether `text` is so many parts of base64url as an encoder writes it: decoders forgive spaces, padding and stray bits,
 * which would give one JWS many texts (RFC 7515 §2).
 * @param parts three of a JWS (RFC 7515 §7.1), five of a JWE (RFC 7516 §7.1)
 */
export function isCompact(text: string, parts: 3 | 5): boolean {
  const found = text.split('.');
  return (
    found.length === parts &&
    found.every((part) => Buffer.from(part, 'base64url').toString('base64url') === part)
  );
}
