/** The text that bytes stand for: by its byte order mark, UTF-16 without one by its zero octets, else UTF-8. */
export function textOf(bytes: Uint8Array): string {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (second === 0 && first !== 0 && first !== undefined) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0 && second !== 0 && third === 0) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder('utf-8').decode(bytes);
}
