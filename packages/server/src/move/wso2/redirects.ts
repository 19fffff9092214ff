import { isPlainHttpRedirectUri, redirectUriProblem } from '../../client/redirect-uri.ts';
import type { ClientAnswer, Outcome } from '../source.ts';

/** As many as a client may register. */
const MOST_URIS = 100;

/** Characters of a regular expression that stand for more than themselves; the dot is judged on its own. */
const META = '\\^$.|?*+()[]{}';

/**
 * The texts that a regular expression of Java stands for, where it is made of fixed texts, groups and alternatives alone:
 * `https://a\.example/(one|two)`. A dot that is not escaped is taken for the dot of a host name, which is how WSO2's own
 * console writes several addresses.
 * @returns undefined where it stands for more, or for too many to be named
 */
export function fixedTexts(pattern: string): readonly string[] | undefined {
  let at = 0;
  /** Alternatives up to the end or a closing bracket. @throws RangeError where it is no fixed text */
  const alternatives = (depth: number): string[] => {
    if (depth > 20) throw new RangeError('nests too deep');
    const found: string[] = [];
    let prefixes = [''];
    for (; at < pattern.length; at++) {
      const character = pattern[at] ?? '';
      if (character === ')') break;
      if (character === '|') {
        found.push(...prefixes);
        prefixes = [''];
        continue;
      }
      prefixes = joined(prefixes, piece(character, depth));
    }
    return [...found, ...prefixes];
  };
  const piece = (character: string, depth: number): string[] => {
    const next = pattern[at + 1] ?? '';
    if (character === '\\') {
      if (!/^[^A-Za-z0-9]$/.test(next)) throw new RangeError('a class of characters');
      at++;
      refuseQuantifier();
      return [next];
    }
    if (character === '(') {
      at += pattern.startsWith('(?:', at) ? 3 : 1;
      const group = alternatives(depth + 1);
      if (pattern[at] !== ')') throw new RangeError('a group without an end');
      refuseQuantifier();
      return group;
    }
    if (character === '^' && at === 0) return [''];
    if (character === '$' && at === pattern.length - 1) return [''];
    if (character !== '.' && META.includes(character)) throw new RangeError('stands for more than itself');
    refuseQuantifier();
    return [character];
  };
  const refuseQuantifier = () => {
    if (/[?*+{]/.test(pattern[at + 1] ?? '')) throw new RangeError('repeats');
  };
  try {
    const texts = alternatives(0);
    return at < pattern.length || texts.length > MOST_URIS ? undefined : [...new Set(texts)];
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function joined(prefixes: readonly string[], pieces: readonly string[]): string[] {
  if (prefixes.length * pieces.length > MOST_URIS) throw new RangeError('too many');
  return prefixes.flatMap((prefix) => pieces.map((each) => `${prefix}${each}`));
}

/** The redirect URIs of a client, and what became of the callback it had. */
export type Redirects = {
  readonly uris: readonly string[];
  /** Those of them that are plain http to another machine, which the operator accepted. */
  readonly plain_http: readonly string[];
  readonly outcome: Outcome;
  readonly why: string;
};

const PATTERN = 'regexp=';
const quoted = (texts: readonly string[]): string => texts.map((text) => JSON.stringify(text)).join(', ');

/** The addresses of one callback; undefined for a pattern of more than fixed ones. */
function addressesOf(callback: string): readonly string[] | undefined {
  return callback.startsWith(PATTERN) ? fixedTexts(callback.slice(PATTERN.length)) : [callback];
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
