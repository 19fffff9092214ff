import { isPlainHttpRedirectUri, redirectUriProblem } from '../../client/redirect-uri.ts';
import { quoted } from '../finding.ts';
import { fixedTexts } from '../java-pattern.ts';
import type { ClientAnswer, Outcome } from '../source.ts';

/** The redirect URIs of a client, and what became of the callback it had. */
export type Redirects = {
  readonly uris: readonly string[];
  /** Those of them that are plain http to another machine, which the operator accepted. */
  readonly plain_http: readonly string[];
  readonly outcome: Outcome;
  readonly why: string;
};

const PATTERN = 'regexp=';

/**
 * The addresses of one callback; undefined for a pattern of more than fixed ones. A dot that is not escaped is taken for the
 * dot of a host name, which is how WSO2's own console writes several addresses.
 */
function addressesOf(callback: string): readonly string[] | undefined {
  return callback.startsWith(PATTERN) ? fixedTexts(callback.slice(PATTERN.length), 'a dot') : [callback];
}

/** Which of the addresses can be registered, which the operator has to accept, and what is wrong with the others. */
function judged(addresses: readonly string[], accepted: readonly string[]) {
  const uris: string[] = [];
  const plain_http: string[] = [];
  const toAccept: string[] = [];
  const refused: string[] = [];
  for (const uri of addresses) {
    if (isPlainHttpRedirectUri(uri)) {
      if (accepted.includes(uri)) plain_http.push(uri);
      else toAccept.push(uri);
      continue;
    }
    const problem = redirectUriProblem(uri);
    if (problem === undefined) uris.push(uri);
    else refused.push(`${JSON.stringify(uri)} ${problem}`);
  }
  return { uris, plain_http, toAccept, refused };
}

/**
 * What becomes of the callbacks of a client. A pattern of fixed addresses becomes these; one of many is refused unless the
 * operator names those in use.
 */
export function redirectsOf(callbacks: readonly string[], answer: ClientAnswer | undefined): Redirects {
  const read = callbacks.map((callback) => ({ callback, addresses: addressesOf(callback.trim()) }));
  const said = answer?.redirect_uris;
  const patterns = said ? [] : read.filter(({ addresses }) => !addresses).map(({ callback }) => callback);
  const addresses = [...new Set(said ?? read.flatMap((each) => each.addresses ?? []))];
  const { uris, plain_http, toAccept, refused } = judged(addresses, answer?.accept_redirect_uris ?? []);
  const asked = [
    ...(patterns.length > 0
      ? [
          `${quoted(patterns)} stands for many addresses; redirect URIs are compared exactly: answer with redirect_uris, those in use`,
        ]
      : []),
    ...(toAccept.length > 0
      ? [
          `${quoted(toAccept)} is plain http to a host that is not loopback, so that codes can be read on the way: have it served by https, or answer with accept_redirect_uris`,
        ]
      : []),
    ...refused,
  ];
  const taken = { uris: [...uris, ...plain_http], plain_http };
  if (asked.length > 0) return { ...taken, outcome: 'asked', why: `${asked.join('; ')}.` };
  if (said) return { ...taken, outcome: 'changed', why: `Those of the answers: ${quoted(said)}.` };
  if (plain_http.length > 0) {
    return { ...taken, outcome: 'same', why: `${quoted(plain_http)} is plain http and was accepted.` };
  }
  const expanded = callbacks.some((callback) => callback.trim().startsWith(PATTERN));
  return expanded
    ? {
        ...taken,
        outcome: 'changed',
        why: `A pattern of fixed addresses: ${quoted(uris)}; a dot stands for itself.`,
      }
    : { ...taken, outcome: 'same', why: 'Compared character by character, as there.' };
}
