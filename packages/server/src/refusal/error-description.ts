import { ownMember } from '../own-member.ts';

/** What `error_description` may have (RFC 6749 §5.2), which leaves out the quotation mark and the backslash. */
const ALLOWED = /^[\x20\x21\x23-\x5B\x5D-\x7E]*$/;

/** What stands for a character that it may not have. */
const WRITTEN: Readonly<Record<string, string>> = {
  '"': "'",
  '“': "'",
  '”': "'",
  '„': "'",
  '‘': "'",
  '’': "'",
  '\\': '/',
  '–': '-',
  '—': '-',
  '§': 'section ',
};

/**
 * A text as an `error_description` may be: in the characters of RFC 6749 §5.2 and RFC 6750 §3 alone. Letters lose their
 * marks, and what is in no way ASCII becomes a question mark.
 */
export function errorDescription(text: string): string {
  if (ALLOWED.test(text)) return text;
  const plain = text.normalize('NFKD').replaceAll(/\p{M}/gu, '');
  return Array.from(plain, (character) => {
    if (ALLOWED.test(character)) return character;
    return ownMember(WRITTEN, character) ?? (/\s/.test(character) ? ' ' : '?');
  }).join('');
}
