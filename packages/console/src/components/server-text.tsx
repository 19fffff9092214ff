import type { Finding } from '../api/admin-api.ts';
import { ApiError } from '../api/request.ts';
import { knownText, language, text } from '../words/words.tsx';
import { zonedTime } from './time.tsx';

/** What the server says in English: as it is, and told as English to whoever reads the page aloud in another language. */
export function ServerText({ children }: { readonly children: string }) {
  return language() === 'en' ? children : <span lang="en">{children}</span>;
}

/** Why something did not succeed: worded here where it is known, else as the server says it. */
export function ErrorText({ error }: { readonly error: unknown }) {
  const said = error instanceof Error ? error.message : String(error);
  return error instanceof ApiError && error.isWorded === false ? <ServerText>{said}</ServerText> : said;
}

/** Times are written as people of the language do. */
const TIMES: readonly string[] = ['until', 'from'];

/** A finding about a certificate, made of its code and values; as the server says it where there are no words for the code. */
export function FindingText({ finding: { code, message, values } }: { readonly finding: Finding }) {
  const filled = Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      if (TIMES.includes(name)) return [name, zonedTime(String(value))];
      return [
        name.replaceAll('_', ''),
        name === 'days' ? text('common.days', { count: Number(value) }) : value,
      ];
    }),
  );
  const worded = knownText(`finding.${code}`, filled);
  return worded ?? <ServerText>{message}</ServerText>;
}
