import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { errors, type Page } from 'playwright-core';

const SCREENSHOTS = resolve(import.meta.dirname, '../../../screenshots');

const LOOKS = [
  { look: 'desktop-light', viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
  { look: 'desktop-dark', viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
  { look: 'phone-light', viewport: { width: 390, height: 844 }, colorScheme: 'light' },
  { look: 'phone-dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
] as const;

export type Look = (typeof LOOKS)[number]['look'];

const TRIES = 3;
const ONE_TRY_MS = 20_000;

/**
 * Takes a picture of the page for people to look at, `screenshots/NAME.png`. A browser on a busy machine may come to draw
 * nothing for as long as it is waited for: it is brought to the front and asked again.
 */
export async function takePicture(page: Page, name: string, fullPage = true): Promise<void> {
  await mkdir(SCREENSHOTS, { recursive: true });
  const path = join(SCREENSHOTS, `${name}.png`);
  for (let left = TRIES - 1; ; left -= 1) {
    try {
      await page.screenshot({ path, fullPage, timeout: ONE_TRY_MS });
      return;
    } catch (error) {
      if (left === 0 || !(error instanceof errors.TimeoutError)) throw error;
      await page.bringToFront();
    }
  }
}

/**
 * Shows the page in every size and mode, takes a picture of each, and asks `each` of it.
 * @param each is told by how many pixels the page is wider than the screen
 */
export async function inEveryLook(
  page: Page,
  name: string,
  each: (look: Look, overflow: number) => Promise<void>,
): Promise<void> {
  for (const { look, viewport, colorScheme } of LOOKS) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await takePicture(page, `${name}-${look}`);
    await each(
      look,
      await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      ),
    );
  }
}
