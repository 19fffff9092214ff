import { attributeTypeOf } from './attribute-type.ts';
import { textValue } from './attribute-value.ts';
import type { AttributeTypeAndValue, RelativeDistinguishedName } from './text.ts';
import { endsInWord, STRING_TYPE, ValueText } from './value-text.ts';

/** What the backslashes of a text are. */
export type Backslashes = 'escapes' | 'themselves';

type Attribute = {
  readonly type: string;
  readonly sign: string;
  readonly start: number;
  readonly value: number;
};

/** Which signs begin an attribute when a known type follows: any, or semicolons alone as curl writes them. */
export type Signs = 'any' | 'semicolons';

/** Every known attribute type and `=` that is not part of a word, with the sign before it. */
function attributesIn(text: string, signs: Signs): Attribute[] {
  return Array.from(text.matchAll(/([A-Za-z0-9.-]{1,128})\s*=\s*/g)).flatMap((found) => {
    const type = attributeTypeOf(found[1] ?? '');
    const before = text.slice(0, found.index);
    if (type === undefined || endsInWord(before) || before.trimEnd().at(-2) === '\\') return [];
    const sign = before.trimEnd().at(-1) ?? '';
    if (signs === 'semicolons' && !';+'.includes(sign)) return [];
    return [{ type, sign, start: found.index, value: found.index + found[0].length }];
  });
}

function unescaped(written: string): string {
  const value = new ValueText(/\\U[0-9A-F]{4}|\\W[0-9A-F]{8}/.test(written));
  const read = (into: ValueText) => {
    for (const [piece] of written.matchAll(
      /\\x?[0-9A-Fa-f]{2}|\\U[0-9A-Fa-f]{4}|\\W[0-9A-Fa-f]{8}|\\[^0-9A-Za-z]|[\s\S]/gu,
    )) {
      const hex = /[0-9A-Fa-f]+$/.exec(piece)?.[0] ?? '';
      const point = Number.parseInt(hex, 16);
      if (/^\\x?[0-9A-Fa-f]{2}$/.test(piece)) into.addByte(point);
      else if (/^\\[UW]./.test(piece) && point <= 0x10ffff) into.addEscaped(String.fromCodePoint(point));
      else if (/^\\./u.test(piece)) into.addEscaped(piece.slice(1));
      else into.addPlain(piece);
    }
    return into.end().text;
  };
  const text = read(value);
  return value.isUtf8 ? text : read(new ValueText(true));
}

function likelyValue(written: string, backslashes: Backslashes): string {
  const bare = written
    .replace(/\\\s*$/, '')
    .trim()
    .replace(/(?<!\\)[,;/+|&]$/, '')
    .trim();
  const quoted = /^"(.*)"$/s.exec(bare)?.[1]?.replaceAll('""', '"') ?? bare.replace(/^"|(?<!\\)"$/g, '');
  const value = backslashes === 'escapes' ? unescaped(quoted) : quoted;
  return value
    .replace(STRING_TYPE, '')
    .replace(/^:|\s*[\n\r\v\f\u0085\u2028\u2029]\s*/g, ' ')
    .trim();
}

/**
 * The name that a text says when every known attribute type in it begins an attribute, and everything else belongs to
 * a value: what is most likely meant by a text that cannot be read, or only as something else.
 * @returns the RDNs in the order written; none when no attribute is found
 */
export function likelyName(
  text: string,
  backslashes: Backslashes,
  signs: Signs,
): readonly RelativeDistinguishedName[] {
  const unfolded =
    backslashes === 'escapes' ? text.replaceAll(/(?:\\r)?\\n(?=\s*[A-Za-z0-9.]+\s*=)/g, '\n') : text;
  const found = attributesIn(unfolded, signs);
  const rdns: AttributeTypeAndValue[][] = [];
  for (const [index, { type, sign, value }] of found.entries()) {
    const end = found[index + 1]?.start ?? unfolded.length;
    const read = likelyValue(unfolded.slice(value, end), backslashes);
    if (read === '') continue;
    const attribute = { type, value: textValue(read) };
    const last = rdns.at(-1);
    if (sign === '+' && last) last.push(attribute);
    else rdns.push([attribute]);
  }
  return rdns;
}
