import type { BrowserContext, Page } from 'playwright-core';
import { z } from 'zod';
import { type CauseWords, en, type Message } from '../../console/test/catalogue.ts';
import { speak } from './console-page.ts';
import { CAUSES, NEARER } from './server-rules.ts';

/**
 * The console in a language that nobody speaks: the English words in other letters, two fifths longer, in brackets.
 * What stands outside of brackets did not come from the catalogue; what breaks would break in a long language.
 */

const LETTERS: Readonly<Record<string, string>> = {
  ...{ a: 'á', c: 'ç', d: 'ð', e: 'é', g: 'ĝ', h: 'ĥ', i: 'í', j: 'ĵ', k: 'ķ', l: 'ļ', n: 'ñ', o: 'ö' },
  ...{ r: 'ŕ', s: 'š', t: 'ţ', u: 'ü', w: 'ŵ', y: 'ý', z: 'ž', A: 'Â', B: 'Ɓ', C: 'Ç', D: 'Ð', E: 'É' },
  ...{
    G: 'Ĝ',
    H: 'Ĥ',
    I: 'Î',
    K: 'Ķ',
    L: 'Ļ',
    N: 'Ñ',
    O: 'Ö',
    R: 'Ŕ',
    S: 'Š',
    T: 'Ţ',
    U: 'Û',
    W: 'Ŵ',
    Y: 'Ý',
  },
};
const LONGER = 0.4;

const placeholders = /(\{[a-z]+\})/;

/** One more word where there are several, else a longer one: a single word cannot break. */
function lengthened(text: string): string {
  const more = 'ö'.repeat(Math.ceil(text.replaceAll(new RegExp(placeholders, 'g'), '').length * LONGER));
  if (!text.includes(' ')) return text + more;
  return `${text} ${more.match(/.{1,7}/g)?.join(' ') ?? ''}`;
}

const pseudoText = (text: string): string =>
  `⟦${lengthened(
    text
      .split(placeholders)
      .map((part, index) =>
        index % 2 === 1 ? part : Array.from(part, (letter) => LETTERS[letter] ?? letter).join(''),
      )
      .join(''),
  )}⟧`;

const pseudoMessage = (message: Message): Message =>
  typeof message === 'string'
    ? pseudoText(message)
    : {
        other: pseudoText(message.other),
        ...(message.one !== undefined && { one: pseudoText(message.one) }),
      };

type Name = keyof typeof en;

/** A text as the console shows it in pseudo. */
export function pseudo(name: Name, values: Readonly<Record<string, string>> = {}): string {
  const message = pseudoMessage(en[name]);
  return (typeof message === 'string' ? message : message.other).replaceAll(
    /\{([a-z]+)\}/g,
    (_all, key: string) => values[key] ?? '',
  );
}

/** Gives a browser the console in pseudo, in the place of German. */
export async function speakPseudo(context: BrowserContext, issuer: string): Promise<void> {
  await speak(context, issuer, 'de');
  const words = Object.fromEntries(
    Object.entries(en).map(([name, message]: [string, Message]) => [name, pseudoMessage(message)]),
  );
  const english: CauseWords = { causes: CAUSES, nearer: NEARER };
  const causes = JSON.stringify(english, (_name, value: unknown) =>
    typeof value === 'string' ? pseudoText(value) : value,
  );
  const script = (path: RegExp, body: string) =>
    context.route(path, (route) =>
      route.fulfill({ contentType: 'text/javascript; charset=utf-8', body: `${body}\n` }),
    );
  await script(/\/console\/assets\/de-[^/]*\.js$/, `const de = ${JSON.stringify(words)};\nexport { de };`);
  await script(/\/console\/assets\/causes-de-[^/]*\.js$/, `const causes = ${causes};\nexport { causes };`);
}

const Texts = z.array(z.object({ text: z.string(), at: z.string() }));
export type FoundText = z.infer<typeof Texts>[number];

/** Names of people and things, and what machines read, are in no language; the same goes for what says its own. */
const LOOK_FOR_TEXT = `(() => {
  const NO_WORDS = 'code, pre, time, script, style, noscript, .logo, [translate=no], [lang]:not(html)';
  const ATTRIBUTES = ['aria-label', 'title', 'placeholder', 'alt', 'label', 'data-label'];
  const found = [];
  const outside = (text) => {
    let rest = text;
    for (let before; before !== rest; ) {
      before = rest;
      rest = rest.replace(/⟦[^⟦⟧]*⟧/g, ' ');
    }
    return rest.replace(/\\s+/g, ' ').trim();
  };
  const where = (element) =>
    [element.closest('[class]'), element]
      .map((each) => (each ? each.localName + (each.className && typeof each.className === 'string' ? '.' + each.className.split(' ').join('.') : '') : ''))
      .join(' ');
  const see = (text, element) => {
    const rest = outside(text ?? '');
    if (/\\p{L}{2}/u.test(rest)) found.push({ text: rest, at: where(element) });
  };
  see(document.title.replace(/ – Countersign$/, ''), document.documentElement);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node instanceof Text ? node.parentElement : node;
    if (!element || element.closest(NO_WORDS)) continue;
    if (node instanceof Text) {
      // A text that holds an element is in several pieces: whole it stands in the one that holds them.
      if (element.firstChild && ![...element.childNodes].slice(0, [...element.childNodes].indexOf(node)).some((each) => each instanceof Text))
        see([...element.childNodes].map((each) => (each instanceof Text ? each.data : ' ')).join(''), element);
    } else for (const name of ATTRIBUTES) if (element.hasAttribute(name)) see(element.getAttribute(name), element);
  }
  return found;
})()`;

/**
 * What the page says that is neither in the catalogue nor data.
 * @param data what the deployment of the test is made of
 */
export async function textsOutsideTheCatalogue(
  page: Page,
  data: readonly RegExp[],
): Promise<readonly FoundText[]> {
  const found = Texts.parse(await page.evaluate(LOOK_FOR_TEXT));
  const rest = (text: string) => data.reduce((left, pattern) => left.replaceAll(pattern, ' '), text);
  return found.filter(({ text }) => /\p{L}{2}/u.test(rest(text)));
}

const Broken = z.array(z.string());

const LOOK_FOR_BREAKS = `(() => {
  const found = [];
  const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
  if (scrollWidth > clientWidth) found.push('wider than the screen by ' + (scrollWidth - clientWidth));
  const shell = document.querySelector('.shell');
  const end = shell ? shell.getBoundingClientRect().bottom + window.scrollY : clientHeight;
  const past = scrollHeight - Math.max(end, clientHeight);
  if (past > 1 && !document.querySelector('dialog[open]')) found.push('scrolls past its end by ' + Math.round(past));
  for (const element of document.querySelectorAll('button, a, label, legend, h1, h2, h3, th, .badge, .hint, select')) {
    const style = getComputedStyle(element);
    const cut = style.overflowX !== 'visible' && style.overflowX !== 'auto' && style.overflowX !== 'scroll';
    const head = element.closest('thead');
    const unseenHead = head && getComputedStyle(head).clipPath !== 'none';
    // A browser lays out what it does not show of what is closed.
    const closed = element.closest('details:not([open])') && !element.closest('summary');
    const hidden = closed || unseenHead || element.closest('.unseen') || element.getClientRects().length === 0;
    if (hidden) continue;
    if (cut && style.textOverflow !== 'ellipsis' && element.scrollWidth > element.clientWidth + 1)
      found.push('cut: ' + element.textContent.trim().slice(0, 60));
    const box = element.getBoundingClientRect();
    const frame = element.parentElement.closest('.card, dialog, .side, fieldset, .toast, main');
    if (!frame) continue;
    const around = frame.getBoundingClientRect();
    let scrolls = false;
    for (let each = element.parentElement; each !== frame.parentElement; each = each.parentElement)
      if (['auto', 'scroll'].includes(getComputedStyle(each).overflowX)) scrolls = true;
    if (!scrolls && (box.right > around.right + 1 || box.left < around.left - 1))
      found.push('out of its frame: ' + (element.textContent.trim() || element.getAttribute('aria-label') || '').slice(0, 60));
  }
  return found;
})()`;

/** Where the page breaks: wider than the screen, longer than what it holds, text that is cut or runs out of its frame. */
export async function breaks(page: Page): Promise<readonly string[]> {
  return Broken.parse(await page.evaluate(LOOK_FOR_BREAKS));
}
