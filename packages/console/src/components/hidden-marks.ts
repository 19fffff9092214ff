/** Marks that turn the direction of writing (Unicode UAX #9 §2), and those that take no room. */
const HIDDEN = /[\u00AD\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF]/g;

/** The invisible marks in a text, each once, as code points; empty where there is none. */
export function hiddenMarks(text: string): readonly string[] {
  const found = text.match(HIDDEN) ?? [];
  return [...new Set(found)].map(
    (mark) => `U+${(mark.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
}
