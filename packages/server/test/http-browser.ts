import type { Identity } from './client-identity.ts';
import { type Answer, call } from './token-client.ts';

/** A form as it stands on a page. */
export type HtmlForm = {
  readonly action: string;
  /** Names and values of every field that would be sent without a button. */
  readonly fields: Readonly<Record<string, string>>;
  readonly buttons: readonly { readonly name: string; readonly value: string; readonly text: string }[];
};

export type HtmlPage = Answer & {
  readonly url: string;
  readonly forms: readonly HtmlForm[];
};

/** A browser without JavaScript: keeps cookies, reads forms, follows redirects when asked to. */
export type HttpBrowser = {
  /** Follows no redirect. */
  get(url: string, headers?: Readonly<Record<string, string>>): Promise<HtmlPage>;
  /** Fills in a form and sends it, as the page at `page.url` would. */
  submit(
    page: HtmlPage,
    fields?: Readonly<Record<string, string | undefined>>,
    options?: {
      readonly form?: number;
      readonly button?: string;
      readonly headers?: Readonly<Record<string, string>>;
    },
  ): Promise<HtmlPage>;
  /** Goes on from a redirect until there is a page, or an address outside of `issuer`. */
  follow(page: HtmlPage, issuer: string): Promise<HtmlPage>;
  readonly cookies: Map<string, string>;
};

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/** What a browser makes of escaped text. */
export const unescaped = (text: string): string =>
  text.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);

function attributesOf(tag: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Array.from(tag.matchAll(/([a-z-]+)(?:="([^"]*)")?/g), ([, name = '', value = '']) => [
      name,
      unescaped(value),
    ]),
  );
}

function formsOf(markup: string): readonly HtmlForm[] {
  return Array.from(markup.matchAll(/<form ([^>]*)>(.*?)<\/form>/gs), ([, head = '', body = '']) => {
    const inputs = Array.from(body.matchAll(/<input ([^>]*)>/g), ([, tag = '']) => attributesOf(tag));
    return {
      action: attributesOf(head).action ?? '',
      fields: Object.fromEntries(
        inputs
          .filter((input) => input.name !== undefined && (input.type !== 'checkbox' || 'checked' in input))
          .map((input) => [input.name ?? '', input.value ?? '']),
      ),
      buttons: Array.from(body.matchAll(/<button ([^>]*)>(.*?)<\/button>/gs), ([, tag = '', text = '']) => {
        const { name = '', value = '' } = attributesOf(tag);
        return { name, value, text: unescaped(text) };
      }),
    };
  });
}

/** @param identity the certificate the browser presents wherever it is asked for one */
export function createHttpBrowser(
  options: { readonly identity?: Identity; readonly language?: string } = {},
): HttpBrowser {
  const cookies = new Map<string, string>();
  const { identity, language } = options;

  const send = async (
    url: string,
    body: string | undefined,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<HtmlPage> => {
    const cookie = Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ');
    const answer = await call(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0',
        ...(language !== undefined && { 'accept-language': language }),
        ...(cookie !== '' && { cookie }),
        ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...headers,
      },
      ...(body !== undefined && { body }),
      ...(identity && { certificate: identity }),
    });
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
      const [pair = '', ...attributes] = line.split('; ');
      const at = pair.indexOf('=');
      if (attributes.includes('Max-Age=0')) cookies.delete(pair.slice(0, at));
      else cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return { ...answer, url, forms: formsOf(answer.text) };
  };

  const locationOf = (page: HtmlPage): string | undefined => {
    const { location } = page.headers;
    return typeof location === 'string' ? new URL(location, page.url).href : undefined;
  };

  return {
    cookies,
    get: (url, headers) => send(url, undefined, headers),
    submit(page, fields = {}, { form: index = 0, button, headers } = {}) {
      const form = page.forms[index];
      if (!form) throw new Error(`no form ${index} on ${page.url}: ${page.status} ${page.text}`);
      const values = new URLSearchParams(form.fields);
      for (const [name, value] of Object.entries(fields)) {
        if (value === undefined) values.delete(name);
        else values.set(name, value);
      }
      if (button !== undefined) {
        const pressed = form.buttons.find(({ text }) => text === button);
        if (!pressed) throw new Error(`no button ${button} on ${page.url}: ${page.text}`);
        if (pressed.name !== '') values.set(pressed.name, pressed.value);
      }
      return send(new URL(form.action, page.url).href, values.toString(), headers);
    },
    async follow(page, issuer) {
      let here = page;
      for (let steps = 0; steps < 10; steps++) {
        const location = locationOf(here);
        if (location === undefined || !location.startsWith(`${issuer}/`)) return here;
        here = await send(location, undefined);
      }
      throw new Error(`redirected in circles: ${here.url}`);
    },
  };
}
