/** A heading of a page: what a link with `#` leads to. */
export type Heading = { readonly level: number; readonly text: string; readonly anchor: string };

/** The anchor of a heading, as code hosts make it. */
export const anchorOf = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Mark}\p{Number}\p{Connector_Punctuation}\- ]/gu, '')
    .replaceAll(' ', '-');

/** Markdown without its fenced blocks, where neither headings nor links stand. */
export const withoutFences = (markdown: string): string =>
  markdown.replaceAll(/^( *)(`{3,})[^\n]*\n[\s\S]*?^\1\2 *$/gm, '');

/** The headings of a page in order; of two with one text the second has `-1` at its anchor. */
export function headingsOf(markdown: string): readonly Heading[] {
  const taken = new Map<string, number>();
  return Array.from(
    withoutFences(markdown).matchAll(/^(#{1,6}) (.+?) *#*$/gm),
    ([, marks = '', written = '']) => {
      // What a reader sees: links by their text, code and emphasis without their marks, escapes undone.
      const text = written
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .replaceAll(/(?<!\\)[`*]/g, '')
        .replaceAll(/\\(.)/g, '$1');
      const plain = anchorOf(text);
      const before = taken.get(plain) ?? 0;
      taken.set(plain, before + 1);
      return { level: marks.length, text, anchor: before === 0 ? plain : `${plain}-${before}` };
    },
  );
}
