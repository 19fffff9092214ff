import { Fragment, type ReactNode } from 'react';
import { BASE_PATH } from '../navigation/base.ts';
import type { Catalogue, MessageName } from './en/en.ts';
import type { Message } from './message.ts';

/** The languages of the console, each by its own name. */
export const LANGUAGES = { en: 'English', de: 'Deutsch', pt: 'Português' } as const;
export type LanguageTag = keyof typeof LANGUAGES;

type Values = Readonly<Record<string, string | number>>;

/** The choice as the server keeps it, for its own pages and the console alike. */
const CHOICE = /(?:^|; )__Host-countersign-language=([a-z]+)/;
const PLACEHOLDER = /\{([a-z]+)\}/;

/** Loaded before anything asks for a text: see `main.tsx`. */
let catalogue: Catalogue;
let chosen: LanguageTag = 'en';
let plurals = new Intl.PluralRules('en');
let numbers = new Intl.NumberFormat('en-GB');
let shortNumbers = new Intl.NumberFormat('en-GB', { notation: 'compact' });
let lists = new Intl.ListFormat('en-GB');

const isLanguage = (tag: string | null | undefined): tag is LanguageTag =>
  typeof tag === 'string' && Object.hasOwn(LANGUAGES, tag);

const loaded = async (tag: LanguageTag): Promise<Catalogue> => {
  switch (tag) {
    case 'de':
      return (await import('./de/de.ts')).de;
    case 'pt':
      return (await import('./pt/pt.ts')).pt;
    case 'en':
      return (await import('./en/en.ts')).en;
  }
};

/** The language that was chosen, else the first of the browser's that there is, else English. */
function wantedLanguage(): LanguageTag {
  const wanted = [CHOICE.exec(document.cookie)?.[1], ...navigator.languages.map((tag) => tag.toLowerCase())];
  return wanted.map((tag) => tag?.split('-')[0]).find(isLanguage) ?? 'en';
}

/** Loads the words of the language that is wanted. Once, before anything of the console is imported that has words. */
export async function loadLanguage(): Promise<void> {
  chosen = wantedLanguage();
  catalogue = await loaded(chosen);
  plurals = new Intl.PluralRules(chosen);
  numbers = new Intl.NumberFormat(locale());
  shortNumbers = new Intl.NumberFormat(locale(), { notation: 'compact' });
  lists = new Intl.ListFormat(locale());
  document.documentElement.lang = chosen;
}

/** The language that is shown. */
export const language = (): LanguageTag => chosen;

/** The locale of formats. English is read in many countries: the day before the month, as most of them have it. */
export const locale = (): string => (chosen === 'en' ? 'en-GB' : chosen);

/**
 * Shows the console and the pages of the server in another language: the server keeps the choice and leads back, the
 * console loads anew, and the session of the server lets it in.
 */
export function changeLanguage(tag: string): void {
  if (!isLanguage(tag)) return;
  const { pathname, search } = window.location;
  const at = pathname + search;
  window.location.assign(`${BASE_PATH}/oauth2/language?${new URLSearchParams({ tag, at })}`);
}

/** A number as people of the language write it. */
export const numberText = (value: number): string => numbers.format(value);

/** A number where there is little room: `12K`. */
export const shortNumberText = (value: number): string => shortNumbers.format(value);

/** Several words as an enumeration: `one, two and three`. */
export const listText = (words: Iterable<string>): string => lists.format(words);

const templateOf = (message: Message, { count }: Readonly<Record<string, unknown>>): string =>
  typeof message === 'string' ? message : (message[plurals.select(Number(count ?? 0))] ?? message.other);

/**
 * A text with its `{names}` filled in; numbers as people of the language write them.
 * @param values where the message has forms of the plural, `count` says which
 */
export const text = (name: MessageName, values: Values = {}): string =>
  templateOf(catalogue[name], values).replaceAll(new RegExp(PLACEHOLDER, 'g'), (_all, key: string) => {
    const value = values[key];
    return typeof value === 'number' ? numberText(value) : (value ?? '');
  });

const isName = (name: string): name is MessageName => Object.hasOwn(catalogue, name);

/** As `text`, of a name made of what the server gave; undefined where there is no such text. */
export const knownText = (name: string, values: Values = {}): string | undefined =>
  isName(name) ? text(name, values) : undefined;

/** As `text`, where a value may be an element, such as a link. */
export const rich = (name: MessageName, values: Readonly<Record<string, ReactNode>>): ReactNode =>
  templateOf(catalogue[name], values)
    .split(PLACEHOLDER)
    .map((part, index) => {
      const value = index % 2 === 0 ? part : values[part];
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text never change places
      return <Fragment key={index}>{typeof value === 'number' ? numberText(value) : value}</Fragment>;
    });
