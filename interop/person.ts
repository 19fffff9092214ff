import { createHttpBrowser, type HtmlPage } from '../packages/server/test/http-browser.ts';
import type { Landing } from './place.ts';

/** Whoever signs in: a name, a password, and a browser without script. */
export type Person = { readonly username: string; readonly password: string };

const STEPS = 30;
/** What browsers say of the pages a person goes to: some applications send nobody else to the sign-in. */
const HEADERS = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

const locationOf = (page: HtmlPage): string | undefined => {
  const { location } = page.headers;
  return typeof location === 'string' ? new URL(location, page.url).href : undefined;
};

/** What a person does to a page of the server; undefined where there is nothing left to do. */
function pressed(page: HtmlPage, person: Person) {
  for (const [form, { fields, buttons }] of page.forms.entries()) {
    if ('username' in fields && 'password' in fields) return { form, fields: { ...person } };
    if (buttons.some(({ name, value }) => name === 'decision' && value === 'allow')) {
      return { form, fields: { decision: 'allow' } };
    }
  }
  return undefined;
}

/** An application's own button that leads to the sign-in: the only form of its page, with nothing to fill in. */
const isButtonAlone = ({ forms: [form, ...others] }: HtmlPage): boolean =>
  form !== undefined && others.length === 0 && Object.values(form.fields).every((value) => value !== '');

/**
 * Goes through redirects and pages, signs in and allows, until `rests` or nothing is left to do.
 * @param rests whether to stop before an address
 * @returns the address it stopped before, or the page it came to
 */
async function browse(
  from: string,
  issuer: string,
  person: Person,
  rests: (address: string) => boolean,
): Promise<{ readonly before: string } | { readonly page: HtmlPage }> {
  const browser = createHttpBrowser();
  let page = await browser.get(from, HEADERS);
  let visitedIssuer = from.startsWith(`${issuer}/`);
  for (let step = 0; step < STEPS; step++) {
    const location = locationOf(page);
    if (location !== undefined) {
      if (rests(location)) return { before: location };
      visitedIssuer ||= location.startsWith(`${issuer}/`);
      page = await browser.get(location, HEADERS);
    } else if (page.url.startsWith(`${issuer}/`)) {
      const done = pressed(page, person);
      if (!done) return { page };
      page = await browser.submit(page, done.fields, { form: done.form, headers: HEADERS });
    } else if (!visitedIssuer && isButtonAlone(page)) {
      page = await browser.submit(page, {}, { headers: HEADERS });
    } else return { page };
  }
  throw new Error(`redirected in circles: ${page.url}`);
}

/**
 * Signs in and allows at an authorization URL.
 * @returns the redirect to the client, which is not followed
 */
export async function signIn(authorizationUrl: string, issuer: string, person: Person): Promise<URL> {
  const ended = await browse(authorizationUrl, issuer, person, (to) => !to.startsWith(`${issuer}/`));
  if ('before' in ended) return new URL(ended.before);
  const { url, status, text } = ended.page;
  throw new Error(`signing in ended at ${url} with ${status}:\n${text}`);
}

/** Signs in from an application's own address and comes back to it. */
export async function signInThrough(
  applicationUrl: string,
  issuer: string,
  person: Person,
): Promise<Landing> {
  const ended = await browse(applicationUrl, issuer, person, () => false);
  if ('before' in ended) throw new Error('cannot be');
  const { url, status, text } = ended.page;
  if (url.startsWith(`${issuer}/`)) throw new Error(`signing in ended at ${url} with ${status}:\n${text}`);
  return { status, body: text, url };
}
