import { nearestTime } from '@countersign/x509';
import { ownMember } from '../../own-member.ts';
import { de } from './catalogue/de.ts';
import { type Catalogue, en, type MessageName } from './catalogue/en.ts';
import { pt } from './catalogue/pt.ts';
import { type Html, type HtmlValue, html } from './html.ts';

const CATALOGUES: readonly (readonly [tag: string, name: string, catalogue: Catalogue])[] = [
  ['en', 'English', en],
  ['de', 'Deutsch', de],
  ['pt', 'Português', pt],
];

/** The languages of the pages, as `ui_locales_supported` lists them (OIDC Discovery §3). */
export const UI_LOCALES: readonly string[] = CATALOGUES.map(([tag]) => tag);

/** The languages of the pages, each by its own name. */
export const LANGUAGE_NAMES: ReadonlyMap<string, string> = new Map(
  CATALOGUES.map(([tag, name]) => [tag, name]),
);

/** The words of one language. */
export type Language = {
  /** BCP 47, for the attribute `lang`. */
  readonly tag: string;
  /** A message with its `{names}` filled in. */
  text(name: MessageName, values?: Readonly<Record<string, string | number>>): string;
  /** As `text`, where a value may be markup. */
  markup(name: MessageName, values: Readonly<Record<string, HtmlValue>>): Html;
  /** What a scope means in words; undefined when only its name is known. */
  scope(scope: string): string | undefined;
  /** A moment, as markup that machines read too. @param time milliseconds since the epoch */
  time(time: number): Html;
};

const PLACEHOLDER = /\{([a-z]+)\}/;

/** Plain English is read in many countries: the day before the month, as most of them have it. */
const FORMATS: Readonly<Record<string, string>> = { en: 'en-GB' };

function languageOf(tag: string, catalogue: Catalogue): Language {
  // Made when it is needed: each costs a start tens of milliseconds.
  let format: Intl.DateTimeFormat | undefined;
  const scopes = new Map<string, string>(Object.entries(catalogue.scopes));
  return {
    tag,
    text: (name, values = {}) =>
      catalogue.messages[name].replaceAll(new RegExp(PLACEHOLDER, 'g'), (_all, key: string) =>
        String(values[key] ?? ''),
      ),
    markup: (name, values) =>
      html`${catalogue.messages[name]
        .split(PLACEHOLDER)
        .map((part, index) => (index % 2 === 0 ? part : values[part]))}`,
    scope: (scope) => scopes.get(scope),
    time: (time) => {
      const datetime = nearestTime(time);
      format ??= new Intl.DateTimeFormat(ownMember(FORMATS, tag) ?? tag, {
        dateStyle: 'medium',
        timeStyle: 'short',
        timeZone: 'UTC',
      });
      return html`<time datetime="${datetime}">${format.format(Date.parse(datetime))} UTC</time>`;
    },
  };
}

const LANGUAGES = new Map(CATALOGUES.map(([tag, , catalogue]) => [tag, languageOf(tag, catalogue)]));
const FALLBACK = languageOf('en', en);

/** The tags of an Accept-Language header, most wanted first (RFC 9110 §12.5.4). */
function accepted(header: string): readonly string[] {
  return header
    .slice(0, 1000)
    .split(',')
    .flatMap((item) => {
      const [tag = '', ...parameters] = item.split(';').map((part) => part.trim());
      const q = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
      return tag === '' || !(q > 0) ? [] : [{ tag, q }];
    })
    .toSorted((a, b) => b.q - a.q)
    .map(({ tag }) => tag);
}

/** Who asks for which language. */
export type LanguageWish = {
  readonly chosen?: string | undefined;
  readonly ui_locales?: string | undefined;
  readonly accept?: string | undefined;
};

/**
 * The first language asked for that there is, else English.
 * @param wanted.chosen what the person chose on a page before; it comes first
 * @param wanted.ui_locales space-separated tags, by preference (OIDC Core §3.1.2.1); they come before the browser's
 * @param wanted.accept the browser's Accept-Language
 */
export function chooseLanguage({ chosen = '', ui_locales = '', accept = '' }: LanguageWish): Language {
  const wanted = [chosen, ...ui_locales.split(' '), ...accepted(accept)];
  for (const tag of wanted) {
    const language = LANGUAGES.get(tag.toLowerCase().split('-')[0] ?? '');
    if (language) return language;
  }
  return FALLBACK;
}
