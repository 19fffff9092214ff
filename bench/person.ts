import { unescaped } from '../packages/server/test/http-browser.ts';
import type { Conversation } from './conversation.ts';
import { openConversation } from './conversation.ts';
import { type Answer, locationOf } from './response-reader.ts';
import { get, post } from './step.ts';
import { type Dialect, originOf, type Person, REDIRECT_URI } from './targets/dialect.ts';

const MOST_STEPS = 15;

const attribute = (tag: string, name: string): string | undefined => {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
  return value === undefined ? undefined : unescaped(value);
};

type Form = { readonly action: string; readonly fields: Readonly<Record<string, string>> };

/** The first form of a page that is sent by POST, with what it has filled in already. */
function formOn(page: string): Form | undefined {
  for (const [, head = '', body = ''] of page.matchAll(/<form([^>]*)>(.*?)<\/form>/gs)) {
    if (attribute(head, 'method')?.toLowerCase() !== 'post') continue;
    const inputs = Array.from(body.matchAll(/<input([^>]*)>/gs), ([, tag = '']) => tag);
    const fields = inputs.flatMap((tag) => {
      const name = attribute(tag, 'name');
      const isLeftOut = attribute(tag, 'type') === 'checkbox' && !/\bchecked\b/.test(tag);
      return name === undefined || isLeftOut ? [] : [[name, attribute(tag, 'value') ?? ''] as const];
    });
    return { action: attribute(head, 'action') ?? '', fields: Object.fromEntries(fields) };
  }
  return undefined;
}

/** Keeps what a browser would; those a server takes back are dropped. */
function keepCookies({ head }: Answer, jar: Map<string, string>): void {
  for (const [, pair = '', rest = ''] of head.matchAll(/\r\nset-cookie: *([^;\r\n]*)([^\r\n]*)/gi)) {
    const at = pair.indexOf('=');
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    if (value === '' || /max-age=0|expires=thu, 01.jan.1970/i.test(rest)) jar.delete(name);
    else jar.set(name, value);
  }
}

const headersWith = (jar: ReadonlyMap<string, string>) => ({
  // Some servers give a page only to what says that it is a browser.
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0',
  ...(jar.size > 0 && { cookie: Array.from(jar, ([name, value]) => `${name}=${value}`).join('; ') }),
});

/** Goes on from an answer: fills in a form, allowing what is asked for, or follows a redirect. */
function nextStep(answer: Answer, here: URL, { username, password }: Person, jar: Map<string, string>) {
  const location = locationOf(answer);
  const form = location === undefined ? formOn(answer.body.toString()) : undefined;
  if (location === undefined && form === undefined) {
    throw new Error(`neither form nor redirect at ${here.pathname}: ${answer.status} ${answer.body}`);
  }
  const to = new URL(location ?? form?.action ?? '', here);
  const headers = { ...headersWith(jar), ...(form && { origin: here.origin }) };
  const path = to.pathname + to.search;
  if (form === undefined) return { to, step: get(path, { headers }) };
  const asked = 'password' in form.fields ? { username, password } : { decision: 'allow' };
  return { to, step: post(path, { ...form.fields, ...asked }, { headers }) };
}

async function signInOn(
  conversation: Conversation,
  path: string,
  origin: string,
  person: Person,
): Promise<string> {
  const jar = new Map<string, string>();
  let here = new URL(path, origin);
  let step = get(path, { headers: headersWith(jar) });
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const answer = await conversation.say(step);
    keepCookies(answer, jar);
    const next = nextStep(answer, here, person, jar);
    if (next.to.href.startsWith(REDIRECT_URI)) {
      if (!next.to.searchParams.has('code')) throw new Error(`no code for a person: ${next.to.href}`);
      return headersWith(jar).cookie ?? '';
    }
    here = next.to;
    step = next.step;
  }
  throw new Error(`a person is led in circles, and was last at ${here.href}`);
}

/**
 * Signs somebody in, in a browser of their own, and consents to what a client asks for.
 * @param path of an authorization request of that client
 * @returns the Cookie header of the browser
 * @throws Error where that does not lead to a code
 */
export async function signIn(
  path: string,
  { person }: Pick<Dialect, 'person'>,
  port: number,
  folder: string,
): Promise<string> {
  if (!person) throw new Error('there is nobody who could sign in');
  const conversation = await openConversation(port, 'none', folder);
  try {
    return await signInOn(conversation, path, originOf(port), person);
  } finally {
    conversation.close();
  }
}
