import { visible } from '../../event/printable.ts';
import { ownMember } from '../../own-member.ts';

/** Markup that is safe to send: made by {@link html} alone. */
export class Html {
  readonly #markup: string;

  private constructor(markup: string) {
    this.#markup = markup;
  }

  /** Joins the literal parts of a template with escaped values. */
  static fromTemplate(parts: TemplateStringsArray, values: readonly HtmlValue[]): Html {
    const markup = parts.reduce((before, part, index) => before + Html.#markupOf(values[index - 1]) + part);
    return new Html(markup);
  }

  static #markupOf(value: HtmlValue): string {
    if (value === undefined || value === false) return '';
    if (value instanceof Html) return value.#markup;
    if (Array.isArray(value)) return value.map((item) => Html.#markupOf(item)).join('');
    return escaped(visible(String(value)));
  }

  /** See {@link verbatim}. */
  static ofText(text: string): Html {
    return new Html(escaped(text));
  }

  toString(): string {
    return this.#markup;
  }
}

/** What may stand in a template; `undefined` and `false` are nothing. */
export type HtmlValue = string | number | Html | undefined | false | readonly HtmlValue[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => ownMember(ESCAPES, character) ?? '');

/**
 * Markup from a template. Every value is escaped unless it is itself markup, so that what people and clients call
 * themselves stays text, and characters that nobody would see are written out. Values of attributes must stand in
 * quotes.
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return Html.fromTemplate(parts, values);
}

/** Text that comes back exactly as it is and is not shown: the value of a hidden field. */
export const verbatim = (text: string): Html => Html.ofText(text);

/**
 * A link that a client registered, if a browser may follow it.
 * @returns undefined for everything but http and https, so that a link never runs a script
 */
export function webLink(uri: string | undefined): string | undefined {
  const url = uri === undefined ? null : URL.parse(uri);
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : undefined;
}
