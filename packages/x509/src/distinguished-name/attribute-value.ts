import { characterString, type DerElement, DerReader, MalformedDer } from '../der.ts';

/**
 * The value of one attribute: text, whatever string type carried it, or the DER of a value that is no text.
 */
export type AttributeValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'der'; readonly der: Uint8Array };

export const textValue = (text: string): AttributeValue => ({ kind: 'text', text });

export function valueFromElement(element: DerElement): AttributeValue {
  const text = characterString(element);
  return text === undefined ? { kind: 'der', der: element.bytes } : textValue(text);
}

/** The value that RFC 4514's `#` form holds; undefined unless the bytes are one DER element. */
export function valueFromDer(der: Uint8Array): AttributeValue | undefined {
  const reader = new DerReader(der, 'value');
  try {
    const element = reader.any();
    reader.end();
    return valueFromElement(element);
  } catch (error) {
    if (error instanceof MalformedDer) return undefined;
    throw error;
  }
}

/** White space of RFC 4518 §2.2, mapped to a space; beside it the separators of §2.2's last paragraph. */
const WHITE_SPACE = /[\t\n\v\f\r\u0085\p{Z}]+/gu;
/**
 * RFC 4518 §2.2 maps what is never seen to nothing. It does so to control characters too, which are kept here: `adm\0in`
 * must never equal `admin`.
 */
const MAPPED_TO_NOTHING = /[\p{Default_Ignorable_Code_Point}\ufffc]/gu;

const DOTLESS_I = 'ı';

/**
 * A string that is equal for two values exactly when they match under caseIgnoreMatch (RFC 4517 §4.2.11,
 * RFC 4518): compatibility-normalised, case-folded, spaces folded and trimmed. Values that are not text
 * match by their DER.
 */
export function matchingForm(value: AttributeValue): string {
  if (value.kind === 'der') return `#${Buffer.from(value.der).toString('hex')}`;
  const folded = value.text
    .replace(MAPPED_TO_NOTHING, '')
    .normalize('NFKC')
    // The one letter that would meet another there and does not in the tables of RFC 3454 B.2.
    .split(DOTLESS_I)
    // Upper first, so that letters with several lower or final forms (ß, ς) meet in one.
    .map((part) => part.toUpperCase().toLowerCase())
    .join(DOTLESS_I)
    .normalize('NFKC');
  return `=${folded.replace(WHITE_SPACE, ' ').replace(/^ | $/g, '')}`;
}
