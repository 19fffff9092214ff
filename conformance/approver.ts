import { createServer } from 'node:http';
import type { Person } from '../interop/person.ts';
import { totpCode, totpStep } from '../packages/server/src/user-authentication/totp.ts';
import { createHttpBrowser, type HtmlPage, type HttpBrowser } from '../packages/server/test/http-browser.ts';
import { listening } from './listening.ts';

type Fields = Readonly<Record<string, string>>;

const formWith = ({ forms }: HtmlPage, ...names: readonly string[]): number =>
  forms.findIndex(({ fields }) => names.every((name) => name in fields));

/** Opens an address, signing in by password and, where it is asked for, by a code. */
async function open(
  browser: HttpBrowser,
  issuer: string,
  address: string,
  person: Person,
  code: () => string,
): Promise<HtmlPage> {
  const submit = async (page: HtmlPage, fields: Fields, form: number): Promise<HtmlPage> =>
    browser.follow(await browser.submit(page, fields, { form }), issuer);
  const page = await browser.follow(await browser.get(address), issuer);
  const signIn = formWith(page, 'username', 'password');
  if (signIn < 0) return page;
  const signed = await submit(page, { ...person }, signIn);
  const factor = signed.url.includes('/second-factor') ? formWith(signed, 'code') : -1;
  if (factor >= 0) await submit(signed, { code: code() }, factor);
  return await browser.follow(await browser.get(address), issuer);
}

/**
 * Sets up an authenticator for a person who has none, as they would on their account's page.
 * @returns its secret, base32 (RFC 6238)
 */
export async function setUpAuthenticator(issuer: string, person: Person): Promise<string> {
  const browser = createHttpBrowser();
  const noCode = () => {
    throw new Error(`${person.username} has a second factor already`);
  };
  const page = await open(browser, issuer, `${issuer}/account/authenticator`, person, noCode);
  const secret = (/class="secret">([A-Z2-7 ]+)</.exec(page.text)?.[1] ?? '').replaceAll(' ', '');
  const form = formWith(page, 'code');
  if (secret === '' || form < 0) throw new Error(`no authenticator is offered at ${page.url}:\n${page.text}`);
  // A code counts once, so the one of before leaves that of now for the sign-in.
  const code = totpCode(secret, totpStep(Date.now()) - 1);
  const done = await browser.follow(await browser.submit(page, { code }, { form }), issuer);
  if (done.status !== 200) throw new Error(`the authenticator was not taken: ${done.status}\n${done.text}`);
  return secret;
}

/** What the person does, by the name of the button. */
type Decision = 'allow' | 'deny';

const decides = ({ buttons }: HtmlPage['forms'][number]): boolean =>
  buttons.some(({ name }) => name === 'decision');

/**
 * Listens for what the suite calls instead of a person's device (`automated_ciba_approval_url`), and decides by the pages
 * a person would use: everything that waits, since modules run one after the other.
 * @param secret of the person's authenticator, as `setUpAuthenticator` returns it
 */
export async function startApprovals(
  issuer: string,
  origin: string,
  person: Person,
  secret: string,
): Promise<AsyncDisposable> {
  const browser = createHttpBrowser();
  const code = () => totpCode(secret, totpStep(Date.now()));
  const decide = async (decision: Decision): Promise<number> => {
    let decided = 0;
    for (;;) {
      const page = await open(browser, issuer, `${issuer}/oauth2/ciba`, person, code);
      const form = page.forms.findIndex(decides);
      if (form < 0) return decided;
      await browser.submit(page, { decision }, { form });
      decided += 1;
    }
  };
  const server = createServer((request, response) => {
    const action = new URL(request.url ?? '/', 'http://localhost').searchParams.get('action');
    decide(action === 'deny' ? 'deny' : 'allow').then(
      (decided) => {
        response.statusCode = decided > 0 ? 200 : 404;
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ decided }));
      },
      (error: unknown) => {
        response.statusCode = 500;
        response.end(String(error));
      },
    );
  });
  return listening(server, origin);
}
