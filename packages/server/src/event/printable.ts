/** Control characters but the line feed, and what turns the direction of writing round. */
const UNPRINTABLE = /(?!\n)[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

const escaped = (character: string): string =>
  `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;

/**
 * Text for a terminal or a log, several lines of it perhaps: what would move the cursor, colour the screen or reorder the
 * line is written as its JSON escape, so that names and requests of strangers show and do nothing.
 */
export const printable = (text: string): string => text.replaceAll(UNPRINTABLE, escaped);

/** As {@link printable}, for what stands within one line. */
export const printableLine = (text: string): string => printable(text).replaceAll('\n', '\\n');
