import { createRequire } from 'node:module';
import type { BrowserContext, Page } from 'playwright-core';
import { z } from 'zod';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Opens the console in a browser and signs in as a person does. */
export async function signInToConsole(
  context: BrowserContext,
  issuer: string,
  username = 'admin',
  password = 'admin',
): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${issuer}/console`);
  await page.locator('input[name=username]').fill(username);
  await page.locator('input[name=password]').fill(password);
  await page.locator('form button[type=submit]').first().click();
  await page.waitForURL(/\/oauth2\/consent|\/console/);
  if (page.url().includes('/oauth2/consent')) await page.locator('button[value=allow]').click();
  await page.waitForURL(/\/console$/);
  return page;
}

const Violations = z.array(
  z.object({
    id: z.string(),
    impact: z.string().nullish(),
    nodes: z.array(z.object({ failureSummary: z.string().optional(), html: z.string() })),
  }),
);

async function violationsOn(page: Page): Promise<z.infer<typeof Violations>> {
  // The console's policy lets no script in, so axe comes by the debugger.
  await page.evaluate(`if (!window.axe) { ${await axeSource()} }`);
  return Violations.parse(
    await page.evaluate(
      'axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => JSON.parse(JSON.stringify(violations)))',
    ),
  );
}

const inWords = (violations: z.infer<typeof Violations>): readonly string[] =>
  violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html}\n${node.failureSummary ?? ''}`),
  );

/** What axe finds wrong with the page as it is, by every rule it has. */
export const barriers = async (page: Page): Promise<readonly string[]> => inWords(await violationsOn(page));

/** What axe finds wrong with the page as it is, where it is serious or worse. */
export const seriousBarriers = async (page: Page): Promise<readonly string[]> =>
  inWords((await violationsOn(page)).filter(({ impact }) => impact === 'serious' || impact === 'critical'));

async function axeSource(): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  return readFile(AXE, 'utf8');
}

/** Has a browser show the console and the pages of people in a language, as somebody who chose it there. */
export const speak = (context: BrowserContext, issuer: string, tag: string): Promise<void> =>
  context.addCookies([
    {
      name: '__Host-countersign-language',
      value: tag,
      domain: new URL(issuer).hostname,
      path: '/',
      secure: true,
      sameSite: 'Lax',
    },
  ]);
