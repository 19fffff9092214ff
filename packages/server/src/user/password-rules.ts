import { ownMember } from '../own-member.ts';
import { commonPasswords } from './common-passwords.ts';
import { checkSize, UnacceptablePassword } from './password.ts';

/** What a new password is held against (NIST SP 800-63B-4 §3.1.1.2). */
export type PasswordRules = {
  /** The fewest characters. */
  readonly least: number;
  /** What somebody who guesses thinks of here first: the names of this server. */
  readonly names: readonly string[];
};

/** Fewer letters than this say nothing about what a password is made of. */
const SHORTEST_WORD = 4;
/** A password that repeats so little is that little. */
const SHORTEST_UNIT = 5;
const FEWEST_DIFFERENT = 5;

const KEYBOARD_ROWS = [
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
];
const KEYBOARDS = KEYBOARD_ROWS.flatMap((rows) => [rows, [...rows].reverse().join('')]);

const fold = (text: string): string => text.normalize('NFKC').toLowerCase();

/** What is repeated when the text is nothing else, otherwise the text. */
const unitOf = (text: string): string => /^(.+?)\1+$/su.exec(text)?.[1] ?? text;

/** Whether each character follows the one before in the alphabet or among the digits, or repeats it, in one direction. */
function isRun(text: string): boolean {
  const codes = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, index) => {
    const before = codes[index] ?? 0;
    const wrapped = Math.abs(code - before) === 9 && /^[09]+$/.test(String.fromCodePoint(code, before));
    return wrapped ? Math.sign(before - code) : code - before;
  });
  return steps.every((step) => step === 0 || step === 1) || steps.every((step) => step === 0 || step === -1);
}

const isPlain = (text: string): boolean =>
  new Set(text).size < FEWEST_DIFFERENT ||
  unitOf(text).length < SHORTEST_UNIT ||
  isRun(text) ||
  KEYBOARDS.some((keys) => keys.includes(text));

/** Letters and digits that are plain each for themselves stay so when they alternate. */
const isPlainThroughout = (folded: string): boolean =>
  isPlain(folded) ||
  [folded.replace(/\P{L}+/gu, ''), folded.replace(/\P{N}+/gu, '')].every(
    (part) => part.length >= SHORTEST_WORD && isPlain(part),
  );

const withoutSurroundings = (text: string): string => text.replace(/^\P{L}+|\P{L}+$/gu, '');

/** The letters that signs stand for, as in `P@ssw0rd`. */
const LETTERS: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '1': 'i',
  '0': 'o',
  $: 's',
  '5': 's',
};
const asLetters = (text: string): string =>
  text.replace(/[@4310$5]/g, (sign) => ownMember(LETTERS, sign) ?? sign);

/**
 * What a text says to somebody who guesses: `whole` the text, also without any signs, and what it repeats; `core` that
 * without digits and signs around it.
 */
function formsOf(folded: string): { readonly whole: readonly string[]; readonly core: readonly string[] } {
  const units = [folded, folded.replace(/[^\p{L}\p{N}]+/gu, '')].map(unitOf);
  const bare = units.map(withoutSurroundings).map(unitOf);
  const core = [...bare, ...bare.map(asLetters)];
  return { whole: [folded, ...units], core: core.filter((form) => form.length >= SHORTEST_WORD) };
}

/** The words of some names: each whole, without signs, and its parts, as of an address or a host name. */
function wordsOf(names: readonly string[]): ReadonlySet<string> {
  const words = names.map(fold).flatMap((name) => {
    const parts = name.split(/[^\p{L}\p{N}]+/u);
    return [name, parts.join(''), ...parts];
  });
  return new Set(words.filter((word) => word.length >= SHORTEST_WORD));
}

/**
 * Checks a new password: long enough, of characters that can be typed, and not among the first that somebody who guesses
 * tries: one found in breaches, a name of the person or of this server, a row of neighbours, one of these repeated, or a
 * name or one of the very commonest with digits and signs around it. What kinds of characters it has does not matter.
 * @param username of whom it is to be
 * @throws UnacceptablePassword
 */
export async function checkNewPassword(
  password: string,
  username: string,
  { least, names }: PasswordRules,
): Promise<void> {
  checkSize(password);
  if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(password)) {
    throw new UnacceptablePassword(
      'unprintable',
      'the password holds a control character or line break; use characters that can be typed and seen',
    );
  }
  const length = [...password.normalize('NFC')].length;
  if (length < least) {
    throw new UnacceptablePassword(
      'short',
      `the password has ${length} ${length === 1 ? 'character' : 'characters'}; use at least ${least}, for example a few words that do not belong together`,
    );
  }
  const folded = fold(password);
  const { whole, core } = formsOf(folded);
  const known = wordsOf([...names, username]);
  if ([...whole, ...core].some((form) => known.has(form))) {
    throw new UnacceptablePassword(
      'named',
      'the password is the username or a name of this server, with little around it; use something that has nothing to do with them',
    );
  }
  const { all, commonest } = await commonPasswords();
  const isCommon = whole.some((form) => all.has(form)) || core.some((form) => commonest.has(form));
  if (isCommon || isPlainThroughout(folded)) {
    throw new UnacceptablePassword(
      'common',
      'the password is among the first that somebody would guess: common, repeated, or keys in a row; use something of your own, for example a few words that do not belong together',
    );
  }
}
