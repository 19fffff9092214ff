import { derUtf8String } from '../der-encoding.ts';
import { keywordOf } from './attribute-type.ts';
import type { AttributeTypeAndValue } from './text.ts';
import { lookalikesIn, STRING_TYPE } from './value-text.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const hexPairs = (character: string): string => hex(Buffer.from(character, 'utf8')).replace(/../g, '\\$&');

const MUST_BE_ESCAPED = /["+,;<>\\]|^[ #]| $/g;
const PRINTED_IN_HEXADECIMAL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffd]/gu;

/** What must not be taken for another attribute, nor for openssl's string type, has that sign escaped too. */
function printValue(text: string): string {
  const plain = text
    .replace(MUST_BE_ESCAPED, '\uffff')
    .replace(PRINTED_IN_HEXADECIMAL, (character) => '\uffff'.repeat(character.length));
  const signs = new Map(lookalikesIn(plain).map(({ equals }) => [equals, '\\=']));
  const stringType = STRING_TYPE.exec(plain)?.[0];
  if (stringType !== undefined) signs.set(stringType.length, '\\3a');
  let printed = '';
  let at = 0;
  for (const character of text) {
    printed +=
      signs.get(at) ??
      (plain[at] !== '\uffff' || character === '\uffff'
        ? character
        : /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffd]/u.test(character)
          ? hexPairs(character)
          : `\\${character}`);
    at += character.length;
  }
  return printed;
}

/** `CN=client`, escaped by RFC 4514 §2.4; types without a keyword with the value's DER in hexadecimal. */
export function printAttribute({ type, value }: AttributeTypeAndValue): string {
  if (value.kind === 'der') return `${keywordOf(type) ?? type}=#${hex(value.der)}`;
  const keyword = keywordOf(type);
  return keyword === undefined
    ? `${type}=#${hex(derUtf8String(value.text))}`
    : `${keyword}=${printValue(value.text)}`;
}
