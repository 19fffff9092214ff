import { type InputFile, UnreadableSource } from './source.ts';

/** Characters of one line at most. */
const LONGEST_LINE = 1_000_000;

export type TextLine = { readonly line: number; readonly text: string };

/**
 * The lines of a file in UTF-8, counted from 1; empty ones are passed over.
 * @throws UnreadableSource naming file and line
 */
export async function* textLines(file: InputFile): AsyncGenerator<TextLine> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let line = 0;
  const decode = (chunk?: Uint8Array): string => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch (cause) {
      throw new UnreadableSource(`${file.name}, line ${line + 1} or after: is not UTF-8`, { cause });
    }
  };
  const checked = (text: string): string => {
    if (text.length <= LONGEST_LINE) return text;
    throw new UnreadableSource(`${file.name}, line ${line + 1}: has more than ${LONGEST_LINE} characters`);
  };
  for await (const chunk of file.octets()) {
    const [first = '', ...more] = decode(chunk).split('\n');
    rest = checked(rest + first);
    for (const next of more) {
      line++;
      if (rest.trim() !== '') yield { line, text: rest };
      rest = next;
    }
  }
  rest = checked(rest + decode());
  if (rest.trim() !== '') yield { line: line + 1, text: rest };
}
