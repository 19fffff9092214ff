import type { Page } from 'playwright-core';
import { z } from 'zod';

/* What WCAG 2.2 AA asks that axe cannot tell, measured on the page as it is. */

const Found = z.array(z.string());

/** What an element is called, in messages. */
const CALLED = `const called = (element) =>
  element.localName + ' “' + (element.getAttribute('aria-label') || element.labels?.[0]?.textContent || element.textContent || element.name || '').trim().replace(/\\s+/g, ' ').slice(0, 50) + '”';`;

const SMALL_TARGETS = `(() => {
  ${CALLED}
  const LEAST = 24;
  const isShown = (element) => {
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && style.visibility === 'visible' && !element.closest('.unseen, [inert]') &&
      !(element.closest('details:not([open])') && !element.closest('summary')) &&
      !(element.closest('thead') && getComputedStyle(element.closest('thead')).clipPath !== 'none');
  };
  // Within a sentence the line gives the size (the exception “Inline”).
  const isInline = (element) => {
    if (getComputedStyle(element).display !== 'inline') return false;
    const around = element.parentElement;
    return [...around.childNodes].some((each) => each !== element && each instanceof Text && each.data.trim() !== '');
  };
  const root = document.querySelector('dialog[open]') ?? document;
  const targets = [...root.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [role=tab]')]
    .filter((element) => isShown(element))
    .map((element) => {
      // Whatever label stands with a box or a dot is a part of its target.
      const label = ['checkbox', 'radio'].includes(element.type) ? element.labels?.[0] : undefined;
      const [own, other] = [element, label].map((each) => each?.getBoundingClientRect());
      const left = Math.min(own.left, other?.left ?? own.left);
      const top = Math.min(own.top, other?.top ?? own.top);
      const right = Math.max(own.right, other?.right ?? own.right);
      const bottom = Math.max(own.bottom, other?.bottom ?? own.bottom);
      const isSmall = right - left < LEAST - 0.5 || bottom - top < LEAST - 0.5;
      return { element, left, top, right, bottom, isSmall, x: (left + right) / 2, y: (top + bottom) / 2 };
    });
  const far = (one, other) => {
    if (other.isSmall) return Math.hypot(one.x - other.x, one.y - other.y) >= LEAST - 0.5;
    const dx = Math.max(other.left - one.x, 0, one.x - other.right);
    const dy = Math.max(other.top - one.y, 0, one.y - other.bottom);
    return Math.hypot(dx, dy) >= LEAST / 2 - 0.5;
  };
  return targets
    .filter((one) => one.isSmall && !isInline(one.element))
    .filter((one) => targets.some((other) => other !== one && !one.element.contains(other.element) && !other.element.contains(one.element) && !far(one, other)))
    .map((one) => called(one.element) + ' ' + Math.round(one.right - one.left) + '×' + Math.round(one.bottom - one.top));
})()`;

/** Targets that are smaller than 24 by 24 pixels and have others near (WCAG 2.2, 2.5.8). */
export const smallTargets = async (page: Page): Promise<readonly string[]> =>
  Found.parse(await page.evaluate(SMALL_TARGETS));

/** What has the focus, and what is wrong with how it shows; `end` once the focus has left the page. */
const FOCUS = `(() => {
  ${CALLED}
  const { activeElement: element } = document;
  if (!element || element === document.body) return 'end';
  const box = element.getBoundingClientRect();
  const shows = (each) => {
    const style = getComputedStyle(each);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== 'none';
  };
  // What stands around it, or in it, may show it in its place; of an input of several parts the browser marks the part.
  const mark = element.querySelector('.mark');
  const isPart = element.type === 'datetime-local' && !element.matches(':focus-visible');
  const isMarked = mark !== null && getComputedStyle(mark).stroke !== 'none' && parseFloat(getComputedStyle(mark).strokeWidth) >= 2;
  const carriers = [element, element.closest('.drop-zone'), element.closest('label')].filter((each) => each !== null);
  if (!carriers.some(shows) && !isMarked && !isPart && !element.matches('h1')) return called(element) + ' does not show the focus';
  const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
  const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
  const isSeen = (x, y) => {
    const there = document.elementFromPoint(x, y);
    return there !== null && (element.contains(there) || there.contains(element) || [...(element.labels ?? [])].some((label) => label.contains(there)));
  };
  const parts = [0.02, 0.25, 0.5, 0.75, 0.98];
  const isHidden = right <= left || bottom <= top ||
    !parts.some((x) => parts.some((y) => isSeen(left + (right - left) * x, top + (bottom - top) * y)));
  return isHidden ? called(element) + ' is hidden while it has the focus' : '';
})()`;

/** As often as Tab is pressed on one page. */
const MOST_STEPS = 70;

/** What does not show that it has the focus, or is hidden while it has it (WCAG 2.2, 2.4.7 and 2.4.11). */
export async function unseenFocus(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  await page.evaluate('document.activeElement?.blur(); scrollTo(0, 0)');
  for (let step = 0; step < MOST_STEPS; step += 1) {
    await page.keyboard.press('Tab');
    const wrong = await page.evaluate<string>(FOCUS);
    if (wrong === 'end') break;
    if (wrong !== '') found.push(wrong);
  }
  return found;
}

const FAINT_PARTS = `(() => {
  ${CALLED}
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], [r2, g2, b2]) => [r * a + r2 * (1 - a), g * a + g2 * (1 - a), b * a + b2 * (1 - a), 1];
  const behind = (element) => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) layers.push(rgba(getComputedStyle(each).backgroundColor));
    return layers.reverse().reduce((under, layer) => over(layer, under), rgba(getComputedStyle(document.documentElement).colorScheme.includes('dark') ? '#000' : '#fff'));
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((each) => (each / 255 <= 0.04045 ? each / 255 / 12.92 : ((each / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const contrast = (one, other) => {
    const [a, b] = [light(one), light(other)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const LEAST = 3;
  const found = [];
  const root = document.querySelector('dialog[open]') ?? document;
  for (const element of root.querySelectorAll('input:not([type=hidden]):not([type=checkbox]):not([type=radio]), select, textarea')) {
    // What cannot be used need not stand out.
    if (element.getClientRects().length === 0 || element.disabled || element.closest('.unseen')) continue;
    // Of a textarea into which files are dropped the zone around it has the border.
    const zone = element.closest('.drop-zone') ?? element;
    const style = getComputedStyle(zone);
    const [around, own] = [behind(zone.parentElement), behind(zone)];
    const border = parseFloat(style.borderTopWidth) > 0 && style.borderTopStyle !== 'none' ? over(rgba(style.borderTopColor), around) : own;
    const ratio = Math.max(contrast(border, around), contrast(own, around));
    if (ratio < LEAST) found.push(called(element) + ' stands out by ' + ratio.toFixed(2));
  }
  for (const element of root.querySelectorAll('svg')) {
    const button = element.closest('button, a');
    if (!button || button.disabled || element.getClientRects().length === 0 || button.textContent.trim() !== '') continue;
    const ratio = contrast(over(rgba(getComputedStyle(element).color), behind(element)), behind(element));
    if (ratio < LEAST) found.push('icon of ' + called(button) + ' stands out by ' + ratio.toFixed(2));
  }
  return found;
})()`;

/** Borders of inputs, and icons that stand alone, of too little contrast (WCAG 2.2, 1.4.11). */
export const faintParts = async (page: Page): Promise<readonly string[]> =>
  Found.parse(await page.evaluate(FAINT_PARTS));

/** Sets text as people do who need more space (WCAG 2.2, 1.4.12). */
export const spaceText = async (page: Page): Promise<void> => {
  await page.evaluate(`(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-block-end: 2em !important }');
    document.adoptedStyleSheets = [sheet];
  })()`);
};

/** Sets text as it is again. */
export const unspaceText = async (page: Page): Promise<void> => {
  await page.evaluate('document.adoptedStyleSheets = []');
};

/** What moves or changes slowly although the person wants no motion. */
export const moving = async (page: Page): Promise<readonly string[]> =>
  Found.parse(
    await page.evaluate(`[...document.querySelectorAll('*')].flatMap((element) => {
      const style = getComputedStyle(element);
      const longest = (times) => Math.max(...times.split(',').map((time) => (time.trim().endsWith('ms') ? parseFloat(time) / 1000 : parseFloat(time))));
      const lasts = (style.animationName !== 'none' && longest(style.animationDuration) > 0.01) || longest(style.transitionDuration) > 0.01;
      return lasts ? [element.localName + '.' + element.className] : [];
    })`),
  );
