import { StringDecoder } from 'node:string_decoder';

/**
 * Puts chunks of UTF-8 together to lines.
 * @param longest characters of a line that are kept; the rest of it is left out
 * @param onLine given the line, and whether it is whole
 */
export function createLineReader(
  longest: number,
  onLine: (line: string, whole: boolean) => void,
): (chunk: Buffer) => void {
  const decoder = new StringDecoder('utf8');
  let begun: string[] = [];
  let length = 0;
  const add = (part: string) => {
    if (length < longest && part !== '') begun.push(part.slice(0, longest - length));
    length += part.length;
  };
  return (chunk) => {
    const [first = '', ...rest] = decoder.write(chunk).split('\n');
    add(first);
    for (const next of rest) {
      const [line, whole] = [begun.join(''), length <= longest];
      begun = [];
      length = 0;
      onLine(line, whole);
      add(next);
    }
  };
}
