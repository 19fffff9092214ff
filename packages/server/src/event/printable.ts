/** Control characters but the line feed, and what turns the direction of writing round. */
const UNPRINTABLE = /(?!\n)[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/**
 * What a person does not see: controls, unassigned and private characters, marks of direction, joiners and other
 * characters of no width, tags, variation selectors, fillers and the empty Braille cell. With them one name looks like
 * another, or like something else altogether.
 */
const INVISIBLE =
  /[\p{C}\p{Default_Ignorable_Code_Point}\p{Variation_Selector}\p{Bidi_Control}\p{Zl}\p{Zp}\u2800]/u;
const INVISIBLE_BUT_LINES = new RegExp(`(?!\n)${INVISIBLE.source}`, 'gu');

/** As JSON writes it: by UTF-16 code unit. */
const escaped = (character: string): string =>
  character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');

/**
 * Text for a terminal or a log, several lines of it perhaps: what would move the cursor, colour the screen or reorder the
 * line is written as its JSON escape, so that names and requests of strangers show and do nothing.
 */
export const printable = (text: string): string => text.replaceAll(UNPRINTABLE, escaped);

/** As {@link printable}, for what stands within one line. */
export const printableLine = (text: string): string => printable(text).replaceAll('\n', '\\n');

/** Whether a person sees every character of the text: asked of what people and clients are called. */
export const isVisible = (text: string): boolean => !INVISIBLE.test(text);

/** Text for a page, line feeds kept: every character a person would not see is written as its JSON escape. */
export const visible = (text: string): string => text.replaceAll(INVISIBLE_BUT_LINES, escaped);
