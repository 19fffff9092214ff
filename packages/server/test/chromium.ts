import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const EXECUTABLE = process.env.COUNTERSIGN_TEST_CHROMIUM ?? '/usr/bin/chromium';

/** Nothing but what a test asks for leaves the browser. */
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * For the `skip` option of a test: the reason why this machine has no Chromium to test with, or false.
 * With CI=true nothing is skipped: there, a missing browser is a failure.
 */
export function whyNoChromium(): string | false {
  if (process.env.CI === 'true' || existsSync(EXECUTABLE)) return false;
  return `no Chromium at ${EXECUTABLE}: install it, or set COUNTERSIGN_TEST_CHROMIUM`;
}

/** Starts a real browser. */
export const startChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS, timeout: 60_000 });
