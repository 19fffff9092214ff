import type { IncomingMessage } from 'node:http';

/** Every value of a header as received, so that repetition shows; Node.js itself keeps only one of some headers. */
export function headerLines({ rawHeaders }: IncomingMessage, name: string): readonly string[] {
  const lines: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() === name) lines.push(rawHeaders[i + 1] ?? '');
  }
  return lines;
}
