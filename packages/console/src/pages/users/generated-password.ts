/** No letter can be taken for a digit or for another letter. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789AB';

/** A password of 120 random bits, in groups that can be read out: as `countersign user set-password` makes them. */
export function generatedPassword(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  const characters = Array.from(bytes, (byte) => ALPHABET[byte & 31] ?? '');
  return characters.join('').match(/.{6}/g)?.join('-') ?? '';
}
