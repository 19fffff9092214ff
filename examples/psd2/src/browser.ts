import { Agent, request } from 'node:https';

/** What a page has for a person to fill in, or to press. */
type Form = {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly buttons: readonly string[];
};

type Page = {
  readonly url: string;
  readonly status: number;
  readonly text: string;
  readonly forms: readonly Form[];
};

export type Person = { readonly username: string; readonly password: string };

const MOST_STEPS = 20;

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};
const read = (markup: string): string =>
  markup.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);

const attribute = (tag: string, name: string): string | undefined => {
  const found = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
  return found === undefined ? undefined : read(found);
};

function formsOf(markup: string): readonly Form[] {
  return Array.from(markup.matchAll(/<form ([^>]*)>(.*?)<\/form>/gs), ([, head = '', body = '']) => {
    const inputs = Array.from(body.matchAll(/<input ([^>]*)>/g), ([, tag = '']) => [
      attribute(tag, 'name') ?? '',
      attribute(tag, 'value') ?? '',
    ]);
    return {
      action: attribute(head, 'action') ?? '',
      fields: Object.fromEntries(inputs),
      buttons: Array.from(
        body.matchAll(/<button ([^>]*)>/g),
        ([, tag = '']) => attribute(tag, 'value') ?? '',
      ),
    };
  });
}

/** What a page says to a person, without its markup. */
const textOf = (markup: string): readonly string[] =>
  read(markup.replaceAll(/<(style|script|head)\b.*?<\/\1>/gs, '').replaceAll(/<[^>]+>/g, '\n'))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/**
 * A person at a browser without script: signs in, reads what is asked, and allows it. It keeps the cookies of the bank
 * alone, and ends at the page that the third party shows.
 * @param trusted PEM
 * @param seen told what the bank's page asks of the person
 * @throws Error with the page, when there is nothing a person could do
 */
export async function consentAt(
  address: URL,
  person: Person,
  trusted: readonly string[],
  seen: (lines: readonly string[]) => void,
): Promise<void> {
  const agent = new Agent({ ca: [...trusted], keepAlive: true });
  const cookies = new Map<string, string>();

  const open = (url: string, form?: URLSearchParams): Promise<{ page: Page; location: string | undefined }> =>
    new Promise((resolve, reject) => {
      const isBank = new URL(url).origin === address.origin;
      const cookie = Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ');
      const headers = {
        accept: 'text/html',
        'accept-language': 'en',
        ...(isBank && cookie !== '' && { cookie }),
        ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
      };
      const outgoing = request(url, { agent, method: form ? 'POST' : 'GET', headers }, (response) => {
        for (const line of isBank ? (response.headers['set-cookie'] ?? []) : []) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
          cookies.set(name, value);
        }
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => {
          const { location } = response.headers;
          const page = { url, status: response.statusCode ?? 0, text, forms: formsOf(text) };
          resolve({ page, location: location === undefined ? undefined : new URL(location, url).href });
        });
      });
      outgoing.on('error', reject);
      outgoing.end(form?.toString());
    });

  /** What the person does on a page; undefined where there is nothing to be done. */
  const sent = ({ url, text, forms }: Page) => {
    for (const { action, fields, buttons } of forms) {
      const to = new URL(action, url).href;
      if ('username' in fields && 'password' in fields) {
        return { to, form: new URLSearchParams({ ...fields, ...person }) };
      }
      if (buttons.includes('allow')) {
        seen(textOf(text));
        return { to, form: new URLSearchParams({ ...fields, decision: 'allow' }) };
      }
    }
    return undefined;
  };

  try {
    let { page, location } = await open(address.href);
    for (let step = 0; step < MOST_STEPS; step++) {
      if (location !== undefined) {
        ({ page, location } = await open(location));
        continue;
      }
      const done = new URL(page.url).origin === address.origin ? sent(page) : undefined;
      if (done === undefined) break;
      ({ page, location } = await open(done.to, done.form));
    }
    if (page.status !== 200 || new URL(page.url).origin === address.origin) {
      throw new Error(
        `the person came to ${page.url}, HTTP ${page.status}, and can do nothing there: ${textOf(page.text).join(' / ')}`,
      );
    }
  } finally {
    agent.destroy();
  }
}
