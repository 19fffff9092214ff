import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { startChromium } from './chromium.ts';
import { seriousBarriers, signInToConsole } from './console-page.ts';
import { createTestHome, type TestHome } from './countersign-process.ts';
import { inEveryLook } from './every-look.ts';

/** The console of a server of its own, as an owner sees it. */
export type ConsoleUnderTest = {
  readonly home: TestHome;
  readonly api: AdminApi;
  readonly browser: Browser;
  readonly page: Page;
  close(): Promise<void>;
};

/** Starts a server and a browser, and signs in. */
export async function openConsole(): Promise<ConsoleUnderTest> {
  await using started = new AsyncDisposableStack();
  const home = await createTestHome();
  started.defer(() => home.remove());
  const server = await home.start();
  started.defer(async () => void (await server.stop()));
  const browser = await startChromium();
  started.defer(() => browser.close());
  const page = await signInToConsole(await browser.newContext({ ignoreHTTPSErrors: true }), home.issuer);
  const all = started.move();
  return { home, api: adminApiOf(home.issuer), browser, page, close: () => all.disposeAsync() };
}

/** Holds the page as it is, in every size and mode, to the width of the screen and to what axe finds serious. */
export async function looksRight(page: Page, name: string): Promise<void> {
  const barriers: string[] = [];
  await inEveryLook(page, `console-${name}`, async (style, overflow) => {
    if (overflow > 0) barriers.push(`${style}: wider than the screen by ${overflow} pixels`);
    for (const barrier of await seriousBarriers(page)) barriers.push(`${style}: ${barrier}`);
  });
  await page.setViewportSize({ width: 1440, height: 900 });
  assert.deepEqual(barriers, [], name);
}
